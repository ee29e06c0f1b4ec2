"""A mapped order or till receipt to its source rows. Pure."""

import re
from collections.abc import Sequence
from typing import Any

from customer_hub.standardise.rows import Origin, Record, Row, Sealable, SourceRows
from customer_hub.values import code
from customer_hub.values.amount import parse_amount
from customer_hub.values.moment import parse_at
from customer_hub.values.order_parts import (
    OrderParts,
    name_apart,
    read_charges,
    read_line_amount,
    read_order_parts,
)
from customer_hub.values.text import clean, to_simplified

_named_channel = re.compile(r"([a-z][a-z0-9_]*)/(.+)").fullmatch


def standardise_order(record: Record, origin: Origin, customer_key: str | None) -> SourceRows:
    """Return the rows of source.sales_order and its children for one accepted version.

    Args:
        record: the payload, mapped to the raw columns of the contract.
        origin: which version it is.
        customer_key: source key of the buyer; None for a guest.
    """
    parts = read_order_parts(record, origin.zone)
    number = clean(record.get("number")) or origin.source_id
    origin_channel, origin_number = _read_origin(record, origin, number)
    row = {
        **origin.start_row(),
        "order_number": number,
        "customer_source_key": customer_key,
        "status_code": parts.state.status_code,
        "ordered_at": parse_at(record.get("ordered"), origin.zone),
        "currency_code": parts.currency_code,
        "total_amount": parts.total,
        **{f"{name}_amount": amount for name, amount in read_charges(record).items()},
        "origin_channel": origin_channel,
        "origin_number": origin_number,
    }
    return SourceRows(
        entity="sales_order",
        source_key=origin.source_key,
        head=Sealable("sales_order", origin.source_key, row),
        plain={
            "order_line": _make_lines(origin, record.get("lines") or (), parts),
            "order_event": _make_events(origin, parts),
            "payment": _make_payments(origin, record),
        },
    )


def _read_origin(record: Record, origin: Origin, number: str) -> tuple[str | None, str | None]:
    """Return channel and number of the order that this one repeats; no order repeats itself."""
    text = clean(record.get("origin"))
    if text is None:
        return None, None
    named = _named_channel(text)
    channel, wanted = named.groups() if named else (origin.orders_from, text)
    if channel is None or (channel, wanted) == (origin.channel, number):
        return None, None
    return channel, wanted


def _make_lines(origin: Origin, lines: Sequence[Record], parts: OrderParts) -> list[Row]:
    return [
        {
            "source_key": origin.source_key,
            "line_no": read.line_no,
            "product_code": clean(line.get("product_code")),
            "product_name": _read_words(line.get("product_name")),
            "category": _read_words(line.get("category")),
            "quantity": read_line_amount(line, "quantity"),
            "price_amount": parse_amount(line.get("price")),
            "line_amount": amount,
            "is_return": read.is_return,
            "returns_line_no": read.returns_no or None,
            "shipped_quantity": parts.state.shipped.get(read.line_no),
            "returned_quantity": parts.state.returned.get(read.line_no),
        }
        for read, amount, line in zip(parts.lines, parts.amounts, lines, strict=True)
    ]


def _make_events(origin: Origin, parts: OrderParts) -> list[Row]:
    return [
        {
            "source_key": origin.source_key,
            "event_code": event.code,
            "event_at": event.at,
            "document_no": event.document_no,
            "line_no": event.line_no,
            "quantity": event.quantity,
            "carrier": event.carrier,
        }
        for event in parts.events
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


def _read_words(raw: Any) -> str | None:
    text = clean(raw)
    return to_simplified(text) if text else None
