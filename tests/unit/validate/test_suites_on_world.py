"""Every fault that the synthetic world hides is caught by its suite, and nothing else is."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from customer_hub.channels.config import read_channel
from customer_hub.channels.file_rows import ragged_payload
from customer_hub.core.landing import LandedVersion
from customer_hub.validate.frame import KEY, describe_versions
from customer_hub.validate.suites import read_suite
from local.world import Event, write_world
from local.world.events import generate
from local.world.render_pos import MEMBER_COLUMNS

START = date(2026, 11, 16)
CUSTOMERS, SEED = 700, 11
# Tills' receipts are put together from rows by the channel: its own tests judge them.
ENTITIES = {
    ("shop", "customers"): "customer",
    ("shop", "orders"): "sales_order",
    ("crm", "Account"): "customer",
    ("crm", "Contact"): "contact",
    ("crm", "Call"): "interaction",
    ("crm", "Meeting"): "interaction",
    ("crm", "Email"): "interaction",
    ("support", "user"): "customer",
    ("support", "ticket"): "ticket",
    ("pos", "member"): "customer",
}
Mark = tuple[str, str, str, int]


@pytest.fixture(scope="module")
def events() -> list[Event]:
    """Everything that is judged; an order holds the records of its refunds, as the reader lays it."""
    world = [event for event in generate(CUSTOMERS, SEED, START) if event.op == "upsert"]
    refunds = {event.record["id"]: event.record for event in world if event.entity == "refunds"}
    for event in world:
        if event.entity == "orders":
            named = [refunds[summary["id"]] for summary in event.record["refunds"]]
            event.record["refund_records"] = named
    return [event for event in world if (event.channel, event.entity) in ENTITIES]


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> set[Mark]:
    folder: Path = tmp_path_factory.mktemp("world")
    write_world(folder, CUSTOMERS, SEED, START, 3)
    lines = (folder / "broken.csv").read_text(encoding="utf-8").splitlines()[1:]
    parts = [line.split(",") for line in lines]
    return {(channel, entity, key, int(day)) for channel, entity, key, day, _ in parts}


def land(event: Event, number: int) -> LandedVersion:
    payload, source_id = as_landed(event)
    entity = ENTITIES[event.channel, event.entity]
    return LandedVersion(
        number, f"{event.channel}/{entity}/{source_id}", event.channel, entity, source_id, "upsert",
        event.at, False, event.at, None, b"", "s", payload,
    )  # fmt: skip


def as_landed(event: Event) -> tuple[dict[str, Any], str]:
    """Return payload and source id as the channel's reader gives them."""
    if ENTITIES[event.channel, event.entity] == "interaction":
        return {**event.record, "_type": event.entity}, f"{event.entity}-{event.key}"
    if event.channel != "pos":
        return event.record, str(event.record["id"])
    cells = list(event.record.values())
    if len(cells) != len(MEMBER_COLUMNS) or any("\0" in cell for cell in cells):
        return ragged_payload("columns", "members.csv", 1, cells), "!members.csv:1"
    number = event.record["会员号"]
    if not number:
        return ragged_payload("key", "members.csv", 1, event.record), "!members.csv:1"
    return event.record, number


def judge(events: list[Event], channel: str, native: str) -> Iterator[tuple[Mark, str]]:
    chosen = [event for event in events if (event.channel, event.entity) == (channel, native)]
    versions = [land(event, number) for number, event in enumerate(chosen)]
    entity = ENTITIES[channel, native]
    chunk = describe_versions(read_channel(channel), entity, versions)
    for outcome in read_suite(f"{channel}_{entity}").judge(chunk.frame, "row", KEY):
        if outcome.rule.severity == "critical":
            for number in outcome.failed_keys:
                event = chosen[number]
                yield (channel, native, event.key, event.day), outcome.rule.name


@pytest.mark.parametrize(("channel", "native"), ENTITIES)
def test_exactly_the_faults_are_caught(
    events: list[Event], broken: set[Mark], channel: str, native: str
) -> None:
    expected = {mark for mark in broken if mark[:2] == (channel, native)}
    caught = dict(judge(events, channel, native))
    assert expected
    assert expected - set(caught) == set()
    assert {mark: rule for mark, rule in caught.items() if mark not in expected} == {}
