"""Contacts and companies as HubSpot keeps and shows them: every value is text or null."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from local.sandbox.clock import STAMP_FORMAT
from local.sandbox.hubspot_wire import invalid, invalid_properties
from local.sandbox.store import Body, Event, Record

KINDS = {
    **dict.fromkeys(("contacts", "contact", "0-1"), "contacts"),
    **dict.fromkeys(("companies", "company", "0-2"), "companies"),
}
SINGULAR = {"contacts": "contact", "companies": "company"}
MODIFIED = {"contacts": "lastmodifieddate", "companies": "hs_lastmodifieddate"}
UNIQUE = {"contacts": ("email", "hub_id"), "companies": ("hub_id",)}
SHOWN_AT_FIRST = {
    "contacts": ("email", "firstname", "lastname"),
    "companies": ("domain", "name"),
}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WRITABLE: Mapping[str, frozenset[str]] = {
    "contacts": _names(
        "email firstname lastname company phone mobilephone jobtitle address city state zip "
        "country website hs_language lifecyclestage associatedcompanyid date_of_birth "
        "hub_id hub_level hub_region"
    ),
    "companies": _names(
        "name domain phone address address2 city state zip country industry website description "
        "lifecyclestage hs_parent_company_id about_us social_credit_code "
        "hub_id hub_level hub_region"
    ),
}
# Contacts know hs_lastmodifieddate as well, without ever a value in it.
_READ_ONLY = frozenset(
    {"hs_object_id", "createdate", "hs_lastmodifieddate", "hs_merged_object_ids"}
)
_STAGES = _names(
    "subscriber lead marketingqualifiedlead salesqualifiedlead opportunity customer evangelist other"
)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")


def is_known(kind: str, name: str) -> bool:
    """Tell whether an object type has a property."""
    return name in _WRITABLE[kind] or name in _READ_ONLY or name == MODIFIED[kind]


def iso_millis(moment: datetime) -> str:
    """Return a moment in HubSpot's form, UTC with milliseconds."""
    read = moment.astimezone(UTC)
    return f"{read.strftime(STAMP_FORMAT)}.{read.microsecond // 1000:03d}Z"


def absorb_event(before: Record | None, event: Event) -> Record:
    """Return the record after an event; properties the event does not name keep their value."""
    held = before.body if before else {}
    body = {**held, **event.record, "id": str(event.key)}
    body["properties"] = {
        **held.get("properties", {}),
        **(event.record.get("properties") or {}),
    }
    at = iso_millis(_read_moment(event.at))
    is_deleted = event.op == "delete"
    body["updatedAt"] = at if is_deleted else _shown_moment(event.record.get("updatedAt"), at)
    body["createdAt"] = _shown_moment(body.get("createdAt"), body["updatedAt"])
    return make_record(body, archived_at=at if is_deleted else None)


def make_record(body: Body, archived_at: str | None = None) -> Record:
    """Return the record of a body that carries its `updatedAt`."""
    body = {**body, "archived": archived_at is not None}
    body.pop("archivedAt", None)
    if archived_at:
        body["archivedAt"] = archived_at
    return Record(int(body["id"]), body["updatedAt"][:19], body, archived_at is not None)


def value_of(kind: str, body: Body, name: str) -> str | None:
    """Return one property, those included that HubSpot keeps by itself."""
    if name == MODIFIED[kind]:
        return str(body["updatedAt"])
    if name in ("createdate", "hs_object_id"):
        return str(body["createdAt" if name == "createdate" else "id"])
    value = body["properties"].get(name)
    return None if value is None else str(value)


def show(kind: str, record: Record, names: Iterable[str], cleared: str | None = "") -> Body:
    """Return an object with the named properties and the three that always come.

    Names that nobody knows are left out in silence. `cleared` is shown for a value that was
    emptied: the objects' own addresses show an empty text, search shows null.
    """
    body = record.body
    wanted = {*names, "createdate", "hs_object_id", MODIFIED[kind]}
    properties = {
        name: value_of(kind, body, name) for name in sorted(wanted) if is_known(kind, name)
    }
    shown = {
        "id": body["id"],
        "properties": {n: cleared if v == "" else v for n, v in properties.items()},
        "createdAt": body["createdAt"],
        "updatedAt": body["updatedAt"],
        "archived": body["archived"],
    }
    return shown | {name: body[name] for name in ("archivedAt",) if name in body}


def read_properties(kind: str, given: Any) -> dict[str, str]:
    """Return what a write sets, as text; raises HubSpotError for what cannot be written."""
    if not isinstance(given, dict):
        raise invalid("Invalid input JSON: properties must be an object")
    problems = []
    values: dict[str, str] = {}
    for name, value in given.items():
        values[name] = _as_text(value)
        if not is_known(kind, name):
            message = f'Property "{name}" does not exist'
            problems.append((name, "PROPERTY_DOESNT_EXIST", message))
        elif name not in _WRITABLE[kind]:
            problems.append((name, "READ_ONLY_VALUE", f'"{name}" is a read only property'))
        elif name == "lifecyclestage" and values[name] and values[name] not in _STAGES:
            message = f"{values[name]} was not one of the allowed options: {sorted(_STAGES)}"
            problems.append((name, "INVALID_OPTION", message))
        elif name == "email" and values[name]:
            values[name] = values[name].strip().lower()
            if not _MAIL.match(values[name]):
                message = f"Email address {values[name]} is invalid"
                problems.append((name, "INVALID_EMAIL", message))
    if problems:
        raise invalid_properties(problems)
    return values


def _as_text(value: Any) -> str:
    if isinstance(value, dict | list):
        raise invalid("Invalid input JSON: a property value must be a string")
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _read_moment(text: str) -> datetime:
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _shown_moment(moment: Any, otherwise: str) -> str:
    try:
        return iso_millis(_read_moment(str(moment)))
    except ValueError:
        return otherwise
