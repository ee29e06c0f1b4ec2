"""Naive local times of the files."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_ISO = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")


def read_local_time(text: str, zone: ZoneInfo, forms: Sequence[str] = ()) -> datetime | None:
    """Return a naive local time as aware UTC; None when it is none (the gate sees the raw text).

    Args:
        text: in one of `forms`, or ISO.
        zone: that it is local to.
        forms: of strptime.
    """
    for form in (*forms, *_ISO):
        try:
            return datetime.strptime(text, form).replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def show_iso(text: str | None, forms: Sequence[str]) -> str | None:
    """Return a local day or time as ISO text where one of `forms` reads it, else as it stands."""
    for form in forms:
        try:
            moment = datetime.strptime((text or "").strip(), form)  # noqa: DTZ007 - stays local
        except ValueError:
            continue
        has_hours = any(part in form for part in ("%H", "%I", "%X", "%T"))
        return moment.strftime("%Y-%m-%d %H:%M:%S" if has_hours else "%Y-%m-%d")
    return text
