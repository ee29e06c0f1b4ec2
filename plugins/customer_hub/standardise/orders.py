"""A mapped order or till receipt to its source rows. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from customer_hub.standardise.rows import Origin, Record, Row, Sealable, SourceRows
from customer_hub.values import code
from customer_hub.values.amount import parse_amount
from customer_hub.values.moment import parse_at
from customer_hub.values.text import clean, to_simplified

# What channels call the stages of an order, to the hub's own words for states and events.
_STAGES: Mapping[str, str] = {
    "created": "placed",
    "placed": "placed",
    "pending": "placed",
    "on-hold": "placed",
    "paid": "paid",
    "processing": "paid",
    "shipped": "shipped",
    "completed": "completed",
    "cancelled": "cancelled",
    "failed": "cancelled",
    "refunded": "returned",
    "returned": "returned",
}


def standardise_order(record: Record, origin: Origin, customer_key: str | None) -> SourceRows:
    """Return the rows of source.sales_order and its children for one accepted version.

    Args:
        record: the payload, mapped to the raw columns of the contract.
        origin: which version it is.
        customer_key: source key of the buyer; None for a guest.
    """
    row = {
        **origin.start_row(),
        "order_number": clean(record.get("number")) or origin.source_id,
        "customer_source_key": customer_key,
        "status_code": read_stage(record.get("status")),
        "ordered_at": parse_at(record.get("ordered"), origin.zone),
        "currency_code": code.parse_currency(record.get("currency")),
        "total_amount": parse_amount(record.get("total")),
    }
    return SourceRows(
        entity="sales_order",
        source_key=origin.source_key,
        head=Sealable("sales_order", origin.source_key, row),
        plain={
            "order_line": _make_lines(origin, record),
            "order_event": _make_events(origin, record),
            "payment": _make_payments(origin, record),
        },
    )


def read_stage(raw: str | None) -> str | None:
    """Return the hub's word for a state or event of an order, None for one it does not know."""
    text = clean(raw)
    return _STAGES.get(text.lower()) if text else None


def _make_lines(origin: Origin, record: Record) -> list[Row]:
    lines = record.get("lines") or []
    numbers = name_apart(line.get("line_no") for line in lines)
    return [
        {
            "source_key": origin.source_key,
            "line_no": number,
            "product_code": clean(line.get("product_code")),
            "product_name": _read_words(line.get("product_name")),
            "category": _read_words(line.get("category")),
            "quantity": parse_amount(line.get("quantity")),
            "price_amount": parse_amount(line.get("price")),
            "line_amount": parse_amount(line.get("amount")),
            "is_return": bool(line.get("is_return")),
        }
        for number, line in zip(numbers, lines, strict=True)
    ]


def _make_events(origin: Origin, record: Record) -> list[Row]:
    told = {
        (stage, at)
        for event in record.get("events") or ()
        if (stage := read_stage(event.get("code")))
        and (at := parse_at(event.get("at"), origin.zone))
    }
    return [
        {"source_key": origin.source_key, "event_code": stage, "event_at": at}
        for stage, at in sorted(told)
    ]


def _make_payments(origin: Origin, record: Record) -> list[Row]:
    payments = record.get("payments") or []
    numbers = name_apart(payment.get("payment_no") for payment in payments)
    return [
        {
            "source_key": origin.source_key,
            "payment_no": number,
            "method_code": code.parse_payment_method(payment.get("method")),
            "currency_code": code.parse_currency(payment.get("currency")),
            "paid_amount": parse_amount(payment.get("amount")),
            "paid_at": parse_at(payment.get("at"), origin.zone),
        }
        for number, payment in zip(numbers, payments, strict=True)
    ]


def name_apart(numbers: Iterable[Any]) -> list[str]:
    """Return a name for each child, in order: its own number, told apart where it comes twice."""
    names: list[str] = []
    taken: set[str] = set()
    for place, raw in enumerate(numbers, 1):
        name = clean(None if raw is None else str(raw)) or f"#{place}"
        while name in taken:
            name = f"{name}#{place}"
        taken.add(name)
        names.append(name)
    return names


def _read_words(raw: str | None) -> str | None:
    text = clean(raw)
    return to_simplified(text) if text else None
