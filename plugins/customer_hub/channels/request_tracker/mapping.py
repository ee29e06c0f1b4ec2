"""Request Tracker's users and tickets to the hub's raw fields. Cleaning is left to standardise."""

from collections.abc import Mapping
from typing import Any

from customer_hub.channels.record import (
    Record,
    as_text,
    make_address,
    make_contact_points,
    make_mails,
)

_KNOWN_USER = ("id", "type", "Name", "_url", "_hyperlinks")
_KNOWN_TICKET = ("id", "type", "_url", "_hyperlinks", "Queue", "Owner", "Priority", "Started")
# CustomerNo is the desk's own number of a customer; HubId is written by us.
_KNOWN_FIELDS = ("CustomerNo", "HubId")
_MESSAGES = ("Create", "Correspond", "Comment")
_CHANGES = ("Status", "Set")
# What the custom field Satisfaction is to hold.
_SCALE = "1-5"
# What Request Tracker shows for a time that was never set.
_UNSET = "1970-01-01T00:00:00Z"
_STATUS = {"0": "active", "1": "inactive"}


def map_record(entity: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Map a user (customer) or a ticket to RAW_FIELDS[entity]; pure, total."""
    record = Record(payload)
    fields = read_custom_fields({"CustomFields": record.look("CustomFields")})
    if entity == "customer":
        mapped = _map_user(record, fields)
        record.ignore(_KNOWN_USER)
    else:
        mapped = _map_ticket(record, fields)
        record.ignore(_KNOWN_TICKET)
    unread = [
        f"CustomFields[{name}]"
        for name, value in fields.items()
        if name not in _KNOWN_FIELDS and value
    ]
    return {**mapped, "unknown": sorted([*record.leftovers(), *unread])}


def read_custom_fields(payload: Mapping[str, Any]) -> dict[str, str | None]:
    """Return name -> first value of the custom fields, None where a field has none."""
    rows = payload.get("CustomFields")
    if not isinstance(rows, list):
        return {}
    named = (row for row in rows if isinstance(row, Mapping) and row.get("name") is not None)
    return {str(row["name"]): _read_first(row.get("values")) for row in named}


def _map_user(record: Record, fields: dict[str, str | None]) -> dict[str, Any]:
    take = record.take
    disabled = take("Disabled")
    phones = (
        ("mobile", take("MobilePhone")),
        ("phone", take("WorkPhone")),
        ("phone", take("HomePhone")),
    )
    streets = (take("Address1"), take("Address2"))
    return {
        "kind": fields.pop("Kind", None),
        "name": take("RealName"),
        "surname": None,
        "given_name": None,
        "company": take("Organization"),
        "short_name": take("NickName"),
        "social_credit_code": None,
        "identity_type": None,
        "identity_number": None,
        "birth_date": None,
        "website": None,
        "industry": None,
        "level": None,
        "lifecycle": None,
        "language": take("Lang"),
        "currency": None,
        "credit_limit": None,
        "credit_rating": None,
        "payment_method": None,
        "payment_terms": None,
        "remark": take("Comments"),
        "status": _STATUS.get(disabled or "0", disabled),
        "parent": None,
        "created": take("Created"),
        "modified": take("LastUpdated"),
        "tags": [],
        "phones": make_contact_points(phones, preferred="mobile"),
        "mails": make_mails(take("EmailAddress")),
        "addresses": make_address(
            "office",
            country=take("Country"),
            province=take("State"),
            city=take("City"),
            street=" ".join(street for street in streets if street) or None,
            postcode=take("Zip"),
        ),
        "cleared": [],
    }


def _map_ticket(record: Record, fields: dict[str, str | None]) -> dict[str, Any]:
    take = record.take
    users = [user.take("id") for user in record.take_rows("RequestorUsers")]
    resolved = take("Resolved")
    asking = {_fold(who.take("id")) for who in record.take_rows("Requestor")}
    history = record.take_rows("transactions")
    return {
        "customer": next((user for user in users if user), None),
        "status": take("Status"),
        "subject": take("Subject"),
        "opened": take("Created"),
        "resolved": None if resolved == _UNSET else resolved,
        "satisfaction": fields.pop("Satisfaction", None) or None,
        "satisfaction_scale": _SCALE,
        "created": take("Created"),
        "modified": take("LastUpdated"),
        "interactions": [
            _map_message(row, asking) for row in history if row.take("Type") in _MESSAGES
        ],
        "changes": [
            _map_change(row)
            for row in history
            if row.take("Type") in _CHANGES and row.take("Field") == "Status"
        ],
    }


def _map_message(row: Record, asking: set[str]) -> dict[str, Any]:
    """Return a message; a comment is the desk's own note, everything else goes by its author."""
    is_note = row.take("Type") == "Comment"
    author = row.take("Creator.id")
    is_asked = not is_note and _fold(author) in asking
    return {
        "ordinal": row.take("id"),
        "medium": "note" if is_note else "ticket",
        "direction": "in" if is_asked else "out",
        "at": row.take("Created"),
        "agent": None if is_asked else author,
        "text": row.take("Content"),
    }


def _map_change(row: Record) -> dict[str, Any]:
    return {
        "ordinal": row.take("id"),
        "at": row.take("Created"),
        "from": row.take("OldValue"),
        "to": row.take("NewValue"),
        "agent": row.take("Creator.id"),
    }


def _read_first(values: Any) -> str | None:
    if isinstance(values, list):
        return as_text(next((value for value in values if value is not None), None))
    return as_text(values)


def _fold(text: str | None) -> str:
    return (text or "").casefold()
