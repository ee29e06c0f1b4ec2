"""Standardise on a real database: current versions to source rows, queues, crashes, order."""

from typing import Any

import pytest

from customer_hub.channels.config import read_channel
from customer_hub.core import db, keys, subjects
from customer_hub.core.errors import HubError
from customer_hub.standardise import write
from customer_hub.standardise.run import standardise_pending
from customer_hub.validate.closing import queue_accepted
from customer_hub.validate.gate import validate_window
from tests.landed import Landing, land
from tests.records import (
    make_account,
    make_contact,
    make_order,
    make_person,
    make_receipt,
    make_ticket,
)

ACCOUNT = "65a0000000000a001"
KEY = f"crm/customer/{ACCOUNT}"
TABLES = (
    "customer", "contact", "contact_point", "address", "tag", "blind_index", "sales_order",
    "order_line", "order_event", "payment", "ticket", "ticket_event", "interaction", "feedback",
)  # fmt: skip


def pass_gate(*versions: Landing) -> None:
    """Land accounts in one window and let the real gate judge them."""
    validate_window(read_channel("crm"), land(list(versions)), "test")


def accept(
    *versions: Landing, entity: str = "customer", channel: str = "crm", kept_back: bool = False
) -> None:
    """Land versions in a closed window; those that are kept back have an open quarantine row."""
    window = land(list(versions), entity=entity, channel=channel, state="closed")
    with db.begin() as connection:
        queue_accepted(connection, window_id=window)
        if kept_back:
            connection.exec_driver_sql(
                "insert into quarantine.record (version_id, suite, rule, severity)"
                " select version_id, 's', 'r', 'critical' from landing.version"
                " where window_id = %(window)s",
                {"window": window},
            )


def fetch(statement: str, **params: Any) -> list[Any]:
    with db.begin() as connection:
        return list(connection.exec_driver_sql(statement, params).all())


def unseal(table: str, segment: str, source_key: str, key: str, sealed: bytes) -> Any:
    with db.begin() as connection:
        salt = subjects.read_salts(connection, [f"source:{source_key}"])[f"source:{source_key}"]
    return keys.sealer().unseal(table, segment, key, salt, sealed)


def content() -> dict[str, list[Any]]:
    """All source rows, with digests in place of sealed bytes and without version ids."""
    return {
        table: fetch(
            f"select to_jsonb(t) - 'version_id' - 'identity_sealed' - 'finance_sealed'"
            f" - 'free_text_sealed' - 'contact_sealed' as row from source.{table} as t"
            " order by to_jsonb(t)::text"
        )
        for table in TABLES
    }


def sorted_content() -> dict[str, list[str]]:
    return {table: sorted(str(row.row) for row in rows) for table, rows in content().items()}


def physical() -> list[Any]:
    """Where each row stands: a rewritten row moves."""
    return [
        row
        for table in TABLES
        for row in fetch(f"select '{table}', ctid::text, xmin::text from source.{table}")
    ]


def test_a_company_is_standardised_and_sealed(hub: str) -> None:
    accept(
        Landing(
            ACCOUNT,
            make_account(
                name="深圳市雲帆科技有限公司",
                cMobile="１３８００１３８０００",
                cParentId="65a0000000000a777",
            ),
        )
    )
    assert standardise_pending("run").counts == {"keys": 1, "standing": 1, "changed": 1}
    [row] = fetch("select * from source.customer")
    assert (row.kind, row.legal_name, row.short_name) == (
        "organisation", "深圳市云帆科技有限公司", "云帆科技"
    )  # fmt: skip
    assert (row.region_code[:4], row.industry_code, row.level_code) == ("4403", "I65", "A")
    assert row.parent_source_key == "crm/customer/65a0000000000a777"
    assert (row.status, row.is_deleted, row.is_validation_downgraded) == ("active", False, False)
    assert unseal("source.customer", "identity", KEY, KEY, row.identity_sealed) == {
        "social_credit_code": "91440300MA5DA1B2X1"
    }
    assert unseal("source.customer", "finance", KEY, KEY, row.finance_sealed) == {
        "credit_limit_amount": "50000.0000",
        "credit_rating_code": "AA",
        "payment_method_code": "transfer",
        "payment_terms_code": "net30",
    }
    points = fetch("select * from source.contact_point order by ordinal")
    values = [
        unseal("source.contact_point", "contact", KEY, f"{KEY}|{p.ordinal}", p.contact_sealed)
        for p in points
    ]
    assert [(p.type, v["value"]) for p, v in zip(points, values, strict=True)] == [
        ("phone", "+8675526001234"),
        ("mobile", "+8613800138000"),
        ("mail", "info@yunfan.example"),
    ]
    [address] = fetch("select * from source.address")
    opened = unseal("source.address", "contact", KEY, f"{KEY}|0", address.contact_sealed)
    assert (address.country_code, opened["province"], opened["city"]) == ("CN", "广东省", "深圳市")
    hashes = {
        (entry.kind, bytes(entry.hash)) for entry in fetch("select * from source.blind_index")
    }
    sealer = keys.sealer()
    assert ("phone", sealer.blind("phone", "+8613800138000")) in hashes
    assert ("mail", sealer.blind("mail", "info@yunfan.example")) in hashes
    assert (
        "social_credit_code",
        sealer.blind("social_credit_code", "91440300MA5DA1B2X1"),
    ) in hashes
    assert [row.tag for row in fetch("select tag from source.tag")] == ["老客户"]


