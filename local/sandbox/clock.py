"""The sandbox clock: which moment the four channels believe it is.

The channels live in business days chosen by the test or the demo, not in wall time. The clock is
an offset from wall time, so it ticks in real time between two advances and survives a restart.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")
STAMP_FORMAT = "%Y-%m-%dT%H:%M:%S"


def utc_stamp(moment: str) -> str:
    """Return an ISO moment as `YYYY-MM-DDTHH:MM:SS` UTC; one without a zone is taken as UTC."""
    read = datetime.fromisoformat(moment)
    if read.tzinfo is not None:
        read = read.astimezone(UTC)
    return read.strftime(STAMP_FORMAT)


def shown_stamp(moment: object, otherwise: str) -> str:
    """Return a record's own moment as a UTC stamp, or `otherwise` where it is none or broken."""
    try:
        return utc_stamp(str(moment))
    except ValueError:
        return otherwise


def local_stamp(stamp: str) -> str:
    """Return a UTC stamp as naive local time of the business zone."""
    read = datetime.fromisoformat(stamp).replace(tzinfo=UTC)
    return read.astimezone(BUSINESS_ZONE).strftime(STAMP_FORMAT)


class SandboxClock:
    """A wall clock moved to a chosen business day."""

    def __init__(self, path: Path, start: date) -> None:
        """Read the kept offset from `path`, or begin at the midnight before business day 1 (`start`)."""
        self._path = path
        self._start = start
        if path.exists():
            self._offset = timedelta(seconds=json.loads(path.read_text())["offset_seconds"])
        else:
            self.open_after(0)

    def business_date(self, day: int) -> date:
        """Return the calendar date of business day `day`, counted from 1."""
        return self._start + timedelta(days=day - 1)

    def open_after(self, day: int) -> None:
        """Move to midnight, Asia/Shanghai, at the end of business day `day`.

        Not later: what the next day brings would otherwise carry moments that the clock has shown
        already, as no real system does beyond the length of a transaction.
        """
        opening = datetime.combine(self.business_date(day + 1), time.min, BUSINESS_ZONE)
        self._offset = opening - datetime.now(UTC)
        part = self._path.with_name(self._path.name + ".part")
        part.write_text(json.dumps({"offset_seconds": self._offset.total_seconds()}))
        part.replace(self._path)

    def now(self) -> datetime:
        """Return the sandbox's present moment in UTC."""
        return datetime.now(UTC) + self._offset

    def stamp(self) -> str:
        """Return the present second as `YYYY-MM-DDTHH:MM:SS` UTC, the stores' own form."""
        return self.now().strftime(STAMP_FORMAT)

    def http_date(self, ahead_seconds: float = 0) -> str:
        """Return the present moment, or one `ahead_seconds` later, as an HTTP date."""
        moment = self.now() + timedelta(seconds=ahead_seconds)
        return format_datetime(moment.replace(microsecond=0), usegmt=True)
