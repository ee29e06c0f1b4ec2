"""What every channel promises, run against each system with the same tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from customer_hub.channels.contract import RAW_FIELDS, BatchTarget, RawRecord
from customer_hub.channels.digest import digest_payload
from customer_hub.channels.hub_fields import HUB_SLOTS
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.seal import canonical_json
from local.sandbox.process import SandboxProcess
from tests.channels.peers import PEERS, READ, SWEPT, WRITTEN

START = datetime(2026, 11, 15, 16, tzinfo=UTC)
END = datetime(2026, 11, 18, 16, tzinfo=UTC)
DAY = timedelta(days=1)

each_entity = pytest.mark.parametrize(("name", "entity"), READ)
each_written = pytest.mark.parametrize(("name", "entity"), WRITTEN)
each_swept = pytest.mark.parametrize(("name", "entity"), SWEPT)
each_peer = pytest.mark.parametrize("name", list(PEERS))


def read_all(
    sandbox: SandboxProcess, name: str, entity: str, start: datetime = START, end: datetime = END
) -> list[RawRecord]:
    pages = PEERS[name].open(sandbox).extract(entity, start, end, None)
    return [record for page in pages for record in page.records]


def is_swept_whole(name: str, entity: str) -> bool:
    return PEERS[name].config().entities[entity].history == "full_sweep"


def expect_ids(
    sandbox: SandboxProcess, name: str, entity: str, start: datetime = START, end: datetime = END
) -> set[str]:
    """Return the ids that the sandbox itself holds for the window (all of a full sweep)."""
    rows = PEERS[name].rows(sandbox, entity)
    whole = is_swept_whole(name, entity)
    return {
        source_id
        for source_id, row in rows.items()
        if not row["deleted"]
        and (whole or start <= datetime.fromisoformat(row["modified_at"] + "Z") < end)
    }


def a_record(sandbox: SandboxProcess, name: str, entity: str) -> str:
    return min(expect_ids(sandbox, name, entity, START, datetime.max.replace(tzinfo=UTC)))


@each_entity
def test_a_window_gives_every_record_once_or_more(
    sandbox: SandboxProcess, name: str, entity: str
) -> None:
    records = read_all(sandbox, name, entity)
    assert {record.source_id for record in records} == expect_ids(sandbox, name, entity)
    assert len(records) > 10
    assert all(record.entity == entity and record.op == "upsert" for record in records)
    assert all(record.created_at == datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC) for record in records)


@each_entity
def test_days_together_give_what_the_window_gives(
    sandbox: SandboxProcess, name: str, entity: str
) -> None:
    for day in range(3):
        start = START + day * DAY
        records = read_all(sandbox, name, entity, start, start + DAY)
        ids = {record.source_id for record in records}
        assert ids == expect_ids(sandbox, name, entity, start, start + DAY)
        if not is_swept_whole(name, entity):
            assert all(r.version_at and start <= r.version_at < start + DAY for r in records)


@each_entity
def test_a_window_without_records_ends(sandbox: SandboxProcess, name: str, entity: str) -> None:
    start = END + timedelta(days=30)
    records = read_all(sandbox, name, entity, start, start + DAY)
    assert {r.source_id for r in records} == expect_ids(sandbox, name, entity, start, start + DAY)


@each_entity
def test_reading_goes_on_after_any_page(sandbox: SandboxProcess, name: str, entity: str) -> None:
    channel = PEERS[name].open(sandbox)
    pages = list(channel.extract(entity, START, END, None))
    assert len(pages) > 2
    expected = expect_ids(sandbox, name, entity)
    for place, page in enumerate(pages):
        before = {record.source_id for shown in pages[: place + 1] for record in shown.records}
        rest = channel.extract(entity, START, END, page.cursor)
        after = {record.source_id for shown in rest for record in shown.records}
        assert before | after == expected


@each_entity
def test_pages_carry_the_channels_clock(sandbox: SandboxProcess, name: str, entity: str) -> None:
    channel = PEERS[name].open(sandbox)
    before = channel.read_clock()
    pages = list(channel.extract(entity, START, END, None))
    after = channel.read_clock()
    assert before.date() == END.date()
    assert all(before <= page.seen_at <= after for page in pages)


@each_entity
def test_reading_twice_gives_the_same_payloads(
    sandbox: SandboxProcess, name: str, entity: str
) -> None:
    first, second = (
        {record.source_id: record.payload for record in read_all(sandbox, name, entity)}
        for _ in range(2)
    )
    assert first == second


@each_entity
def test_one_record_is_read_by_its_id(sandbox: SandboxProcess, name: str, entity: str) -> None:
    channel = PEERS[name].open(sandbox)
    record = read_all(sandbox, name, entity)[0]
    again = channel.read_one(entity, record.source_id)
    assert again is not None
    assert (again.source_id, again.version_at) == (record.source_id, record.version_at)
    assert again.customer_id == record.customer_id
    assert channel.read_one(entity, "999999") is None
    assert channel.read_one(entity, "a/../b?c") is None


@each_written
def test_a_record_is_the_same_however_it_is_read(
    sandbox: SandboxProcess, name: str, entity: str
) -> None:
    channel = PEERS[name].open(sandbox)
    record = read_all(sandbox, name, entity)[0]
    volatile = PEERS[name].config().entities[entity].volatile
    looks = [channel.read_one(entity, record.source_id)]
    if isinstance(channel, BatchTarget):
        looks += [channel.read_many(entity, [record.source_id])[record.source_id] for _ in "12"]
    plain: Any = _PlainDigest()
    # What differs would be taken for a change that nobody gathered.
    digests = {digest_payload(plain, look.payload, volatile) for look in looks if look}
    assert digests == {digest_payload(plain, record.payload, volatile)}


@each_entity
def test_records_map_to_all_raw_fields_and_nothing_is_unknown(
    sandbox: SandboxProcess, name: str, entity: str
) -> None:
    system = PEERS[name].config().load_system()
    for record in read_all(sandbox, name, entity):
        mapped = system.map_record(entity, record.payload)
        assert tuple(sorted(mapped)) == tuple(sorted(RAW_FIELDS[entity]))
        assert mapped["unknown"] == []


@each_entity
def test_an_unknown_field_is_named(sandbox: SandboxProcess, name: str, entity: str) -> None:
    system = PEERS[name].config().load_system()
    payload = {**read_all(sandbox, name, entity)[0].payload, "loyaltyPoints": 7}
    assert system.map_record(entity, payload)["unknown"] == ["loyaltyPoints"]


@each_swept
def test_a_sweep_gives_every_id_once(sandbox: SandboxProcess, name: str, entity: str) -> None:
    ids = [i for batch in PEERS[name].open(sandbox).sweep_ids(entity) for i in batch]
    everything = expect_ids(sandbox, name, entity, datetime.min.replace(tzinfo=UTC), END + 99 * DAY)
    assert sorted(ids) == sorted(everything)


# A customer without a name is nobody: systems refuse it.
NEVER_EMPTY = ("legal_name",)


@each_written
def test_a_write_shows_counts_once_and_starts_no_echo(
    sandbox: SandboxProcess, name: str, entity: str
) -> None:
    peer = PEERS[name]
    channel = peer.open(sandbox)
    source_id = a_record(sandbox, name, entity)
    channel.update(entity, source_id, {"hub_id": None})
    fields: dict[str, str | None] = dict(peer.writes[entity])
    volatile = peer.config().entities[entity].volatile
    ours = {each: value for each, value in fields.items() if each in HUB_SLOTS}
    theirs = {each: value for each, value in fields.items() if each not in HUB_SLOTS}
    for part in filter(None, (ours, theirs)):
        before = channel.read_one(entity, source_id)
        written = channel.update(entity, source_id, part)
        assert (written.outcome, written.source_id) == ("updated", source_id)
        assert channel.update(entity, source_id, part).outcome == "unchanged"
        after = channel.read_one(entity, source_id)
        assert before is not None
        assert after is not None
        assert channel.read_hub_fields(after).items() >= part.items()
        assert written.version_at == after.version_at
        assert written.shown == after, "the proof of the write is what it is known by"
        digests = [digest_payload(_PlainDigest(), r.payload, volatile) for r in (before, after)]  # type: ignore[arg-type]
        assert (digests[0] == digests[1]) is (part is ours), (
            "the hub's own slots are volatile, what people write as well is not"
        )
    emptied: dict[str, Any] = {each: None for each in fields if each not in NEVER_EMPTY}
    assert channel.update(entity, source_id, emptied).outcome == "updated"
    again = channel.read_one(entity, source_id)
    assert again is not None
    assert channel.read_hub_fields(again).items() >= emptied.items()


class _PlainDigest:
    def digest(self, value: Any) -> str:
        return canonical_json(value).decode()


@each_written
def test_a_write_to_nobody_is_missing(sandbox: SandboxProcess, name: str, entity: str) -> None:
    channel = PEERS[name].open(sandbox)
    assert channel.update(entity, "999999", {"hub_id": "h"}).outcome == "missing"


@each_written
def test_a_field_without_a_slot_is_refused(sandbox: SandboxProcess, name: str, entity: str) -> None:
    channel = PEERS[name].open(sandbox)
    with pytest.raises(ConfigurationError, match="credit_limit"):
        channel.update(entity, a_record(sandbox, name, entity), {"credit_limit": "1"})
    assert set(PEERS[name].writes[entity]) == set(
        PEERS[name].config().load_system().WRITABLE[entity]
    )


@each_peer
def test_many_records_are_read_and_written_at_once(sandbox: SandboxProcess, name: str) -> None:
    channel: Any = PEERS[name].open(sandbox)
    ids = sorted(expect_ids(sandbox, name, "customer"))[:12]
    assert set(channel.read_many("customer", [*ids, "999999", "no id?"])) == set(ids)
    fields = {
        key: {**PEERS[name].writes["customer"], "hub_id": f"h-{key}"} for key in [*ids, "999999"]
    }
    results: dict[str, Any] = {}
    for place in range(0, len(ids) + 1, channel.write_size):
        some = [*ids, "999999"][place : place + channel.write_size]
        results |= channel.write_many("customer", {key: fields[key] for key in some})
    assert {i for i, result in results.items() if result.outcome == "updated"} == set(ids)
    assert results["999999"].outcome == "missing"
    after = channel.read_many("customer", ids)
    assert all(channel.read_hub_fields(record) == fields[key] for key, record in after.items())
    assert all(results[i].version_at in (None, after[i].version_at) for i in ids)
    writes = PEERS[name].writes["customer"]
    emptied: dict[str, Any] = {each: None for each in writes if each not in NEVER_EMPTY}
    some = ids[: channel.write_size]
    channel.write_many("customer", dict.fromkeys(some, emptied))
    after = channel.read_many("customer", some)
    assert all(
        channel.read_hub_fields(record).items() >= emptied.items() for record in after.values()
    )


@each_peer
def test_a_hub_id_is_found_where_the_system_can_search(sandbox: SandboxProcess, name: str) -> None:
    channel = PEERS[name].open(sandbox)
    source_id = a_record(sandbox, name, "customer")
    channel.update("customer", source_id, {"hub_id": f"h-{name}"})
    found = channel.find_by_hub_id("customer", f"h-{name}")
    assert found == (None if name == "shop" else source_id)
    assert channel.find_by_hub_id("customer", "h-nobody") is None
    channel.update("customer", source_id, {"hub_id": None})


@each_peer
def test_plain_http_is_refused_unless_allowed(sandbox: SandboxProcess, name: str) -> None:
    config, access = PEERS[name].config(), PEERS[name].access(sandbox)
    for given in ({}, {"allow_insecure": "false"}):
        with pytest.raises(ConfigurationError, match="plain http"):
            config.load_system().open_channel(config, replace(access, extra=given))


@each_peer
def test_what_can_be_made_can_be_deleted_and_nothing_twice(
    sandbox: SandboxProcess, name: str
) -> None:
    peer = PEERS[name]
    channel: Any = peer.open(sandbox)
    system = peer.config().load_system()
    if "customer" not in system.DELETABLE:
        source_id = a_record(sandbox, name, "customer")
        assert channel.delete("customer", source_id).outcome == "failed"
        assert channel.read_one("customer", source_id) is not None
        return
    if peer.create:
        fields = {**peer.create, "hub_id": f"h-gone-{name}", "legal_name": "Gone Trading"}
        if "mail" in fields:
            fields["mail"] = f"gone@{name}.example"
        source_id = channel.create("customer", fields).source_id
    else:
        source_id = max(expect_ids(sandbox, name, "customer"), key=int)
    assert source_id is not None
    assert channel.delete("customer", source_id).outcome == "deleted"
    gone = channel.read_one("customer", source_id)
    assert gone is None or gone.op == "delete"
    assert channel.delete("customer", source_id).outcome in ("missing", "deleted")
    assert channel.delete("customer", "999999").outcome == "missing"
