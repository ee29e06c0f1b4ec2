"""What is covered: a backfill closes its own days and hides none that are missing (laws 1, 8)."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from customer_hub.core import db
from customer_hub.core.coverage import read_covered_to
from customer_hub.core.errors import ChannelUnavailableError
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

CONFIG = make_config()
OVERLAP = timedelta(minutes=CONFIG.entities["customer"].overlap_minutes)


def gather(channel: MemoryChannel, start: Any = None, end: Any = None, **more: Any) -> GatherResult:
    config = more.pop("config", CONFIG)
    result = gather_entity(config, channel, "customer", start=start, end=end, run_id="run", **more)
    close_window(result.window_id)
    return result


def insert_window(start: datetime, end: datetime, state: str = "closed") -> None:
    with db.begin() as connection:
        connection.exec_driver_sql(
            "insert into hub.gathered_window (channel, entity, start_at, end_at, history, state,"
            " run_id) values ('mem', 'customer', %(start)s, %(end)s, 'versioned', %(state)s, 'r')",
            {"start": start, "end": end, "state": state},
        )


def covered_to(first_moment: datetime = CONFIG.first_load_from) -> datetime:
    with db.begin() as connection:
        assert read_covered_to(connection, "mem", "sales_order", first_moment) is None
        return read_covered_to(connection, "mem", "customer", first_moment) or first_moment


def test_a_backfill_before_the_first_load_leaves_the_first_load_whole(hub: str) -> None:
    backfill = gather(MemoryChannel([], at(5)), at(3), at(4), is_backfill=True)
    assert (backfill.start_at, backfill.end_at) == (at(3), at(4))
    old = [[record("1", at(1, 1)), record("2", at(4, 1))]]
    first = gather(MemoryChannel(old, at(5)), at(4), at(5))
    assert (first.start_at, first.end_at, first.landed) == (at(1), at(5), 2)


def test_a_backfill_of_one_of_two_failed_days_does_not_hide_the_other(hub: str) -> None:
    gather(MemoryChannel([], at(2)), at(1), at(2))
    for day in (2, 3):
        broken = MemoryChannel([[], []], at(4), fail_after=1)
        with pytest.raises(ChannelUnavailableError):
            gather(broken, at(day), at(day + 1))
    gather(MemoryChannel([[record("3", at(3, 1))]], at(4)), at(3), at(4), is_backfill=True)
    missed = [[record("2", at(2, 1)), record("3", at(3, 1))], [record("4", at(4, 1))]]
    result = gather(MemoryChannel(missed, at(5)), at(4), at(5))
    assert (result.start_at, result.end_at) == (at(2), at(5))
    assert (result.landed, result.duplicate) == (2, 1)
    assert [row[0] for row in versions()] == ["2", "3", "4"]


def test_a_backfill_of_a_full_sweep_asks_nothing_and_covers_nothing(hub: str) -> None:
    channel = MemoryChannel([[record("1", at(1, 1))]], at(2))
    config = make_config(history="full_sweep")
    # Its end lies beyond the channel's clock, and it begins where the first load does.
    result = gather(channel, at(1), at(9), config=config, is_backfill=True)
    assert channel.calls == []
    assert (result.window_id, result.state, result.received) == (0, "nothing", 0)
    assert select("select count(*) from hub.gathered_window") == [(0,)]
    receipts = "select step, entity, counts -> 'received' from hub.run_receipt"
    assert select(receipts) == [("gather", "customer", 0)]
    first = gather(channel, at(1), at(2), config=config)
    assert (first.start_at, first.end_at, first.landed) == (at(1), at(2), 1)


@pytest.mark.parametrize("history", ["full_sweep", "current_state"])
def test_a_full_sweep_asks_for_everything_each_day(hub: str, history: str) -> None:
    config = make_config(history=history)
    gather(MemoryChannel([], at(2)), config=config)
    channel = MemoryChannel([], at(3))
    result = gather(channel, config=config)
    assert (result.start_at, result.end_at) == (at(2), at(3))
    asked_from = config.first_load_from if history == "full_sweep" else at(2) - OVERLAP
    assert ("extract", ("customer", asked_from, at(3), None)) in channel.calls


def test_a_backfill_of_a_full_sweep_leaves_an_unfinished_window_to_the_next_run(hub: str) -> None:
    config = make_config(history="full_sweep")
    pages = [[record("1", at(1, 1))], [record("2", at(1, 2))]]
    with pytest.raises(ChannelUnavailableError):
        gather(MemoryChannel(pages, at(2), fail_after=1), at(1), at(2), config=config)
    gather(MemoryChannel(pages, at(2)), at(1), at(2), config=config, is_backfill=True)
    assert select("select state from hub.gathered_window") == [("open",)]
    result = gather(MemoryChannel(pages, at(2)), at(1), at(2), config=config)
    assert (result.received, result.landed) == (2, 2)


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ([], 1),
        ([(2, 3)], 1),
        ([(1, 2)], 2),
        ([(1, 2), (3, 4)], 2),
        ([(1, 2), (2, 3), (4, 5), (5, 6)], 3),
        ([(1, 4), (2, 3), (4, 5)], 5),
        ([(1, 3), (2, 5), (6, 7)], 5),
        ([(-9, 1), (2, 3)], 1),
        ([(-9, -5), (-3, 2), (2, 3)], 3),
    ],
)
def test_coverage_ends_at_the_first_gap(
    hub: str, windows: list[tuple[int, int]], expected: int
) -> None:
    for order in permutations(windows):
        with db.begin() as connection:
            connection.exec_driver_sql("truncate hub.gathered_window cascade")
        for start, end in order:
            insert_window(at(start), at(end))
        assert covered_to() == at(expected)


def test_only_closed_windows_cover(hub: str) -> None:
    insert_window(at(1), at(2))
    for state in ("open", "landed", "held"):
        insert_window(at(2), at(3), state)
    assert covered_to() == at(2)


def test_an_earlier_first_moment_is_a_new_first_load(hub: str) -> None:
    insert_window(at(1), at(5))
    assert covered_to(at(0)) == at(0)
    assert covered_to(at(3)) == at(5)
