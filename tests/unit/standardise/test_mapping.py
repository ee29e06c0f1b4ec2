"""The pure part of standardise: what a mapped record becomes, whatever it holds."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_hub.channels.contract import CLEARABLE, RAW_FIELDS
from customer_hub.channels.policy import read_policy
from customer_hub.merge.rules import read_survivorship
from customer_hub.standardise.contacts import standardise_contact
from customer_hub.standardise.customers import standardise_customer
from customer_hub.standardise.feedback import standardise_feedback
from customer_hub.standardise.interactions import standardise_interaction
from customer_hub.standardise.orders import name_apart, standardise_order
from customer_hub.standardise.rows import Origin, SourceRows
from customer_hub.standardise.tickets import standardise_ticket
from customer_hub.standardise.write import _to_json

Record = dict[str, Any]
ORIGIN = Origin(
    source_key="shop/customer/1", channel="shop", source_id="1", version_id=1,
    version_at=datetime(2026, 11, 16, tzinfo=UTC), is_deleted=False, zone="UTC",
)  # fmt: skip
STANDARDISE = {
    "customer": standardise_customer,
    "contact": standardise_contact,
    "sales_order": standardise_order,
    "ticket": standardise_ticket,
    "interaction": standardise_interaction,
    "feedback": standardise_feedback,
}
RULES = read_survivorship(read_policy()).customer
CHILDREN = {
    "phones": ("type", "value"),
    "mails": ("value",),
    "addresses": ("type", "raw", "country", "province", "city", "district", "street", "postcode"),
    "lines": (
        "line_no",
        "product_code",
        "product_name",
        "category",
        "quantity",
        "price",
        "amount",
        "is_return",
        "returns",
    ),
    "payments": ("payment_no", "method", "currency", "amount", "at"),
    "events": ("code", "at", "line_no", "quantity", "document_no", "carrier"),
    "interactions": ("ordinal", "medium", "direction", "at", "agent", "text"),
    "changes": ("ordinal", "at", "from", "to", "agent"),
}
KEYS = {
    "contact_point": ("ordinal",),
    "address": ("ordinal",),
    "interaction": ("ordinal",),
    "tag": ("tag",),
    "order_line": ("line_no",),
    "order_event": ("event_code", "event_at", "document_no", "line_no"),
    "payment": ("payment_no",),
    "feedback": ("kind_code",),
    "ticket_event": ("ordinal",),
}
TEXT = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.sampled_from(
        [
            "张伟", "王小姐", "深圳市云帆科技有限公司", "ACME Ltd.", "138****1234", "13800138000",
            "+1 202-555-0143", "a@b.example", "A@B.example", "2026-11-16 08:00:00", "CNY", "12.50",
            "person", "企业", "518057", "广东省深圳市南山区科技园路1号", "refunded", "paid", "shop/7", "-3",
            "\udc80\x00",
        ]
    ),
)  # fmt: skip


def records(entity: str) -> st.SearchStrategy[Record]:
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for name in RAW_FIELDS[entity]:
        if name in CHILDREN:
            child = st.fixed_dictionaries(dict.fromkeys(CHILDREN[name], TEXT))
            fields[name] = st.lists(child, max_size=3)
        elif name in ("tags", "unknown"):
            fields[name] = st.lists(st.text(max_size=10), max_size=3)
        elif name == "cleared":
            fields[name] = st.lists(st.sampled_from(CLEARABLE), max_size=3)
        else:
            fields[name] = TEXT
    return st.fixed_dictionaries(fields)


def to_plain(rows: SourceRows) -> dict[str, list[Record]]:
    """Return every row by table."""
    tables: dict[str, list[Record]] = {}
    for sealable in (rows.head, *rows.sealed):
        tables.setdefault(sealable.table, []).append({**sealable.row, **sealable.segments})
    for table, plain in rows.plain.items():
        tables.setdefault(table, []).extend(plain)
    return tables


@pytest.mark.parametrize("entity", STANDARDISE)
@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_any_record_becomes_rows_that_postgresql_takes(entity: str, data: st.DataObject) -> None:
    record = data.draw(records(entity))
    tables = to_plain(STANDARDISE[entity](record, ORIGIN, None))
    text = json.dumps(tables, default=_to_json)
    assert "\\u0000" not in text
    json.loads(text, object_hook=refuse_surrogates)
    for table, names in KEYS.items():
        marks = [tuple(row[name] for name in names) for row in tables.get(table, [])]
        assert len(marks) == len(set(marks)), table
    assert tables == to_plain(STANDARDISE[entity](record, ORIGIN, None))


def refuse_surrogates(found: Record) -> Record:
    for value in found.values():
        if isinstance(value, str):
            value.encode("utf-8")
    return found


def names(**record: Any) -> tuple[Any, ...]:
    head = standardise_customer({"phones": [], **record}, ORIGIN, None).head.row
    return head["kind"], head["legal_name"], head["name_pinyin"]


def test_names_and_kinds() -> None:
    assert names(surname="欧阳", given_name="娜娜") == ("person", "欧阳娜娜", "ouyang nana")
    assert names(name="張偉 先生")[:2] == ("person", "张伟")
    assert names(name="深圳市雲帆科技有限公司")[:2] == ("organisation", "深圳市云帆科技有限公司")
    assert (
        names(name="云帆科技有限公司（原星河科技有限公司）")[1]
        == "云帆科技有限公司(曾用名:星河科技有限公司)"
    )
    assert names(surname="张", given_name="伟", company="云帆科技")[:2] == (
        "organisation",
        "云帆科技",
    )
    assert names(kind="person", name="张伟", company="云帆科技")[:2] == ("person", "张伟")
    assert names(kind="企业", name="张伟")[:2] == ("organisation", "张伟")
    assert names(kind="person", company="云帆科技")[:2] == ("person", "云帆科技")
    assert names() == (None, None, None)


def points(**record: Any) -> list[tuple[Any, ...]]:
    rows = standardise_customer(record, ORIGIN, None).sealed
    return [
        (row.row["type"], row.segments["contact"]["value"], row.row["is_preferred"])
        for row in rows
        if row.table == "contact_point"
    ]


def test_contact_points_stand_once_with_the_type_that_the_number_tells() -> None:
    phones = [
        {"type": "phone", "value": "138 0013 8000", "preferred": False},
        {"type": "mobile", "value": "+86 13800138000", "preferred": True},
        {"type": "fax", "value": "0755-26001234"},
        {"type": "phone", "value": "0755-26001234"},
        {"type": "mobile", "value": "138****1234"},
        {"type": "phone", "value": "no number"},
    ]
    assert points(phones=phones, mails=[{"value": "A@B.example", "preferred": True}]) == [
        ("mobile", "+8613800138000", True),
        ("fax", "+8675526001234", False),
        ("phone", "+8675526001234", False),
        ("mobile", "138****1234", False),
        ("mail", "a@b.example", True),
    ]


def test_masked_numbers_and_faxes_are_not_looked_up() -> None:
    rows = standardise_customer(
        {
            "phones": [
                {"type": "fax", "value": "0755-26001234"},
                {"type": "mobile", "value": "138****1234"},
            ]
        },
        ORIGIN,
        None,
    )
    assert rows.blind == []


def test_ids_with_a_wrong_check_digit_are_left_out() -> None:
    def identity(**record: Any) -> Record:
        return standardise_customer(record, ORIGIN, None).head.segments["identity"]

    assert identity(social_credit_code="91440300MA5DA1B2X2") == {}
    assert identity(identity_type="resident_id", identity_number="110105194912310021") == {}
    assert identity(identity_number="91440300MA5DA1B2X1") == {
        "social_credit_code": "91440300MA5DA1B2X1"
    }
    assert identity(identity_type="护照", identity_number="e12345678", birth_date="19900102") == {
        "identity_type": "passport", "identity_number": "E12345678", "birth_on": "1990-01-02"
    }  # fmt: skip


def test_a_record_is_not_its_own_parent() -> None:
    assert standardise_customer({}, ORIGIN, ORIGIN.source_key).head.row["parent_source_key"] is None


def test_an_orders_stages_lines_and_payments() -> None:
    rows = standardise_order(
        {
            "number": "1001", "status": "refunded", "ordered": "2026-11-16 08:00:00", "total": "30",
            "lines": [{"line_no": "1", "amount": "15"}, {"line_no": "1", "amount": "15"}, {}],
            "payments": [{"payment_no": "T1", "method": "微信", "amount": "-30.00"}],
            "events": [
                {"code": "created", "at": "2026-11-16 08:00:00"},
                {"code": "created", "at": "2026-11-16 08:00:00"},
                {"code": "teleported", "at": "2026-11-16 08:00:00"},
                {"code": "paid", "at": None},
            ],
        },
        ORIGIN,
        "shop/customer/7",
    )  # fmt: skip
    head = rows.head.row
    assert (head["status_code"], str(head["total_amount"])) == ("refunded", "30.0000")
    assert head["customer_source_key"] == "shop/customer/7"
    assert [line["line_no"] for line in rows.plain["order_line"]] == ["1", "1#2", "#3"]
    assert [event["event_code"] for event in rows.plain["order_event"]] == ["placed"]
    assert rows.plain["payment"][0]["method_code"] == "wechat"


def test_a_return_is_negative_and_a_charge_stands_beside_the_lines() -> None:
    line = {"line_no": "1", "quantity": "2", "amount": "20"}
    back = {"line_no": "2", "is_return": True, "returns": "1", "quantity": "1", "amount": "10"}
    shipped = {"code": "shipped", "at": "2026-11-16 08:00:00", "line_no": "1", "quantity": "1"}
    events = [
        {**shipped, "document_no": "P1", "carrier": "顺丰"},
        {**shipped, "document_no": "P2"},
        {**shipped, "document_no": "P2"},
    ]
    rows = standardise_order(
        {"lines": [line, back], "events": events, "total": "18", "shipping": "3", "discount": "-5"},
        ORIGIN,
        None,
    )
    head, (bought, returned) = rows.head.row, rows.plain["order_line"]
    assert (head["shipping_amount"], head["discount_amount"], head["tax_amount"]) == (3, 5, None)
    assert (bought["shipped_quantity"], bought["returned_quantity"]) == (2, 1)
    assert (returned["quantity"], returned["line_amount"]) == (-1, -10)
    assert (returned["returns_line_no"], returned["shipped_quantity"]) == ("1", None)
    sent = [(e["document_no"], e["quantity"], e["carrier"]) for e in rows.plain["order_event"]]
    assert sent == [("P1", 1, "顺丰"), ("P2", 1, None)]
    assert head["status_code"] == "partly_returned"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("pos/R1", ("pos", "R1")),
        ("1001", ("tmall", "1001")),
        ("shop/7", (None, None)),  # itself
        ("2026/7", ("tmall", "2026/7")),
        (" ", (None, None)),
        (None, (None, None)),
    ],
)
def test_the_order_that_an_order_repeats(raw: str | None, expected: Any) -> None:
    origin = replace(ORIGIN, orders_from="tmall")
    row = standardise_order({"number": "7", "origin": raw}, origin, None).head.row
    assert (row["origin_channel"], row["origin_number"]) == expected
    if raw == "1001":
        row = standardise_order({"number": "7", "origin": raw}, ORIGIN, None).head.row
        assert (row["origin_channel"], row["origin_number"]) == (None, None)


@given(st.lists(st.one_of(st.none(), st.sampled_from(["1", "2", "1#2", "#1", ""])), max_size=8))
def test_children_are_told_apart(numbers: list[str | None]) -> None:
    found = name_apart(numbers)
    assert len(found) == len(numbers) == len(set(found))


def cleared(**record: Any) -> list[str]:
    return standardise_customer(record, ORIGIN, None).head.row["cleared_fields"]  # type: ignore[no-any-return]


def test_a_clear_is_named_as_merge_knows_it() -> None:
    everything = cleared(cleared=list(CLEARABLE))
    cells = {name for name in RULES if not RULES[name].follows}
    children = {"phone", "mobile", "fax", "mail", "address", "tag", "branch_of"}
    assert set(everything) <= cells | children
    assert everything == sorted(everything)
    assert cleared(cleared=["level", "address"]) == ["address", "level_code", "region_code"]
    assert cleared(level="") == []


def test_what_another_column_gives_all_the_same_is_not_cleared() -> None:
    born = {"identity_type": "resident_id", "identity_number": "11010519491231002X"}
    assert cleared(**born, cleared=["birth_date", "level"]) == ["level_code"]
    assert cleared(cleared=["birth_date"]) == ["identity.birth_on"]
