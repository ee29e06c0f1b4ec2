"""A file to import, and how it lands: through the manual channel, in a window of its own."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from customer_hub.channels.config import ChannelConfig, read_channel
from customer_hub.channels.contract import Access
from customer_hub.channels.manual.reading import ENTITY, SUFFIXES
from customer_hub.core import db, sql
from customer_hub.core.errors import BadDataError, HubError
from customer_hub.gather.run import GatherResult, gather_entity

CHANNEL = "manual"
LOCK = f"gather/{CHANNEL}/{ENTITY}"
_MANY = 1000  # fewer take no time, however their statements are planned


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A filled template: its hash names its content, its time of writing dates what it says."""

    path: Path
    sha256: bytes
    written_at: datetime


def look_at(path: Path) -> ImportFile:
    """Return what is to be known of a file before it is read.

    Raises:
        HubError: it is not there, or is neither CSV nor Excel.
    """
    if path.suffix not in SUFFIXES or not path.is_file():
        raise HubError(
            f"no file that ends in {' or '.join(SUFFIXES)}",
            where=path.name,
            hint="fill in the template: `hub import template --out FILE`",
        )
    return ImportFile(path.resolve(), _hash_file(path), _read_time(path))


def land_file(file: ImportFile, author: str, run_id: str) -> tuple[ChannelConfig, GatherResult]:
    """Land a file in the transaction of the caller; its window claims no time of the folder.

    Raises:
        HubError: a window of the manual channel is unfinished: a new one would take its rows over.
        BadDataError: the file changed while it was read.
        ChannelContentError: it is not a filled template.
    """
    config = read_channel(CHANNEL)
    with db.begin() as connection:
        for window in sql.rows(connection, "validate/list_unclosed_windows"):
            if (window.channel, window.entity) == (CHANNEL, ENTITY):
                raise HubError(
                    f"window {window.window_id} of the manual channel is {window.state}",
                    where=file.path.name,
                    hint="finish it first: `hub window list`, docs/runbooks/gather.md",
                )
    access = Access(file.path.parent.as_uri(), login=author, extra={"file": file.path.name})
    result = gather_entity(
        config,
        config.load_system().open_channel(config, access),
        ENTITY,
        start=file.written_at,
        end=file.written_at + timedelta.resolution,
        run_id=run_id,
        is_backfill=True,
    )
    if (_hash_file(file.path), _read_time(file.path)) != (file.sha256, file.written_at):
        raise BadDataError(
            "the file changed while it was read",
            where=file.path.name,
            hint="nothing was written; run it again",
        )
    tell_planner("bulk/analyze_landed", result)
    return config, result


def tell_planner(analyze: str, landed: GatherResult) -> None:
    """Have tables counted to which the transaction of an import has written much.

    A vacuum that comes by while a transaction fills an empty table notes that it holds nothing, and
    plans made by that compare every row with every other: minutes, where it should be a second. So it
    was with the first import into a hub, a minute after its dry run.

    Args:
        analyze: the statement that counts them; it keeps vacuums off until the transaction ends.
        landed: of the import.
    """
    if landed.landed >= _MANY:
        with db.begin() as connection:
            sql.run(connection, analyze)


def _hash_file(path: Path) -> bytes:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").digest()


def _read_time(path: Path) -> datetime:
    """Return when it was written, in whole microseconds as the channel dates it."""
    seconds, rest = divmod(path.stat().st_mtime_ns // 1000, 1_000_000)
    return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=rest)
