"""The same order from two channels is one: by what they refer to, whatever came first."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from customer_hub.core import db
from customer_hub.standardise import run
from customer_hub.standardise.run import standardise_pending
from tests.landed import Landing
from tests.records import make_order, make_receipt
from tests.sql.test_standardise import accept, fetch

Rows = dict[str, tuple[Any, ...]]
_TABLES = "source.sales_order, source.order_line, source.order_event, source.payment"


def order(number: str, origin: str | None = None, **changes: Any) -> dict[str, Any]:
    """A shop's order; `origin` stands in its meta data."""
    meta = [{"id": 1, "key": "origin_order", "value": origin}] if origin else []
    return make_order(number=number, meta_data=meta, **changes)


def receipt(number: str, origin: str = "", member: str = "") -> dict[str, Any]:
    """A till's receipt over 30.00."""
    line = make_receipt()["lines"][0]
    return {"lines": [{**line, "小票号": number, "来源订单": origin, "会员号": member}]}


def bring(channel: str, source_id: str, payload: dict[str, Any] | None, hour: float = 1) -> None:
    accept(Landing(source_id, payload, hour=hour), entity="sales_order", channel=channel)


def groups() -> Rows:
    """Source key -> order key, whether it counts, whose it is; without the entity in the keys."""
    rows = fetch(
        "select source_key, order_key, is_counted, buyer_source_key from source.sales_order"
    )
    return {shorten(row[0]): (shorten(row[1]), *row[2:]) for row in rows}


def shorten(key: str) -> str:
    return key.replace("/sales_order", "")


def test_a_receipt_of_the_shops_order_is_that_order(hub: str) -> None:
    bring("pos", "R1", receipt("R1", "1001"))
    standardise_pending("run")
    assert groups() == {"pos/R1": ("pos/R1", True, None)}
    bring("shop", "7", order("1001"))
    standardise_pending("run")
    buyer = "shop/customer/7"
    assert groups() == {"pos/R1": ("pos/R1", False, buyer), "shop/7": ("pos/R1", True, buyer)}
    bring("pos", "R1", receipt("R1"), hour=2)  # the reference goes
    standardise_pending("run")
    assert groups() == {"pos/R1": ("pos/R1", True, None), "shop/7": ("shop/7", True, buyer)}


def test_the_copy_tells_whose_a_guests_order_is_and_stands_in_for_a_deleted_one(hub: str) -> None:
    bring("shop", "7", order("1001", customer_id=0))
    bring("pos", "R1", receipt("R1", "1001", "M1"))
    standardise_pending("run")
    buyer = "pos/customer/M1"
    assert groups()["shop/7"] == ("pos/R1", True, buyer)
    bring("shop", "7", None, hour=3)
    standardise_pending("run")
    assert groups() == {"pos/R1": ("pos/R1", True, buyer), "shop/7": ("pos/R1", False, buyer)}


def test_likeness_alone_joins_nothing(hub: str) -> None:
    bring("shop", "7", order("R1", date_created_gmt="2026-11-16T01:00:00"))
    bring("pos", "R1", receipt("R1", member="7"))
    standardise_pending("run")
    assert all(key == own and counts for own, (key, counts, _) in groups().items())


def test_a_number_that_two_orders_bear_refers_to_neither(hub: str) -> None:
    bring("shop", "7", order("1001"))
    bring("shop", "8", order("1001"))
    bring("pos", "R1", receipt("R1", "1001"))
    standardise_pending("run")
    assert {key for key, _, _ in groups().values()} == {"shop/7", "shop/8", "pos/R1"}
    bring("shop", "8", order("1002"), hour=2)
    standardise_pending("run")
    assert groups()["pos/R1"][:2] == ("pos/R1", False)
    assert groups()["shop/7"][:2] == ("pos/R1", True)


def test_a_markets_number_joins_channels_but_never_two_orders_of_one(hub: str) -> None:
    bring("shop", "7", order("1001", "tmall/9"))
    bring("pos", "R1", receipt("R1", "tmall/9"))
    standardise_pending("run")
    assert [counts for _, counts, _ in groups().values()].count(True) == 1
    bring("pos", "R2", receipt("R2", "tmall/9"))
    standardise_pending("run")
    assert {key for key, _, _ in groups().values()} == {"shop/7", "pos/R1", "pos/R2"}


@pytest.mark.parametrize("seed", range(12))
def test_groups_are_a_function_of_the_orders(
    hub: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)
    history = [draw(dice, hour) for hour in range(1, dice.randint(8, 16))]
    dice.shuffle(history)
    for event in history:
        bring(*event)
        if dice.random() < 0.5:
            monkeypatch.setattr(run, "CHUNK_SIZE", dice.randint(1, 4))
            standardise_pending("run")
    standardise_pending("run")
    kept = groups()
    assert kept == expected_groups()
    with db.begin() as connection:
        connection.exec_driver_sql(f"truncate {_TABLES}")
    monkeypatch.setattr(run, "CHUNK_SIZE", dice.randint(1, 100))
    run.standardise_all("rebuild")
    assert groups() == kept
    assert Counter(key for key, counts, _ in kept.values() if counts) == Counter(
        {key for key, _, _ in kept.values()}
    )


def draw(dice: random.Random, hour: int) -> tuple[str, str, dict[str, Any] | None, float]:
    channel = dice.choice(("shop", "pos"))
    payload: dict[str, Any] | None
    if channel == "shop":
        source_id = dice.choice("1234")
        origin = dice.choice((None, None, "tmall/9", "pos/R1", "pos/R2", "shop/1", "shop/2"))
        payload = order(dice.choice("123"), origin, customer_id=dice.choice((0, 5)))
    else:
        source_id = dice.choice(("R1", "R2", "R3"))
        origin = dice.choice(("", "1", "2", "3", "tmall/9", "pos/R3"))
        payload = receipt(source_id, origin, dice.choice(("", "M1")))
    return channel, source_id, None if dice.random() < 0.1 else payload, hour


def expected_groups() -> Rows:
    """Group what stands by the rules, one pair of orders at a time."""
    rows = {
        row.source_key: row
        for row in fetch(
            "select source_key, channel, order_number, origin_channel, origin_number, is_deleted,"
            " customer_source_key from source.sales_order"
        )
    }
    bearers: dict[tuple[str, str], list[str]] = {}
    for key, row in rows.items():
        bearers.setdefault((row.channel, row.order_number), []).append(key)
    mates = {key: {key} for key in rows}
    copies = set()
    for key, row in rows.items():
        name = (row.origin_channel, row.origin_number)
        homes = bearers.get(name, []) if row.origin_channel else []
        if len(homes) == 1:
            copies.add(key)
            mates[key].add(homes[0])
            mates[homes[0]].add(key)
        elif row.origin_channel and not homes:
            same = [k for k, r in rows.items() if (r.origin_channel, r.origin_number) == name]
            if max(Counter(rows[k].channel for k in same).values()) == 1:
                mates[key].update(same)
    for _ in rows:
        mates = {key: set().union(*(mates[mate] for mate in near)) for key, near in mates.items()}
    found = {}
    for key, near in mates.items():
        ranked = sorted(near, key=lambda k: (rows[k].is_deleted, k in copies, k))
        buyers = [rows[k].customer_source_key for k in ranked if rows[k].customer_source_key]
        found[shorten(key)] = (
            shorten(min(near)), key == ranked[0], next(iter(buyers), None)
        )  # fmt: skip
    return found
