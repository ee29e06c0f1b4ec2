"""Collect what no kept backup needs any more: mark from the manifests, sweep the rest.

Nothing young is touched, by the store's own clock: it may belong to a backup that is being written
by somebody else. The newest verified backup stays whatever the rules say.
"""

import json
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from customer_hub.backup import monthly
from customer_hub.backup.archive import Archive, open_archive
from customer_hub.backup.chunks import DamagedChunkError
from customer_hub.backup.drill import DRILL_LOCK
from customer_hub.backup.manifest import Manifest, find_manifest, iterate_newest, list_ids
from customer_hub.backup.object_keys import (
    DRILLS,
    PARTS,
    PLACES,
    Part,
    chunk_prefix_of,
    drill_prefix_of,
    manifest_key_of,
    manifest_prefix_of,
)
from customer_hub.backup.reports import Report, iterate_states, was_verified
from customer_hub.backup.retention import Retention, choose_kept, read_retention
from customer_hub.backup.write import LOCK
from customer_hub.core import db, sql
from customer_hub.core.errors import BackupError, BackupStoreError
from customer_hub.core.results import BatchResult

log = logging.getLogger(__name__)
_LEAST_AGE = timedelta(hours=1)


def collect_garbage() -> BatchResult:
    """Delete backups that have had their time, and objects that belong to none.

    Raises:
        BackupError: a manifest cannot be read, so that nobody knows what it needs; or the store
            refuses.
        HubError: a backup is being written or drilled now.
    """
    rules = read_retention()
    with db.hold_lock(LOCK, DRILL_LOCK):
        archive = open_archive()
        states = list(iterate_states(archive))
        now = archive.bucket.read_clock()
        young = now - _find_patience(states)
        kept = _choose(states, rules, archive)
        expired = [m.backup_id for m, _ in states if m.backup_id not in kept]
        expired = _leave_young("data", expired, archive, young)
        counts = {"kept": len(states) - len(expired)}
        # First the word, then the deed: what is gone without a word counts as lost.
        with db.begin() as connection:
            sql.run(connection, "backup/expire_manifests", backup_ids=expired)
        _drop_manifests("data", expired, archive)
        _drop_reports(archive, young)
        old_keys = _list_old_keys(archive, now - timedelta(days=rules.keys.keep_days))
        old_keys = _leave_young("keys", old_keys, archive, young)
        _drop_manifests("keys", old_keys, archive)
        counts["keys"] = len(old_keys)
        counts["chunks"] = sum(_sweep(part, archive, young) for part in PARTS)
        counts["uploads"] = _abort_uploads(archive, young)
        counts["copies"] = monthly.erase_expired(archive, now, rules.backup.monthly)
        counts["copied"] = _copy_monthly(states, kept, rules, archive, now)
    log.info("collected: %s", counts)
    return BatchResult("collect", counts | {"expired": len(expired)}, tuple(expired))


def _find_patience(states: Iterable[tuple[Manifest, Report | None]]) -> timedelta:
    """Return the age below which nothing is touched: twice the longest backup."""
    longest = max((manifest.seconds for manifest, _ in states), default=0.0)
    return max(_LEAST_AGE, timedelta(seconds=2 * longest))


def _choose(
    states: Iterable[tuple[Manifest, Report | None]], rules: Retention, archive: Archive
) -> dict[str, set[str]]:
    """Return what stays, and why.

    By the rules, and whatever is newer than the newest that counts now. A backup that was once proven
    and has failed a later drill keeps its time, for whoever deletes it can no longer find out why; it
    takes nobody's place.
    """
    proven = [
        (m.backup_id, m.snapshot_at)
        for m, report in states
        if report and report.state == "verified"
    ]
    once = [(m.backup_id, m.snapshot_at) for m, _ in states if was_verified(m, archive)]
    kept = choose_kept(proven, rules.backup)
    for backup_id, why in choose_kept(once, rules.backup).items():
        kept.setdefault(backup_id, set()).update(why)
    newest = max(proven, default=("",))[0]
    for manifest, _ in states:
        if manifest.backup_id > newest:
            kept.setdefault(manifest.backup_id, set()).add("new")
    return kept


