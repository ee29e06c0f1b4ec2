"""The parts of a mapped order (the contract's RAW_FIELDS), read: lines, events, amounts.

The gate judges by what is read here and standardise writes it, so that both see the same order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from customer_hub.values import code
from customer_hub.values.amount import parse_amount
from customer_hub.values.currency import find_unit
from customer_hub.values.moment import parse_at
from customer_hub.values.order_state import (
    EventCode,
    OrderEvent,
    OrderLine,
    OrderState,
    StatusCode,
    derive_state,
    merge_events,
)
from customer_hub.values.text import clean

# What channels call what happens to an order, to the hub's own words.
_EVENTS: Mapping[str, EventCode] = {
    "created": "placed",
    "placed": "placed",
    "pending": "placed",
    "on-hold": "placed",
    "approved": "approved",
    "rejected": "rejected",
    "paid": "paid",
    "processing": "paid",
    "shipped": "shipped",
    "delivered": "delivered",
    "completed": "completed",
    "returned": "returned",
    "refunded": "refunded",
    "cancelled": "cancelled",
    "failed": "cancelled",
    "trash": "cancelled",
}
# An order may stand half way, which nothing that happens is.
_STATES: Mapping[str, StatusCode] = {**_EVENTS, "partial-shipped": "partly_shipped"}
CHARGES = ("shipping", "fee", "tax")
_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class OrderParts:
    """A mapped order, read. `amounts` are those of `lines`, in their order, negative for returns."""

    currency_code: str | None
    total: Decimal | None
    lines: tuple[OrderLine, ...]
    amounts: tuple[Decimal | None, ...]
    events: tuple[OrderEvent, ...]
    paid_back: Decimal
    state: OrderState

    @property
    def unit(self) -> Decimal:
        """The smallest amount of its currency."""
        return find_unit(self.currency_code)


def read_order_parts(record: Mapping[str, Any], zone: str) -> OrderParts:
    """Return what a mapped order says; total, whatever it holds.

    Args:
        record: the raw columns of a sales_order.
        zone: of times without an offset.
    """
    raw_lines = record.get("lines") or []
    numbers = name_apart(line.get("line_no") for line in raw_lines)
    lines = tuple(map(_read_line, numbers, raw_lines))
    amounts = tuple(read_line_amount(line) for line in raw_lines)
    events = tuple(_read_events(record, zone))
    total = parse_amount(record.get("total"))
    paid_back = -sum(
        (amount for amount in map(_read_payment, record.get("payments") or ()) if amount < 0), _NONE
    )
    stated = read_state(record.get("status"))
    state = derive_state(stated, lines, events, total=total, refunded=paid_back)
    currency = code.parse_currency(record.get("currency"))
    return OrderParts(currency, total, lines, amounts, events, paid_back, state)


def read_state(raw: str | None) -> StatusCode | None:
    """Return the hub's word for a state of an order, None for one it does not know."""
    return _STATES.get(_read_word(raw))


def read_line_amount(line: Mapping[str, Any], name: str = "amount") -> Decimal | None:
    """Return an amount or quantity of a line as the hub keeps it: negative where it came back."""
    amount = parse_amount(line.get(name))
    return -abs(amount) if amount is not None and is_return(line) else amount


def is_return(line: Mapping[str, Any]) -> bool:
    """Tell whether a line came back; channels write 1, true or a bool."""
    return str(line.get("is_return") or "").strip().lower() in ("1", "true", "yes")


def read_charges(record: Mapping[str, Any]) -> dict[str, Decimal | None]:
    """Return what an order costs beside its lines; a discount is what is taken off all of them."""
    charges = {name: parse_amount(record.get(name)) for name in CHARGES}
    discount = parse_amount(record.get("discount"))
    return {**charges, "discount": None if discount is None else abs(discount)}


def add_up(record: Mapping[str, Any], parts: OrderParts) -> Decimal:
    """Return the sum that an order's total should be: what was ordered, whatever came back."""
    charges = read_charges(record)
    bought = [
        amount
        for line, amount in zip(parts.lines, parts.amounts, strict=True)
        if not line.is_return
    ]
    added = sum((value or _NONE for value in (*bought, *map(charges.get, CHARGES))), _NONE)
    return added - (charges["discount"] or _NONE)


def name_apart(numbers: Iterable[Any]) -> list[str]:
    """Return a name for each child, in order: its own number, told apart where it comes twice."""
    names: list[str] = []
    taken: set[str] = set()
    for place, raw in enumerate(numbers, 1):
        name = _read_number(raw) or f"#{place}"
        while name in taken:
            name = f"{name}#{place}"
        taken.add(name)
        names.append(name)
    return names


def _read_line(number: str, line: Mapping[str, Any]) -> OrderLine:
    quantity, came_back = read_line_amount(line, "quantity"), is_return(line)
    if quantity is not None:  # a line below nothing orders nothing
        quantity = abs(quantity) if came_back else max(quantity, _NONE)
    returns_no = _read_number(line.get("returns")) if came_back else ""
    return OrderLine(number, quantity, came_back, returns_no)


def _read_events(record: Mapping[str, Any], zone: str) -> Iterable[OrderEvent]:
    """Return the events that can be placed in time, each once."""
    found = []
    for event in record.get("events") or ():
        code_read, at = _EVENTS.get(_read_word(event.get("code"))), parse_at(event.get("at"), zone)
        if at is None or code_read is None:
            continue
        quantity = parse_amount(event.get("quantity"))
        found.append(
            OrderEvent(
                code=code_read,
                at=at,
                line_no=_read_number(event.get("line_no")),
                quantity=None if quantity is None else abs(quantity),
                document_no=_read_number(event.get("document_no")),
                carrier=clean(event.get("carrier")),
            )
        )
    return merge_events(found)


def _read_payment(payment: Mapping[str, Any]) -> Decimal:
    return parse_amount(payment.get("amount")) or _NONE


def _read_word(raw: str | None) -> str:
    return (clean(raw) or "").lower()


def _read_number(raw: Any) -> str:
    return clean(None if raw is None else str(raw)) or ""
