"""Mappings are pure and total: whatever a system sends becomes raw text, and nothing is lost."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_hub.channels import espocrm, request_tracker, woocommerce
from customer_hub.channels.contract import RAW_FIELDS
from customer_hub.channels.record import Record, as_text, read_moment, read_source_id
from tests.records import make_call, make_mail

SYSTEMS = [
    (espocrm, "customer"),
    (espocrm, "contact"),
    (espocrm, "interaction"),
    (woocommerce, "customer"),
    (woocommerce, "sales_order"),
    (request_tracker, "customer"),
    (request_tracker, "ticket"),
]
NAMES = st.sampled_from(
    [
        *("id", "name", "cTags", "billing", "meta_data", "line_items", "refunds", "customer_id"),
        *("CustomFields", "Requestor", "transactions", "RequestorUsers", "Disabled", "key"),
        *("value", "values", "Type", "Creator", "odd", "email", "tags"),
        *("refund_records", "_wc_shipment_tracking_items", "_refunded_item_id", "products_list"),
        *("fee_lines", "date_shipped", "date_created_gmt", "total"),
        *("_type", "contactsIds", "parentType", "parentId", "accountId", "status", "direction"),
        *("Field", "to"),
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.text() | st.just("\ud800\x00")
RUBBISH = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4)
)


@pytest.mark.parametrize(("system", "entity"), SYSTEMS)
@given(payload=st.dictionaries(NAMES, RUBBISH, max_size=8))
@settings(max_examples=60, deadline=None)
def test_any_payload_maps_to_all_raw_fields(
    system: Any, entity: str, payload: dict[str, Any]
) -> None:
    before = copy.deepcopy(payload)
    mapped = system.map_record(entity, payload)
    assert payload == before
    assert sorted(mapped) == sorted(RAW_FIELDS[entity])
    assert mapped == system.map_record(entity, payload)
    assert all(_is_raw(value) for value in mapped.values())
    json.dumps(mapped)


def _is_raw(value: Any) -> bool:
    if not isinstance(value, list):
        return value is None or isinstance(value, str)
    rows = [row.values() if isinstance(row, dict) else [row] for row in value]
    return all(cell is None or isinstance(cell, str | bool) for row in rows for cell in row)


def test_an_account_is_mapped_field_by_field() -> None:
    mapped = espocrm.map_record(
        "customer",
        {
            "id": "1",
            "name": "北京𠮷田商贸有限公司",
            "cKind": "organisation",
            "cCreditLimit": "1000.50",
            "cCreditLimitCurrency": "CNY",
            "phoneNumber": "010-55550000",
            "cFax": "010-55550001",
            "emailAddress": "a@crm.example",
            "billingAddressCity": "北京",
            "cTags": ["a", 7, None],
            "cParentId": "9",
            "cHubId": "h",
            "cNewField": "x",
        },
    )
    assert (mapped["name"], mapped["credit_limit"]) == ("北京𠮷田商贸有限公司", "1000.50")
    assert [p["type"] for p in mapped["phones"]] == ["phone", "fax"]
    assert mapped["tags"] == ["a", "7"]
    assert [(a["type"], a["city"]) for a in mapped["addresses"]] == [("billing", "北京")]
    assert (mapped["parent"], mapped["unknown"]) == ("9", ["cNewField"])


def test_a_shop_customer_is_mapped_with_its_meta_data() -> None:
    meta = {
        "kind": "person",
        "level": "B",
        "tags": "a, b，c",
        "hub_id": "h",
        "club": "1",
        "_s": "1",
    }
    mapped = woocommerce.map_record(
        "customer",
        {
            "id": 1,
            "email": "a@shop.example",
            "first_name": "Na",
            "last_name": "Li",
            "billing": {"email": "a@shop.example", "phone": "13900000000", "address_1": "Road 1"},
            "shipping": {"phone": "13900000000", "floor": "3"},
            "meta_data": [{"id": n, "key": k, "value": v} for n, (k, v) in enumerate(meta.items())],
        },
    )
    assert (mapped["surname"], mapped["given_name"], mapped["level"]) == ("Li", "Na", "B")
    assert len(mapped["phones"]) == len(mapped["mails"]) == len(mapped["addresses"]) == 1
    assert mapped["tags"] == ["a", "b", "c"]
    assert mapped["unknown"] == ["meta_data[club]", "shipping.floor"]


def test_an_order_is_mapped_with_lines_payments_and_refunds() -> None:
    order = {
        "id": 7,
        "number": "7",
        "customer_id": 5,
        "total": "30.00",
        "currency": "CNY",
        "payment_method": "alipay",
        "transaction_id": "T-1",
        "date_created_gmt": "2026-11-16T01:00:00",
        "date_paid_gmt": "2026-11-16T01:05:00",
        "line_items": [{"id": 70, "sku": "S", "name": "Tea", "quantity": 2, "price": "15"}],
        "refunds": [{"id": 71, "reason": "", "total": "-10.00"}],
    }
    mapped = woocommerce.map_record("sales_order", order)
    assert mapped["customer"] == "5"
    assert [(line["line_no"], line["quantity"]) for line in mapped["lines"]] == [("70", "2")]
    assert [(p["payment_no"], p["amount"], p["at"]) for p in mapped["payments"]] == [
        ("T-1", "30.00", "2026-11-16T01:05:00"),
        ("refund-71", "-10.00", None),
    ]
    assert [event["code"] for event in mapped["events"]] == ["created", "paid"]
    assert woocommerce.map_record("sales_order", {**order, "customer_id": 0})["customer"] is None


def test_a_refunds_record_gives_lines_that_came_back_and_its_own_time() -> None:
    def item(number: int, quantity: int, total: str) -> dict[str, Any]:
        meta = [{"id": 1, "key": "_refunded_item_id", "value": "70"}]
        return {"id": number, "sku": "S", "quantity": quantity, "total": total, "meta_data": meta}

    at = "2026-11-17T08:00:00"
    mapped = woocommerce.map_record(
        "sales_order",
        {
            "currency": "CNY",
            "line_items": [{"id": 70, "quantity": 2, "total": "30.00"}],
            "refunds": [{"id": 71, "reason": "", "total": "-15.00"}, {"id": 75, "total": "-1.00"}],
            "refund_records": [
                {"id": 71, "date_created_gmt": at, "line_items": [item(72, -1, "-15.00")]},
                {"id": 75, "date_created_gmt": at, "line_items": [item(76, 0, "-1.00")]},
            ],
        },
    )
    assert [(line["line_no"], line["is_return"], line["returns"]) for line in mapped["lines"]] == [
        ("70", False, None), ("72", True, "70"), ("76", True, "70")
    ]  # fmt: skip
    assert [(p["amount"], p["at"]) for p in mapped["payments"]] == [("-15.00", at), ("-1.00", at)]
    told = [(e["code"], e["line_no"], e["quantity"], e["document_no"]) for e in mapped["events"]]
    assert told == [
        ("returned", "70", "-1", "71"), ("refunded", None, None, "71"),
        ("refunded", None, None, "75"),  # a price that was taken down: nothing came back
    ]  # fmt: skip


def test_an_orders_charges_approval_shipments_and_origin_are_mapped() -> None:
    parcel = {
        "tracking_provider": "sf-express", "tracking_number": "P1", "date_shipped": "1795000000",
        "products_list": [{"item_id": "70", "qty": "1"}, {"item_id": "71", "qty": "2"}],
    }  # fmt: skip
    meta = {
        "approved_at": "2026-11-16T01:00:00", "origin_order": "tmall/9",
        "_wc_shipment_tracking_items": [parcel, {"tracking_number": "P2", "date_shipped": "soon"}],
    }  # fmt: skip
    mapped = woocommerce.map_record(
        "sales_order",
        {
            "shipping_total": "12.00",
            "total_tax": "3.10",
            "fee_lines": [{"total": "1.00"}, {"total": "-0.50"}],
            "meta_data": [{"id": n, "key": k, "value": v} for n, (k, v) in enumerate(meta.items())],
        },
    )
    assert (mapped["shipping"], mapped["tax"], mapped["fee"]) == ("12.00", "3.10", "0.5000")
    assert (mapped["origin"], mapped["unknown"]) == ("tmall/9", [])
    told = [(e["code"], e["at"], e["line_no"], e["document_no"]) for e in mapped["events"]]
    assert told == [
        ("approved", "2026-11-16T01:00:00", None, None),
        ("shipped", "2026-11-18T11:06:40+00:00", "70", "P1"),
        ("shipped", "2026-11-18T11:06:40+00:00", "71", "P1"),
        ("shipped", "soon", None, "P2"),
    ]
    broken = {"fee_lines": [{"total": "1.00"}, {"total": "free"}]}
    assert woocommerce.map_record("sales_order", broken)["fee"] == "1.00|free"


def test_a_support_user_is_mapped() -> None:
    mapped = request_tracker.map_record(
        "customer",
        {
            "id": "7",
            "Name": "li",
            "RealName": "李娜",
            "Disabled": "1",
            "MobilePhone": "13900000000",
            "CustomFields": [
                {"name": "Kind", "values": ["person"]},
                {"name": "HubId", "values": ["h"]},
                {"name": "Shoe size", "values": ["42"]},
            ],
        },
    )
    assert (mapped["name"], mapped["kind"], mapped["status"]) == ("李娜", "person", "inactive")
    assert mapped["unknown"] == ["CustomFields[Shoe size]"]


def test_a_tickets_messages_have_a_direction() -> None:
    rows = [("Create", "Li@desk.example"), ("Correspond", "agent"), ("Comment", "li@desk.example")]
    mapped = request_tracker.map_record(
        "ticket",
        {
            "id": "1",
            "Resolved": "1970-01-01T00:00:00Z",
            "Requestor": [{"id": "li@desk.example", "type": "user"}],
            "RequestorUsers": [{"id": "7", "Name": "li@desk.example"}],
            "CustomFields": [{"name": "Satisfaction", "values": []}],
            "transactions": [
                {"id": n, "Type": kind, "Creator": {"id": who}, "Created": "t", "Content": "c"}
                for n, (kind, who) in enumerate([*rows, ("CustomField", "agent")])
            ],
        },
    )
    assert (mapped["customer"], mapped["resolved"], mapped["satisfaction"]) == ("7", None, None)
    assert [(i["medium"], i["direction"], i["agent"]) for i in mapped["interactions"]] == [
        ("ticket", "in", None),
        ("ticket", "out", "agent"),
        ("note", "out", "li@desk.example"),
    ]
    assert mapped["changes"] == []


def test_a_tickets_changes_of_status_are_told_from_its_other_changes() -> None:
    kinds = [("Status", "Status"), ("Set", "Queue"), ("Set", "Status"), ("CustomField", "Status")]
    transactions = [
        {"id": str(n), "Type": kind, "Field": field, "OldValue": "new", "NewValue": "open",
         "Creator": {"id": "agent"}, "Created": "t"}
        for n, (kind, field) in enumerate(kinds)
    ]  # fmt: skip
    mapped = request_tracker.map_record("ticket", {"id": "1", "transactions": transactions})
    told = {"at": "t", "from": "new", "to": "open", "agent": "agent"}
    assert mapped["changes"] == [{"ordinal": "0", **told}, {"ordinal": "2", **told}]


def test_a_call_a_meeting_and_a_mail_become_interactions() -> None:
    call = espocrm.map_record("interaction", make_call())
    assert (call["medium"], call["direction"], call["agent"]) == ("call", "out", "林静")
    assert (call["customer"], call["contact"]) == ("65a0000000000a001", "65c0000000000a001")
    assert (call["at"], call["ended"], call["text"]) == (
        "2026-11-15 16:30:00", "2026-11-15 16:40:00", "客户同意周五付款"
    )  # fmt: skip
    mail = espocrm.map_record("interaction", make_mail())
    assert (mail["medium"], mail["direction"], mail["text"]) == ("mail", "in", "请尽快开票")
    assert (mail["sender"], mail["recipients"]) == (
        "li.na@yunfan.example", "desk@hub.example;boss@hub.example"
    )  # fmt: skip
    sent = espocrm.map_record("interaction", make_mail(status="Sent", bodyPlain=None))
    assert (sent["direction"], sent["text"]) == ("out", "<p>请尽快开票</p>")
    assert [each["unknown"] for each in (call, mail, sent)] == [[], [], []]
    meeting = make_call(_type="Meeting", direction=None, parentType="Contact", parentId="c9")
    met = espocrm.map_record("interaction", {**meeting, "accountId": None})
    assert (met["medium"], met["direction"], met["customer"]) == ("meeting", None, None)
    assert met["contact"] == "c9"
    lead = espocrm.map_record("interaction", make_call(
        parentType="Lead", parentId="l1", accountId=None, contactsIds=[]))  # fmt: skip
    assert (lead["customer"], lead["contact"]) == (None, None)


def test_leftovers_name_what_nobody_read() -> None:
    record = Record({"a": 1, "b": {"c": "x", "d": "y", "e": ""}, "f": {"g": 1}, "h": []})
    assert record.take("a") == "1"
    assert record.take("b.c") == "x"
    assert record.take("a.b.c") is None
    assert record.leftovers() == ["b.d", "f"]


@pytest.mark.parametrize("value", [None, "", "  ", True, 1.5, [], {}, "a\nb", "!x", "x" * 201])
def test_a_record_without_a_usable_id_is_known_by_its_content(value: object) -> None:
    first, again = (read_source_id({"id": value, "name": "A"}) for _ in range(2))
    assert first == again
    assert first.startswith("!")
    assert len(first) == 17
    assert first != read_source_id({"id": value, "name": "B"})


def test_usable_ids_stay_as_they_are() -> None:
    assert [read_source_id({"id": value}) for value in (7, "7", "6a01")] == ["7", "7", "6a01"]


@pytest.mark.parametrize(
    "value", [None, 7, "", "soon", "2026-02-30", "0001-01-01T00:00:00+14:00", [], {}]
)
def test_a_moment_that_is_none_is_none(value: object) -> None:
    assert read_moment(value) is None


def test_moments_without_a_zone_are_utc() -> None:
    texts = ("2026-11-16 01:02:03", "2026-11-16T01:02:03Z", "2026-11-16T09:02:03+08:00")
    assert len({read_moment(text) for text in texts}) == 1


def test_what_is_no_scalar_becomes_its_json() -> None:
    assert [as_text(value) for value in (["a"], {"b": 1}, True, 7, "x", None)] == [
        '["a"]', '{"b": 1}', "true", "7", "x", None,
    ]  # fmt: skip
