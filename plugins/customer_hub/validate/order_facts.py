"""What the suites of orders judge, computed from one mapped order or till receipt."""

from decimal import Decimal

from customer_hub.core.landing import LandedVersion
from customer_hub.validate.facts import (
    Facts,
    Record,
    describe_version,
    is_known,
    is_number,
    is_read,
    read_number,
    read_word,
    show_text,
)
from customer_hub.values import code
from customer_hub.values.amount import parse_amount
from customer_hub.values.currency import fits_unit
from customer_hub.values.moment import parse_at
from customer_hub.values.order_parts import (
    CHARGES,
    OrderParts,
    add_up,
    is_return,
    read_order_parts,
)
from customer_hub.values.order_state import Violation
from customer_hub.values.text import clean

_LINE_AMOUNTS = ("quantity", "price", "amount")
# The fact that each contradiction of an order's state falsifies.
_VIOLATIONS: dict[str, Violation] = {
    "shipped_is_ordered": "shipped_over_ordered",
    "returned_is_ordered": "returned_over_ordered",
    "returned_is_shipped": "returned_over_shipped",
    "shipped_is_approved": "shipped_unapproved",
    "cancel_is_last": "went_on_after_cancel",
    "returns_name_lines": "returned_nothing_known",
}


def describe_order(version: LandedVersion, record: Record, zone: str) -> Facts:
    """Return the columns of an order suite for one landed version; arguments as for customers."""
    parts = read_order_parts(record, zone)
    ordered_at = parse_at(record.get("ordered"), zone)
    return {
        **describe_version(version, record, zone),
        "number": show_text(clean(record.get("number"))),
        "status": show_text(read_word(record.get("status"))),
        "ordered_at": ordered_at,
        "ordered_is_time": is_read(record.get("ordered"), ordered_at),
        "currency_is_known": is_known(record.get("currency"), code.parse_currency),
        "currency": show_text(clean(record.get("currency"))),
        "total_is_number": is_number(record.get("total")),
        "has_total": bool((record.get("total") or "").strip()),
        "total": read_number(record.get("total")),
        "line_count": len(parts.lines),
        "lines_are_numbers": _are_numbers(record),
        "smallest_price": _find_smallest_price(record),
        **_describe_total(record, parts),
        "payment_method_is_known": _knows_methods(record),
        "events_are_timed": _all_timed(record, zone),
        "refunds_are_timed": _refunds_timed(record, zone),
        **{name: what not in parts.state.violations for name, what in _VIOLATIONS.items()},
    }


def _are_numbers(record: Record) -> bool:
    raw = [line.get(name) for line in record.get("lines") or () for name in _LINE_AMOUNTS]
    raw += [payment.get("amount") for payment in record.get("payments") or ()]
    raw += [event.get("quantity") for event in record.get("events") or ()]
    raw += [record.get(name) for name in (*CHARGES, "discount")]
    return all(is_number(value) is not False for value in raw)


def _find_smallest_price(record: Record) -> float | None:
    """Return the smallest price or amount of what was bought; what came back may be negative."""
    bought = [line for line in record.get("lines") or () if not is_return(line)]
    prices = [parse_amount(line.get(name)) for line in bought for name in ("price", "amount")]
    return min((float(price) for price in prices if price is not None), default=None)


def _describe_total(record: Record, parts: OrderParts) -> Facts:
    """Compare the total with its parts: channels round each line, so a unit a line is no fault."""
    total = parts.total
    if total is None:
        return dict.fromkeys(
            ("total_equals_parts", "total_is_exact", "total_fits_currency", "refunds_within_total")
        )
    off = abs(total - add_up(record, parts)) if parts.lines else None
    paid = [parse_amount(payment.get("amount")) for payment in record.get("payments") or ()]
    amounts = [total, *(amount for amount in paid if amount is not None)]
    return {
        "total_equals_parts": None if off is None else off <= parts.unit * len(parts.lines),
        "total_is_exact": None if off is None else off == Decimal(0),
        "total_fits_currency": all(fits_unit(amount, parts.currency_code) for amount in amounts),
        "refunds_within_total": parts.paid_back <= total,
    }


def _knows_methods(record: Record) -> bool | None:
    told = [
        is_known(payment.get("method"), code.parse_payment_method)
        for payment in record.get("payments") or ()
    ]
    return None if not any(one is not None for one in told) else False not in told


def _all_timed(record: Record, zone: str) -> bool | None:
    events = record.get("events") or []
    return all(parse_at(event.get("at"), zone) for event in events) if events else None


def _refunds_timed(record: Record, zone: str) -> bool | None:
    """Tell whether each refund says when it was; without its own record it does not."""
    refunds = [
        payment
        for payment in record.get("payments") or ()
        if (parse_amount(payment.get("amount")) or 0) < 0
    ]
    return all(parse_at(refund.get("at"), zone) for refund in refunds) if refunds else None
