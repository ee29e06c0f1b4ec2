"""The synthetic world as a whole: the same for the same seed, streamed, and true to its truth."""

from __future__ import annotations

import csv
import itertools
import json
import sqlite3
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from local.world import Event, generate, write_world
from local.world.__main__ import main
from local.world.population import walk_population

START = date(2026, 11, 16)
CUSTOMERS = 2000
SEED = 7
CUSTOMER_ENTITIES = {"shop": "customers", "crm": "Account", "support": "user", "pos": "member"}


@dataclass(frozen=True)
class Sample:
    folder: Path
    events: list[Event]

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    def standing(self, channel: str, entity: str) -> dict[str, Event]:
        """The last version of each record, deletes included."""
        return {
            event.key: event
            for event in self.events
            if (event.channel, event.entity) == (channel, entity)
        }


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder = tmp_path_factory.mktemp("world")
    write_world(folder, CUSTOMERS, SEED, START, days=3)
    return Sample(folder, list(read_events(folder)))


def read_events(folder: Path) -> Iterator[Event]:
    with closing(sqlite3.connect(folder / "events.sqlite")) as connection:
        for day, at, *names, record in connection.execute(
            "select day, at, channel, entity, op, key, record from event order by seq"
        ):
            yield Event(day, datetime.fromisoformat(at), *names, json.loads(record))


def test_the_same_arguments_give_the_same_world(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two", "other")]
    for folder, seed in zip(folders, (SEED, SEED, SEED + 1), strict=True):
        write_world(folder, 80, seed, START, days=3)
    first, second, other = (list(read_events(folder)) for folder in folders)
    assert first == second
    assert first != other
    for name in ("truth.csv", "relations.csv", "broken.csv"):
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()


def test_the_file_holds_what_the_stream_yields(tmp_path: Path) -> None:
    write_world(tmp_path, 60, SEED, START, days=3)
    assert list(read_events(tmp_path)) == list(generate(60, SEED, START))


def test_fewer_days_are_a_part_of_the_whole(tmp_path: Path) -> None:
    write_world(tmp_path, 100, SEED, START, days=1)
    whole = [event for event in generate(100, SEED, START) if event.day == 1]
    assert list(read_events(tmp_path)) == whole
    known = {f"{channel}/customer" for channel in CUSTOMER_ENTITIES} | {"crm/contact"}
    with (tmp_path / "truth.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    entities = {**CUSTOMER_ENTITIES}
    keys = {
        f"{event.channel}/{'contact' if event.entity == 'Contact' else 'customer'}/{event.key}"
        for event in whole
        if event.entity in {*entities.values(), "Contact"}
    }
    assert {row["source_key"] for row in rows} == keys
    assert {row["source_key"].rsplit("/", 1)[0] for row in rows} == known


def test_the_command_writes_over_an_older_world(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for customers in ("40", "20"):
        arguments = ["--out", str(tmp_path), "--customers", customers, "--seed", "3"]
        assert main([*arguments, "--start", "2026-12-07", "--days", "2"]) == 0
    days = {event.at.astimezone(UTC).date() for event in read_events(tmp_path)}
    assert min(days) >= date(2026, 12, 6)
    assert max(days) <= date(2026, 12, 8)
    assert "events.sqlite: " in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path), "--customers", "0"])


def test_memory_is_bounded_by_a_neighbourhood() -> None:
    stream = generate(20_000, SEED, START)
    consume(stream, 800)
    tracemalloc.start()
    try:
        consume(stream, 300)
        early, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        consume(stream, 1500)
        late, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Kept, the 1,500 events between the two would take about twice this.
    assert late - early < 1_200_000
    assert peak < 4_000_000


def test_a_million_customers_begin_at_once() -> None:
    first = next(generate(1_000_000, SEED, START))
    assert first.day in {1, 2, 3}


def consume(stream: Iterator[Event], count: int) -> None:
    assert sum(1 for _ in itertools.islice(stream, count)) == count


def test_every_change_lies_inside_its_business_day(world: Sample) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    edges = Counter[str]()
    for event in world.events:
        local = event.at.astimezone(zone)
        assert event.at.utcoffset() == timedelta(0)
        assert local.date() == START + timedelta(days=event.day - 1)
        edges[local.time().isoformat()] += 1
    assert edges[time(0, 0).isoformat()] > 0
    assert edges[time(23, 59, 59).isoformat()] > 0


def test_versions_of_a_record_come_in_order(world: Sample) -> None:
    last: dict[tuple[str, str, str], datetime] = {}
    for event in world.events:
        name = event.channel, event.entity, event.key
        assert event.op in {"upsert", "delete"}
        assert last.get(name, event.at) <= event.at
        last[name] = event.at


def test_a_record_changes_once_a_day_at_most(world: Sample) -> None:
    versions = Counter(
        (event.channel, event.entity, event.key, event.day) for event in world.events
    )
    assert versions.most_common(1)[0][1] == 1


def test_nothing_happens_to_a_record_after_its_end(world: Sample) -> None:
    gone: set[tuple[str, str, str]] = set()
    for event in world.events:
        name = event.channel, event.entity, event.key
        assert name not in gone
        if event.op == "delete":
            assert event.record == {}
            gone.add(name)
    left = [event for event in world.events if event.record.get("状态") == "注销"]
    assert {(channel, entity) for channel, entity, _ in gone} == {
        ("crm", "Account"),
        ("crm", "Contact"),
        ("crm", "Call"),
        ("crm", "Meeting"),
        ("shop", "customers"),
    }
    assert left


