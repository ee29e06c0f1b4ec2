"""The life of one customer over the three days: records, changes, orders, tickets, deletions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from random import Random
from typing import Any

from local.world import phones
from local.world.calendar import DAYS, Calendar
from local.world.changes import change_customer, correct_view, teach_view
from local.world.deeds import Deeds
from local.world.dice import Weighted, dice
from local.world.habits import CHANNELS
from local.world.journal import Event, Journal, Truth
from local.world.numbering import Numbering
from local.world.oddities import add_oddity
from local.world.people import PERSON, Customer
from local.world.render_crm import render_account, render_contact
from local.world.render_pos import render_member
from local.world.render_shop import render_customer
from local.world.render_support import render_user
from local.world.talks import Talks
from local.world.views import View, make_view

# How likely a customer stands in a channel, persons then organisations.
_PRESENCE = {
    "shop": (0.56, 0.44),
    "crm": (0.21, 0.78),
    "support": (0.38, 0.46),
    "pos": (0.58, 0.32),
}
_REPEAT_SHARE = 0.055
_FIRST_DAY = Weighted([(1, 96.8), (2, 1.6), (3, 1.6)])
_CHANGE_SHARE, _CORRECTION_SHARE, _REMOVAL_SHARE = 0.024, 0.009, 0.005
_LEARN_SHARE = 0.65
_RECORDS: dict[str, tuple[str, Callable[[View, datetime], dict[str, Any]]]] = {
    "shop": ("customers", render_customer),
    "crm": ("Account", render_account),
    "support": ("user", render_user),
    "pos": ("member", render_member),
}


@dataclass(slots=True)
class _Staffed:
    """A contact's record in the CRM."""

    index: int
    key: str
    created_at: datetime


@dataclass(slots=True)
class _Kept:
    """A view that some channel keeps, with what hangs on it."""

    view: View
    rng: Random
    contacts: list[_Staffed] = field(default_factory=list)
    gone: bool = False

    @property
    def contact_keys(self) -> list[str]:
        """The ids of its contacts."""
        return [staffed.key for staffed in self.contacts]


class World:
    """What all lives share: the seed, the calendar, the phonebook and the numbers."""

    def __init__(self, customers: int, seed: int, calendar: Calendar) -> None:
        """Prepare the world."""
        self.seed = seed
        self.calendar = calendar
        self.book = phones.Phonebook(seed)
        self.numbers = Numbering(customers, seed)

    def places_of(self, customer: Customer) -> list[tuple[str, int]]:
        """Return the (channel, repeat) pairs in which a customer stands, at least one."""
        rng = dice(self.seed, "presence", customer.number)
        column = 0 if customer.kind == PERSON else 1
        places = [
            (channel, 0) for channel in CHANNELS if rng.random() < _PRESENCE[channel][column]
        ] or [(rng.choice(CHANNELS), 0)]
        return places + [(channel, 1) for channel, _ in places if rng.random() < _REPEAT_SHARE]

    def live(self, customer: Customer) -> tuple[Journal, Iterator[Event]]:
        """Return a customer's journal and its events in time."""
        journal = Journal(dice(self.seed, "fault", customer.number), self.calendar)
        _Life(self, customer, journal).run()
        return journal, journal.close()


