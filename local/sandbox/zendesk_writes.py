"""What Zendesk does with a write of a user or a ticket.

Kept from the real system: unknown keys are ignored without a word; a mail given to a user who has
one becomes a second one that the user does not show; an external id may stand twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from local.sandbox.clock import SandboxClock
from local.sandbox.store import Body, Record, Store, equal_text
from local.sandbox.zendesk_records import (
    GENERATED,
    TICKET_FIELDS,
    USER_FIELDS,
    merge_fields,
    new_body,
    same_value,
    seconds,
)
from local.sandbox.zendesk_wire import ZendeskError, not_found, record_invalid

# Ids of records made over the API start far above those of the synthetic world.
_FIRST_OWN_ID = 900_000_001
_USER = (
    *("name", "phone", "role", "suspended", "external_id", "organization_id", "locale"),
    *("time_zone", "notes", "details", "tags"),
)
_TICKET = (
    *("external_id", "subject", "status", "priority", "requester_id", "assignee_id"),
    *("organization_id", "tags"),
)
_STATUSES = frozenset({"new", "open", "pending", "hold", "solved", "closed"})
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")


class Writes:
    """Creates and changes of users and tickets."""

    def __init__(self, store: Store, clock: SandboxClock) -> None:
        """Write into `store`, stamping by `clock`."""
        self._store = store
        self._clock = clock

    def active_user(self, user_id: Any) -> Record:
        """Return a user who is not deleted; raises the 404."""
        record = self._store.get("users", user_id) if isinstance(user_id, int) else None
        if record is None or record.deleted:
            raise not_found()
        return record

    def create_user(self, given: Body) -> Record:
        """Create a user; raises ZendeskError without a name or with a mail that is known."""
        if not given.get("name"):
            raise record_invalid("name", "Name: cannot be blank", "BlankValue")
        self._check_mail(given.get("email"), None)
        user_id = self._store.next_id("users", _FIRST_OWN_ID)
        body = new_body("users", user_id, {"created_at": f"{self._clock.stamp()}Z"})
        body["email"] = (given.get("email") or "").lower() or None
        return self._save("users", _change_user(body, given))

    def update_user(self, record: Record, given: Body) -> Record:
        """Set the known fields; nothing new moves no time."""
        self._check_mail(given.get("email"), record)
        body = _change_user(record.body, given)
        if given.get("email") and not body.get("email"):
            body["email"] = given["email"].lower()
        return record if body == record.body else self._save("users", body)

    def create_or_update_user(self, given: Body) -> tuple[Record, bool]:
        """Update the user of an external id, else of a mail, or create one; tell whether created."""
        for name in ("external_id", "email"):
            found = self._holders(name, given.get(name))
            if found:
                return self.update_user(found[0], given), False
        return self.create_user(given), True

    def delete_user(self, record: Record) -> Record:
        """Make a user inactive."""
        return self._save("users", {**record.body, "active": False}, deleted=True)

    def merge_users(self, source: Record, target: Record) -> Record:
        """Merge a user into another: tickets go over, the source becomes inactive."""
        if source.id == target.id or source.body["role"] != "end-user":
            raise ZendeskError(422, "RecordInvalid", "Only two different end users can be merged")
        for ticket in self._store.find("tickets", equal_text("requester_id", source.id)):
            self._save("tickets", {**ticket.body, "requester_id": target.id})
        self.delete_user(source)
        return self._save("users", dict(target.body))

    def update_ticket(self, ticket_id: int, given: Body) -> Record:
        """Set the known fields of a ticket and add its comment.

        Raises ZendeskError: 404, 422 for a closed one or a status that is none, and with
        safe_update 409 unless `updated_stamp` is the ticket's present updated_at.
        """
        record = self._store.get("tickets", ticket_id)
        if record is None or record.deleted:
            raise not_found()
        if given.get("safe_update") and given.get("updated_stamp") != record.body["updated_at"]:
            description = (
                "Safe Update prevented the update due to outdated ticket data. "
                "Please fetch the latest ticket data and try again."
            )
            raise ZendeskError(409, "UpdateConflict", description)
        if record.body["status"] == "closed":
            description = "Status: closed prevents ticket update"
            raise record_invalid("status", description, "InvalidValue")
        if given.get("status", "open") not in _STATUSES:
            raise record_invalid("status", "Status: is not valid", "InvalidValue")
        body = {**record.body, **{name: given[name] for name in _TICKET if name in given}}
        fields = given.get("custom_fields") or []
        known = [field for field in fields if field.get("id") in TICKET_FIELDS.values()]
        if known:
            body["custom_fields"] = merge_fields(body.get("custom_fields") or [], known)
        comment = given.get("comment")
        if isinstance(comment, dict) and comment.get("body"):
            self._add_comment(record, comment)
        elif body == record.body:
            return record
        return self._save("tickets", body)

    def _add_comment(self, ticket: Record, given: Body) -> None:
        comment_id = self._store.next_id("comments", _FIRST_OWN_ID)
        own = {"ticket_id": ticket.id, "created_at": f"{self._clock.stamp()}Z"}
        kept = {n: given[n] for n in ("body", "public", "author_id") if n in given}
        self._save("comments", new_body("comments", comment_id, {**own, **kept}))

    def _save(self, entity: str, body: Body, deleted: bool = False) -> Record:
        stamp = self._clock.stamp()
        body = {**body, "updated_at": f"{stamp}Z", GENERATED: seconds(stamp)}
        record = Record(body["id"], stamp, body, deleted)
        self._store.put(entity, record)
        return record

    def _holders(self, name: str, value: Any) -> list[Record]:
        return self._store.find("users", equal_text(name, str(value))) if value else []

    def _check_mail(self, mail: Any, own: Record | None) -> None:
        if not mail:
            return
        if not isinstance(mail, str) or not _MAIL.match(mail):
            message = f"Email: {mail} is not properly formatted"
            raise record_invalid("email", message, "InvalidFormat")
        if any(own is None or holder.id != own.id for holder in self._holders("email", mail)):
            message = f"Email: {mail} is already being used by another user"
            raise record_invalid("email", message, "DuplicateValue")


def _change_user(body: Body, given: Body) -> Body:
    changed = dict(body)
    for name in _USER:
        if name in given and not same_value(body.get(name), given[name]):
            changed[name] = given[name]
    fields = given.get("user_fields")
    if isinstance(fields, dict):
        held = body.get("user_fields") or {}
        known = {
            name: fields[name]
            for name in USER_FIELDS
            if name in fields and not same_value(held.get(name), fields[name])
        }
        changed["user_fields"] = {**held, **known}
    return changed


def write_many(write: Callable[[Body], tuple[Record, bool]], users: list[Body]) -> list[Body]:
    """Write users one by one; return the outcomes of a job in the order of the users."""
    outcomes: list[Body] = []
    for index, given in enumerate(users):
        outcome: Body = {"index": index}
        if given.get("external_id"):
            outcome["external_id"] = given["external_id"]
        try:
            record, is_new = write(given)
        except ZendeskError as error:
            outcome |= {"id": given["id"]} if "id" in given else {}
            error_name = "UserCreateError" if "id" not in given else "UserUpdateError"
            outcome |= {"status": "Failed", "error": error_name, "details": _tell(error)}
        else:
            outcome |= {"id": record.id, "status": "Created" if is_new else "Updated"}
        outcomes.append(outcome)
    return outcomes


def _tell(error: ZendeskError) -> str:
    listed = [
        one["description"] for found in error.body.get("details", {}).values() for one in found
    ]
    return " ".join(listed) or str(error.body.get("description", error.body["error"]))
