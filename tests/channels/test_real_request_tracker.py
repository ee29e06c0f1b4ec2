"""The support channel against a real Request Tracker, which ignores more than the sandbox does."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from customer_hub.channels.contract import Access, BatchTarget, Channel, RawRecord
from customer_hub.channels.request_tracker import map_record
from customer_hub.core.errors import ChannelAccessError
from tests.channels.peers import PEERS
from tests.channels.real_tracker import SETUP, RealTracker
from tests.conftest import free_port

pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(shutil.which(SETUP) is None, reason="Request Tracker is not installed"),
]


@pytest.fixture(scope="module")
def tracker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealTracker]:
    folder: Path = tmp_path_factory.mktemp("rt")
    running = RealTracker(folder, free_port())
    for number in range(7):
        name = f"user{number}@desk.example"
        person = {"Name": name, "EmailAddress": name, "RealName": f"李娜 𠮷 {number}"}
        running.call("POST", "/user", {**person, "CustomFields": {"Kind": "person"}})
    for number in range(3):
        ticket = {"Queue": "Support", "Subject": f"问题 {number}", "ContentType": "text/plain"}
        who = f"user{number}@desk.example"
        running.call("POST", "/ticket", {**ticket, "Requestor": who, "Content": "你好"})
    reply = {"Content": "回复", "ContentType": "text/plain"}
    running.call("POST", "/ticket/1/correspond", reply)
    yield running
    running.stop()


def open_tracker(tracker: RealTracker, password: str | None = None) -> Channel:
    config = PEERS["support"].config()
    plain = {"allow_insecure": "true", "requests_per_second": "1000"}
    access = Access(tracker.url, "hub", password or tracker.password, plain)
    return config.load_system().open_channel(config, access)


@pytest.fixture
def channel(tracker: RealTracker) -> Channel:
    return open_tracker(tracker)


def window(channel: Channel) -> tuple[datetime, datetime]:
    now = channel.read_clock()
    return now - timedelta(hours=1), now + timedelta(minutes=1)


def read(channel: Channel, entity: str) -> list[RawRecord]:
    start, end = window(channel)
    return [record for page in channel.extract(entity, start, end, None) for record in page.records]


def read_user(channel: Channel, name: str) -> RawRecord:
    (found,) = (r for r in read(channel, "customer") if r.payload["Name"] == name)
    return found


def test_users_of_the_window_come_and_no_others(channel: Channel) -> None:
    names = {record.payload["Name"] for record in read(channel, "customer")}
    assert {f"user{number}@desk.example" for number in range(7)} <= names
    start, _ = window(channel)
    before = channel.extract("customer", start - timedelta(days=9), start, None)
    assert [record for page in before for record in page.records] == []


def test_users_map_without_unknown_fields(channel: Channel) -> None:
    mapped = map_record("customer", read_user(channel, "user4@desk.example").payload)
    assert (mapped["name"], mapped["kind"], mapped["status"]) == ("李娜 𠮷 4", "person", "active")
    assert mapped["unknown"] == []


def test_tickets_come_with_their_customer_and_texts(channel: Channel) -> None:
    tickets = {record.source_id: record for record in read(channel, "ticket")}
    assert set(tickets) == {"1", "2", "3"}
    user = read_user(channel, "user0@desk.example")
    mapped = map_record("ticket", tickets["1"].payload)
    assert tickets["1"].customer_id == mapped["customer"] == user.source_id
    assert [message["text"] for message in mapped["interactions"]] == ["你好", "回复"]
    assert mapped["resolved"] is None
    assert mapped["unknown"] == []


def test_every_user_is_in_the_sweep(channel: Channel) -> None:
    swept = [source_id for batch in channel.sweep_ids("customer") for source_id in batch]
    assert {record.source_id for record in read(channel, "customer")} <= set(swept)
    assert len(swept) == len(set(swept))


def test_the_hub_id_is_written_found_and_cleared(channel: Channel) -> None:
    source_id = read_user(channel, "user5@desk.example").source_id
    hub_id = f"h-{secrets.token_hex(4)}"
    assert channel.update("customer", source_id, {"hub_id": hub_id}).outcome == "updated"
    assert channel.update("customer", source_id, {"hub_id": hub_id}).outcome == "unchanged"
    assert channel.find_by_hub_id("customer", hub_id) == source_id
    assert channel.find_by_hub_id("customer", "h-nobody") is None
    assert channel.update("customer", source_id, {"hub_id": None}).outcome == "updated"
    assert channel.update("customer", "999999", {"hub_id": hub_id}).outcome == "missing"


def test_many_users_are_read_and_written_at_once(channel: Channel) -> None:
    assert isinstance(channel, BatchTarget)
    ids = [read_user(channel, f"user{number}@desk.example").source_id for number in range(3)]
    hub_ids = {source_id: f"h-{secrets.token_hex(4)}" for source_id in ids}
    written = channel.write_many("customer", {key: {"hub_id": hub_ids[key]} for key in ids})
    assert {result.outcome for result in written.values()} == {"updated"}
    shown = channel.read_many("customer", [*ids, "999999", "no number"])
    assert {key: channel.read_hub_fields(row)["hub_id"] for key, row in shown.items()} == hub_ids


def test_a_disabled_user_is_seen_as_inactive(tracker: RealTracker, channel: Channel) -> None:
    source_id = read_user(channel, "user6@desk.example").source_id
    tracker.call("PUT", f"/user/{source_id}", {"Disabled": 1})
    mapped = map_record("customer", read_user(channel, "user6@desk.example").payload)
    assert mapped["status"] == "inactive"


def test_a_wrong_password_is_refused(tracker: RealTracker) -> None:
    with pytest.raises(ChannelAccessError, match="401"):
        open_tracker(tracker, "wrong").read_clock()
