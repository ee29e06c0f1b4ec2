"""WooCommerce's orders, with the refunds that the reader put into them, to the hub's raw fields.

A refund is one thing told three ways: lines that came back, money paid back, and when. Shipments
are what the shipment tracking extension keeps in an order's meta data.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from customer_hub.channels.record import Record, as_text
from customer_hub.channels.woocommerce.meta import read_meta
from customer_hub.channels.woocommerce.refunds import REFUND_RECORDS
from customer_hub.values.amount import parse_amount

# WooCommerce's own book-keeping; the local dates repeat those in GMT.
KNOWN = (
    "id", "parent_id", "version", "prices_include_tax", "date_created", "date_modified",
    "date_paid", "date_completed", "discount_total", "discount_tax", "shipping_tax", "cart_tax",
    "order_key", "billing", "shipping", "payment_method_title", "customer_ip_address",
    "customer_user_agent", "created_via", "customer_note", "cart_hash", "meta_data", "tax_lines",
    "shipping_lines", "coupon_lines", "payment_url", "is_editable", "needs_payment",
    "needs_processing", "currency_symbol", "_links",
)  # fmt: skip
_EVENTS = ("created", "paid", "completed")
_META_EVENTS = ("approved", "rejected", "delivered")
_ORIGIN = "origin_order"
_SHIPMENTS = "_wc_shipment_tracking_items"
_RETURNED_LINE = "_refunded_item_id"


def map_order(record: Record) -> dict[str, Any]:
    """Return the raw fields of an order but `unknown`; its total is that before any refund."""
    take = record.take
    meta = read_meta({"meta_data": record.look("meta_data")})
    customer = take("customer_id")
    stamps = [(code, take(f"date_{code}_gmt")) for code in _EVENTS]
    stamps += [(code, as_text(meta.get(f"{code}_at"))) for code in _META_EVENTS]
    refunds = _read_refunds(record)
    return {
        "number": take("number"),
        "customer": None if customer in (None, "", "0") else customer,
        "status": take("status"),
        "ordered": take("date_created_gmt"),
        "currency": take("currency"),
        "total": take("total"),
        "discount": None,  # the amounts of the lines are those after it
        "shipping": take("shipping_total"),
        "fee": _add_fees(record),
        "tax": take("total_tax"),
        "origin": as_text(meta.get(_ORIGIN)),
        "created": take("date_created_gmt"),
        "modified": take("date_modified_gmt"),
        "lines": [
            *(_map_line(line, place) for place, line in _number(record.take_rows("line_items"))),
            *(line for refund in refunds for line in refund["lines"]),
        ],
        "payments": _map_payments(record, refunds),
        "events": [
            *(_make_event(code, at) for code, at in stamps if at),
            *_map_shipments(meta.get(_SHIPMENTS)),
            *(event for refund in refunds for event in refund["events"]),
        ],
    }


def _map_line(line: Record, place: int) -> dict[str, Any]:
    return {
        "line_no": line.take("id") or f"#{place}",
        "product_code": line.take("sku") or line.take("product_id"),
        "product_name": line.take("name"),
        "category": None,
        "quantity": line.take("quantity"),
        "price": line.take("price"),
        "amount": line.take("total"),
        "is_return": False,
        "returns": None,
    }


def _read_refunds(record: Record) -> list[dict[str, Any]]:
    """Return number, amount, time, lines and events of each refund that the order names.

    One whose record was not shown has no time and no lines; the amount stands in the order itself.
    """
    shown = {refund.take("id"): refund for refund in record.take_rows(REFUND_RECORDS)}
    refunds = []
    for place, named in _number(record.take_rows("refunds")):
        number = named.take("id") or str(place)
        refund = shown.get(number, Record({}))
        at = refund.take("date_created_gmt")
        lines = [_map_return(line) for line in refund.take_rows("line_items")]
        refunds.append(
            {
                "number": number,
                "amount": named.take("total"),
                "at": at,
                "lines": lines,
                "events": [
                    *(_make_return_event(line, number, at) for line in lines if _has_goods(line)),
                    *([_make_event("refunded", at, document_no=number)] if at else ()),
                ],
            }
        )
    return refunds


def _map_return(line: Record) -> dict[str, Any]:
    meta = read_meta({"meta_data": line.look("meta_data")})
    return {**_map_line(line, 0), "is_return": True, "returns": as_text(meta.get(_RETURNED_LINE))}


def _has_goods(line: Mapping[str, Any]) -> bool:
    """Tell whether something came back; a refund may also take a line's price down."""
    return bool(parse_amount(line["quantity"]))


def _make_return_event(line: Mapping[str, Any], number: str, at: str | None) -> dict[str, Any]:
    return _make_event(
        "returned", at, line_no=line["returns"], quantity=line["quantity"], document_no=number
    )


def _map_payments(record: Record, refunds: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the payment, once it is made, and each refund; a refund's amount is negative."""
    take = record.take
    shared = {"method": take("payment_method"), "currency": take("currency")}
    paid_at, number, total = take("date_paid_gmt"), take("transaction_id"), take("total")
    payments = [{"payment_no": number or "1", **shared, "amount": total, "at": paid_at}]
    paid_back = [
        {
            "payment_no": f"refund-{refund['number']}",
            **shared,
            "amount": refund["amount"],
            "at": refund["at"],
        }
        for refund in refunds
    ]
    return [*(payments if paid_at else ()), *paid_back]


def _map_shipments(items: Any) -> list[dict[str, Any]]:
    """Return what was sent; a parcel that names no products speaks of the whole order."""
    events = []
    for item in items if isinstance(items, list) else ():
        if not isinstance(item, Mapping):
            continue
        parcel = Record(item)
        facts = {
            "at": _read_unix_time(parcel.take("date_shipped")),
            "document_no": parcel.take("tracking_number"),
            "carrier": parcel.take("tracking_provider") or parcel.take("custom_tracking_provider"),
        }
        for product in parcel.take_rows("products_list") or (Record({}),):
            line_no, quantity = product.take("item_id"), product.take("qty")
            events.append(_make_event("shipped", **facts, line_no=line_no, quantity=quantity))
    return events


def _make_event(code: str, at: str | None, **more: str | None) -> dict[str, Any]:
    empty = dict.fromkeys(("line_no", "quantity", "document_no", "carrier"))
    return {"code": code, "at": at, **empty, **more}


def _add_fees(record: Record) -> str | None:
    """Return the sum of the fees as text; as it stands where one of them is no number."""
    raw = [fee.take("total") for fee in record.take_rows("fee_lines")]
    amounts = [parse_amount(text) for text in raw]
    read = [amount for amount in amounts if amount is not None]
    if len(read) < len(raw):
        return "|".join(text or "" for text in raw)
    return format(sum(read, Decimal(0)), "f") if read else None


def _read_unix_time(raw: str | None) -> str | None:
    """Return seconds since 1970 as an ISO time; any other text as it is, for the gate to judge."""
    if raw is None or not raw.isdecimal() or len(raw) > 10:
        return raw
    return datetime.fromtimestamp(int(raw), UTC).isoformat()


def _number(rows: Iterable[Record]) -> Iterable[tuple[int, Record]]:
    return enumerate(rows, 1)
