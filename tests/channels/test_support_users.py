"""Support users that are read many at once: the same records as those that are read singly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from customer_hub.channels.contract import Access
from customer_hub.channels.request_tracker.client import RequestTracker, open_channel
from tests.channels.peers import PEERS, SANDBOX_EXTRA
from tests.channels.rest_lab import Asked, Said, run_lab

USERS: dict[str, dict[str, Any]] = {
    number: {"id": number, "Name": f"user{number}", "RealName": "李娜", "Disabled": disabled}
    for number, disabled in (("7", "0"), ("8", "1"))
}
TICKET = {"id": "7", "Subject": "问题", "Status": "open", "Requestor": []}


def answer(asked: Asked) -> Said:
    """Show singly what is there; lists leave `Disabled` empty, as the real system's do."""
    _, _, kind, *rest = asked.path.removeprefix("/").split("/")
    if kind == "users":
        names = {condition["value"] for condition in asked.json}
        wanted = [user for user in USERS.values() if user["Name"] in names]
        if "find_disabled_rows" not in asked.query:
            wanted = [user for user in wanted if user["Disabled"] == "0"]
        items = [{**user, "Disabled": ""} for user in wanted]
        return Said({"items": items, "total": len(items)})
    if rest[1:]:
        return Said({"items": [], "total": 0})
    return Said(USERS[rest[0]] if kind == "user" else TICKET)


@pytest.fixture
def tracker() -> Iterator[RequestTracker]:
    with run_lab(answer) as lab:
        yield open_channel(PEERS["support"].config(), Access(lab.url, "hub", "word", SANDBOX_EXTRA))


def test_a_user_is_the_same_read_singly_or_with_others(tracker: RequestTracker) -> None:
    singly = {number: tracker.read_one("customer", number) for number in USERS}
    assert tracker.read_many("customer", list(USERS)) == singly


def test_users_are_kept_no_longer_than_until_the_next_are_read(tracker: RequestTracker) -> None:
    for number in USERS:
        tracker.read_many("customer", [number])
        assert set(tracker._users) == {number}


def test_a_ticket_is_never_taken_for_the_user_of_its_number(tracker: RequestTracker) -> None:
    assert tracker.read_one("customer", "7") is not None
    assert tracker.read_many("ticket", ["7"]) == {"7": tracker.read_one("ticket", "7")}
