"""Which files are there, which are finished, and which a window must read."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

from customer_hub.channels.file_drop.folder import Folder, Listed
from customer_hub.channels.file_drop.layout import Layout
from customer_hub.core.errors import ChannelContentError, ChannelUnavailableError

DONE = ".done"
_SHA256 = re.compile(rb"\s*([0-9a-fA-F]{64})\b")


@dataclass(frozen=True, slots=True, order=True)
class DropFile:
    """One file of a business day."""

    day: date
    name: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a folder, and those that two looks have shown alike."""

    files: Mapping[str, Listed]
    steady: frozenset[str]

    def list_days(self, layout: Layout, *, finished: bool = False) -> list[date]:
        """Return the business days of a layout's files, oldest first."""
        days = ((layout.read_day(name), name) for name in self.files)
        return sorted(
            day
            for day, name in days
            if day is not None and (not finished or self.is_finished(layout, name))
        )

    def is_finished(self, layout: Layout, name: str) -> bool:
        """Tell whether a file is there whole: by its marker, or it was the same twice."""
        if layout.template.stable_seconds is None:
            return name in self.files and f"{name}{DONE}" in self.files
        return name in self.steady


def take_listing(folder: Folder, layouts: Sequence[Layout]) -> Listing:
    """List a folder; twice, with a wait between, where a sender leaves no markers."""
    first = folder.list_files()
    waits = [layout.template.stable_seconds for layout in layouts]
    seconds = max((wait for wait in waits if wait is not None), default=0.0)
    if not seconds:
        return Listing(first, frozenset())
    time.sleep(seconds)
    second = folder.list_files()
    return Listing(second, frozenset(n for n, seen in second.items() if first.get(n) == seen))


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment at which a business day is over: the next local midnight, in UTC."""
    midnight = datetime.combine(day + timedelta(days=1), time_of_day(), tzinfo=zone)
    return midnight.astimezone(UTC)


def newest_end(listing: Listing, layouts: Sequence[Layout], zone: ZoneInfo) -> datetime | None:
    """Return up to when finished files reach: the drop's own clock. None if there is none yet."""
    days = [day for layout in layouts for day in listing.list_days(layout, finished=True)]
    return end_of_day(max(days), zone) if days else None


def list_due(
    listing: Listing,
    layout: Layout,
    layouts: Sequence[Layout],
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
    known = [day for each in layouts for day in listing.list_days(each)]
    if not known:
        return []
    due = []
    day = max(min(known), start.astimezone(zone).date() - timedelta(days=1))
    while end_of_day(day, zone) <= end:
        if end_of_day(day, zone) > start:
            due.append(DropFile(day, layout.name_file(day)))
        day += timedelta(days=1)
    for file in due:
        if not listing.is_finished(layout, file.name):
            raise ChannelUnavailableError(
                f"{file.name} {_describe_state(listing, layout, file.name)}",
                where=channel,
                hint="run again when it is there; a day without rows is a file with a header only",
            )
    return due


def _describe_state(listing: Listing, layout: Layout, name: str) -> str:
    if name in listing.files:
        if layout.template.stable_seconds is None:
            return f"is not finished: it has no {DONE} marker"
        return "is not finished: it still grows or was replaced"
    stem = name.rpartition(".")[0]
    others = sorted(
        other for other in listing.files if other.startswith(f"{stem}.") and DONE not in other
    )
    return "is missing" + (f"; there is {', '.join(others)}" if others else "")


def list_earlier(listing: Listing, layout: Layout, file: DropFile, since: date) -> list[DropFile]:
    """Return the finished files of a layout from before `file`, oldest first.

    What is older than `since` is left out, but for the drop's first file, which holds everything
    from before it.
    """
    days = [day for day in listing.list_days(layout, finished=True) if day < file.day]
    kept = [day for day in days if day == days[0] or day >= since]
    return [DropFile(day, layout.name_file(day)) for day in kept]


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
