"""The world's business days in Asia/Shanghai and moments inside them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")
DAYS = (1, 2, 3)
_DAY_SECONDS = 86_400


class Calendar:
    """The three days that begin at ``start``."""

    def __init__(self, start: date) -> None:
        """Take the first business day."""
        self._midnight = datetime.combine(start, time.min, BUSINESS_ZONE).astimezone(UTC)

    def moment(self, rng: Random, day: int) -> datetime:
        """Draw a moment of a day: mostly in shop hours, now and then on the edge of the day."""
        turn = rng.random()
        if turn < 0.006:
            seconds = 0
        elif turn < 0.012:
            seconds = _DAY_SECONDS - 1
        elif turn < 0.9:
            seconds = int(8.5 * 3600 + rng.betavariate(2, 2) * 13 * 3600)
        else:
            seconds = rng.randrange(_DAY_SECONDS)
        return self._midnight + timedelta(days=day - 1, seconds=seconds)

    def past(self, rng: Random, since: datetime | None = None) -> datetime:
        """Draw a moment of the two years before the first day, not before ``since``."""
        seconds = rng.randrange(3600, 730 * _DAY_SECONDS)
        moment = self._midnight - timedelta(seconds=seconds)
        if since is None or moment >= since:
            return moment
        span = max(1, int((self._midnight - since).total_seconds()))
        return since + timedelta(seconds=rng.randrange(span))
