"""Users, tickets, comments and ratings as Zendesk keeps and shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from local.sandbox.clock import STAMP_FORMAT, shown_stamp, utc_stamp
from local.sandbox.store import Body, Event, Record

USER_FIELDS = ("hub_id", "hub_level", "hub_region")
# Ticket fields have numbers for names.
TICKET_FIELDS = {"hub_id": 360000000001, "product": 360000000002}
SINGULAR = {"users": "user", "tickets": "ticket"}
# When the system last touched a record: what exports go by. Tickets show it, users do not.
GENERATED = "generated_timestamp"
_USER: Body = {
    "name": "",
    "email": None,
    "phone": None,
    "role": "end-user",
    "active": True,
    "suspended": False,
    "external_id": None,
    "organization_id": None,
    "locale": "en-US",
    "time_zone": "Beijing",
    "notes": "",
    "details": "",
    "tags": [],
    "user_fields": {},
}
_TICKET: Body = {
    "external_id": None,
    "subject": "",
    "description": "",
    "status": "new",
    "priority": None,
    "requester_id": None,
    "submitter_id": None,
    "assignee_id": None,
    "organization_id": None,
    "tags": [],
    "satisfaction_rating": {"score": "unoffered"},
    "custom_fields": [],
    "via": {"channel": "api"},
}
_COMMENT: Body = {
    "author_id": None,
    "body": "",
    "public": True,
    "via": {"channel": "api"},
}
_RATING: Body = {
    "score": "offered",
    "comment": None,
    "ticket_id": None,
    "requester_id": None,
    "assignee_id": None,
    "reason": None,
}
_FORMS = {
    "users": _USER,
    "tickets": _TICKET,
    "comments": _COMMENT,
    "satisfaction_ratings": _RATING,
}


def absorb_event(before: Record | None, event: Event) -> Record:
    """Return the record after an event; user fields that the event does not name are kept.

    An event that moves no `updated_at` is a system change: exports show the record again.
    """
    held = before.body if before else _FORMS.get(event.entity, {})
    body = {**held, **event.record, "id": int(event.key)}
    if event.entity == "users":
        given = event.record.get("user_fields") or {}
        body["user_fields"] = {**(held.get("user_fields") or {}), **given}
    if event.entity == "tickets":
        given = event.record.get("custom_fields") or []
        body["custom_fields"] = merge_fields(held.get("custom_fields") or [], given)
    at = utc_stamp(event.at)
    is_deleted = event.op == "delete"
    if is_deleted:
        body |= {"active": False} if event.entity == "users" else {"status": "deleted"}
    shown = body.get("updated_at") or body.get("created_at")
    updated_at = at if is_deleted else shown_stamp(shown, at)
    body["updated_at"] = f"{updated_at}Z"
    body.setdefault("created_at", body["updated_at"])
    body[GENERATED] = event.record.get(GENERATED) or seconds(at)
    return Record(body["id"], updated_at, body, is_deleted)


def new_body(entity: str, record_id: int, given: Body) -> Body:
    """Return a record with every field that Zendesk shows."""
    return {"id": record_id, **_FORMS[entity], **given}


def seconds(stamp: str) -> int:
    """Return a UTC stamp in Unix seconds."""
    return int(datetime.fromisoformat(stamp[:19]).replace(tzinfo=UTC).timestamp())


def stamp_of(moment: int) -> str:
    """Return Unix seconds as Zendesk shows a moment; one out of range as the last of all years."""
    try:
        return datetime.fromtimestamp(moment, UTC).strftime(STAMP_FORMAT) + "Z"
    except (OverflowError, ValueError):
        return "9999-12-31T23:59:59Z"


def merge_fields(held: list[Body], given: list[Body]) -> list[Body]:
    """Return custom fields with the given ones in the place of those of their id."""
    return list({field["id"]: field for field in [*held, *given]}.values())


def show_user(base: str, record: Record) -> Body:
    """Return a user as the API shows it, every known user field included."""
    body = {name: value for name, value in record.body.items() if name != GENERATED}
    fields = {**dict.fromkeys(USER_FIELDS), **(body.get("user_fields") or {})}
    return {**body, "url": f"{base}/users/{record.id}.json", "user_fields": fields}


def show_ticket(base: str, record: Record) -> Body:
    """Return a ticket as the API shows it, every known custom field included."""
    empty = [{"id": number, "value": None} for number in TICKET_FIELDS.values()]
    fields = merge_fields(empty, record.body.get("custom_fields") or [])
    own = {"url": f"{base}/tickets/{record.id}.json", "custom_fields": fields, "fields": fields}
    return {**record.body, **own}


def show_comment(record: Record) -> Body:
    """Return a comment as a ticket's list shows it."""
    hidden = (GENERATED, "ticket_id", "updated_at")
    body = {name: value for name, value in record.body.items() if name not in hidden}
    return {"type": "Comment", "plain_body": body.get("body"), "attachments": [], **body}


def show_rating(base: str, record: Record) -> Body:
    """Return a rating as the list shows it."""
    body = {name: value for name, value in record.body.items() if name != GENERATED}
    return {**body, "url": f"{base}/satisfaction_ratings/{record.id}.json"}


def same_value(held: Any, given: Any) -> bool:
    """Tell whether a write brings nothing new: Zendesk keeps an empty text for none."""
    return (held or None) == (given or None)