class _Life:
    """Leads one customer through the days."""

    def __init__(self, world: World, customer: Customer, journal: Journal) -> None:
        self._world = world
        self._customer = customer
        self._journal = journal
        self._rng = dice(world.seed, "life", customer.number)
        self._kept: list[_Kept] = []
        self._deeds = Deeds(world.numbers, world.calendar, journal)
        self._talks = Talks(world.seed, customer.number, world.numbers, world.calendar, journal)
        self._planned = [
            (_FIRST_DAY.draw(self._rng), channel, repeat)
            for channel, repeat in world.places_of(customer)
        ]

    def run(self) -> None:
        for day in DAYS:
            changed = change_customer(
                self._rng, self._customer, self._world.book, day, _CHANGE_SHARE
            )
            for kept in self._kept:
                if not kept.gone:
                    self._continue(kept, day, changed)
            for planned, channel, repeat in self._planned:
                if planned == day:
                    self._appear(day, channel, repeat)

    def _appear(self, day: int, channel: str, repeat: int) -> None:
        world, customer = self._world, self._customer
        rng = dice(world.seed, "view", customer.number, channel, repeat)
        at = world.calendar.moment(rng, day)
        fresh = day > 1 or rng.random() < 0.01
        created = at if fresh else world.calendar.past(rng)
        key = world.numbers.record(channel, customer.number, repeat)
        identity_class = customer.identity_class
        if repeat and identity_class == "plain":
            identity_class = "duplicate"
        view = View(channel, key, customer, identity_class, created, day, repeat)
        make_view(rng, view, world.book)
        self._link(rng, view)
        add_oddity(rng, view)
        kept = _Kept(view, rng)
        self._kept.append(kept)
        source_key = f"{channel}/customer/{key}"
        self._journal.truth.append(Truth(source_key, customer.true_id, view.identity_class, day))
        self._write(kept, day, at)
        if channel == "crm":
            self._staff(kept, day, at)
            self._talks.begin(view, kept.contact_keys, day)
        self._deeds.begin(rng, view, day)

    def _link(self, rng: Random, view: View) -> None:
        """Note the parent's account and, at the desk, the member number the customer tells."""
        numbers, parent = self._world.numbers, self._customer.parent
        told = rng.random()
        if parent is not None and ("crm", 0) in self._world.places_of(parent) and told < 0.75:
            view.parent_key = numbers.record("crm", parent.number, 0)
        if ("pos", 0) in self._world.places_of(self._customer) and told < 0.3:
            view.member_number = numbers.record("pos", self._customer.number, 0)

    def _write(self, kept: _Kept, day: int, at: datetime) -> None:
        view = kept.view
        entity, render = _RECORDS[view.channel]
        self._journal.upsert(day, at, view.channel, entity, view.key, partial(render, view))

    def _staff(self, kept: _Kept, day: int, at: datetime) -> None:
        view = kept.view
        for index, contact in enumerate(self._customer.contacts):
            if kept.rng.random() >= (0.68 if view.repeat == 0 else 0.4):
                continue
            key = self._world.numbers.crm("Contact", self._customer.number, view.repeat, index)
            staffed = _Staffed(index, key, at if day > 1 else view.created_at)
            kept.contacts.append(staffed)
            identity_class = "plain" if contact.name else "department"
            self._journal.truth.append(
                Truth(f"crm/contact/{key}", contact.true_id, identity_class, day)
            )
            self._write_contact(kept, staffed, day)

    def _write_contact(self, kept: _Kept, staffed: _Staffed, day: int) -> None:
        contact = self._customer.contacts[staffed.index]
        moment = self._world.calendar.moment(kept.rng, day)
        created = min(staffed.created_at, moment)
        render = partial(render_contact, kept.view, contact, staffed.key, created)
        self._journal.upsert(day, moment, "crm", "Contact", staffed.key, render)

    def _continue(self, kept: _Kept, day: int, changed: tuple[str, ...]) -> None:
        view, rng = kept.view, kept.rng
        at = self._world.calendar.moment(rng, day)
        if rng.random() < _REMOVAL_SHARE and view.channel != "support":
            kept.gone = True
            self._remove(kept, day, at)
            return
        touched = False
        for what in changed:
            if rng.random() < _LEARN_SHARE:
                teach_view(rng, view, what)
                touched = True
        if rng.random() < _CORRECTION_SHARE:
            correct_view(rng, view)
            touched = True
        if touched:
            self._write(kept, day, at)
        for staffed in kept.contacts:
            if rng.random() < 0.012:
                contact = self._customer.contacts[staffed.index]
                contact.role = "general"
                self._write_contact(kept, staffed, day)
        self._deeds.go_on(rng, view, day)
        if view.channel == "crm":
            self._talks.go_on(view, kept.contact_keys, day)

    def _remove(self, kept: _Kept, day: int, at: datetime) -> None:
        view = kept.view
        if view.channel == "pos":
            view.status = "cancelled"
            self._write(kept, day, at)
            return
        self._journal.delete(day, at, view.channel, _RECORDS[view.channel][0], view.key)
        for staffed in kept.contacts:
            self._journal.delete(day, at, "crm", "Contact", staffed.key)