def test_a_person_and_a_contact_are_standardised(hub: str) -> None:
    accept(Landing("b1", make_person(name="張偉 先生")))
    accept(Landing("c1", make_contact(), customer_id=ACCOUNT), entity="contact")
    standardise_pending("run")
    [person] = fetch("select * from source.customer")
    assert (person.kind, person.legal_name, person.name_pinyin) == ("person", "张伟", "zhang wei")
    assert unseal(
        "source.customer", "identity", person.source_key, person.source_key, person.identity_sealed
    ) == {
        "identity_type": "resident_id",
        "identity_number": "11010519491231002X",
        "birth_on": "1949-12-31",
    }
    [contact] = fetch("select * from source.contact")
    assert (contact.name, contact.title, contact.role_code) == ("李娜", "采购经理", "purchasing")
    assert contact.customer_source_key == KEY
    assert {row.entity for row in fetch("select entity from match.pending_record")} == {
        "customer", "contact"
    }  # fmt: skip


def test_orders_and_receipts_point_at_their_buyers(hub: str) -> None:
    accept(Landing("1001", make_order(), customer_id="7"), channel="shop", entity="sales_order")
    accept(Landing("1002", make_order(customer_id=0)), channel="shop", entity="sales_order")
    accept(Landing("R1", make_receipt(), hour=9), channel="pos", entity="sales_order")
    standardise_pending("run")
    orders = fetch("select * from source.sales_order order by source_key")
    assert [
        (row.customer_source_key, row.status_code, f"{row.total_amount:.2f}") for row in orders
    ] == [
        ("pos/customer/M1", "completed", "35.00"),
        ("shop/customer/7", "completed", "30.00"),
        (None, "completed", "30.00"),
    ]
    # The till writes local time without saying so, the shop writes UTC.
    assert [row.ordered_at.isoformat() for row in orders[:2]] == [
        "2026-11-16T01:00:00+00:00", "2026-11-15T16:30:00+00:00"
    ]  # fmt: skip
    assert len(fetch("select 1 from source.order_line")) == 4
    events = fetch("select event_code from source.order_event where source_key like 'shop%%1001'")
    assert sorted(row.event_code for row in events) == ["completed", "paid", "placed"]
    assert [
        row.method_code for row in fetch("select distinct method_code from source.payment")
    ] == ["wechat"]
    assert fetch("select 1 from match.pending_record") == []
    accept(Landing("1001", make_order(line_items=[]), hour=2, customer_id="7"),
           channel="shop", entity="sales_order")  # fmt: skip
    standardise_pending("run")
    lines = fetch("select source_key from source.order_line order by 1")
    assert [row.source_key for row in lines] == [
        "pos/sales_order/R1", "pos/sales_order/R1", "shop/sales_order/1002"
    ]  # fmt: skip


def test_a_ticket_keeps_its_words_sealed(hub: str) -> None:
    accept(Landing("5", make_ticket()), channel="support", entity="ticket")
    standardise_pending("run")
    [ticket] = fetch("select * from source.ticket")
    key = ticket.source_key
    assert (ticket.status_code, ticket.customer_source_key) == ("resolved", "support/customer/77")
    assert unseal("source.ticket", "free_text", key, key, ticket.free_text_sealed) == {
        "subject": "发票抬头"
    }
    [message] = fetch("select * from source.interaction")
    assert (message.medium_code, message.direction_code) == ("ticket", "in")
    assert unseal(
        "source.interaction", "free_text", key, f"{key}|{message.ordinal}", message.free_text_sealed
    ) == {"text": "请改发票"}
    [feedback] = fetch("select * from source.feedback")
    assert (feedback.kind_code, int(feedback.score)) == ("satisfaction", 4)
    assert (feedback.scale_code, str(feedback.score_share)) == ("1-5", "0.7500")
    assert (feedback.ticket_source_key, feedback.customer_source_key) == (
        key, "support/customer/77"
    )  # fmt: skip


