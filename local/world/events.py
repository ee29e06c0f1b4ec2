"""The stream of events of a world, customer by customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from local.world.calendar import Calendar
from local.world.journal import Broken, Event, Truth
from local.world.lives import World
from local.world.people import Relation
from local.world.population import walk_population


@dataclass(frozen=True, slots=True)
class Chapter:
    """Everything about one neighbourhood: its events and the truth behind them."""

    events: list[Event]
    truth: list[Truth]
    relations: list[Relation]
    broken: list[Broken]


def tell(customers: int, seed: int, start: date) -> Iterator[Chapter]:
    """Yield the world's chapters; only one neighbourhood is ever in memory."""
    world = World(customers, seed, Calendar(start))
    for neighbourhood in walk_population(customers, seed):
        chapter = Chapter([], [], neighbourhood.relations, [])
        for customer in neighbourhood.customers:
            journal, events = world.live(customer)
            chapter.events.extend(events)
            chapter.truth.extend(journal.truth)
            chapter.broken.extend(journal.broken)
        yield chapter


def generate(customers: int, seed: int, start: date) -> Iterator[Event]:
    """Yield all events of a world of ``customers`` true customers over its three days.

    Events come customer by customer and, for each customer, in the order of time; so a record's
    versions are in order, while days alternate. The same arguments give the same events.
    """
    for chapter in tell(customers, seed, start):
        yield from chapter.events
