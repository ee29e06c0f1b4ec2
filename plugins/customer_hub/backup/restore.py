"""Restore a backup into a database and ask that database whether it is what was backed up."""

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import make_url

from customer_hub.backup import checks, tables
from customer_hub.backup.archive import Archive, open_archive
from customer_hub.backup.chunks import ChunkStore
from customer_hub.backup.key_backup import SEGMENT_KEYS, find_keys, load_segment_keys
from customer_hub.backup.load import load_backup, load_rows
from customer_hub.backup.manifest import Manifest, read_manifest
from customer_hub.backup.monthly import find_place, list_copies
from customer_hub.backup.reports import Check, iterate_states
from customer_hub.backup.unpack import Unpacker
from customer_hub.core import db, migrate
from customer_hub.core.errors import BackupError, ConfigurationError
from customer_hub.core.keys import add_key_file
from customer_hub.core.migrate import read_migrations
from customer_hub.core.settings import settings

log = logging.getLogger(__name__)
_STEPS = ("rows", "indexes", "migrate", "keys")  # of a restore; the others prove it


@dataclass(slots=True)
class Restored:
    """What a restore did and found.

    Attributes:
        keys_id: the key backup that opened it.
        row_count: of all tables.
        byte_count: length of all objects that belong to the two.
        seconds: by step.
        checks: each thing looked at.
        opened: sealed values that were opened.
    """

    keys_id: str
    row_count: int
    byte_count: int
    seconds: dict[str, float] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    opened: int = 0

    @property
    def rto_seconds(self) -> float:
        """How long it took until the database could be used."""
        return sum(self.seconds.get(step, 0.0) for step in _STEPS)

    @property
    def cause(self) -> str | None:
        """Why it does not count, if it does not."""
        failed = [f"{each.name}: {each.found}" for each in self.checks if not each.is_passed]
        return "; ".join(failed) or None


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a backup that is restored: what it is, and where its chunks are."""

    manifest: Manifest
    store: ChunkStore


def find_as_of(moment: datetime) -> tuple[str, bool]:
    """Return the newest verified backup whose data are not younger than a moment.

    Returns:
        Its id, and whether it is the locked copy that is verified.

    Raises:
        BackupError: there is none.
    """
    archive = open_archive()
    found = [
        (manifest.backup_id, place is not archive)
        for place in (archive, *list_copies(archive))
        for manifest, report in iterate_states(place)
        if report is not None and report.state == "verified" and manifest.snapshot_at <= moment
    ]
    if found:
        newest = max(backup_id for backup_id, _ in found)
        return newest, (newest, False) not in found
    raise BackupError(
        "there is no verified backup of that time or before",
        where=f"{moment:%Y-%m-%d %H:%M %Z}",
        hint="see `hub backup list`",
    )


def restore_backup(
    backup_id: str,
    url: str,
    *,
    keys_id: str | None = None,
    is_locked: bool = False,
    is_replacing: bool = False,
) -> Restored:
    """Restore into an empty database with a key backup, compare and check.

    The restored schema is brought up to date, as far as this version of the hub knows it; keys of a
    later schema than the data's are filled in on the way.

    Args:
        backup_id: the backup.
        url: the database.
        keys_id: of the key backup; None: the newest.
        is_locked: read the locked copy of the backup.
        is_replacing: drop first what the database has of a hub, once its manifests and keys are read.

    Raises:
        BackupError: the database is not empty, an object is missing or changed, a key is missing.
    """
    archive = open_archive()
    place = find_place(backup_id, archive, is_locked=is_locked)
    data = read_manifest("data", backup_id, place)
    keys = find_keys(data, archive, keys_id)
    _check_schemas(data, keys)
    segment_keys = read_segment_keys(keys, archive)
    with db.begin(url) as connection:
        if is_replacing:
            tables.drop_schemas(connection)
        left = tables.list_tables(connection)
        if left:
            whose = "holds tables of somebody else" if is_replacing else "is not empty"
            raise BackupError(
                f"the database to restore into {whose} ({left[0].name}); nothing was touched",
                where=make_url(url).database or "",
                hint="name a new, empty database" + ("" if is_replacing else ", or say --replace"),
            )
    restored = _begin(data, keys)
    _fill(restored, _Part(data, data.open_store(place)), _Part(keys, keys.open_store(archive)), url)
    is_present = data.schema_version == len(read_migrations())
    if not is_present:
        with _timed(restored, "migrate"):
            migrate.migrate(url)
    with _timed(restored, "closures"):
        restored.checks += checks.check_closures(url)
    with _timed(restored, "open"):
        golden = data.golden_sha256 if is_present else None
        found, restored.opened = checks.open_sealed(url, segment_keys, golden)
        restored.checks += found
    return restored


def _fill(restored: Restored, data: _Part, keys: _Part, url: str) -> None:
    """Load data and keys and compare both with their manifests, each in the schema of its time."""
    is_same = data.manifest.schema_version == keys.manifest.schema_version
    together = (data, keys) if is_same else (data,)
    with ExitStack() as stack:
        parts = [stack.enter_context(Unpacker(part.manifest, part.store)) for part in together]
        restored.seconds |= load_backup(parts, url)
    with _timed(restored, "compare"):
        restored.checks.append(checks.compare_tables(url, [part.manifest for part in together]))
    if is_same:
        return
    with _timed(restored, "migrate"):
        migrate.migrate(url, last=keys.manifest.schema_version)
    with _timed(restored, "keys"), Unpacker(keys.manifest, keys.store) as part:
        load_rows([part], url)
    with _timed(restored, "compare"):
        restored.checks.append(checks.compare_tables(url, [keys.manifest]))


def restore_into(
    backup_id: str,
    url: str,
    *,
    keys_id: str | None = None,
    is_locked: bool = False,
    is_replacing: bool = False,
) -> Restored:
    """As `restore_backup`, for a URL that stands on a command line, which others can read.

    Args:
        backup_id: the backup.
        url: the database.
        keys_id: of the key backup; None: the newest.
        is_locked: read the locked copy of the backup.
        is_replacing: drop first what the database has of a hub.

    Raises:
        ConfigurationError: the URL holds a password.
        BackupError: as `restore_backup`, or the restored content is not what was backed up.
    """
    if make_url(url).password:
        raise ConfigurationError(
            "the URL holds a password, and other users of the machine can read command lines",
            where="--into",
            hint="leave it out; set PGPASSWORD or PGPASSFILE",
        )
    restored = restore_backup(
        backup_id, url, keys_id=keys_id, is_locked=is_locked, is_replacing=is_replacing
    )
    if restored.cause:
        raise BackupError(
            f"it was restored, and is not what was backed up: {restored.cause}",
            where=backup_id,
            hint="do not use it; restore another verified backup",
        )
    return restored


def restore_key_file(backup_id: str) -> None:
    """Write the key file from a key backup, wrapped by HUB_KEK.

    Raises:
        BackupError: there is a key file, or the key backup is missing or does not open.
    """
    archive, chosen = open_archive(), settings()
    found = read_segment_keys(read_manifest("keys", backup_id, archive), archive)
    if not add_key_file(chosen.key_file, found, chosen.kek.get_secret_value()):
        raise BackupError(
            "there is a key file already",
            where="HUB_KEY_FILE",
            hint="move it aside first, do not delete it",
        )


def read_segment_keys(keys: Manifest, archive: Archive) -> dict[str, dict[int, bytes]]:
    """Return the segment keys of a key backup."""
    with Unpacker(keys, keys.open_store(archive)) as unpacker:
        return load_segment_keys(unpacker.read_document(SEGMENT_KEYS))


def _check_schemas(data: Manifest, keys: Manifest) -> None:
    known = len(read_migrations())
    for manifest in (data, keys):
        if manifest.schema_version > known:
            raise BackupError(
                f"its schema is {manifest.schema_version}, this version of the hub knows {known}",
                where=f"{manifest.part} {manifest.backup_id}",
                hint="restore it with the version of the hub that wrote it, or a newer one",
            )


def _begin(data: Manifest, keys: Manifest) -> Restored:
    rows, size = (data.row_count + keys.row_count, data.byte_count + keys.byte_count)
    return Restored(keys.backup_id, rows, size)


@contextmanager
def _timed(restored: Restored, step: str) -> Iterator[None]:
    """Add up what a step takes."""
    began = time.monotonic()
    yield
    taken = time.monotonic() - began
    restored.seconds[step] = restored.seconds.get(step, 0.0) + taken
    log.info("%s: %.0f s", step, taken)