def test_a_refused_row_is_named_without_its_value(
    hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(Landing(ACCOUNT, make_account()))
    monkeypatch.setattr(write, "_to_json", lambda value: "Canary-88")
    with pytest.raises(HubError, match="PostgreSQL refuses a row") as error:
        standardise_pending("run")
    assert "Canary-88" not in str(error.value)
    assert error.value.__suppress_context__


def test_nothing_pending_is_a_no_op(hub: str) -> None:
    assert standardise_pending("run").counts == {"keys": 0, "standing": 0, "changed": 0}


def test_running_again_rewrites_nothing(hub: str) -> None:
    accept(Landing(ACCOUNT, make_account()), Landing("b1", make_person()))
    standardise_pending("run")
    before = physical()
    with db.begin() as connection:
        connection.exec_driver_sql("delete from match.pending_record")
        connection.exec_driver_sql(
            "insert into landing.pending_key (source_key, entity)"
            " select source_key, 'customer' from source.customer"
        )
    assert standardise_pending("run").counts == {"keys": 2, "standing": 2, "changed": 0}
    assert physical() == before
    assert fetch("select 1 from match.pending_record") == []
    [receipt] = fetch("select counts from hub.run_receipt where step = 'standardise'")
    assert receipt.counts == {"keys": 4, "standing": 4, "changed": 2}


def test_what_is_unchanged_is_not_sealed_again(hub: str) -> None:
    accept(Landing(ACCOUNT, make_account(), hour=1))
    standardise_pending("run")
    [before] = fetch("select identity_sealed, finance_sealed from source.customer")
    accept(Landing(ACCOUNT, make_account(cCreditRating="B"), hour=2))
    standardise_pending("run")
    [after] = fetch("select identity_sealed, finance_sealed from source.customer")
    assert after.identity_sealed == before.identity_sealed
    assert after.finance_sealed != before.finance_sealed
    assert unseal("source.customer", "finance", KEY, KEY, after.finance_sealed)[
        "credit_rating_code"
    ] == "B"  # fmt: skip


def test_children_that_go_are_removed(hub: str) -> None:
    accept(Landing(ACCOUNT, make_account(), hour=1))
    standardise_pending("run")
    accept(
        Landing(ACCOUNT, make_account(cMobile=None, cTags=[], billingAddressStreet=None), hour=2)
    )
    standardise_pending("run")
    assert [row.type for row in fetch("select type from source.contact_point order by 1")] == [
        "mail", "phone"
    ]  # fmt: skip
    assert fetch("select 1 from source.tag") == []


def test_a_delete_keeps_the_values_and_a_later_upsert_brings_it_back(hub: str) -> None:
    accept(Landing(ACCOUNT, make_account(), hour=1), Landing(ACCOUNT, None, hour=2))
    standardise_pending("run")
    [row] = fetch("select is_deleted, legal_name from source.customer")
    assert tuple(row) == (True, "深圳市云帆科技有限公司")
    accept(Landing(ACCOUNT, make_account(cShortName="云帆"), hour=3))
    standardise_pending("run")
    [row] = fetch("select is_deleted, short_name from source.customer")
    assert tuple(row) == (False, "云帆")


def test_a_record_that_is_no_longer_accepted_goes_and_match_is_told(hub: str) -> None:
    accept(Landing(ACCOUNT, make_account()))
    standardise_pending("run")
    with db.begin() as connection:
        connection.exec_driver_sql("delete from match.pending_record")
        connection.exec_driver_sql(
            "insert into quarantine.record (version_id, suite, rule, severity)"
            " select version_id, 's', 'r', 'critical' from landing.version"
        )
        connection.exec_driver_sql(
            "insert into landing.pending_key (source_key, entity)"
            " select source_key, entity from landing.version"
        )
    assert standardise_pending("run").counts == {"keys": 1, "standing": 0, "changed": 1}
    assert all(not rows for rows in content().values())
    assert [row.source_key for row in fetch("select source_key from match.pending_record")] == [KEY]


def test_a_quarantined_version_leaves_the_one_before_in_place(hub: str) -> None:
    pass_gate(
        Landing(ACCOUNT, make_account(), hour=1),
        Landing(ACCOUNT, make_account(name="坏记录有限公司", emailAddress="nobody"), hour=2),
    )
    standardise_pending("run")
    [row] = fetch("select legal_name from source.customer")
    assert row.legal_name == "深圳市云帆科技有限公司"


def test_a_warning_downgrades_the_record(hub: str) -> None:
    pass_gate(Landing(ACCOUNT, make_account(industry="nonsense")))
    standardise_pending("run")
    [row] = fetch("select is_validation_downgraded, industry_code from source.customer")
    assert tuple(row) == (True, None)
