"""What the suites of orders judge, computed from one mapped order or till receipt."""

from decimal import Decimal

from customer_hub.core.landing import LandedVersion
from customer_hub.validate.facts import (
    Facts,
    Record,
    add_amounts,
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
from customer_hub.values.moment import parse_at
from customer_hub.values.text import clean

_CENT = Decimal("0.01")
_LINE_AMOUNTS = ("quantity", "price", "amount")


def describe_order(version: LandedVersion, record: Record, zone: str) -> Facts:
    """Return the columns of an order suite for one landed version; arguments as for customers."""
    lines = record.get("lines") or []
    payments = record.get("payments") or []
    ordered_at = parse_at(record.get("ordered"), zone)
    raw_amounts = [line.get(name) for line in lines for name in _LINE_AMOUNTS]
    raw_amounts += [payment.get("amount") for payment in payments]
    prices = [parse_amount(line.get(name)) for line in lines for name in ("price", "amount")]
    judged = [is_number(raw) for raw in raw_amounts]
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
        "line_count": len(lines),
        "lines_are_numbers": False not in judged,
        "smallest_price": min(
            (float(price) for price in prices if price is not None), default=None
        ),
        "total_equals_lines": _is_total(record),
        "payment_method_is_known": _knows_methods(record),
        "events_are_timed": _all_timed(record, zone),
    }


def _is_total(record: Record) -> bool | None:
    """Compare the total with its lines, to a cent a line; returned lines count either way."""
    total, lines = parse_amount(record.get("total")), record.get("lines") or []
    if total is None or not lines:
        return None
    kept = add_amounts(parse_amount(line.get("amount")) for line in lines if not is_return(line))
    back = add_amounts(parse_amount(line.get("amount")) for line in lines if is_return(line))
    sums = (kept + back, kept, kept - abs(back))
    return any(abs(total - amount) <= _CENT * len(lines) for amount in sums)


def is_return(line: Record) -> bool:
    """Tell whether a line was brought back; channels write 1, true or a bool."""
    return str(line.get("is_return") or "").strip().lower() in ("1", "true", "yes")


def _knows_methods(record: Record) -> bool | None:
    told = [
        is_known(payment.get("method"), code.parse_payment_method)
        for payment in record.get("payments") or ()
    ]
    return None if not any(one is not None for one in told) else False not in told


def _all_timed(record: Record, zone: str) -> bool | None:
    events = record.get("events") or []
    return all(parse_at(event.get("at"), zone) for event in events) if events else None
