"""WooCommerce's customers and orders to the hub's raw fields. Cleaning is left to standardise."""

from collections.abc import Mapping
from typing import Any

from customer_hub.channels.record import (
    Record,
    as_text,
    make_address,
    make_contact_points,
    make_mails,
)

_NAMES = ("billing.first_name", "billing.last_name", "shipping.first_name", "shipping.last_name")
# WooCommerce's own book-keeping; the local dates repeat those in GMT.
_KNOWN_CUSTOMER = (
    "id", "role", "username", "is_paying_customer", "avatar_url", "date_created", "date_modified",
    "shipping.company", "shipping.email", "_links", *_NAMES,
)  # fmt: skip
_KNOWN_ORDER = (
    "id", "parent_id", "version", "prices_include_tax", "date_created", "date_modified",
    "date_paid", "date_completed", "discount_total", "discount_tax", "shipping_total",
    "shipping_tax", "cart_tax", "total_tax", "order_key", "billing", "shipping",
    "payment_method_title", "customer_ip_address", "customer_user_agent", "created_via",
    "customer_note", "cart_hash", "meta_data", "tax_lines", "shipping_lines", "fee_lines",
    "coupon_lines", "payment_url", "is_editable", "needs_payment", "needs_processing",
    "currency_symbol", "_links",
)  # fmt: skip
_OWN_META = ("hub_id", "hub_level")
_EVENTS = ("created", "paid", "completed")


def map_record(entity: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Map a customer, or an order (sales_order), to RAW_FIELDS[entity]; pure, total."""
    record = Record(payload)
    if entity == "customer":
        mapped, unread = _map_customer(record)
        record.ignore(_KNOWN_CUSTOMER)
    else:
        mapped, unread = _map_order(record), []
        record.ignore(_KNOWN_ORDER)
    return {**mapped, "unknown": sorted([*record.leftovers(), *unread])}


def read_meta(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return key -> value of the meta data; of a key that stands twice the last counts."""
    rows = payload.get("meta_data")
    if not isinstance(rows, list):
        return {}
    return {str(row["key"]): row.get("value") for row in rows if _has_key(row)}


def _map_customer(record: Record) -> tuple[dict[str, Any], list[str]]:
    take = record.take
    meta = read_meta({"meta_data": record.look("meta_data")})

    def take_meta(key: str) -> str | None:
        return as_text(meta.pop(key, None))

    tags = take_meta("tags") or ""
    mapped = {
        "kind": take_meta("kind"),
        "name": None,
        "surname": take("last_name") or take("billing.last_name"),
        "given_name": take("first_name") or take("billing.first_name"),
        "company": take("billing.company"),
        "short_name": None,
        "social_credit_code": take_meta("social_credit_code"),
        "identity_type": None,
        "identity_number": take_meta("identity_number"),
        "birth_date": take_meta("birth_date"),
        "website": None,
        "industry": None,
        "level": take_meta("level"),
        "lifecycle": None,
        "language": take_meta("language"),
        "currency": None,
        "credit_limit": None,
        "credit_rating": None,
        "payment_method": take_meta("payment_method"),
        "payment_terms": None,
        "remark": take_meta("remark"),
        "status": None,
        "parent": None,
        "created": take("date_created_gmt"),
        "modified": take("date_modified_gmt"),
        "tags": [tag.strip() for tag in tags.replace("，", ",").split(",") if tag.strip()],
        "phones": make_contact_points(_once("phone", record, "billing.phone", "shipping.phone")),
        "mails": make_mails(*dict.fromkeys((take("email"), take("billing.email")))),
        "addresses": [*_read_address(record, "billing"), *_read_address(record, "shipping")],
        "cleared": [],
    }
    unread = [
        f"meta_data[{key}]"
        for key, value in meta.items()
        if key not in _OWN_META and not key.startswith("_") and value not in (None, "", [], {})
    ]
    return mapped, unread


def _map_order(record: Record) -> dict[str, Any]:
    take = record.take
    customer = take("customer_id")
    stamps = [(code, take(f"date_{code}_gmt")) for code in _EVENTS]
    return {
        "number": take("number"),
        "customer": None if customer in (None, "", "0") else customer,
        "status": take("status"),
        "ordered": take("date_created_gmt"),
        "currency": take("currency"),
        "total": take("total"),
        "created": take("date_created_gmt"),
        "modified": take("date_modified_gmt"),
        "lines": [_map_line(line, place) for place, line in _number(record, "line_items")],
        "payments": _map_payments(record),
        "events": [{"code": code, "at": at} for code, at in stamps if at],
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
    }


def _map_payments(record: Record) -> list[dict[str, Any]]:
    """Return the payment, once it is made, and each refund; a refund's amount is negative."""
    take = record.take
    method, currency = take("payment_method"), take("currency")
    paid_at, number, total = take("date_paid_gmt"), take("transaction_id"), take("total")
    refunds = [
        {
            "payment_no": f"refund-{refund.take('id') or place}",
            "method": method,
            "currency": currency,
            "amount": refund.take("total"),
            "at": None,
        }
        for place, refund in _number(record, "refunds")
    ]
    if not paid_at:
        return refunds
    payment = {
        "payment_no": number or "1",
        "method": method,
        "currency": currency,
        "amount": total,
        "at": paid_at,
    }
    return [payment, *refunds]


def _number(record: Record, path: str) -> list[tuple[int, Record]]:
    return list(enumerate(record.take_rows(path), 1))


def _once(kind: str, record: Record, *paths: str) -> list[tuple[str, str | None]]:
    values = dict.fromkeys(record.take(path) for path in paths)
    return [(kind, value) for value in values]


def _read_address(record: Record, kind: str) -> list[dict[str, Any]]:
    streets = (record.take(f"{kind}.address_1"), record.take(f"{kind}.address_2"))
    return make_address(
        kind,
        country=record.take(f"{kind}.country"),
        province=record.take(f"{kind}.state"),
        city=record.take(f"{kind}.city"),
        street=" ".join(street for street in streets if street) or None,
        postcode=record.take(f"{kind}.postcode"),
    )


def _has_key(row: Any) -> bool:
    return isinstance(row, Mapping) and row.get("key") is not None