def _copy_monthly(
    states: Iterable[tuple[Manifest, Report | None]],
    kept: Mapping[str, set[str]],
    rules: Retention,
    archive: Archive,
    now: datetime,
) -> int:
    """Copy the monthly backups that count and are not copied yet; one that is damaged stops no other.

    Raises:
        BackupError: the first that could not be copied; all others are.
    """
    copied, fault = 0, None
    for manifest, report in states:
        if "monthly" not in kept.get(manifest.backup_id, ()):
            continue
        if report is None or report.state != "verified":
            continue
        try:
            copied += monthly.copy_monthly(manifest, archive, rules.backup.monthly, now)
        except DamagedChunkError as error:
            fault = fault or error
    if fault is not None:
        raise fault
    return copied


def _list_old_keys(archive: Archive, limit: datetime) -> list[str]:
    """Return the key backups that are older than a moment, never the newest authentic one."""
    newest = next(iterate_newest("keys", archive), None)
    if newest is None:
        return []
    objects = archive.bucket.list(manifest_prefix_of("keys"))
    return [
        backup_id
        for backup_id in list_ids("keys", archive)
        if objects[manifest_key_of("keys", backup_id)].modified_at < limit
        and backup_id != newest.backup_id
    ]


def _leave_young(part: Part, ids: Iterable[str], archive: Archive, young: datetime) -> list[str]:
    """Return the ids of those whose manifests are old enough to be deleted."""
    objects = archive.bucket.list(manifest_prefix_of(part))
    return [each for each in ids if objects[manifest_key_of(part, each)].modified_at < young]


def _drop_manifests(part: Part, ids: Iterable[str], archive: Archive) -> None:
    """Delete manifests: from now on these backups are none."""
    for backup_id in ids:
        archive.bucket.delete(manifest_key_of(part, backup_id))


def _drop_reports(archive: Archive, young: datetime) -> None:
    """Delete the drill reports of backups that are none any more."""
    known = {drill_prefix_of(backup_id) for backup_id in list_ids("data", archive)}
    for key, found in archive.bucket.list(DRILLS).items():
        if found.modified_at < young and key.rpartition("/")[0] + "/" not in known:
            archive.bucket.delete(key)


def _sweep(part: Part, archive: Archive, young: datetime) -> int:
    """Delete the chunks that no manifest names; returns how many."""
    prefix, marked = chunk_prefix_of(part), _mark(part, archive)
    swept = 0
    for key, found in archive.bucket.list(prefix).items():
        if key.removeprefix(prefix) not in marked and found.modified_at < young:
            archive.bucket.delete(key)
            swept += 1
    return swept


def _mark(part: Part, archive: Archive) -> set[str]:
    """Return the names of all chunks that a manifest needs, also one under a key that is not here."""
    marked: set[str] = set()
    for backup_id in list_ids(part, archive):
        try:
            manifest = find_manifest(part, backup_id, archive)
            marked.update(chunk.name for chunk in manifest.chunks) if manifest else None
        except BackupStoreError:
            raise
        except BackupError:
            marked.update(_read_names(manifest_key_of(part, backup_id), archive))
    return marked


def _read_names(key: str, archive: Archive) -> set[str]:
    """Return what a manifest names that cannot be trusted: too much is kept rather than too little."""
    try:
        return {chunk["name"] for chunk in json.loads(archive.bucket.find(key) or b"")["chunks"]}
    except (ValueError, KeyError, TypeError):
        raise BackupError(
            "this manifest cannot be read, so that nobody knows what it needs: nothing is swept",
            where=key,
            hint="find out who wrote it; delete it by hand if it is none of the hub's",
        ) from None


def _abort_uploads(archive: Archive, young: datetime) -> int:
    """Take away what broken uploads have left in our places of the bucket; returns how many."""
    old = [
        (key, upload_id)
        for (key, upload_id), began in archive.bucket.list_uploads().items()
        if began < young and key.startswith(PLACES)
    ]
    for key, upload_id in old:
        archive.bucket.abort_upload(key, upload_id)
    return len(old)
