"""What lands and what does not: seals, echoes, suppression, hashed ids, deletions by sweep."""

from datetime import timedelta
from typing import Any

import pytest

from customer_hub.core import db, keys, landing, subjects
from customer_hub.core.errors import BadDataError, ChannelUnavailableError, SealError
from customer_hub.gather.run import GatherResult, gather_entity
from tests.sql.gather_memory import (
    MemoryChannel,
    at,
    close_window,
    make_config,
    record,
    select,
    versions,
)

SWEPT = make_config(history="full_sweep", deletes="sweep")
FIVE = [[record(str(number), at(1, number)) for number in range(1, 6)]]


def gather(channel: Any, day: int = 1, **more: Any) -> GatherResult:
    config = more.pop("config", make_config())
    entity = more.pop("entity", "customer")
    result = gather_entity(
        config, channel, entity, start=at(day), end=at(day + 1), run_id=f"day {day}", **more
    )
    close_window(result.window_id)
    return result


def open_all() -> dict[str, dict[str, Any]]:
    with db.begin() as connection:
        rows = connection.exec_driver_sql("select * from landing.version").all()
        salts = subjects.read_salts(connection, [row.subject for row in rows])
    opened = landing.open_versions(keys.sealer(), rows, salts)
    return {version.source_key: version.payload for version in opened}


def test_a_payload_comes_back_word_for_word(hub: str) -> None:
    strange = {"name": "𠮷野\x00家 😀", "half": "\ud83d", "nested": [{"a": None, "b": 1.5}]}
    gather(MemoryChannel([[record("1", at(1), "a", **strange)]], at(2)))
    assert open_all() == {"mem/customer/1": {"text": "a", **strange}}


def test_a_source_id_that_no_column_can_hold_still_lands(hub: str) -> None:
    gather(MemoryChannel([[record("a\x00b\ud800", at(1))]], at(2)))
    assert versions()[0][0] == "a%0000b%D800"


def test_a_record_is_sealed_for_its_customer(hub: str) -> None:
    order = record("77", at(1), entity="sales_order", customer_id="1")
    gather(MemoryChannel([[order]], at(2)), entity="sales_order")
    assert select("select subject from landing.version") == [("source:mem/customer/1",)]
    assert open_all() == {"mem/sales_order/77": {"text": "a"}}
    with db.begin() as connection:
        connection.exec_driver_sql("delete from privacy.subject_key")
    with pytest.raises(SealError, match="has no salt"):
        open_all()


def test_an_echo_of_our_own_write_starts_nothing(hub: str) -> None:
    gather(MemoryChannel([[record("1", at(1, 1)), record("2", at(1, 1))]], at(2)))
    with db.begin() as connection:
        connection.exec_driver_sql(
            "insert into publish.echo (source_key, version_at)"
            " values ('mem/customer/1', '2026-11-17T01:00:00Z'),"
            " ('mem/customer/2', '2026-11-17T01:00:00Z')"
        )
    written = record("1", at(2, 1), hub_level="A")
    # Somebody else changed the second one within the same second as we did.
    changed = record("2", at(2, 1), "b", hub_level="A")
    result = gather(MemoryChannel([[written, changed]], at(3)), 2)
    assert (result.duplicate, result.landed) == (1, 1)
    later = record("1", at(2, 2), hub_level="A")
    assert gather(MemoryChannel([[later]], at(4)), 3).landed == 1


def test_a_suppressed_record_is_refused_and_leaves_no_trace(hub: str) -> None:
    with db.begin() as connection:
        connection.exec_driver_sql(
            "insert into privacy.suppression (source_hash, reason)"
            " values (%(hash)s::bytea, 'test')",
            {"hash": landing.suppression_hash(keys.sealer(), "mem/customer/1")},
        )
    result = gather(MemoryChannel(FIVE, at(2)))
    assert (result.received, result.landed, result.refused) == (5, 4, 1)
    order = record("77", at(1), entity="sales_order", customer_id="1")
    assert gather(MemoryChannel([[order]], at(2)), entity="sales_order").refused == 1
    assert select("select 1 from privacy.subject_key where reference like '%%customer/1'") == []


def test_personal_ids_are_hashed_everywhere(hub: str) -> None:
    config = make_config(personal_key=True)
    number = "M-19912345678"
    gather(MemoryChannel([[record(number, at(1))]], at(2)), config=config)
    order = record("77", at(1), entity="sales_order", customer_id=number)
    gather(MemoryChannel([[order]], at(2)), config=config, entity="sales_order")
    hidden = landing.hide_source_id(keys.sealer(), "mem", "customer", number)
    subject = f"source:mem/customer/{hidden}"
    assert select("select distinct subject from landing.version") == [(subject,)]
    dump = select("select v::text from landing.version v")
    dump += select("select k::text from privacy.subject_key k")
    assert len(dump) == 3
    assert not [row for row in dump if "19912345678" in row[0]]
    assert gather(MemoryChannel([[record(number, at(1))]], at(3)), 2, config=config).landed == 0


