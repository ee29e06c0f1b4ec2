"""Views and matters as Request Tracker REST 2.0 JSON."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from local.world.activity import AGENTS, Matter
from local.world.views import View

Record = dict[str, Any]
_QUEUES = {"Delivery": "3", "Returns": "4", "Billing": "5", "General": "1"}


def login_of(view: View) -> str:
    """Return the user's login: the mail, or a name of its own if there is none."""
    return view.email or f"user{view.key}"


def render_user(view: View, modified: datetime) -> Record:
    """Return the desk's user."""
    address = view.address
    record: Record = {
        "id": int(view.key),
        "Name": login_of(view),
        "RealName": view.full_name,
        "NickName": view.nickname,
        "Organization": view.company,
        "EmailAddress": view.email,
        "MobilePhone": view.mobile,
        "WorkPhone": "" if view.is_person else view.phone,
        "HomePhone": view.phone if view.is_person else "",
        "Address1": address.district + address.street if address else "",
        "Address2": address.room if address else "",
        "City": address.city if address else "",
        "State": address.province if address else "",
        "Zip": address.postcode if address else "",
        "Country": address.country if address else "",
        "Lang": view.language,
        "Comments": view.remark,
        "Created": _stamp(view.created_at),
        "LastUpdated": _stamp(modified),
        "Disabled": 1 if view.status == "inactive" else 0,
        "CustomFields": [
            {"name": "CustomerNo", "values": [view.member_number] if view.member_number else []},
            {"name": "Kind", "values": [view.customer.kind]},
        ],
    }
    record.update(view.extra)
    return record


def render_ticket(
    view: View, matter: Matter, number: int, created: datetime, modified: datetime
) -> Record:
    """Return the desk's ticket in the state of its matter."""
    resolved = matter.status == "resolved"
    return {
        "id": number,
        "Subject": matter.subject,
        "Status": matter.status,
        "Queue": {"id": _QUEUES[matter.queue], "Name": matter.queue},
        "Requestor": [{"id": login_of(view), "type": "user"}],
        "Owner": {"id": AGENTS[number % len(AGENTS)] if matter.status != "new" else "Nobody"},
        "Priority": matter.priority,
        "Created": _stamp(created),
        "Started": _stamp(created + timedelta(minutes=35)) if matter.status != "new" else None,
        "LastUpdated": _stamp(modified),
        "Resolved": _stamp(modified) if resolved else None,
        "CustomFields": [
            {"name": "Satisfaction", "values": [matter.satisfaction] if matter.satisfaction else []}
        ],
    }


def render_history(
    rng: Random, view: View, matter: Matter, number: int, created: datetime, modified: datetime
) -> list[tuple[int, Record]]:
    """Return the ticket's transactions as (id, record), oldest first."""
    agent = AGENTS[number % len(AGENTS)]
    customer = login_of(view)
    steps: list[tuple[str, str, Record]] = [("Create", customer, {"Content": matter.content})]
    for index, text in enumerate(matter.replies):
        steps.append(("Correspond", customer if index % 2 else agent, {"Content": text}))
    if rng.random() < 0.25:
        steps.append(("Comment", agent, {"Content": "已电话联系客户"}))
    if matter.status != "new":
        change = {"Field": "Status", "OldValue": "new", "NewValue": matter.status}
        steps.append(("Status", agent, change))
    if matter.satisfaction:
        score = {"Field": "Satisfaction", "OldValue": "", "NewValue": matter.satisfaction}
        steps.append(("CustomField", customer, score))
    gap = (modified - created) / max(1, len(steps) - 1)
    history = []
    for index, (kind, creator, change) in enumerate(steps):
        moment = (created + gap * index).replace(microsecond=0)
        record = _transaction(number, index, kind, creator, moment, change)
        history.append((number * 16 + index, record))
    return history


def render_reply(
    view: View, number: int, index: int, text: str, moment: datetime
) -> tuple[int, Record]:
    """Return one later reply of the customer; ``index`` is its place in the history (below 16)."""
    record = _transaction(number, index, "Correspond", login_of(view), moment, {"Content": text})
    return number * 16 + index, record


def render_reopening(number: int, index: int, former: str, moment: datetime) -> tuple[int, Record]:
    """Return the change of status that a reply of the customer makes, as the desk's own doing."""
    change = {"Field": "Status", "OldValue": former, "NewValue": "open"}
    record = _transaction(number, index, "Status", "RT_System", moment, change)
    return number * 16 + index, record


def _transaction(
    ticket: int, index: int, kind: str, creator: str, moment: datetime, change: Record
) -> Record:
    return {
        "id": ticket * 16 + index,
        "Type": kind,
        "Created": _stamp(moment),
        "Creator": {"id": creator, "type": "user"},
        "Object": {"id": str(ticket), "type": "ticket"},
        "Field": change.get("Field", ""),
        "OldValue": change.get("OldValue", ""),
        "NewValue": change.get("NewValue", ""),
        "Content": change.get("Content", ""),
        "ContentType": "text/plain" if "Content" in change else "",
    }


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
