"""Read birth dates of any common form to YYYY-MM-DD."""

import re
from collections.abc import Sequence
from datetime import date

_ISO = re.compile(r"(\d{4})[-/.年 ]?(\d{1,2})[-/.月 ]?(\d{1,2})日?(?:[T ].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0)?")
_PARTS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?: .*)?")
_WORDS = re.compile(r"(\d{1,2})[-/. ]([A-Za-z]{3})[a-z]*[-/. ](\d{4}|\d{2})")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_PIVOT = 30  # 29 is 2029, 30 is 1930


def read_dates(values: Sequence[str]) -> list[str | None]:
    """Return each date as YYYY-MM-DD; None for what is no date.

    Where day and month could be either, dots say that the day is first; else the order that more of
    the values prove is taken.
    """
    proofs = _count_proofs(values)
    return [_read(value, day_first=proofs[0] > proofs[1]) for value in values]


def describe_order(values: Sequence[str]) -> str:
    """Say which order was taken for values that could be read both ways; empty if there are none."""
    doubtful = sum(_is_doubtful(value) for value in values)
    if not doubtful:
        return ""
    proofs = _count_proofs(values)
    order = ("month", "day")[proofs[0] > proofs[1]]
    is_told = proofs[0] != proofs[1]
    why = f"as {max(proofs):,} others prove" if is_told else "though nothing tells"
    if is_told and min(proofs):
        why += f", and {min(proofs):,} deny"
    return f"{doubtful:,} dates could be read both ways: the {order} is taken first, {why}"


def _count_proofs(values: Sequence[str]) -> tuple[int, int]:
    """Return how many values prove that the day is first, and how many that the month is."""
    parts = [match for value in values if (match := _PARTS.fullmatch(value.strip()))]
    return sum(int(each[1]) > 12 for each in parts), sum(int(each[2]) > 12 for each in parts)


def _is_doubtful(value: str) -> bool:
    match = _PARTS.fullmatch(value.strip())
    if match is None or "." in value:
        return False
    return int(match[1]) <= 12 and int(match[2]) <= 12 and int(match[1]) != int(match[2])


def _read(value: str, *, day_first: bool) -> str | None:
    text = value.strip()
    for pattern in (_COMPACT, _ISO):
        match = pattern.fullmatch(text)
        if match:
            # A month above 12 is a slip of the hand, and still tells records apart.
            return _write(int(match[1]), int(match[2]), int(match[3]))
    match = _WORDS.fullmatch(text)
    if match and match[2].lower() in _MONTHS:
        return _write(_year(match[3]), _MONTHS.index(match[2].lower()) + 1, int(match[1]))
    match = _PARTS.fullmatch(text)
    if match is None:
        return None
    one, two = int(match[1]), int(match[2])
    is_day_first = one > 12 or ((day_first or "." in text) and two <= 12)
    day, month = (one, two) if is_day_first else (two, one)
    return _write(_year(match[3]), month, day)


def _year(text: str) -> int:
    number = int(text)
    if len(text) == 4:
        return number
    return number + (2000 if number < _PIVOT else 1900)


def _write(year: int, month: int, day: int) -> str | None:
    if not (1000 <= year <= date.max.year and 0 <= month <= 99 and 0 <= day <= 99):
        return None
    return f"{year:04}-{month:02}-{day:02}"