def test_what_a_complete_sweep_misses_is_deleted_once(hub: str) -> None:
    gather(MemoryChannel(FIVE, at(2), ids=["1", "2", "3", "4", "5"]), config=SWEPT)
    result = gather(MemoryChannel(FIVE[:0], at(3), ids=["5", "4", "3", "1"]), 2, config=SWEPT)
    assert (result.received, result.landed) == (1, 1)
    assert ("2", "delete", at(3)) in versions()
    assert select("select count(*) from landing.version where op = 'delete'") == [(1,)]
    again = gather(MemoryChannel([], at(4), ids=["5", "4", "3", "1"]), 3, config=SWEPT)
    assert again.received == 0


def test_a_deleted_record_that_is_there_again_is_current_again(hub: str) -> None:
    gather(MemoryChannel(FIVE, at(2), ids=["1", "2", "3", "4", "5"]), config=SWEPT)
    gather(MemoryChannel([], at(3), ids=["5", "4", "3", "1"]), 2, config=SWEPT)
    everything = ["1", "2", "3", "4", "5"]
    result = gather(MemoryChannel(FIVE, at(4), ids=everything), 3, config=SWEPT)
    assert (result.landed, result.duplicate) == (1, 4)
    assert ("2", "upsert", at(4)) in versions()
    again = gather(MemoryChannel(FIVE, at(5), ids=everything), 4, config=SWEPT)
    assert (again.landed, again.duplicate) == (0, 5)


def test_a_sweep_that_breaks_off_deletes_nothing(hub: str) -> None:
    gather(MemoryChannel(FIVE, at(2), ids=["1", "2", "3", "4", "5"]), config=SWEPT)
    with pytest.raises(ChannelUnavailableError):
        gather(MemoryChannel([], at(3), ids=["2", "1"], breaks_sweep=True), 2, config=SWEPT)
    assert len(versions()) == 5
    # The connection went back to the pool without the ids of the broken sweep, "2" among them.
    gather(MemoryChannel([], at(3), ids=["1", "3", "4", "5"]), 2, config=SWEPT)
    assert versions()[2:3] == [("2", "delete", at(3))]


def test_a_sweep_that_misses_too_much_deletes_nothing(hub: str) -> None:
    gather(MemoryChannel(FIVE, at(2), ids=["1", "2", "3", "4", "5"]), config=SWEPT)
    with pytest.raises(BadDataError, match="misses 3 of 5 known"):
        gather(MemoryChannel([], at(3), ids=["1", "2"]), 2, config=SWEPT)
    assert len(versions()) == 5
    assert select("select state from hub.gathered_window order by window_id") == [
        ("closed",),
        ("open",),
    ]


def test_only_the_newest_window_sweeps(hub: str) -> None:
    config = make_config(deletes="sweep")
    gather(MemoryChannel(FIVE, at(3), ids=["1", "2", "3", "4", "5"]), 2, config=config)
    for is_backfill in (False, True):
        channel = MemoryChannel([], at(3), ids=[])
        gather(channel, 1, config=config, is_backfill=is_backfill)
        assert "sweep" not in [name for name, _ in channel.calls]
    channel = MemoryChannel([], at(3), ids=[])
    gather(channel, 2, config=config, is_backfill=True)
    assert "sweep" not in [name for name, _ in channel.calls]


def test_a_tombstone_stands_behind_an_update_time_of_the_future(hub: str) -> None:
    future = [record("1", at(9)), *FIVE[0][1:]]
    gather(MemoryChannel([future], at(2), ids=["1", "2", "3", "4", "5"]), config=SWEPT)
    gather(MemoryChannel([], at(3), ids=["2", "3", "4", "5"]), 2, config=SWEPT)
    assert versions()[:2] == [("1", "upsert", at(9)), ("1", "delete", at(9))]
    rows = select(
        "select op from landing.version where source_id = '1'"
        " order by version_at desc, seen_at desc limit 1"
    )
    assert rows == [("delete",)]


def test_shown_deletes_land_once(hub: str) -> None:
    gather(MemoryChannel(FIVE, at(2)))
    gone = record("1", at(2, 1), op="delete")
    assert gather(MemoryChannel([[gone], [gone]], at(3)), 2).landed == 1
    assert gather(MemoryChannel([[gone]], at(3)), 2).landed == 0
    rows = select("select payload from landing.version where op = 'delete'")
    assert rows == [(None,)]
    unknown = record("9", at(2, 1), op="delete")
    assert gather(MemoryChannel([[unknown]], at(4)), 3).landed == 1
    assert select("select 1 from privacy.subject_key where reference like '%%/9'") == []


def test_the_window_remembers_the_newest_moment_and_every_count(hub: str) -> None:
    channel = MemoryChannel(FIVE * 2, at(2) + timedelta(seconds=3))
    gather(channel)
    rows = select(
        "select seen_at, received_count, duplicate_count, outside_count, refused_count"
        " from hub.gathered_window"
    )
    assert rows == [(channel.clock, 10, 5, 0, 0)]
