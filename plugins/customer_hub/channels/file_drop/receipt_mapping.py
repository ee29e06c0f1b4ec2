"""Receipts to the raw fields of an order, by template. Cleaning is left to standardise."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from customer_hub.channels.file_drop.cells import list_unknown, take_cell
from customer_hub.channels.file_drop.layout import Layout

_LINES = "lines"
_RETURNED = "true"
_LINE_FIELDS = (
    "line_no", "product_code", "product_name", "category", "quantity", "price", "amount",
)  # fmt: skip


def map_receipt(layout: Layout, payload: dict[str, Any]) -> dict[str, Any]:
    """Map the rows of a receipt to RAW_FIELDS["sales_order"]; pure, total.

    A row that is flagged as a return was bought, and has come back since: it stays in the total, and
    makes a returned line and a payment back.
    """
    given = payload.get(_LINES)
    rows = [row for row in given if isinstance(row, Mapping)] if isinstance(given, list) else []
    sold = [_map_line(layout, row) for row in rows]
    changes = [take_cell(layout, row, "modified") for row in rows]
    flags = [(take_cell(layout, row, "is_return") or "").strip() == _RETURNED for row in rows]
    returned = [
        (line, at) for line, at, is_back in zip(sold, changes, flags, strict=True) if is_back
    ]
    total = _add_amounts([line["amount"] for line in sold])
    first: Mapping[str, Any] = rows[0] if rows else {}
    number, ordered = (take_cell(layout, first, field) for field in ("id", "ordered"))
    # Lines that disagree on the currency show all of it, which no rule takes for a currency.
    currency = "/".join(dict.fromkeys(take_cell(layout, row, "currency") or "" for row in rows))
    shared = {"method": take_cell(layout, first, "payment_method"), "currency": currency}
    origins = (take_cell(layout, row, "origin") for row in rows)
    unknown = {name for row in rows for name in list_unknown(layout, row)}
    return {
        "number": number,
        "customer": take_cell(layout, first, "customer") or None,
        "status": "refunded" if returned and len(returned) == len(sold) else "completed",
        "ordered": ordered,
        "currency": currency,
        "total": total,
        "discount": None,  # the amounts of the lines are those after it
        "shipping": None,
        "fee": None,
        "tax": None,
        "origin": next(filter(None, origins), None),
        "created": ordered,
        # ISO texts have one form, so the greatest text is the latest.
        "modified": max((at or "" for at in changes), default="") or None,
        "lines": [
            *({**line, "is_return": False, "returns": None} for line in sold),
            *(
                {
                    **line,
                    "line_no": _name_return(line),
                    "is_return": True,
                    "returns": line["line_no"],
                }
                for line, _ in returned
            ),
        ],
        "payments": [
            {"payment_no": number, **shared, "amount": total, "at": ordered},
            *(
                {
                    "payment_no": f"{number}/{_name_return(line)}",
                    **shared,
                    "amount": _negate(line["amount"]),
                    "at": at,
                }
                for line, at in returned
            ),
        ],
        "events": [
            _make_event("completed", ordered),
            *(
                _make_event("returned", at, line["line_no"], line["quantity"])
                for line, at in returned
            ),
            *(_make_event("refunded", at, line["line_no"]) for line, at in returned),
        ],
        "unknown": sorted(unknown | {name for name in payload if name != _LINES}),
    }


def _map_line(layout: Layout, row: Mapping[str, Any]) -> dict[str, Any]:
    return {field: take_cell(layout, row, field) for field in _LINE_FIELDS}


def _make_event(
    code: str, at: str | None, line_no: str | None = None, quantity: str | None = None
) -> dict[str, Any]:
    place = {"line_no": line_no, "quantity": quantity}
    return {"code": code, "at": at, **place, "document_no": None, "carrier": None}


def _name_return(line: dict[str, Any]) -> str:
    return f"{line['line_no']}-return"


def _negate(amount: str | None) -> str | None:
    """Return an amount as one that is paid back; what is no number stays as it is."""
    return f"-{amount}" if amount and amount.strip()[:1].isdecimal() else amount


def _add_amounts(amounts: list[str | None]) -> str | None:
    """Return the sum as text, None when one of them is no number (the gate then asks for it)."""
    try:
        values = [Decimal((amount or "").strip()) for amount in amounts]
        total = sum(values, Decimal(0))
    except InvalidOperation:
        return None
    return format(total, "f") if total.is_finite() else None
