"""A small world for the channels: many rows in one second, more than a page, three days."""

from __future__ import annotations

from local.sandbox.process import WorldEvent

ROWS = 24  # of each entity; the pages of the tests hold five
_CREATED = "2025-03-04T05:06:07"


def _moment(number: int) -> str:
    """Return the update time: the first thirteen rows share a second, the others have their own."""
    if number <= 13:
        return "2026-11-16T01:00:00"
    day = 16 + number % 3
    return f"2026-11-{day}T01:00:{number:02d}"


def _day(moment: str) -> int:
    return int(moment[8:10]) - 15


def _event(channel: str, entity: str, number: int, key: str, record: dict) -> WorldEvent:
    at = _moment(number)
    return (_day(at), f"{at}Z", channel, entity, "insert", key, record)


def _crm_id(number: int) -> str:
    return f"6a0000000000{number:05x}"


def _crm(number: int) -> list[WorldEvent]:
    at = _moment(number).replace("T", " ")
    times = {"createdAt": _CREATED.replace("T", " "), "modifiedAt": at}
    account = {"id": _crm_id(number), "name": f"公司 {number} 𠮷", "cLevel": "A", **times}
    contact = {
        "id": _crm_id(1000 + number),
        "lastName": f"Person {number}",
        "accountId": _crm_id(number),
        **times,
    }
    return [
        _event("crm", "Account", number, account["id"], account),
        _event("crm", "Contact", number, contact["id"], contact),
        *_deeds(number, times),
    ]


def _deeds(number: int, times: dict[str, str]) -> list[WorldEvent]:
    """A call, a meeting and a mail of one customer; their ids are equal, as they may be."""
    shared = {
        "id": _crm_id(2000 + number),
        "name": f"Subject {number}",
        "parentType": "Account" if number % 2 else "Contact",
        "parentId": _crm_id(number if number % 2 else 1000 + number),
        "accountId": _crm_id(number),
        "assignedUserId": "u1",
        "assignedUserName": "Lin",
        **times,
    }
    appointment = {
        **shared,
        "status": "Held",
        "dateStart": times["createdAt"],
        "dateEnd": times["createdAt"],
        "description": f"Notes {number}",
        "contactsIds": [_crm_id(1000 + number), _crm_id(1001)],
        "usersIds": ["u2", "u1"],
    }
    mail = {
        **shared,
        "status": "Sent",
        "dateSent": times["createdAt"],
        "from": "desk@crm.example",
        "to": f"customer{number}@crm.example",
        "bodyPlain": f"Words {number}",
        "body": f"<p>Words {number}</p>",
        "isHtml": True,
    }
    records = {
        "Call": {**appointment, "direction": "Inbound"},
        "Meeting": appointment,
        "Email": mail,
    }
    return [_event("crm", name, number, shared["id"], body) for name, body in records.items()]


def _shop(number: int) -> list[WorldEvent]:
    at = _moment(number)
    times = {"date_created_gmt": _CREATED, "date_modified_gmt": at}
    customer = {
        "id": number,
        "email": f"customer{number}@shop.example",
        "first_name": "Na",
        "last_name": "Li",
        "role": "administrator" if number == 2 else "customer",
        "billing": {"city": "Beijing"},
        "meta_data": [{"id": number * 10, "key": "level", "value": "A"}],
        **times,
    }
    order = {
        "id": 500 + number,
        "number": str(500 + number),
        "status": "processing",
        "customer_id": number % 5,
        "currency": "CNY",
        "total": "10.50",
        "line_items": [{"id": 5000 + number, "sku": "S1", "quantity": 2, "total": "10.50"}],
        "refunds": [],
        "meta_data": [],
        **times,
    }
    rows = [
        _event("shop", "customers", number, str(number), customer),
        _event("shop", "orders", number, str(500 + number), order),
    ]
    if number % 3 == 0:
        refund = _refund(number, at)
        order["refunds"] = [{"id": refund["id"], "reason": "", "total": "-5.25"}]
        rows.append(_event("shop", "refunds", number, str(refund["id"]), refund))
    return rows


