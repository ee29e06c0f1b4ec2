"""WooCommerce's customers and orders to the hub's raw fields. Cleaning is left to standardise."""

from typing import Any

from customer_hub.channels.record import (
    Record,
    as_text,
    make_address,
    make_contact_points,
    make_mails,
)
from customer_hub.channels.woocommerce.meta import read_meta
from customer_hub.channels.woocommerce.order_mapping import KNOWN, map_order

_NAMES = ("billing.first_name", "billing.last_name", "shipping.first_name", "shipping.last_name")
# WooCommerce's own book-keeping; the local dates repeat those in GMT.
_KNOWN_CUSTOMER = (
    "id", "role", "username", "is_paying_customer", "avatar_url", "date_created", "date_modified",
    "shipping.company", "shipping.email", "_links", *_NAMES,
)  # fmt: skip
_OWN_META = ("hub_id", "hub_level")


def map_record(entity: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Map a customer, or an order (sales_order), to RAW_FIELDS[entity]; pure, total."""
    record = Record(payload)
    if entity == "customer":
        mapped, unread = _map_customer(record)
        record.ignore(_KNOWN_CUSTOMER)
    else:
        mapped, unread = map_order(record), []
        record.ignore(KNOWN)
    return {**mapped, "unknown": sorted([*record.leftovers(), *unread])}


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
