"""Which files are there, which are finished, and which a window must read."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from customer_hub.core.errors import ChannelContentError, ChannelUnavailableError

DONE = ".done"
_NAME = re.compile(r"([a-z_]+)_(\d{4})(\d{2})(\d{2})\.csv")
_SHA256 = re.compile(rb"\s*([0-9a-fA-F]{64})\b")


@dataclass(frozen=True, slots=True, order=True)
class DropFile:
    """One file: what it holds of which business day."""

    day: date
    name: str
    layout: str


def read_name(name: str) -> DropFile | None:
    """Return the file that a final name stands for; None for .part, .done and strangers."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    try:
        day = date(int(match[2]), int(match[3]), int(match[4]))
    except ValueError:
        return None
    return DropFile(day, name, match[1])


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment at which a business day is over: the next local midnight, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)


def newest_end(names: Iterable[str], layouts: Sequence[str], zone: ZoneInfo) -> datetime | None:
    """Return up to when finished files reach: the drop's own clock. None if there is none yet."""
    held = set(names)
    files = (read_name(name) for name in held if f"{name}{DONE}" in held)
    days = [file.day for file in files if file is not None and file.layout in layouts]
    return end_of_day(max(days), zone) if days else None


def list_due(
    names: Iterable[str],
    layout: str,
    layouts: Sequence[str],
    zone: ZoneInfo,
    start: datetime,
    end: datetime,
    *,
    channel: str,
) -> list[DropFile]:
    """Return the files of one layout that a window must read, oldest first.

    A business day belongs to the window in which it is over, start < its end <= end: so a window
    from midnight to midnight reads its own day, and a run at two in the morning reads yesterday.

    Raises:
        ChannelUnavailableError: the file of a day is not there or not finished. Days before the
            drop's first file are not missed.
    """
    held = set(names)
    known = [file for file in map(read_name, held) if file is not None and file.layout in layouts]
    if not known:
        return []
    first = min(file.day for file in known)
    due = []
    day = max(first, start.astimezone(zone).date() - timedelta(days=1))
    while end_of_day(day, zone) <= end:
        if end_of_day(day, zone) > start:
            due.append(DropFile(day, f"{layout}_{day:%Y%m%d}.csv", layout))
        day += timedelta(days=1)
    for file in due:
        if file.name not in held or f"{file.name}{DONE}" not in held:
            state = "is not finished: it has no .done marker" if file.name in held else "is missing"
            raise ChannelUnavailableError(
                f"{file.name} {state}",
                where=channel,
                hint="run again when it is there; a day without rows is a file with a header only",
            )
    return due


def list_earlier(names: Iterable[str], file: DropFile, since: date) -> list[DropFile]:
    """Return the finished files of the same layout from before `file`, oldest first.

    What is older than `since` is left out, but for the drop's first file, which holds everything
    from before it.
    """
    held = set(names)
    known = [read_name(name) for name in held if f"{name}{DONE}" in held]
    earlier = sorted(
        other
        for other in known
        if other is not None and other.layout == file.layout and other.day < file.day
    )
    return [other for other in earlier if other is earlier[0] or other.day >= since]


def read_marker(content: bytes, name: str, channel: str) -> str:
    """Return the sha256 (hex) that a .done marker holds.

    Raises:
        ChannelContentError: it holds none.
    """
    match = _SHA256.match(content)
    if match is None:
        raise ChannelContentError(
            f"{name}{DONE} does not begin with a sha256",
            where=channel,
            hint="the sender must write the file's sha256 in hex into its marker",
        )
    return match[1].decode().lower()
