"""Working time, to the second, over nights, weekends, holidays and changed clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_hub.service import read_calendar
from customer_hub.values.business_time import BusinessCalendar

CHINA = read_calendar()
BERLIN = BusinessCalendar(
    ZoneInfo("Europe/Berlin"), time(1), time(5), frozenset({7}), frozenset(), frozenset()
)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 365 * 86_400).map(lambda seconds: BEGIN + timedelta(seconds=seconds))


def at(text: str) -> datetime:
    """Return a moment of 2026 that is written in Shanghai time."""
    return datetime.fromisoformat(f"2026-{text}:00+08:00")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("11-16T09:00", "11-16T18:00", 9.0),  # a Monday
        ("11-16T10:15", "11-16T10:45", 0.5),
        ("11-16T07:00", "11-16T09:30", 0.5),
        ("11-16T17:30", "11-17T09:30", 1.0),  # the night is none
        ("11-16T19:00", "11-17T08:00", 0.0),
        ("11-20T17:00", "11-23T10:00", 2.0),  # nor is the weekend
        (
            "09-30T17:00",
            "10-08T10:00",
            2.0,
        ),  # nor the National Day holidays, Thursday after Wednesday
        ("10-09T17:00", "10-10T10:00", 2.0),  # a Saturday that is worked in exchange
        ("11-16T12:00", "11-16T12:00", 0.0),
        ("11-16T12:00", "11-16T11:00", 0.0),
    ],
)
def test_only_working_hours_count(start: str, end: str, hours: float) -> None:
    assert CHINA.measure(at(start), at(end)) == timedelta(hours=hours)
    utc = (at(start).astimezone(UTC), at(end).astimezone(UTC))
    assert CHINA.measure(*utc) == timedelta(hours=hours), "wherever the moments are written"


def test_a_day_on_which_clocks_change_is_as_long_as_it_is() -> None:
    spring, autumn, plain = date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1)
    for day, hours in ((spring, 3), (autumn, 5), (plain, 4)):
        start = datetime.combine(day, time.min, UTC) - timedelta(hours=3)
        assert BERLIN.measure(start, start + timedelta(days=1)) == timedelta(hours=hours)


@given(moments=st.lists(MOMENTS, min_size=3, max_size=3).map(sorted))
def test_parts_add_up_and_never_exceed_what_passed(moments: list[datetime]) -> None:
    first, second, third = moments
    whole = CHINA.measure(first, third)
    assert CHINA.measure(first, second) + CHINA.measure(second, third) == whole
    assert timedelta(0) <= whole <= third - first
