"""Files may be gathered in any order and any number of times: the same lands (laws 2, 3)."""

from itertools import permutations
from typing import Any

import pytest

from customer_hub.channels.contract import RawRecord
from customer_hub.core import db
from customer_hub.gather.run import GatherResult, gather_entity
from tests.sql.gather_memory import (
    MemoryChannel,
    at,
    close_window,
    currents,
    make_config,
    record,
    versions,
)

FILES = make_config(history="versioned", deletes="shown", overlap_minutes=0)


def read_file(day: int, *records: RawRecord) -> GatherResult:
    """Gather the file of a business day; it is dated by the day's end."""
    channel = MemoryChannel([records], at(day + 1))
    result = gather_entity(
        FILES, channel, "customer", start=at(day), end=at(day + 1), run_id="r", is_backfill=True
    )
    close_window(result.window_id)
    return result


def outcome() -> tuple[Any, ...]:
    """What landed, each version once, and which is the current one."""
    return sorted(set(versions())), currents()


SAME_SECOND = at(0)
STORIES = {
    "goes back": [record("1", None, text) for text in "aba"],
    "stays, goes, comes back": [record("1", None, text) for text in "aaba"],
    "deleted and restored": [
        record("1", None, "a"),
        record("1", None, op="delete"),
        record("1", None, "a"),
    ],
    "two states of one second": [record("1", SAME_SECOND, text) for text in "aab"],
    "own times": [record("1", at(0, hour), text) for hour, text in enumerate("aba")],
    "with and without a time": [
        record("1", at(2), "a"),
        record("1", None, "b"),
        record("1", at(2), "a"),
    ],
}


@pytest.mark.parametrize("story", STORIES)
def test_files_in_any_order_end_as_in_their_own(hub: str, story: str) -> None:
    files = list(enumerate(STORIES[story], start=1))
    natural: tuple[Any, ...] = ()
    for order in permutations(files):
        with db.begin() as connection:
            connection.exec_driver_sql("truncate landing.version, hub.gathered_window cascade")
        for day, shown in order * 2:
            result = read_file(day, shown)
            assert result.received == result.landed + result.duplicate + result.outside
        natural = natural or outcome()
        assert outcome() == natural


def test_a_file_again_lands_nothing(hub: str) -> None:
    rows = [record("1", None, "a"), record("2", at(1, 3), "a"), record("3", None, op="delete")]
    results = [read_file(1, *rows) for _ in range(3)]
    assert [result.landed for result in results] == [3, 0, 0]


def test_a_channel_that_shows_the_present_lands_what_stays_once(hub: str) -> None:
    config = make_config()
    for day in (1, 2, 3):
        shown = [[record("1", None, "a"), record("2", at(1, 1), "a")]]
        result = gather_entity(
            config, MemoryChannel(shown, at(day, 12)), "customer", start=None, end=None, run_id="r"
        )
        close_window(result.window_id)
    assert len(versions()) == 2
