"""The rate of requests to a channel: every task that holds its log-in keeps to one budget."""

import time
from threading import Lock
from typing import Protocol

from customer_hub.core import db, sql

# Requests set out at their moments and arrive a little later or earlier: the margin keeps what
# arrives within the budget whichever minute is looked at.
_USED_SHARE = 0.98
_LEASE_SECONDS = 0.1
# A task that was busy elsewhere makes up for so much: a minute then holds 98.2 % of the budget.
_BEHIND_SECONDS = 0.1


class Pace(Protocol):
    """Lets requests start one after the other, at even distances."""

    def take(self, budget: str, rate: float) -> None:
        """Wait until one more request may start; `rate` is what `budget` permits a second."""

    def hold(self, budget: str, seconds: float) -> None:
        """Let no request start for a while: the channel said that its budget is used up."""


class LocalPace:
    """The pace of one process."""

    def __init__(self) -> None:
        """Begin with every budget free."""
        self._next_at: dict[str, float] = {}
        self._lock = Lock()

    def take(self, budget: str, rate: float) -> None:
        """Wait until one more request may start."""
        with self._lock:
            at = time.monotonic()
            start = max(at, self._next_at.get(budget, at))
            self._next_at[budget] = start + 1 / (rate * _USED_SHARE)
        if start > at:
            time.sleep(start - at)

    def hold(self, budget: str, seconds: float) -> None:
        """Let no request start for a while."""
        with self._lock:
            until = time.monotonic() + seconds
            self._next_at[budget] = max(until, self._next_at.get(budget, until))


class SharedPace:
    """The pace of all processes that name the same credential, kept in hub.request_pace.

    A turn is leased in a statement of its own, several at once where the budget permits many a
    second, so that the database is asked ten times a second at most.
    """

    def __init__(self, credential: str) -> None:
        """Share the budgets of one credential (the id of an Airflow connection)."""
        self._credential = credential
        self._leased: dict[str, list[float]] = {}
        self._lock = Lock()

    def take(self, budget: str, rate: float) -> None:
        """Wait until one more request may start."""
        with self._lock:
            turns = self._leased.setdefault(budget, [])
            if not turns:
                turns += self._lease(budget, rate * _USED_SHARE)
            turn = turns.pop(0)
        wait = turn - time.monotonic()
        if wait > 0:
            time.sleep(wait)

    def hold(self, budget: str, seconds: float) -> None:
        """Let no request of any process start for a while; turns in hand are given up."""
        with self._lock, db.engine().begin() as connection:
            self._leased.pop(budget, None)
            sql.run(connection, "core/hold_requests", name=self._name(budget), seconds=seconds)

    def _lease(self, budget: str, rate: float) -> list[float]:
        """Return the moments (monotonic) of the next turns; some may lie behind."""
        count = max(1, int(rate * _LEASE_SECONDS))
        asked_at = time.monotonic()
        with db.engine().begin() as connection:
            row = sql.rows(
                connection,
                "core/lease_requests",
                name=self._name(budget),
                seconds=count / rate,
                behind=_BEHIND_SECONDS,
            )[0]
        return [asked_at + float(row.wait_seconds) + turn / rate for turn in range(count)]

    def _name(self, budget: str) -> str:
        return f"{self._credential}/{budget}"
