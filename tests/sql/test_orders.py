"""Orders as people ask for them: of a customer, in a period, each once, and to the cent."""

from __future__ import annotations

import random
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from typer.testing import CliRunner

from customer_hub.cli import app
from customer_hub.core import db, sql
from customer_hub.core.errors import HubError
from customer_hub.match.run import match_pending
from customer_hub.standardise.run import standardise_pending
from tests.landed import Landing
from tests.records import make_order, make_receipt
from tests.sql.source_rows import Source, put
from tests.sql.test_standardise import accept, fetch

WANG = Source("shop/customer/7", "王建国", phones=["+8613800012345"], region="440305")
WANG_AT_THE_TILL = Source("pos/customer/M1", "王建国 先生", phones=["+8613800012345"])
LI = Source("shop/customer/8", "李娜", phones=["+8613900054321"], region="110105")
Totals = dict[tuple[Any, str], tuple[int, Decimal, Decimal, Decimal]]


@pytest.fixture
def people(hub: str) -> dict[str, Any]:
    """Two customers; one of them is known to the shop and the tills."""
    with db.begin() as connection:
        put(connection, WANG, WANG_AT_THE_TILL, LI)
    match_pending("test")
    found = {row[0]: row[1] for row in fetch("select source_key, golden_id from match.crosswalk")}
    assert found[WANG.key] == found[WANG_AT_THE_TILL.key] != found[LI.key]
    return found


def bring(number: str, total: str, *, channel: str = "shop", **changes: Any) -> None:
    payload = make_order(number=number, total=total, **changes)
    for line in payload["line_items"]:
        line["total"] = total
    accept(Landing(number, payload), entity="sales_order", channel=channel)


def bring_receipt(number: str, *, hour: float = 1, **cells: str) -> None:
    line = make_receipt()["lines"][0]
    payload = {"lines": [{**line, "小票号": number, **cells}]}
    accept(Landing(number, payload, hour=hour), entity="sales_order", channel="pos")


def hub_command(*words: str) -> list[str]:
    finished = CliRunner().invoke(app, words)
    if finished.exception is not None:
        raise finished.exception
    return finished.stdout.splitlines()


def read_totals(**asked: Any) -> Totals:
    bounds = {"customer_id": None, "start_at": None, "end_at": None, **asked}
    with db.begin() as connection:
        rows = sql.rows(connection, "analyse/total_orders", **bounds)
    return {(row[0], row[1]): (row[2], row[3], row[4], row[5]) for row in rows}


def test_the_orders_of_a_customer_in_a_period(people: dict[str, Any]) -> None:
    bring("1001", "30.00", date_created_gmt="2026-11-15T16:30:00")  # the 16th in Shanghai
    bring("1002", "20.00", date_created_gmt="2026-11-16T16:30:00", status="cancelled")
    bring("1003", "10.00", date_created_gmt="2026-11-16T15:59:59",
          refunds=[{"id": 5, "total": "-4.10"}])  # fmt: skip
    bring("1004", "99.00", customer_id=8)
    bring_receipt("R1", 来源订单="1001", 会员号="M1")
    standardise_pending("run")
    everything = hub_command("order", "list", "--customer", str(people[WANG.key]))
    assert [line.split("\t")[2] for line in everything[1:4]] == ["1001", "1003", "1002"]
    first = everything[1].split("\t")
    assert first[4:] == ["completed", "CNY", "30.0000", "0", "30.0000", "pos/sales_order/R1"]
    assert everything[-1].split("\t")[1:] == ["CNY", "2", "40.0000", "4.1000", "35.9000"]
    with db.begin() as connection:  # the page of a customer counts each once, too
        members = sql.rows(
            connection, "steward/select_members", customer_id=people[WANG.key], size=9
        )
    assert {row.source_key: row.order_count for row in members} == {
        WANG.key: 3, WANG_AT_THE_TILL.key: 0
    }  # fmt: skip
    period = ("--from", "2026-11-17", "--to", "2026-11-17")
    found = hub_command("order", "list", "--customer", str(people[WANG_AT_THE_TILL.key]), *period)
    assert [line.split("\t")[2] for line in found[1:2]] == ["1002"]
    assert hub_command("order", "list", "--customer", str(people[LI.key]), *period) == ["none"]
    with pytest.raises(HubError, match="nobody has this id"):
        hub_command("order", "list", "--customer", "00000000-0000-0000-0000-000000000000")


@pytest.mark.parametrize("seed", range(3))
def test_totals_of_customers_are_those_of_the_orders_to_the_cent(
    people: dict[str, Any], seed: int
) -> None:
    dice = random.Random(seed)
    ledger: dict[tuple[Any, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for number in range(1, 40):
        currency = dice.choice(("CNY", "USD", "JPY"))
        unit = Decimal(1) if currency == "JPY" else Decimal("0.01")
        total = (Decimal(dice.randint(1, 10**6)) * unit).quantize(unit)
        back = min(total, (Decimal(dice.randint(0, 10**6)) * unit).quantize(unit))
        customer, status = dice.choice((7, 8, 0)), dice.choice(("completed", "cancelled"))
        refunds = [{"id": number, "total": f"-{back}"}] if back and dice.random() < 0.5 else []
        bring(str(number), str(total), currency=currency, customer_id=customer, status=status,
              refunds=refunds)  # fmt: skip
        if dice.random() < 0.4:
            cells = {"来源订单": str(number), "币种": currency, "会员号": ""}
            bring_receipt(f"R{number}", **cells, 金额=str(total))
        if status == "completed":
            owner = people.get(f"shop/customer/{customer}")
            counted = ledger[owner, currency]
            paid_back = back if refunds else Decimal(0)
            ledger[owner, currency] = [
                counted[0] + 1, counted[1] + total, counted[2] + paid_back
            ]  # fmt: skip
    standardise_pending("run")
    found = read_totals()
    assert {key: list(values[:3]) for key, values in found.items()} == dict(ledger)
    assert all(ordered - back == net for _, ordered, back, net in found.values())
    [(all_orders,)] = fetch(
        "select sum(total_amount) from source.sales_order"
        " where is_counted and not is_deleted and status_code <> 'cancelled'"
    )
    assert sum(ordered for _, ordered, _, _ in found.values()) == all_orders
    one = read_totals(customer_id=people[LI.key])
    assert one == {key: values for key, values in found.items() if key[0] == people[LI.key]}


def test_orders_that_look_like_one_are_shown_and_counted_as_two(people: dict[str, Any]) -> None:
    bring("1001", "30.00", date_created_gmt="2026-11-16T01:00:00")
    bring_receipt("R1", 会员号="M1")
    bring_receipt("R2", 会员号="M1", 交易时间="2026-11-17 09:00:00")
    standardise_pending("run")
    lines = hub_command("order", "doubles")
    assert [line.split("\t")[4:] for line in lines[1:]] == [
        ["pos/sales_order/R1", "shop/sales_order/1001"]
    ]
    assert read_totals()[people[WANG.key], "CNY"][:2] == (3, Decimal(90))
    bring_receipt("R1", hour=2, 会员号="M1", 来源订单="1001")
    standardise_pending("run")
    assert hub_command("order", "doubles") == ["none"]
    assert read_totals()[people[WANG.key], "CNY"][:2] == (2, Decimal(60))
