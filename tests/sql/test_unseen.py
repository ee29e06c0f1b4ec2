"""A change that gathering passed over: reconciling finds it, the next gather reads it by its id."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from customer_hub.channels.config import ChannelConfig, read_channels
from customer_hub.channels.contract import Channel, RawRecord, Target
from customer_hub.core import db, sql
from customer_hub.core.errors import ChannelContentError
from customer_hub.gather import unseen
from customer_hub.gather.run import GatherResult, gather_entity
from customer_hub.publish.reconcile import reconcile_target
from customer_hub.validate.gate import validate_window
from local.sandbox.process import SandboxProcess
from tests.channels.peers import PEERS
from tests.channels.synthetic import ROWS, make_events
from tests.laws.killing import run_killed
from tests.sandboxes import calm, run_sandbox
from tests.sql.publish_world import (
    complete_first_loads,
    enable,
    execute,
    put_golden,
    put_record,
    scalar,
)

START = datetime(2026, 11, 15, 16, tzinfo=UTC)
END = datetime(2026, 11, 18, 10, tzinfo=UTC)  # behind the last change of the world
LATER = END + timedelta(hours=1)
DAY = date(2026, 11, 23)
_NAMES = [name for name in PEERS if name in read_channels()]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    with run_sandbox(tmp_path_factory.mktemp("unseen"), make_events()) as sandbox:
        yield sandbox


def pass_over(
    sandbox: SandboxProcess, name: str, how_many: int = 2
) -> tuple[ChannelConfig, Channel, list[str]]:
    """Gather all customers, and leave of some only what they were before their last change."""
    complete_first_loads()
    config = PEERS[name].config(page_size=100)
    channel = config.load_system().open_channel(config, PEERS[name].access(sandbox))
    gather(config, channel, START, END)
    keys = [row.source_key for row in execute("select source_key from landing.version order by 1")]
    for key in keys:
        put_record(key)
        put_golden(key, level_code="A", kind="person")
    execute(
        "update landing.version set digest = '\\x00', version_at = version_at - interval '1 day'"
        " where source_key = any(%(keys)s)",
        keys=keys[:how_many],
    )
    # Nothing is to be written there: what is read is compared at once.
    enable(name)
    execute(
        "update publish.target set planned_change_id = (select max(change_id) from publish.change)"
    )
    return config, channel, keys[:how_many]


def gather(
    config: ChannelConfig, channel: Channel, start: datetime, end: datetime, **more: bool
) -> GatherResult:
    """Gather, and pass what came through the real gate."""
    result = gather_entity(
        config, channel, "customer", start=start, end=end, run_id=f"to {end}", **more
    )
    if result.window_id:
        assert validate_window(config, result.window_id, "gate").state == "closed"
    return result


def reconcile(config: ChannelConfig, channel: Channel) -> dict[str, int]:
    assert isinstance(channel, Target)
    return dict(reconcile_target(config, channel, "reconcile", DAY, is_whole=True).counts)


def list_unseen() -> list[str]:
    return [
        row.source_key
        for row in execute(
            "select source_key from publish.drift where side = 'unseen' order by source_key"
        )
    ]


@pytest.mark.parametrize("name", _NAMES)
def test_the_next_gather_reads_it_by_id(hub: str, running: SandboxProcess, name: str) -> None:
    config, channel, lost = pass_over(calm(running), name)
    assert reconcile(config, channel)["unseen"] == len(lost)
    assert list_unseen() == lost
    gather(config, channel, END, LATER)
    assert list_unseen() == []
    assert reconcile(config, channel).get("unseen", 0) == 0
    # Through the gate like any other: accepted, and queued for the next build.
    healed = execute(
        "select source_key, count(*) as versions from landing.accepted_version"
        " where source_key = any(%(keys)s) group by source_key order by 1",
        keys=lost,
    )
    assert [(row.source_key, row.versions) for row in healed] == [(key, 2) for key in lost]
    queued = execute("select source_key from landing.pending_key")
    assert set(lost) <= {row.source_key for row in queued}
    # Once is enough: nothing is asked or landed again.
    count = scalar("select count(*) from landing.version")
    assert gather(config, channel, LATER, LATER + timedelta(hours=1)).landed == 0
    assert scalar("select count(*) from landing.version") == count == ROWS + len(lost)


def test_many_are_read_in_chunks_and_a_backfill_reads_none(
    hub: str, running: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unseen, "_CHUNK", 2)
    config, channel, lost = pass_over(calm(running), "crm", 5)
    reconcile(config, channel)
    gather(config, channel, END, LATER, is_backfill=True)
    assert list_unseen() == lost
    # The backfill closed the hour, so this run begins behind it.
    assert gather(config, channel, LATER, LATER + timedelta(hours=1)).landed == len(lost)
    assert list_unseen() == []


def test_what_is_gone_or_unreadable_keeps_nobody_from_healing(
    hub: str, running: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, channel, lost = pass_over(calm(running), "support", 3)
    reconcile(config, channel)
    ids = [key.split("/", 2)[2] for key in lost]
    real = channel.read_one

    def read_one(entity: str, source_id: str) -> RawRecord | None:
        if source_id == ids[0]:
            raise ChannelContentError("no JSON", where="desk")
        return None if source_id == ids[1] else real(entity, source_id)

    def read_many(entity: str, source_ids: object) -> None:
        raise ChannelContentError("no JSON", where="desk")

    monkeypatch.setattr(channel, "read_one", read_one)
    monkeypatch.setattr(channel, "read_many", read_many)
    assert gather(config, channel, END, LATER).landed == 1
    assert list_unseen() == []
    # What could not be read is found again, as soon as it can.
    monkeypatch.undo()
    execute("delete from publish.delivery")
    reconcile(config, channel)
    assert list_unseen() == lost[:2]


def test_a_finding_that_came_meanwhile_stays(hub: str, running: SandboxProcess) -> None:
    config, channel, lost = pass_over(calm(running), "shop", 1)
    reconcile(config, channel)
    with db.begin() as connection:
        first = sql.rows(
            connection, "gather/select_unseen", channel="shop", entity="customer", size=9
        )
    execute("update publish.drift set found_at = clock_timestamp()")
    with db.begin() as connection:
        sql.run(
            connection,
            "gather/delete_unseen",
            source_keys=[row.source_key for row in first],
            found_ats=[row.found_at for row in first],
        )
    assert list_unseen() == lost


def test_killed_at_any_request_it_converges(
    hub: str, running: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unseen, "_CHUNK", 1)
    config, channel, lost = pass_over(calm(running), "support", 3)
    reconcile(config, channel)

    def act() -> None:
        gather_entity(config, channel, "customer", start=END, end=LATER, run_id="killed")

    kills = 0
    for number in (2, 3, 4, 5):
        kills += run_killed(act, number, before=number % 2 == 0)
    assert kills
    gather(config, channel, END, LATER)
    assert list_unseen() == []
    assert scalar("select count(*) from landing.version") == ROWS + len(lost)
    assert reconcile(config, channel).get("unseen", 0) == 0
