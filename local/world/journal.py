"""The journal of one customer: its records' versions, some broken, some repaired later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, NamedTuple

from local.world.calendar import DAYS, Calendar
from local.world.faults import FAULTS, break_record

_BROKEN_SHARE = 0.019
_REPAIRED_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Event:
    """One change in a channel.

    ``day`` is 1 to 3; ``at`` is aware UTC inside that business day of Asia/Shanghai; ``key`` is the
    native id as text; ``record`` has the channel's native shape and is empty for a delete.
    """

    day: int
    at: datetime
    channel: str
    entity: str
    op: str
    key: str
    record: dict[str, Any]


class Truth(NamedTuple):
    """Who is behind a record of a customer or a contact, and the day it appeared."""

    source_key: str
    true_customer_id: str
    identity_class: str
    day: int


class Broken(NamedTuple):
    """A record that a suite must catch, and the day of that version."""

    channel: str
    entity: str
    key: str
    day: int
    fault: str


Render = Callable[[datetime], dict[str, Any]]


class Journal:
    """Collects what happens to one customer's records."""

    def __init__(self, rng: Random, calendar: Calendar) -> None:
        """Open an empty journal; ``rng`` decides what breaks."""
        self._rng = rng
        self._calendar = calendar
        self._events: list[Event] = []
        self._repairs: list[tuple[int, Event]] = []
        self.truth: list[Truth] = []
        self.broken: list[Broken] = []

    def upsert(
        self,
        day: int,
        at: datetime,
        channel: str,
        entity: str,
        key: str,
        render: Render,
        rng: Random | None = None,
    ) -> None:
        """Enter a version; ``render`` makes its record for a moment, at once and never later.

        ``rng`` decides what breaks in place of the journal's own dice.
        """
        record = render(at)
        event = Event(day, at, channel, entity, "upsert", key, record)
        self._events.append(event)
        rng = rng or self._rng
        if (channel, entity) not in FAULTS or rng.random() >= _BROKEN_SHARE:
            return
        fault = break_record(channel, entity, record, rng)
        if not fault:
            return
        self.broken.append(Broken(channel, entity, key, day, fault))
        if day < DAYS[-1] and rng.random() < _REPAIRED_SHARE:
            later = rng.randrange(day + 1, DAYS[-1] + 1)
            moment = self._calendar.moment(rng, later)
            repaired = Event(later, moment, channel, entity, "upsert", key, render(moment))
            self._repairs.append((day, repaired))

    def append(
        self, day: int, at: datetime, channel: str, entity: str, key: str, record: dict[str, Any]
    ) -> None:
        """Enter a version that nothing breaks."""
        self._events.append(Event(day, at, channel, entity, "upsert", key, record))

    def delete(self, day: int, at: datetime, channel: str, entity: str, key: str) -> None:
        """Enter a deletion."""
        self._events.append(Event(day, at, channel, entity, "delete", key, {}))

    def close(self) -> Iterator[Event]:
        """Yield the events in time; repairs stay away where the record has a later version."""
        last: dict[tuple[str, str, str], int] = {}
        for event in self._events:
            name = event.channel, event.entity, event.key
            last[name] = max(last.get(name, 0), event.day)
        for broken_on, repair in self._repairs:
            if last[repair.channel, repair.entity, repair.key] == broken_on:
                self._events.append(repair)
        yield from sorted(self._events, key=lambda event: (event.day, event.at))
