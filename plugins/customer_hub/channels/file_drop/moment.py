"""Naive local times of the files."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")


def read_local_time(text: str, zone: ZoneInfo) -> datetime | None:
    """Return a naive local time as aware UTC; None when it is none (the gate sees the raw text)."""
    for pattern in _FORMATS:
        try:
            moment = datetime.strptime(text.strip(), pattern).replace(tzinfo=zone)
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None
