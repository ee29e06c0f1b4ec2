"""Law 3 and 11: neither the order of arrival nor a crash shows, in the hub and in its targets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from customer_hub.core import db
from customer_hub.match.run import match_pending
from customer_hub.standardise.run import standardise_pending
from local.sandbox.process import SandboxProcess, start_sandbox
from local.world.__main__ import main as make_world
from tests.laws.cases import CREATED, add_cases
from tests.laws.comparison import current_rows, differing
from tests.laws.pipeline import CHANNELS, Pipeline, current_state, different
from tests.laws.replay import read_landed, replay
from tests.laws.targets import find_made, read_targets, target_state
from tests.laws.victim import SMALL_PAGES, blocked, kill_when

CUSTOMERS = 60
DAYS = (1, 2, 3)
pytestmark = pytest.mark.slow
Move = Callable[[], str]


def scalar(statement: str, **params: Any) -> Any:
    with db.begin() as connection:
        return connection.exec_driver_sql(statement, params).scalar_one()


def calls(sandbox: SandboxProcess, method: str) -> int:
    """Return how often the CRM was told to write, answered or not."""
    rows = sandbox.control("GET", "/calls").json()
    return sum(row["count"] for row in rows if (row["channel"], row["method"]) == ("crm", method))


def count_shown(sandbox: SandboxProcess) -> int:
    """Return how many calls the faults have swallowed."""
    return sum(fault["shown"] for fault in sandbox.control("GET", "/faults").json())


@contextmanager
def two_sandboxes(folder: Path) -> Iterator[tuple[SandboxProcess, SandboxProcess]]:
    """Two sandboxes over one world."""
    make_world(["--out", str(folder / "world"), "--customers", str(CUSTOMERS), "--seed", "7"])
    add_cases(folder / "world/events.sqlite")
    running: list[SandboxProcess] = []
    try:
        for name in ("first", "second"):
            running.append(start_sandbox(folder / name, folder / "world/events.sqlite"))
        yield running[0], running[1]
    finally:
        for each in running:
            each.stop()


def test_versions_replayed_in_reverse_and_twice_reach_the_same_master_and_targets(
    hub: str, tmp_path: Path, move_to_fresh_hub: Move
) -> None:
    with two_sandboxes(tmp_path) as (first, second):
        pipeline = Pipeline(first)
        for day in DAYS:
            pipeline.live_day(day)
        wanted, versions = current_state(), read_landed()
        world = read_targets(first)
        pipeline.enable_targets()
        assert all(pipeline.publish().values())
        pipeline.settle(DAYS[-1])
        reached = target_state(first, world)
        assert len(find_made(first, world)) >= CREATED

        move_to_fresh_hub()
        second.advance(DAYS[-1])
        pipeline = Pipeline(second)
        replay(list(reversed(versions)))
        pipeline.build()
        assert different(wanted, current_state()) == []
        replay([version for version in versions for _ in range(2)])
        pipeline.build()
        assert different(wanted, current_state()) == []
        pipeline.enable_targets()
        pipeline.publish()
        pipeline.settle(DAYS[-1])
        assert target_state(second, world) == reached


def test_a_reverse_backfill_with_kills_reaches_the_same_master_and_targets(
    hub: str, tmp_path: Path, move_to_fresh_hub: Move
) -> None:
    with two_sandboxes(tmp_path) as (first, second):
        for sandbox in (first, second):
            sandbox.advance(DAYS[-1])
        world = read_targets(first)
        assert read_targets(second) == world

        pipeline = Pipeline(first)
        for day in DAYS:
            pipeline.day(day)
            if day == DAYS[0]:
                pipeline.enable_targets()
            pipeline.publish()
        wanted = current_rows({})
        pipeline.settle(DAYS[-1])
        settled, reached = current_rows(find_made(first, world)), target_state(first, world)

        move_to_fresh_hub()
        pipeline = Pipeline(second, SMALL_PAGES)
        for name in CHANNELS:
            pipeline.gather(name, 0)
        pipeline.build()
        pipeline.enable_targets()
        assert pipeline.publish()["shop"] > 0, "the shop shows all its customers at any time"
        backfill_and_kill_merge(second, pipeline, 3)
        backfill_and_kill_match(second, pipeline, 2)
        backfill_and_kill_gather(second, pipeline, 1)
        kill_publish(second, pipeline)
        assert differing(wanted, current_rows({})) == {}
        pipeline.settle(DAYS[-1])
        assert target_state(second, world) == reached
        assert differing(settled, current_rows(find_made(second, world))) == {}
        assert scalar("select count(*) from publish.dead_letter") == 0


def backfill_and_kill_merge(sandbox: SandboxProcess, pipeline: Pipeline, day: int) -> None:
    """Kill merge when all but its last statement of the hand-over is done."""
    for name in CHANNELS:
        pipeline.gather(name, day, is_backfill=True)
    standardise_pending("backfill")
    match_pending("backfill")
    before, pending = current_state(), scalar("select count(*) from master.pending_golden")
    assert pending > 0
    with blocked("publish.change") as waits:
        kill_when(sandbox, "merge", waits)
    assert scalar("select count(*) from master.pending_golden") == pending
    assert different(before, current_state()) == []
    pipeline.build()
    pipeline.publish()


def backfill_and_kill_match(sandbox: SandboxProcess, pipeline: Pipeline, day: int) -> None:
    """Kill match when features, keys, edges and clusters are written, and the crosswalk is not."""
    for name in CHANNELS:
        pipeline.gather(name, day, is_backfill=True)
    standardise_pending("backfill")
    before, pending = current_state(), scalar("select count(*) from match.pending_record")
    assert pending > 0
    with blocked("match.crosswalk") as waits:
        kill_when(sandbox, "match", waits)
    assert scalar("select count(*) from match.pending_record") == pending
    assert different(before, current_state()) == []
    pipeline.build()
    pipeline.publish()


def backfill_and_kill_gather(sandbox: SandboxProcess, pipeline: Pipeline, day: int) -> None:
    """Kill gather between the second page of a window, which is committed, and the third."""
    # The first call asks for the clock.
    sandbox.fail("crm", "timeout", method="GET", path="Account", after=3, count=1)
    landed = "select coalesce(sum(received_count), 0) from hub.gathered_window where state = 'open'"
    kill_when(
        sandbox,
        f"backfill crm {day}",
        lambda: count_shown(sandbox) == 1 and scalar(landed) > SMALL_PAGES,
    )
    sandbox.control("DELETE", "/faults").raise_for_status()
    assert scalar(landed) <= 2 * SMALL_PAGES, "a row may stand on both"
    for name in CHANNELS:
        pipeline.gather(name, day, is_backfill=True)
    pipeline.build()


def kill_publish(sandbox: SandboxProcess, pipeline: Pipeline) -> None:
    """Kill publish between a write that took effect and its record: an update, then a create."""
    sandbox.control("POST", "/calls/reset").raise_for_status()
    newest = scalar("select max(delivery_id) from publish.delivery")
    before = read_targets(sandbox)

    def count_changed() -> int:
        return sum(before.get(key) != body for key, body in read_targets(sandbox).items())

    sandbox.fail("crm", "timeout", method="PUT", variant="after_write", after=3, count=1)
    kill_when(sandbox, "publish crm", lambda: count_changed() >= 4)
    assert scalar("select count(*) from publish.delivery where state = 'in_flight'") > 4
    sandbox.fail("crm", "timeout", method="POST", variant="after_write", count=1)
    kill_when(sandbox, "publish crm", lambda: len(find_made(sandbox, before)) == 1)
    assert (
        scalar("select count(*) from publish.delivery where op = 'create' and state = 'in_flight'")
        >= CREATED
    )
    pipeline.publish()
    done = (
        "select count(*) from publish.delivery where channel = 'crm' and op = %(op)s::text"
        " and state = 'confirmed' and (delivery_id > %(newest)s::bigint or op = 'create')"
    )
    # Nothing was written twice, nothing was not.
    assert calls(sandbox, "PUT") == scalar(done, op="update", newest=newest)
    assert calls(sandbox, "POST") == scalar(done, op="create", newest=newest)
    assert len(find_made(sandbox, before)) == calls(sandbox, "POST")
