"""A customer or order as WooCommerce keeps it: how writes and the world's events change one."""

from __future__ import annotations

from typing import Any

from local.sandbox.clock import local_stamp, shown_stamp, utc_stamp
from local.sandbox.store import Body, Event, Record

_NESTED = ("billing", "shipping")
_BILLING = (
    *("first_name", "last_name", "company", "address_1", "address_2", "city", "state"),
    *("postcode", "country", "email", "phone"),
)
_SHIPPING = tuple(name for name in _BILLING if name != "email")
_META_IDS_PER_RECORD = 1000


def absorb_event(before: Record | None, event: Event) -> Record:
    """Return the record after an event; meta keys the event does not name are kept."""
    body = change_body(before.body if before else {}, event.record, int(event.key))
    body["id"] = int(event.key)
    if event.entity == "customers":
        body.setdefault("role", "customer")
    at = utc_stamp(event.at)
    is_deleted = event.op == "delete"
    shown = body.get("date_modified_gmt") or body.get("date_created_gmt")
    modified_at = at if is_deleted else shown_stamp(shown, at)
    return Record(body["id"], modified_at, body, is_deleted)


def empty_customer() -> Body:
    """Return a new customer with every field that WooCommerce shows."""
    return {
        "first_name": "",
        "last_name": "",
        "role": "customer",
        "billing": dict.fromkeys(_BILLING, ""),
        "shipping": dict.fromkeys(_SHIPPING, ""),
        "is_paying_customer": False,
        "avatar_url": "",
        "meta_data": [],
    }


def change_body(body: Body, given: Body, record_id: int) -> Body:
    """Return `body` with the given fields; addresses change by field, meta data by key or id."""
    changed = {**body, **given}
    for name in _NESTED:
        if isinstance(given.get(name), dict):
            changed[name] = {**(body.get(name) or {}), **given[name]}
    if "meta_data" in given:
        changed["meta_data"] = _change_meta(
            body.get("meta_data") or [], given["meta_data"] or [], record_id
        )
    return changed


def stamp_body(body: Body, name: str, stamp: str) -> None:
    """Set date_<name> (the shop's local time) and date_<name>_gmt."""
    body[f"date_{name}"] = local_stamp(stamp)
    body[f"date_{name}_gmt"] = stamp


def _change_meta(
    before: list[dict[str, Any]], given: list[dict[str, Any]], record_id: int
) -> list[dict[str, Any]]:
    """Return the meta data after a write: an item without an id changes the first of its key."""
    kept = [dict(item) for item in before]
    for item in given:
        found = next((old for old in kept if _is_same_meta(old, item)), None)
        if found is None and item.get("value") is not None:
            first = record_id * _META_IDS_PER_RECORD
            new_id = max((old["id"] for old in kept), default=first) + 1
            kept.append(
                {"id": item.get("id") or new_id, "key": item["key"], "value": item["value"]}
            )
        elif found is not None and item.get("value") is None:
            kept.remove(found)
        elif found is not None:
            found["value"] = item["value"]
    return kept


def _is_same_meta(old: dict[str, Any], item: dict[str, Any]) -> bool:
    if item.get("id") and old["id"] == item["id"]:
        return True
    return not item.get("id") and old["key"] == item.get("key")