def test_day_one_carries_most_and_each_day_has_all_kinds(world: Sample) -> None:
    by_day = Counter(event.day for event in world.events)
    assert 0.89 < by_day[1] / sum(by_day.values()) < 0.95
    kinds = {day: {event.entity for event in world.events if event.day == day} for day in by_day}
    assert kinds[1] == kinds[2] == kinds[3]
    assert len(kinds[1]) == 13


def test_counts_scale_with_the_customers(world: Sample) -> None:
    truth = world.rows("truth.csv")
    assert 2.2 < len(truth) / CUSTOMERS < 2.7
    assert len({row["true_customer_id"] for row in truth if "/customer/" in row["source_key"]}) == (
        CUSTOMERS
    )
    receipts = {key.split("/")[0] for key in world.standing("pos", "sale")}
    orders = len(world.standing("shop", "orders")) + len(receipts)
    assert 0.7 < orders / CUSTOMERS < 1.3
    tickets = len(world.standing("support", "ticket"))
    assert 0.25 < tickets / CUSTOMERS < 0.5
    replies = [
        event
        for event in world.events
        if event.entity == "transaction" and event.record["Type"] == "Correspond"
    ]
    assert 1 <= len(replies) / tickets <= 3
    accounts = len(world.standing("crm", "Account"))
    talks = sum(len(world.standing("crm", kind)) for kind in ("Call", "Meeting", "Email"))
    assert 0.6 < talks / accounts < 1.3


def test_shares_of_the_population() -> None:
    people = [
        customer for block in walk_population(CUSTOMERS, SEED) for customer in block.customers
    ]
    assert [customer.number for customer in people] == list(range(CUSTOMERS))
    chinese = sum(not customer.western for customer in people) / CUSTOMERS
    persons = sum(customer.kind == "person" for customer in people) / CUSTOMERS
    assert abs(chinese - 0.75) < 0.05
    assert abs(persons - 0.55) < 0.05


def test_every_record_has_its_truth_and_no_other(world: Sample) -> None:
    keys = set()
    for event in world.events:
        if CUSTOMER_ENTITIES[event.channel] == event.entity:
            keys.add(f"{event.channel}/customer/{event.key}")
        elif event.entity == "Contact":
            keys.add(f"crm/contact/{event.key}")
    truth = world.rows("truth.csv")
    assert {row["source_key"] for row in truth} == keys
    assert len(truth) == len(keys)


def test_each_hard_case_occurs(world: Sample) -> None:
    classes = Counter(row["class"] for row in world.rows("truth.csv"))
    assert set(classes) == {
        *("plain", "branch", "sister", "twin", "family_phone", "recycled_phone"),
        *("reception_line", "agent_mobile", "duplicate", "department"),
    }
    assert min(classes.values()) >= 20
    assert 0.6 < classes["plain"] / sum(classes.values()) < 0.85


def test_duplicates_are_second_records_of_one_customer_in_one_channel(world: Sample) -> None:
    held = defaultdict(list)
    for row in world.rows("truth.csv"):
        channel, entity, _ = row["source_key"].split("/")
        held[channel, entity, row["true_customer_id"]].append(row["class"])
    for classes in held.values():
        assert len(classes) <= 2
        assert classes.count("duplicate") <= len(classes) - 1


def test_an_agents_mobile_stands_at_thirty_customers_or_more(world: Sample) -> None:
    served = [
        customer
        for block in walk_population(CUSTOMERS, SEED)
        for customer in block.customers
        if customer.identity_class == "agent_mobile"
    ]
    assert len({customer.mobile for customer in served}) == 1
    assert len(served) >= 30
    text = (world.folder / "events.sqlite").read_bytes()
    assert text.count(served[0].mobile.encode()) >= 30


def test_relations_name_known_customers(world: Sample) -> None:
    truth = {row["true_customer_id"] for row in world.rows("truth.csv")}
    relations = world.rows("relations.csv")
    assert {row["kind"] for row in relations} == {"branch_of", "household", "same_person"}
    for row in relations:
        assert row["parent"] in truth
        assert row["child"] != row["parent"]
        # A contact of a company outside the CRM has no record of its own.
        assert row["child"] in truth or row["kind"] == "same_person"


def test_mails_of_the_shop_and_the_desk_are_unique(world: Sample) -> None:
    for channel, entity, field in (("shop", "customers", "email"), ("support", "user", "Name")):
        current = [event for event in world.standing(channel, entity).values() if event.record]
        mails = [event.record[field].lower() for event in current]
        assert len(mails) == len(set(mails))


def test_mails_lead_nowhere(world: Sample) -> None:
    broken = {(row["channel"], row["entity"], row["key"]) for row in world.rows("broken.csv")}
    fields = {"shop": "email", "crm": "emailAddress", "support": "EmailAddress", "pos": "邮箱"}
    for event in world.events:
        mail = event.record.get(fields[event.channel])
        if mail and (event.channel, event.entity, event.key) not in broken:
            assert mail.lower().endswith((".example", ".test"))
