"""What a test may set on a running channel: lags, limits and lifetimes, off or as in life at first."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, fields, replace
from typing import Any


@dataclass
class HubSpotSettings:
    """`burst_limit` counts requests in 10 s, `search_limit` searches in a second; None: no limit.

    `access_token_seconds` holds for tokens that are out already, too: 0 ends them all at once.
    """

    search_lag_seconds: float = 10
    access_token_seconds: float = 1800
    burst_limit: float | None = None
    search_limit: float | None = None


@dataclass
class ZendeskSettings:
    """`incremental_limit` counts exports in a minute; a job takes `job_seconds` from queue to end."""

    incremental_limit: float | None = None
    job_seconds: float = 0.2


Settings = HubSpotSettings | ZendeskSettings


def change_settings(settings: Settings, given: dict[str, Any]) -> None:
    """Set the given ones; raises ValueError for a name or value that is none, and sets nothing."""
    names = {field.name: field.default for field in fields(settings)}
    for name, value in given.items():
        if name not in names:
            raise ValueError(f"settings are {', '.join(names)}")
        may_be_none = names[name] is None
        if value is None and may_be_none:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise ValueError(f"{name} must be a number from 0{' or null' if may_be_none else ''}")
    for name, value in replace(settings, **given).__dict__.items():
        setattr(settings, name, value)


class Rate:
    """The calls of the last `seconds` of wall time."""

    def __init__(self, seconds: float) -> None:
        """Begin with no calls."""
        self._seconds = seconds
        self._calls: deque[float] = deque()

    def take(self, limit: float) -> int | None:
        """Count a call and return how many are left, or None (and count none) above `limit`."""
        now = time.monotonic()
        while self._calls and self._calls[0] <= now - self._seconds:
            self._calls.popleft()
        if len(self._calls) >= limit:
            return None
        self._calls.append(now)
        return int(limit) - len(self._calls)

    def wait_seconds(self) -> float:
        """Return how long it is until the oldest call counts no more."""
        oldest = self._calls[0] if self._calls else time.monotonic() - self._seconds
        return max(0.0, oldest + self._seconds - time.monotonic())
