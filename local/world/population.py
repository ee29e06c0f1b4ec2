"""The true customers, neighbourhood by neighbourhood.

A neighbourhood is a run of ``NEIGHBOURHOOD`` customer numbers made from its own dice; households,
company groups and shared phones never cross its border, so the world streams in constant memory.
The one thing that crosses it is an agent's mobile, which follows from the number alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random

from local.world import phones
from local.world.addresses import draw_address, draw_city
from local.world.dice import Weighted, dice
from local.world.makers import Maker
from local.world.names import draw_chinese_name, draw_given
from local.world.people import PERSON, Customer, Relation

NEIGHBOURHOOD = 50
# One agent serves a district of this many numbers; every n-th plain customer there is his.
_AGENT_DISTRICT, _AGENT_STEP = 2500, 33
_RECYCLED_SHARE = 0.6


@dataclass(slots=True)
class Neighbourhood:
    """Some consecutive customers and the relations among them."""

    number: int
    customers: list[Customer]
    relations: list[Relation]


def walk_population(customers: int, seed: int) -> Iterator[Neighbourhood]:
    """Yield the neighbourhoods of a world of ``customers`` true customers."""
    book = phones.Phonebook(seed)
    for number in range(-(-customers // NEIGHBOURHOOD)):
        first = number * NEIGHBOURHOOD
        size = min(NEIGHBOURHOOD, customers - first)
        yield _Settlement(dice(seed, "neighbourhood", number), book, number, first, size).build()


class _Settlement:
    """Fills one neighbourhood with groups of customers until it is full."""

    def __init__(
        self, rng: Random, book: phones.Phonebook, number: int, first: int, size: int
    ) -> None:
        self._rng = rng
        self._book = book
        self._number = number
        self._end = first + size
        self._next = first
        self._make = Maker(rng, book)
        self._customers: list[Customer] = []
        self._relations: list[Relation] = []

    def build(self) -> Neighbourhood:
        while self._next < self._end:
            _GROUPS.draw(self._rng)(self)
        self._hand_to_agents()
        self._recycle_mobiles()
        return Neighbourhood(self._number, self._customers, self._relations)

    def _number_next(self) -> int | None:
        """Take the next free number; None when the neighbourhood is full."""
        if self._next >= self._end:
            return None
        self._next += 1
        return self._next - 1

    def _add(self, customer: Customer) -> None:
        self._customers.append(customer)

    def single_person(self) -> None:
        number = self._number_next()
        if number is not None:
            person = self._make.person(number, western=self._rng.random() < 0.27)
            self._add(person)

    def single_company(self) -> None:
        number = self._number_next()
        if number is None:
            return
        company = self._make.company(number, western=self._rng.random() < 0.28)
        self._add(company)
        # Now and then a contact buys for himself as well.
        if self._rng.random() < 0.04 and company.contacts and company.contacts[0].name:
            own = self._number_next()
            if own is not None:
                contact = company.contacts[0]
                person = self._make.person(own, western=company.western, name=contact.name)
                person.mobile = contact.mobile
                self._add(person)
                self._relations.append(Relation(contact.true_id, person.true_id, "same_person"))

    def _family(self, western: bool, one_phone: bool) -> None:
        head: Customer | None = None
        shared = ""
        for _ in range(self._rng.choice((2, 2, 3, 3, 4))):
            number = self._number_next()
            if number is None:
                return
            # Half of a Chinese family shares the head's surname: wives keep their own.
            surname = head.name.family if head and head.name else ""
            if surname and not western and self._rng.random() < 0.45:
                surname = ""
            person = self._make.person(number, western=western, surname=surname)
            if head is None:
                head, shared = person, self._book.mobile(number, phones.SHARED)
            else:
                person.address, person.landline = head.address, head.landline
                self._relations.append(Relation(person.true_id, head.true_id, "household"))
            if one_phone:
                person.identity_class = "family_phone"
                person.mobile = shared
            self._add(person)

    def household(self) -> None:
        self._family(western=self._rng.random() < 0.22, one_phone=False)

    def family_with_one_phone(self) -> None:
        self._family(western=False, one_phone=True)

    def twins(self) -> None:
        if self._next + 2 > self._end:
            return self.single_person()
        numbers = self._next, self._next + 1
        self._next += 2
        first = self._make.person(numbers[0], western=False, name=draw_chinese_name(self._rng))
        second = self._make.person(
            numbers[1],
            western=False,
            surname=first.name.family if first.name else "",
            born=first.born,
        )
        if first.name and second.name:
            # Parents like one shared character: 建国 and 建军.
            given = first.name.given[0] + draw_given(self._rng, second.name.sex)[-1]
            while given == first.name.given:
                given = first.name.given[0] + draw_given(self._rng, second.name.sex)[-1]
            second.name = replace(second.name, given=given, script=first.name.script)
        second.address, second.landline = first.address, first.landline
        shared = self._book.mobile(numbers[0], phones.SHARED)
        for twin in (first, second):
            twin.identity_class = "twin"
            twin.mobile = shared
            self._add(twin)
        self._relations.append(Relation(second.true_id, first.true_id, "household"))
        return None

    def company_with_branches(self) -> None:
        number = self._number_next()
        if number is None:
            return
        parent = self._make.company(number, western=self._rng.random() < 0.15)
        self._add(parent)
        for _ in range(self._rng.choice((1, 1, 2, 3))):
            number = self._number_next()
            if number is None:
                return
            branch = self._make.branch(number, parent)
            self._add(branch)
            self._relations.append(Relation(branch.true_id, parent.true_id, "branch_of"))

    def sister_companies(self) -> None:
        elders: list[Customer] = []
        for _ in range(self._rng.choice((2, 2, 3))):
            number = self._number_next()
            if number is None:
                return
            if elders:
                company = self._make.sister(number, elders)
            else:
                company = self._make.company(number, western=self._rng.random() < 0.2)
            company.identity_class = "sister"
            elders.append(company)
            self._add(company)

    def companies_behind_one_desk(self) -> None:
        city = draw_city(self._rng)
        hall = draw_address(self._rng, city, office=True)
        line = ""
        for _ in range(3):
            number = self._number_next()
            if number is None:
                return
            company = self._make.company(number, western=False, city=city)
            line = line or self._book.landline(number, city)
            room = draw_address(self._rng, city, office=True).room
            company.address = replace(hall, room=room)
            company.landline = line
            company.identity_class = "reception_line"
            self._add(company)

    def _hand_to_agents(self) -> None:
        for customer in self._customers:
            if (
                customer.number % _AGENT_STEP == 11
                and customer.identity_class == "plain"
                and not customer.western
            ):
                agent = customer.number // _AGENT_DISTRICT * _AGENT_DISTRICT
                customer.mobile = self._book.mobile(agent, phones.AGENT)
                customer.identity_class = "agent_mobile"

    def _recycle_mobiles(self) -> None:
        """Let one person's mobile move to a stranger on day 2 or 3."""
        candidates = [
            person
            for person in self._customers
            if person.kind == PERSON and person.identity_class == "plain" and not person.western
        ]
        if len(candidates) < 2 or self._rng.random() >= _RECYCLED_SHARE:
            return
        giver, taker = self._rng.sample(candidates, 2)
        giver.loses_mobile_on = 2
        taker.takes_mobile_on = self._rng.choice((2, 3))
        taker.taken_mobile = giver.mobile
        giver.identity_class = taker.identity_class = "recycled_phone"


_GROUPS: Weighted[Callable[[_Settlement], None]] = Weighted(
    [
        (_Settlement.single_person, 46.0),
        (_Settlement.single_company, 33.0),
        (_Settlement.household, 3.2),
        (_Settlement.family_with_one_phone, 2.0),
        (_Settlement.twins, 1.2),
        (_Settlement.company_with_branches, 2.5),
        (_Settlement.sister_companies, 1.6),
        (_Settlement.companies_behind_one_desk, 1.3),
    ]
)
