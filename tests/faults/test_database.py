"""A database that goes away or has no room in the middle: nothing half, and the next run heals."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from customer_hub.channels.contract import Page
from customer_hub.gather import run
from customer_hub.gather.ahead import read_ahead
from customer_hub.validate.gate import validate_window
from local.sandbox.process import SandboxProcess
from local.stack.postgres import Postgres
from tests.bad_input.liar import lying_to
from tests.bad_input.rooms import check_nothing_is_half, gather, read_tables, select, start_over
from tests.bad_input.test_channel_faults import open_peer
from tests.bad_input.test_lying_answers import change_rows, open_through
from tests.bad_input.test_odd_values import LONG
from tests.channels.peers import PEERS
from tests.sql.publish_target import MemoryTarget
from tests.sql.publish_world import complete_first_loads, enable, publish, put_customer, states

# What PostgreSQL's files may grow to: the log's segments of 16 MB fit, two large rows do not.
ROOM = 16 * 1024 * 1024


def gather_interrupted(sandbox: SandboxProcess, name: str, act: Callable[[], None]) -> None:
    """Gather, and let something happen once between two transactions, never inside of one."""
    config, channel = PEERS[name].config(), open_peer(sandbox, name)

    def interrupted(pages: Iterator[Page]) -> Iterator[list[Page]]:
        batches = read_ahead(pages)
        yield next(batches)
        act()
        yield from batches

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "read_ahead", interrupted)
        run.gather_entity(config, channel, "customer", start=None, end=None, run_id="interrupted")


@pytest.mark.parametrize("name", list(PEERS))
def test_a_database_that_restarts_between_pages(
    hub: str, postgres_server: Postgres, sandbox: SandboxProcess, name: str
) -> None:
    config, channel = PEERS[name].config(), open_peer(sandbox, name)
    gather(config, channel)
    healthy = read_tables()["landed"]
    start_over()

    def restart() -> None:
        postgres_server.stop()
        postgres_server.start()

    gather_interrupted(sandbox, name, restart)
    assert read_tables()["landed"] == healthy


def test_a_database_that_is_gone_for_longer(
    hub: str, postgres_server: Postgres, sandbox: SandboxProcess
) -> None:
    config, channel = PEERS["crm"].config(), open_peer(sandbox, "crm")
    gather(config, channel)
    healthy = read_tables()["landed"]
    start_over()
    try:
        with pytest.raises(DBAPIError) as caught:
            gather_interrupted(sandbox, "crm", postgres_server.stop)
        assert ".example" not in str(caught.value)
    finally:
        postgres_server.start()
    check_nothing_is_half()
    gather(config, channel, run_id="again")
    assert read_tables()["landed"] == healthy


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_database_that_goes_away_while_a_target_is_written(
    hub: str, postgres_server: Postgres, moment: str
) -> None:
    complete_first_loads()
    for each in "12345":
        put_customer(f"crm/customer/{each}")
    enable("crm")
    target = MemoryTarget(*"12345")
    setattr(target, moment, lambda source_id: source_id == "3" and postgres_server.stop())
    try:
        with pytest.raises(DBAPIError):
            publish(target)
    finally:
        postgres_server.start()
    setattr(target, moment, lambda source_id: None)
    publish(target)
    assert states() == {"confirmed": 5}
    assert sorted(source_id for source_id, _ in target.writes) == list("12345"), "each once"
    assert not any(publish(target).values())


@contextmanager
def short_of_room(size: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes, of this process and of those that it starts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def full_disk(server: Postgres) -> Iterator[None]:
    """Let no file of the database grow further; PostgreSQL takes that for a full disk."""
    server.stop()
    with short_of_room(ROOM):
        server.start()
    try:
        yield
    finally:
        server.stop()
        server.start()


def test_a_full_disk_of_the_database_leaves_whole_pages_only(
    hub: str, postgres_server: Postgres, sandbox: SandboxProcess
) -> None:
    config = PEERS["crm"].config()
    with lying_to(sandbox.ports["crm"]) as liar:
        liar.twist = change_rows(lambda row: row.update(description=LONG + str(row["id"])))
        channel = open_through(liar, sandbox, "crm", read_timeout="30")
        # COPY's errors are the driver's own.
        with full_disk(postgres_server), pytest.raises((DBAPIError, psycopg.Error)) as caught:
            gather(config, channel)
        assert "SQLSTATE" in str(caught.value)
        assert LONG[:40] not in str(caught.value)
        check_nothing_is_half()
        gather(config, channel, run_id="again")
    assert len(read_tables()["landed"]) == 24


def test_a_full_disk_of_the_worker_leaves_the_window_to_the_next_run(
    hub: str, sandbox: SandboxProcess
) -> None:
    config = PEERS["crm"].config()
    result = gather(config, open_peer(sandbox, "crm"))
    with short_of_room(0), pytest.raises(OSError, match="large"):
        validate_window(config, result.window_id, "run")
    assert select("select state from hub.gathered_window") == [("landed",)]
    assert select("select 1 from landing.accepted_version") == []
    assert validate_window(config, result.window_id, "again").check_balance().accepted == 24
