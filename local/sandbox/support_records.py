"""Users, tickets and transactions as Request Tracker keeps and shows them."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import quote

from local.sandbox.clock import shown_stamp, utc_stamp
from local.sandbox.store import Body, Event, Record

CUSTOM_FIELDS = {
    "user": ("CustomerNo", "Kind", "HubId"),
    "ticket": ("Satisfaction", "HubId"),
}
WRITABLE = {
    "user": (
        *("Name", "RealName", "NickName", "Organization", "EmailAddress", "MobilePhone"),
        *("WorkPhone", "HomePhone", "Address1", "Address2", "City", "State", "Zip", "Country"),
        *("Lang", "Comments", "Disabled"),
    ),
    "ticket": ("Subject", "Status", "Queue", "Owner", "Priority", "Requestor"),
}
_SHOWN_TIME = {"transaction": "Created"}


def absorb_event(before: Record | None, event: Event) -> Record:
    """Return the record after an event; nothing is ever deleted, it is disabled or marked."""
    body = {**(before.body if before else {}), **event.record}
    body["id"] = int(event.key)
    if before and "CustomFields" in event.record:
        body["CustomFields"] = merge_custom_fields(
            before.body.get("CustomFields") or [], event.record["CustomFields"]
        )
    at = utc_stamp(event.at)
    if event.op == "delete":
        body |= {"Disabled": 1} if event.entity == "user" else {"Status": "deleted"}
        body["LastUpdated"] = f"{at}Z"
    if event.entity == "transaction":
        body["Object"] = {"type": "ticket", "id": str(body["Object"]["id"])}
    shown = body.get(_SHOWN_TIME.get(event.entity, "LastUpdated"))
    return Record(body["id"], shown_stamp(shown, at), body)


def merge_custom_fields(held: list[Body], given: list[Body]) -> list[Body]:
    """Return the custom fields with the given ones replacing those of their name."""
    merged = {field["name"]: field for field in [*held, *given]}
    return list(merged.values())


def custom_value(body: Body, name: str) -> str:
    """Return the first value of a custom field, empty where there is none."""
    for field in body.get("CustomFields") or []:
        if field["name"] == name and field["values"]:
            return str(field["values"][0])
    return ""


def set_custom_value(body: Body, name: str, value: str) -> None:
    """Set a custom field to one value, or to none for an empty one."""
    given = {"name": name, "values": [value] if value else []}
    body["CustomFields"] = merge_custom_fields(body.get("CustomFields") or [], [given])


def reference(base: str, entity: str, record: Record) -> Body:
    """Return what a list shows of a record: type, id and _url; a user's id is the login name."""
    shown = str((entity == "user" and record.body.get("Name")) or record.id)
    return {"type": entity, "id": shown, "_url": f"{base}/{entity}/{quote(shown)}"}


def show_field(entity: str, body: Body, name: str) -> Any:
    """Return one field as a list shows it, None where the entity has no such field."""
    if name == "CustomFields":
        return show_custom_fields(entity, body)
    if name in body:
        return body[name]
    known = (*WRITABLE.get(entity, ()), "Created", "LastUpdated", "Started", "Resolved")
    return "" if name in known else None


def show_custom_fields(entity: str, body: Body) -> list[Body]:
    """Return every custom field that applies, those without a value included."""
    held = {field["name"]: field["values"] for field in body.get("CustomFields") or []}
    names = dict.fromkeys([*CUSTOM_FIELDS.get(entity, ()), *held])
    return [
        {"type": "customfield", "id": str(number), "name": name, "values": held.get(name, [])}
        for number, name in enumerate(names, 1)
    ]


def etag(record: Record) -> str:
    """Return a tag that changes with every change of the record."""
    text = json.dumps([record.id, record.modified_at, record.body], sort_keys=True)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
