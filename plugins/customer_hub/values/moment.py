"""Read dates and times: a date stays a date, a time becomes UTC."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from customer_hub.values.text import clean

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2100
_MAX_LENGTH: Final = 60

_day = re.compile(
    r"([0-9]{4})(?:(?P<mark>[-/.])([0-9]{1,2})(?P=mark)([0-9]{1,2})"
    r"|年 ?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?[日号]?|([0-9]{2})([0-9]{2}))"
)
_time = re.compile(
    r"[T ]?([0-9]{1,2})(?::|时|点)([0-9]{1,2})(?:(?::|分)([0-9]{1,2})(?:[.,]([0-9]{1,9}))?秒?|分)?"
    r" ?(?:(Z|UTC|GMT)|([+-])([0-9]{2}):?([0-9]{2})?)?",
    re.IGNORECASE,
)


def parse_on(raw: str | None) -> date | None:
    """Read a date (``1990-1-2``, ``1990/01/02``, ``1990年1月2日``, ``19900102``).

    A time behind it is dropped. What is no calendar date, or lies outside 1900 to 2100, and any
    order other than year, month, day (it would be a guess) gives None.
    """
    text = _clean(raw)
    match = _day.match(text) if text else None
    if text is None or match is None:
        return None
    rest = text[match.end() :]
    if rest and _time.fullmatch(rest) is None:
        return None
    return _to_date(match)


def parse_at(raw: str | None, zone: str) -> datetime | None:
    """Read a moment to an aware datetime in UTC.

    Args:
        raw: ISO 8601 (``Z`` and offsets respected), ``YYYY-MM-DD HH:MM:SS`` and its relatives with
            ``/`` or 年月日; a date alone is its midnight.
        zone: IANA name of the zone in which a value without an offset is read.
    """
    text = _clean(raw)
    match = _day.match(text) if text else None
    day = _to_date(match) if match else None
    if text is None or match is None or day is None:
        return None
    rest = text[match.end() :]
    clock = _time.fullmatch(rest) if rest else None
    if rest and clock is None:
        return None
    return _to_utc(day, clock, zone)


def _clean(raw: str | None) -> str | None:
    if raw is None or len(raw) > _MAX_LENGTH:
        return None
    return clean(raw)


def _to_date(match: re.Match[str]) -> date | None:
    year, month, day = (int(part) for name, part in _parts(match))
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _parts(match: re.Match[str]) -> list[tuple[int, str]]:
    return [(n, match[n]) for n in (1, 3, 4, 5, 6, 7, 8) if match[n] is not None]


def _to_utc(day: date, clock: re.Match[str] | None, zone: str) -> datetime | None:
    hour, minute, second = (int(clock[n] or 0) for n in (1, 2, 3)) if clock else (0, 0, 0)
    micro = int((clock[4] or "0").ljust(6, "0")[:6]) if clock else 0
    try:
        # 24:00:00 is the next midnight, as ISO 8601 has it.
        extra = timedelta(days=1) if (hour, minute, second, micro) == (24, 0, 0, 0) else timedelta()
        # Not in UTC yet: the clock's own zone or offset is applied below.
        local = datetime.combine(day, time(0 if extra else hour, minute, second, micro), UTC)
    except ValueError:
        return None
    offset = _offset_of(clock)
    if offset is not None:
        return local + extra - offset
    place = _zone(zone)
    return (local + extra).replace(tzinfo=place).astimezone(UTC) if place else None


def _offset_of(clock: re.Match[str] | None) -> timedelta | None:
    if clock is None:
        return None
    if clock[5]:
        return timedelta()
    if clock[6]:
        size = timedelta(hours=int(clock[7]), minutes=int(clock[8] or 0))
        return -size if clock[6] == "-" else size
    return None


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