def _refund(number: int, at: str) -> dict:
    """Return the refund of half of an order's one line."""
    meta = {"id": 1, "key": "_refunded_item_id", "value": str(5000 + number)}
    line = {"id": 7000 + number, "sku": "S1", "quantity": -1, "total": "-5.25", "meta_data": [meta]}
    return {
        "id": 6000 + number,
        "parent_id": 500 + number,
        "date_created_gmt": at,
        "amount": "5.25",
        "line_items": [line],
    }


def _support(number: int) -> list[WorldEvent]:
    at = _moment(number)
    name = f"user{number}@desk.example"
    times = {"Created": f"{_CREATED}Z", "LastUpdated": f"{at}Z"}
    user = {
        "id": number,
        "Name": name,
        "RealName": f"User {number}",
        "EmailAddress": name,
        "Disabled": int(number == 3),
        "CustomFields": [],
        **times,
    }
    ticket = {
        "id": number,
        "Subject": f"Question {number}",
        "Status": "open",
        "Queue": {"id": "1", "Name": "Support"},
        "Requestor": [{"id": name, "type": "user"}],
        "CustomFields": [{"name": "Satisfaction", "values": ["5"]}],
        **times,
    }
    rows = [
        _event("support", "user", number, str(number), user),
        _event("support", "ticket", number, str(number), ticket),
    ]
    for step, kind in enumerate(("Create", "Correspond", "Status")):
        key = number * 10 + step
        transaction = {
            "id": key,
            "Type": kind,
            "Created": f"{at}Z",
            "Creator": {"id": name if kind == "Create" else "agent", "type": "user"},
            "Object": {"id": str(number), "type": "ticket"},
            "Content": f"Text {key}" if kind != "Status" else "",
            "ContentType": "text/plain",
        }
        if kind == "Status":
            transaction |= {"Field": "Status", "OldValue": "new", "NewValue": "open"}
        rows.append(_event("support", "transaction", number, str(key), transaction))
    return rows


def _hubspot(number: int) -> list[WorldEvent]:
    times = {"createdAt": f"{_CREATED}.000Z", "updatedAt": f"{_moment(number)}.250Z"}
    company = {
        "id": str(1000 + number),
        "properties": {"name": f"公司 {number} 𠮷", "domain": f"firm{number}.example"},
        **times,
    }
    contact = {
        "id": str(number),
        "properties": {
            "email": f"contact{number}@hubspot.example",
            "firstname": "Na",
            "lastname": f"Person {number}",
            "associatedcompanyid": company["id"],
        },
        **times,
    }
    return [
        _event("hubspot", "contacts", number, str(number), contact),
        _event("hubspot", "companies", number, str(1000 + number), company),
    ]


def _zendesk(number: int) -> list[WorldEvent]:
    at = f"{_moment(number)}Z"
    times = {"created_at": f"{_CREATED}Z", "updated_at": at}
    user = {
        "id": number,
        "name": f"User {number} 𠮷",
        "email": f"user{number}@zendesk.example",
        "suspended": number == 3,
        **times,
    }
    rating = {"id": 2000 + number, "score": "good", "comment": f"Thanks {number}"}
    ticket = {
        "id": 1000 + number,
        "subject": f"Question {number}",
        "status": "solved",
        "requester_id": number,
        "submitter_id": number,
        "satisfaction_rating": rating,
        **times,
    }
    rows = [
        _event("zendesk", "users", number, str(number), user),
        _event("zendesk", "tickets", number, str(1000 + number), ticket),
    ]
    for step in range(2):
        comment = {
            "id": number * 10 + step,
            "ticket_id": 1000 + number,
            "author_id": number,
            "body": f"Text {number}.{step}",
            "public": step == 0,
            "created_at": at,
            "via": {"channel": "web"},
        }
        rows.append(_event("zendesk", "comments", number, str(comment["id"]), comment))
    whole = {**rating, "ticket_id": 1000 + number, "requester_id": number, **times}
    rows.append(_event("zendesk", "satisfaction_ratings", number, str(rating["id"]), whole))
    return rows


def make_events() -> list[WorldEvent]:
    """Return the events of three days, oldest first."""
    makers = (_crm, _shop, _support, _hubspot, _zendesk)
    rows = [row for n in range(1, ROWS + 1) for make in makers for row in make(n)]
    return sorted(rows, key=lambda row: row[1])
