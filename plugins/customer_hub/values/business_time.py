"""Working time between two moments: what a customer waited while people were there to answer."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """When people work: the hours of a working day in a time zone, and which days are some.

    `weekdays` are 1 (Monday) to 7; `holidays` and `workdays` are the days that differ from them.
    """

    zone: ZoneInfo
    begins: time
    ends: time
    weekdays: frozenset[int]
    holidays: frozenset[date]
    workdays: frozenset[date]

    def is_workday(self, day: date) -> bool:
        """Tell whether people work on a day. A day that is named as both is a working day."""
        if day in self.workdays:
            return True
        return day.isoweekday() in self.weekdays and day not in self.holidays

    def measure(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from one aware moment to a later one; nothing if it is not later.

        Hours are those that pass: a day on which clocks are changed within working hours is as much
        shorter or longer.
        """
        total, day = timedelta(0), start.astimezone(self.zone).date()
        last = end.astimezone(self.zone).date()
        while day <= last:
            if self.is_workday(day):
                total += max(
                    min(end, self._at(day, self.ends)) - max(start, self._at(day, self.begins)),
                    timedelta(0),
                )
            day += _DAY
        return total

    def _at(self, day: date, moment: time) -> datetime:
        """Return a moment of a day in UTC: differences within a zone would ignore changed clocks."""
        return datetime.combine(day, moment, self.zone).astimezone(UTC)
