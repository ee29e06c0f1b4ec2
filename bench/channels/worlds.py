"""Sandboxes filled in bulk: a shop of many customers and orders, a CRM of many accounts."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from local.sandbox.process import SandboxProcess, WorldEvent, start_sandbox, write_events

BEGIN = datetime(2026, 11, 16, 1, tzinfo=UTC)
# The sandbox applies a day at a time and is asked for it with a time-out.
_ROWS_A_DAY = 20_000
_CITIES = ("Beijing", "Shanghai", "Shenzhen", "Chengdu", "Hangzhou")
_SYLLABLES = [first + second for first in "bdfghklmnprstvz" for second in "aeiou"]


def make_shop(customers: int, orders: int) -> Iterator[WorldEvent]:
    """Yield customers, then orders, in the order of their update times, four a second."""
    drawn = random.Random(7)
    for number in range(1, customers + orders + 1):
        day, moment = 1 + number // _ROWS_A_DAY, BEGIN + timedelta(seconds=number // 4)
        stamp = moment.strftime("%Y-%m-%dT%H:%M:%S")
        times = {"date_created_gmt": stamp, "date_modified_gmt": stamp}
        if number <= customers:
            entity, key, body = "customers", number, _make_customer(drawn, number)
        else:
            entity, key = "orders", number - customers
            body = _make_order(drawn, key, customers)
        yield day, f"{stamp}Z", "shop", entity, "insert", str(key), {**body, **times}


def _make_customer(drawn: random.Random, number: int) -> dict[str, object]:
    first, last = _name(drawn), _name(drawn)
    mail, phone = f"{first}.{last}{number}@shop.example", f"+86 10 5555 {number % 10_000:04d}"
    address = {
        "first_name": first, "last_name": last, "company": "", "country": "CN",
        "address_1": f"{_name(drawn)} Road {number % 900}", "address_2": "",
        "city": drawn.choice(_CITIES), "state": "", "postcode": f"{drawn.randrange(10**6):06d}",
    }  # fmt: skip
    return {
        "id": number, "email": mail, "first_name": first, "last_name": last, "role": "customer",
        "username": mail, "is_paying_customer": True,
        "billing": {**address, "email": mail, "phone": phone},
        "shipping": address,
        "meta_data": [{"id": number * 10, "key": "level", "value": "A"}],
    }  # fmt: skip


def _make_order(drawn: random.Random, number: int, customers: int) -> dict[str, object]:
    count = drawn.randint(1, 4)
    lines = [
        {
            "id": number * 10 + place, "sku": f"S{drawn.randrange(500)}", "quantity": 1,
            "name": f"Article {_name(drawn)}", "total": "10.50", "price": "10.50",
        }
        for place in range(count)
    ]  # fmt: skip
    return {
        "id": number, "number": str(number), "status": "completed", "currency": "CNY",
        "customer_id": drawn.randint(1, customers), "total": f"{count * 10.5:.2f}",
        "payment_method": "wechat", "line_items": lines, "refunds": [], "meta_data": [],
    }  # fmt: skip


def make_accounts(count: int) -> Iterator[WorldEvent]:
    """Yield accounts of a CRM, no two of them alike."""
    drawn = random.Random(7)
    for number in range(count):
        moment = BEGIN + timedelta(seconds=number)
        stamp, key = moment.strftime("%Y-%m-%d %H:%M:%S"), f"6c00000000{number:07x}"
        body = {
            "id": key, "name": f"{_name(drawn, 4)} {_name(drawn, 4)} Trading Ltd", "cLevel": "A",
            "cKind": "organisation", "createdAt": stamp, "modifiedAt": stamp,
        }  # fmt: skip
        yield 1, moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "crm", "Account", "insert", key, body


def _name(drawn: random.Random, syllables: int = 3) -> str:
    return "".join(drawn.choices(_SYLLABLES, k=syllables)).capitalize()


@contextmanager
def running_sandbox(
    folder: Path, events: Iterable[WorldEvent], rows: int
) -> Iterator[SandboxProcess]:
    """Run a sandbox that has lived through all of `events`."""
    folder.mkdir()
    write_events(folder / "events.sqlite", events)
    sandbox = start_sandbox(folder / "state", folder / "events.sqlite")
    try:
        for day in range(1, 2 + rows // _ROWS_A_DAY):
            sandbox.advance(day)
        yield sandbox
    finally:
        sandbox.stop()
