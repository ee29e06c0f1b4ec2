"""What Request Tracker does with a write, and the messages it answers instead of errors."""

from __future__ import annotations

from typing import Any

from local.sandbox.clock import SandboxClock
from local.sandbox.store import Body, Record, Store, equal_text
from local.sandbox.support_records import CUSTOM_FIELDS, WRITABLE, custom_value, set_custom_value

# Ids of records made over the API start far above those of the synthetic world.
_FIRST_OWN_ID = 900_000_001
_UNIQUE = ("Name", "EmailAddress")
_DEFAULT_STATUS = "new"


class Writes:
    """Creates and changes of users and tickets, each leaving its transactions."""

    def __init__(self, store: Store, clock: SandboxClock, actor: str) -> None:
        """Write into `store` as `actor`, stamping by `clock`."""
        self._store = store
        self._clock = clock
        self._actor = actor

    def change(self, entity: str, record: Record, given: Body) -> list[str]:
        """Apply the known fields; return one message for each that changed or could not."""
        body = dict(record.body)
        done: list[str] = []
        trail: list[tuple[str, str, str, str]] = []
        label = f"{entity.capitalize()} {body.get('Name', record.id)}"
        for name in WRITABLE[entity]:
            if name not in given or _same(body.get(name), given[name]):
                continue
            if entity == "user" and name in _UNIQUE and self._is_taken(name, given[name], record):
                done.append("Email address in use" if name == "EmailAddress" else "Name in use")
                continue
            before, after = _text(body.get(name)), _text(given[name])
            body[name] = _stored(name, given[name])
            done.append(f"{label}: {name} changed from {_quoted(before)} to {_quoted(after)}")
            trail.append(("Status" if name == "Status" else "Set", name, before, after))
        for name, value in (given.get("CustomFields") or {}).items():
            message = _change_custom_field(entity, body, name, value, trail)
            done += [message] if message else []
        if body != record.body:
            self._save(entity, body)
            if entity == "ticket":
                for kind, name, before, after in trail:
                    self._leave(body["id"], kind, Field=name, OldValue=before, NewValue=after)
        return done

    def create_user(self, given: Body) -> Record | str:
        """Create a user; returns the reason where Request Tracker refuses."""
        if not given.get("Name"):
            return "Must specify 'Name' attribute"
        for name in _UNIQUE:
            if given.get(name) and self._is_taken(name, given[name], None):
                return "Email address in use" if name == "EmailAddress" else "Name in use"
        body: Body = {"id": self._store.next_id("user", _FIRST_OWN_ID), "Disabled": 0}
        body |= {name: given[name] for name in WRITABLE["user"] if name in given}
        _take_custom_fields("user", body, given)
        return self._save("user", {**body, "Created": self._moment()})

    def create_ticket(self, given: Body) -> Record | str:
        """Create a ticket and its requestors; returns the reason where it is refused."""
        if not given.get("Queue"):
            return "Could not create ticket. Queue not set"
        requestors = given.get("Requestor") or []
        names = [requestors] if isinstance(requestors, str) else requestors
        for name in names:
            if not self._store.count("user", equal_text("Name", name)):
                self.create_user({"Name": name, "EmailAddress": name})
        body: Body = {
            "id": self._store.next_id("ticket", _FIRST_OWN_ID),
            "Subject": given.get("Subject", ""),
            "Status": given.get("Status", _DEFAULT_STATUS),
            "Queue": _stored("Queue", given["Queue"]),
            "Owner": {"id": given.get("Owner", "Nobody"), "type": "user"},
            "Priority": given.get("Priority", "0"),
            "Requestor": _stored("Requestor", names),
            "Created": self._moment(),
        }
        _take_custom_fields("ticket", body, given)
        record = self._save("ticket", body)
        content = {"Content": given.get("Content", ""), "ContentType": given.get("ContentType")}
        self._leave(body["id"], "Create", **content)
        return record

    def add_message(self, ticket: Record, kind: str, given: Body) -> list[str]:
        """Add a comment or a reply; moves the ticket's LastUpdated."""
        content_type = given.get("ContentType", "text/plain")
        shown = "Comment" if kind == "comment" else "Correspond"
        self._leave(int(ticket.id), shown, Content=given["Content"], ContentType=content_type)
        self._save("ticket", dict(ticket.body))
        return ["Comments added" if kind == "comment" else "Correspondence added"]

    def _save(self, entity: str, body: Body) -> Record:
        stamp = self._clock.stamp()
        body["LastUpdated"] = f"{stamp}Z"
        record = Record(body["id"], stamp, body)
        self._store.put(entity, record)
        return record

    def _leave(self, ticket_id: int, kind: str, **fields: Any) -> None:
        body: Body = {
            "id": self._store.next_id("transaction", _FIRST_OWN_ID),
            "Type": kind,
            "Created": self._moment(),
            "Creator": {"id": self._actor, "type": "user"},
            "Object": {"type": "ticket", "id": str(ticket_id)},
            **fields,
        }
        self._store.put("transaction", Record(body["id"], self._clock.stamp(), body))

    def _moment(self) -> str:
        return f"{self._clock.stamp()}Z"

    def _is_taken(self, name: str, value: Any, own: Record | None) -> bool:
        holders = self._store.find("user", equal_text(name, value), limit=2) if value else []
        return any(own is None or holder.id != own.id for holder in holders)


def _take_custom_fields(entity: str, body: Body, given: Body) -> None:
    for name, value in (given.get("CustomFields") or {}).items():
        if name in CUSTOM_FIELDS[entity]:
            set_custom_value(body, name, _text(value))


def _change_custom_field(
    entity: str, body: Body, name: str, value: Any, trail: list[tuple[str, str, str, str]]
) -> str | None:
    """Change one custom field; an unknown one or an equal value says nothing."""
    before, after = custom_value(body, name), _text(value)
    if name not in CUSTOM_FIELDS[entity] or before == after:
        return None
    set_custom_value(body, name, after)
    trail.append(("CustomField", name, before, after))
    if not before:
        return f"{name} {after} added"
    return f"{name} {before} changed to {after}" if after else f"{name} {before} deleted"


def _same(held: Any, given: Any) -> bool:
    return _text(held) == _text(given)


def _text(value: Any) -> str:
    """Return a written or held value as the one text that Request Tracker compares."""
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    if isinstance(value, dict):
        return str(value.get("Name") or value.get("id") or "")
    return "" if value is None else str(value)


def _quoted(text: str) -> str:
    return f"'{text}'" if text else "(no value)"


def _stored(name: str, value: Any) -> Any:
    if name == "Queue":
        return value if isinstance(value, dict) else {"id": "1", "Name": value}
    if name == "Owner":
        return {"id": _text(value), "type": "user"}
    if name == "Requestor":
        names = value if isinstance(value, list) else [value]
        return [{"id": _text(item), "type": "user"} for item in names]
    return value
