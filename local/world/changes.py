"""What changes in a customer's life on days 2 and 3, and how a channel learns of it."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from local.world.addresses import draw_address, draw_foreign_address, draw_foreign_city
from local.world.companies import rename_company
from local.world.dice import Weighted
from local.world.people import PERSON, Customer
from local.world.phones import MOVED, Phonebook
from local.world.places import CITIES
from local.world.views import View
from local.world.writing import write_mobile

_PERSON = Weighted([("mobile", 35), ("address", 40), ("status", 10), ("level", 15)])
_COMPANY = Weighted([("name", 25), ("address", 30), ("status", 10), ("level", 20), ("terms", 15)])
_LEVELS = ("VIP", "A", "B", "C")


def change_customer(
    rng: Random, customer: Customer, book: Phonebook, day: int, share: float
) -> tuple[str, ...]:
    """Apply a day's changes to the true customer and return what changed; day 1 brings none."""
    if day == 1:
        return ()
    changed = []
    if customer.loses_mobile_on == day:
        customer.mobile = book.mobile(customer.number, MOVED)
        changed.append("mobile")
    if customer.takes_mobile_on == day:
        customer.mobile = customer.taken_mobile
        changed.append("mobile")
    if not changed and rng.random() < share:
        what = (_PERSON if customer.kind == PERSON else _COMPANY).draw(rng)
        if _apply(rng, customer, book, what):
            changed.append(what)
    return tuple(changed)


def _apply(rng: Random, customer: Customer, book: Phonebook, what: str) -> bool:
    match what:
        case "mobile":
            # A shared phone stays with the family or the agent.
            if customer.identity_class != "plain" or customer.mobile.startswith("+"):
                return False
            customer.mobile = book.mobile(customer.number, MOVED)
        case "address" if customer.address.abroad:
            customer.address = draw_foreign_address(rng, draw_foreign_city(rng))
        case "address":
            city = next(city for city in CITIES if city.name == customer.address.city)
            customer.address = draw_address(rng, city, office=customer.kind != PERSON)
        case "name" if customer.company is not None:
            if customer.identity_class != "plain":
                return False
            customer.former_company = customer.company
            customer.company = rename_company(rng, customer.company)
        case "level":
            customer.level = rng.choice([level for level in _LEVELS if level != customer.level])
        case "terms":
            customer.payment_terms = "net60" if customer.payment_terms != "net60" else "net30"
    return True


def teach_view(rng: Random, view: View, what: str) -> None:
    """Write one changed thing of the true customer into a channel's view of it."""
    customer = view.customer
    match what:
        case "mobile":
            view.mobile = write_mobile(rng, customer.mobile)
        case "address":
            view.address = customer.address
        case "name" if customer.company is not None:
            view.company = customer.company.legal
            view.short_name = view.short_name and customer.company.short
        case "level":
            view.level = customer.level
        case "terms":
            view.payment_terms = customer.payment_terms
        case "status":
            view.status = "inactive" if view.status == "active" else "active"


def correct_view(rng: Random, view: View) -> None:
    """Put a clerk's correction into a view: the right name, or a remark that was missing."""
    customer = view.customer
    if customer.company is not None:
        view.company = customer.company.legal
    elif customer.name is not None:
        name = customer.name
        view.family, view.given, view.full_name = name.family, name.given, name.full
    if view.address is not None and not view.address.district and customer.address.district:
        view.address = replace(view.address, district=customer.address.district)
    if not view.remark:
        view.remark = rng.choice(("资料已核对", "已电话确认", "checked by phone"))
