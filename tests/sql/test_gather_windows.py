"""Windows: nothing lost, nothing twice, whatever breaks off or comes again (laws 1, 2, 3, 11)."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from customer_hub.channels.contract import Page
from customer_hub.core import db, keys
from customer_hub.core.coverage import read_covered_to
from customer_hub.core.errors import (
    ChannelContentError,
    ChannelUnavailableError,
    FencedError,
    HubError,
)
from customer_hub.gather.land import land_pages
from customer_hub.gather.run import GatherResult, gather_entity
from customer_hub.gather.windows import open_window
from tests.sql.gather_memory import (
    HOUR,
    MemoryChannel,
    at,
    close_window,
    currents,
    make_config,
    record,
    select,
    versions,
)
from tests.waiting import wait_until

CONFIG = make_config()
DAY_ONE = [
    [record("1", at(1, 1)), record("2", at(1, 2))],
    [record("3", at(1, 3)), record("4", at(1, 4))],
    [record("5", at(1, 5))],
]


def gather(channel: Any, start: Any = None, end: Any = None, **more: Any) -> GatherResult:
    more.setdefault("config", CONFIG)
    more.setdefault("run_id", "run")
    config = more.pop("config")
    return gather_entity(config, channel, "customer", start=start, end=end, **more)


def received() -> list[Any]:
    return select("select received_count from hub.gathered_window")


def gather_closed(channel: Any, start: Any = None, end: Any = None, **more: Any) -> GatherResult:
    result = gather(channel, start, end, **more)
    close_window(result.window_id)
    return result


def covered_to(entity: str) -> datetime | None:
    with db.begin() as connection:
        return read_covered_to(connection, CONFIG.name, entity, CONFIG.first_load_from)


def balance(result: GatherResult) -> int:
    return result.landed + result.duplicate + result.outside + result.refused


@pytest.mark.parametrize("times", [1, 2, 5])
def test_the_same_day_any_number_of_times_lands_once(hub: str, times: int) -> None:
    results = [
        gather_closed(MemoryChannel(DAY_ONE, at(2)), at(1), at(2), run_id=f"run {number}")
        for number in range(times)
    ]
    assert len(versions()) == 5
    assert [result.landed for result in results] == [5] + [0] * (times - 1)
    assert all(result.received == 5 == balance(result) for result in results)


def test_a_record_twice_on_a_page_and_pages_out_of_order_land_once(hub: str) -> None:
    twice = [record("1", at(1, 1)), record("1", at(1, 1))]
    result = gather(MemoryChannel([*reversed(DAY_ONE), twice, *DAY_ONE], at(2)))
    assert (result.received, result.landed, result.duplicate) == (12, 5, 7)
    assert len(versions()) == 5


def test_two_states_of_one_second_on_a_page_land_once_each(hub: str) -> None:
    one, other = record("1", at(1, 1), "x"), record("1", at(1, 1), "z")
    for page in ([one, other, one, other], [other, one, other, one]):
        result = gather_closed(MemoryChannel([page, page], at(2)), at(1), at(2))
        assert result.received == 8 == balance(result)
    assert len(versions()) == 2


def test_any_order_of_arrival_has_the_same_current_versions(hub: str) -> None:
    shown = [
        record("1", at(1, 1), "x"),
        record("1", at(2, 1), "y"),
        record("1", at(3, 1), "x"),
        record("2", at(1, 1), "x"),
        record("2", at(1, 1), "z"),  # two states within one second of the channel
    ]
    outcomes = set()
    landed = set()
    for number, order in enumerate(permutations(shown)):
        if number % 6:  # a sixth of the 120 orders keeps the test short
            continue
        with db.begin() as connection:
            connection.exec_driver_sql("truncate landing.version, hub.gathered_window cascade")
        pages = [[item] for item in order]
        for _ in range(2):
            gather_closed(MemoryChannel(pages, at(4)), at(1), at(4))
        outcomes.add(tuple(currents()))
        landed.add(tuple(versions()))
    assert len(outcomes) == 1
    assert len(landed) == 1
    assert len(versions()) == 5


def test_a_value_that_changes_back_lands_again(hub: str) -> None:
    for day, text in ((1, "a"), (2, "b"), (3, "a")):
        channel = MemoryChannel([[record("1", None, text)]], at(day, 12))
        gather_closed(channel, at(day), at(day + 1))
    assert len(versions()) == 3


def test_without_an_own_update_time_the_digest_decides(hub: str) -> None:
    for day in (1, 2, 3):
        channel = MemoryChannel([[record("1", None, "a", hub_level=day)]], at(day, 12))
        gather_closed(channel, at(day), at(day + 1))
    assert len(versions()) == 1


def test_a_broken_run_goes_on_at_its_page(hub: str) -> None:
    broken = MemoryChannel(DAY_ONE, at(2), fail_after=2)
    with pytest.raises(ChannelUnavailableError):
        gather(broken, at(1), at(2))
    assert select("select state, received_count from hub.gathered_window") == [("open", 4)]
    channel = MemoryChannel(DAY_ONE, at(2))
    result = gather(channel, at(1), at(2), run_id="second")
    assert channel.calls[-1][1][3] == {"shown": 2}
    assert (result.state, result.received, result.landed) == ("landed", 5, 5)
    assert select("select fence, run_id from hub.gathered_window") == [(2, "second")]


def test_sigkill_between_pages_leaves_no_half(hub: str, tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(
        "import sys, time\n"
        "from tests.sql import test_gather_windows as t\n"
        "class Stuck(t.MemoryChannel):\n"
        "    def extract(self, *args):\n"
        "        for number, page in enumerate(super().extract(*args)):\n"
        "            if number == 2:\n"
        "                print('two pages', flush=True)\n"
        "                time.sleep(60)\n"
        "            yield page\n"
        "t.gather(Stuck(t.DAY_ONE, t.at(2)), t.at(1), t.at(2))\n"
    )
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{root}:{root / 'plugins'}"}
    with subprocess.Popen(
        [sys.executable, str(script)], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "two pages\n"
        with pytest.raises(HubError, match="another run"):
            gather(MemoryChannel(DAY_ONE, at(2)), at(1), at(2))
        # Pages are read ahead of the landing: both must be landed before the kill.
        wait_until(lambda: received() == [(4,)])
        process.send_signal(signal.SIGKILL)
    result = gather(MemoryChannel(DAY_ONE, at(2)), at(1), at(2))
    assert (result.received, result.landed) == (5, 5)
    assert len(versions()) == 5


def test_another_range_takes_abandoned_work_over(hub: str) -> None:
    with pytest.raises(ChannelUnavailableError):
        gather(MemoryChannel(DAY_ONE, at(1, 12), fail_after=2), at(1), at(1, 12))
    result = gather(MemoryChannel(DAY_ONE, at(2)), at(1), at(2))
    assert (result.received, result.landed, result.duplicate) == (4 + 5, 5, 4)
    assert select("select count(*) from hub.gathered_window") == [(1,)]
    assert select("select distinct window_id from landing.version") == [(result.window_id,)]


def test_a_held_window_is_read_again_from_its_beginning(hub: str) -> None:
    first = gather(MemoryChannel(DAY_ONE, at(2)), at(1), at(2))
    with db.begin() as connection:
        connection.exec_driver_sql("update hub.gathered_window set state = 'held'")
    corrected = [[record("1", at(1, 6), "corrected")]]
    result = gather(MemoryChannel(corrected, at(2)), at(1), at(2))
    assert result.window_id == first.window_id
    assert (result.received, result.landed) == (6, 6)


def test_a_fenced_run_writes_nothing(hub: str) -> None:
    arguments: dict[str, Any] = {"start": at(1), "end": at(2), "history": "current_state"}
    with db.begin() as connection:
        old = open_window(connection, "mem", "customer", run_id="old", **arguments)
    with db.begin() as connection:
        new = open_window(connection, "mem", "customer", run_id="new", **arguments)
    page = Page(list(DAY_ONE[0]), at(2), {"shown": 1})
    with pytest.raises(FencedError), db.begin() as connection:
        land_pages(connection, keys.sealer(), CONFIG, old, [page])
    assert versions() == []
    assert received() == [(0,)]
    with db.begin() as connection:
        land_pages(connection, keys.sealer(), CONFIG, new, [page])
    assert len(versions()) == 2


def test_a_run_that_lost_its_window_in_the_middle_stops(hub: str) -> None:
    class Robbed(MemoryChannel):
        def extract(self, *args: Any) -> Iterator[Page]:
            for number, page in enumerate(super().extract(*args)):
                if number == 1:  # the lock's connection was lost; another run has come
                    with db.begin() as connection:
                        open_window(
                            connection,
                            "mem",
                            "customer",
                            start=at(1),
                            end=at(3),
                            history="current_state",
                            run_id="other",
                        )
                yield page

    with pytest.raises(FencedError):
        gather(Robbed(DAY_ONE, at(2)), at(1), at(2))
    assert select("select run_id, received_count from hub.gathered_window") == [("other", 2)]
    assert len(versions()) == 2


def test_two_runs_at_once_are_one(hub: str) -> None:
    is_reading, may_go_on = threading.Event(), threading.Event()

    class Slow(MemoryChannel):
        def extract(self, *args: Any) -> Iterator[Page]:
            is_reading.set()
            assert may_go_on.wait(20)
            yield from super().extract(*args)

    results: list[GatherResult] = []
    thread = threading.Thread(
        target=lambda: results.append(gather(Slow(DAY_ONE, at(2)), at(1), at(2)))
    )
    thread.start()
    assert is_reading.wait(20)
    with pytest.raises(HubError, match="another run is at work"):
        gather(MemoryChannel(DAY_ONE, at(2)), at(1), at(2), run_id="second")
    may_go_on.set()
    thread.join(20)
    assert results[0].landed == 5


def test_the_overlap_is_outside_unless_it_is_new(hub: str) -> None:
    gather_closed(MemoryChannel(DAY_ONE, at(2)), at(1), at(2))
    late = record("9", at(2) - HOUR / 60, "became visible late")
    shown = [[record("5", at(1, 5)), late], [record("6", at(2, 1)), record("6", at(2, 1))]]
    channel = MemoryChannel(shown, at(3))
    result = gather_closed(channel, at(2), at(3))
    assert channel.calls[-1][1][1:3] == (at(2) - HOUR / 12, at(3))
    assert (result.landed, result.outside, result.duplicate) == (2, 1, 1)


def test_a_page_that_leads_to_itself_stops_the_run(
    hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("customer_hub.gather.run._LONGEST_TIE_PAGES", 3)

    class Looping(MemoryChannel):
        def extract(self, *args: Any) -> Iterator[Page]:
            while True:
                yield Page([record("1", at(1, 1))], self.clock, {"page": 1})

    with pytest.raises(ChannelContentError, match="pages loop"):
        gather(Looping([], at(2)), at(1), at(2))


def test_a_run_without_dates_reads_from_the_last_closed_window_to_the_clock(hub: str) -> None:
    first = gather_closed(MemoryChannel(DAY_ONE, at(2)))
    assert (first.start_at, first.end_at) == (at(1), at(2))
    assert covered_to("customer") == at(2)
    assert covered_to("sales_order") is None
    second = gather_closed(MemoryChannel([], at(2, 7)))
    assert (second.start_at, second.end_at, second.received) == (at(2), at(2, 7), 0)
    idle = gather(MemoryChannel([], at(2, 7)))
    assert (idle.window_id, idle.state) == (0, "nothing")


def test_a_failed_day_leaves_no_hole(hub: str) -> None:
    gather_closed(MemoryChannel(DAY_ONE, at(2)), at(1), at(2))
    with pytest.raises(ChannelUnavailableError):
        gather(MemoryChannel([[record("7", at(2, 1))]] * 2, at(3), fail_after=1), at(2), at(3))
    result = gather_closed(MemoryChannel([], at(4)), at(3), at(4))
    assert (result.start_at, result.end_at) == (at(2), at(4))
    assert (result.received, result.landed) == (1, 1)


@pytest.mark.parametrize("first_load", [True, False])
def test_a_backfill_of_a_later_day_hides_no_hole(hub: str, first_load: bool) -> None:
    if first_load:
        gather_closed(MemoryChannel(DAY_ONE, at(2)), at(1), at(2))
    close_window(gather(MemoryChannel([], at(4)), at(3), at(4), is_backfill=True).window_id)
    assert covered_to("customer") == (at(2) if first_load else None)
    late = [[record("9", at(2, 5))]]
    result = gather_closed(MemoryChannel(late, at(5)), at(4), at(5))
    assert (result.start_at, result.end_at) == (at(2) if first_load else at(1), at(5))
    assert result.landed == 1
    assert covered_to("customer") == at(5)


def test_backfills_in_any_order_close_a_hole(hub: str) -> None:
    gather_closed(MemoryChannel(DAY_ONE, at(2)), at(1), at(2))
    for day in (3, 2):
        result = gather(MemoryChannel([], at(4)), at(day), at(day + 1), is_backfill=True)
        close_window(result.window_id)
    assert covered_to("customer") == at(4)


def test_a_backfill_reads_exactly_its_days(hub: str) -> None:
    result = gather(MemoryChannel([], at(4)), at(3), at(4), is_backfill=True)
    assert (result.start_at, result.end_at) == (at(3), at(4))
