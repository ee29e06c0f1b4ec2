"""Members and receipts to the hub's raw fields, by template. Cleaning is left to standardise."""

import re
from typing import Any

from customer_hub.channels.contract import RAW_FIELDS
from customer_hub.channels.file_drop.cells import list_unknown, take_cell
from customer_hub.channels.file_drop.layout import Layout
from customer_hub.channels.file_drop.receipt_mapping import map_receipt
from customer_hub.channels.record import (
    make_address,
    make_contact_points,
    make_mails,
)

_LISTS = frozenset(
    {"tags", "phones", "mails", "addresses", "lines", "payments", "events", "unknown", "cleared"}
)
_SEPARATOR = re.compile("[,;|、\uff0c\uff1b]")
_PHONES = ("mobile", "phone", "fax")
_ADDRESS = ("raw", "country", "province", "city", "district", "street", "postcode")


def map_payload(layout: Layout, payload: dict[str, Any]) -> dict[str, Any]:
    """Map a member (customer) or a receipt (sales_order) to its RAW_FIELDS; pure, total.

    A ragged row has no fields: all are None or empty.
    """
    if payload.get("_ragged"):
        return {name: [] if name in _LISTS else None for name in RAW_FIELDS[layout.entity]}
    if layout.is_grouped:
        return map_receipt(layout, payload)
    return _map_member(layout, payload)


def _map_member(layout: Layout, payload: dict[str, Any]) -> dict[str, Any]:
    def take(field: str) -> str | None:
        return take_cell(layout, payload, field)

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
        "unknown": sorted(list_unknown(layout, payload)),
        "cleared": [],
    }
