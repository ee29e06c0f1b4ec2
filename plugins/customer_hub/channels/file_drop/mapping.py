"""Members and receipts to the hub's raw fields, by template. Cleaning is left to standardise."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from customer_hub.channels.contract import RAW_FIELDS
from customer_hub.channels.file_drop.layout import Layout
from customer_hub.channels.file_drop.moment import show_iso
from customer_hub.channels.record import (
    as_text,
    make_address,
    make_contact_points,
    make_mails,
)
from customer_hub.channels.template import DELETE

_LISTS = frozenset(
    {"tags", "phones", "mails", "addresses", "lines", "payments", "events", "unknown", "cleared"}
)
_LINES = "lines"
_SEPARATOR = re.compile("[,;|、\uff0c\uff1b]")
_TIMES = frozenset({"created", "modified", "ordered", "birth_date"})
_AMOUNTS = frozenset({"quantity", "price", "amount", "credit_limit"})
# 1.234.567,89: points part thousands only where they stand before three digits each.
_COMMA_AMOUNT = re.compile(r"-?(\d{1,3}([.\s']\d{3})+|\d+)(,\d+)?")
_PHONES = ("mobile", "phone", "fax")
_ADDRESS = ("raw", "country", "province", "city", "district", "street", "postcode")
_RETURNED = "true"


def map_payload(layout: Layout, payload: dict[str, Any]) -> dict[str, Any]:
    """Map a member (customer) or a receipt (sales_order) to its RAW_FIELDS; pure, total.

    A ragged row has no fields: all are None or empty.
    """
    if payload.get("_ragged"):
        return {name: [] if name in _LISTS else None for name in RAW_FIELDS[layout.entity]}
    if layout.is_grouped:
        return _map_receipt(layout, payload)
    return _map_member(layout, payload)


def _take(layout: Layout, payload: Mapping[str, Any], field: str) -> str | None:
    """Return the raw text of a field: its fixed value, what its code stands for, or its cell."""
    template = layout.template
    if field in template.fixed:
        return template.fixed[field]
    text = as_text(template.read_cell(payload, field))
    meant = template.values.get(field, {}).get((text or "").strip(), DELETE)
    text = text if meant == DELETE else meant  # a delete is told by its record, not by its status
    if field in _TIMES:
        return show_iso(text, template.times)
    if field in _AMOUNTS and template.decimal == ",":
        return _read_comma(text)
    return text


def _read_comma(text: str | None) -> str | None:
    if not _COMMA_AMOUNT.fullmatch((text or "").strip()):
        return text
    return re.sub(r"[.\s']", "", text or "").replace(",", ".")


def _list_unknown(layout: Layout, payload: Mapping[str, Any]) -> list[str]:
    known = {names[0] for names in layout.template.columns.values()} | {*layout.template.ignored}
    return [n for n, value in payload.items() if n not in known and value not in (None, "", [], {})]


def _map_member(layout: Layout, payload: dict[str, Any]) -> dict[str, Any]:
    def take(field: str) -> str | None:
        return _take(layout, payload, field)

    mapped: dict[str, Any] = {
        name: take(name) for name in RAW_FIELDS["customer"] if name not in _LISTS
    }
    return mapped | {
        "tags": [tag for tag in _SEPARATOR.split(take("tags") or "") if tag.strip()],
        "phones": make_contact_points([(kind, take(kind)) for kind in _PHONES], preferred="mobile"),
        "mails": make_mails(take("mail")),
        "addresses": make_address(
            "billing", **{part: take(f"address_{part}") for part in _ADDRESS}
        ),
        "unknown": sorted(_list_unknown(layout, payload)),
        "cleared": [],
    }


def _map_receipt(layout: Layout, payload: dict[str, Any]) -> dict[str, Any]:
    given = payload.get(_LINES)
    rows = [row for row in given if isinstance(row, Mapping)] if isinstance(given, list) else []
    lines = [_map_line(layout, row) for row in rows]
    total = _add_amounts([line["amount"] for line in lines])
    returned = [line["is_return"] for line in lines]
    first: Mapping[str, Any] = rows[0] if rows else {}
    number, ordered = (_take(layout, first, field) for field in ("id", "ordered"))
    # ISO texts have one form, so the greatest text is the latest.
    modified = max((_take(layout, row, "modified") or "" for row in rows), default="") or None
    # Lines that disagree on the currency show all of it, which no rule takes for a currency.
    currency = "/".join(dict.fromkeys(_take(layout, row, "currency") or "" for row in rows))
    events = [{"code": "completed", "at": ordered}]
    if any(returned):
        events.append({"code": "refunded", "at": modified})
    unknown = {name for row in rows for name in _list_unknown(layout, row)}
    return {
        "number": number,
        "customer": _take(layout, first, "customer") or None,
        "status": "refunded" if returned and all(returned) else "completed",
        "ordered": ordered,
        "currency": currency,
        "total": total,
        "created": ordered,
        "modified": modified,
        "lines": lines,
        "payments": [
            {
                "payment_no": number,
                "method": _take(layout, first, "payment_method"),
                "currency": currency,
                "amount": total,
                "at": ordered,
            }
        ],
        "events": events,
        "unknown": sorted(unknown | {name for name in payload if name != _LINES}),
    }


def _map_line(layout: Layout, row: Mapping[str, Any]) -> dict[str, Any]:
    fields = (
        *("line_no", "product_code", "product_name", "category", "quantity", "price", "amount"),
    )
    mapped: dict[str, Any] = {field: _take(layout, row, field) for field in fields}
    is_return = (_take(layout, row, "is_return") or "").strip() == _RETURNED
    return {**mapped, "is_return": is_return}


def _add_amounts(amounts: list[str | None]) -> str | None:
    """Return the sum as text, None when one of them is no number (the gate then asks for it)."""
    try:
        values = [Decimal((amount or "").strip()) for amount in amounts]
        total = sum(values, Decimal(0))
    except InvalidOperation:
        return None
    return format(total, "f") if total.is_finite() else None
