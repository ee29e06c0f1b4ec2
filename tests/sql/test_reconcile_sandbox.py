"""Reconciling against the sandboxes' real servers: what was edited behind the hub's back comes back."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from customer_hub.channels.config import read_channels
from customer_hub.channels.contract import Target
from customer_hub.core.identity import golden_id
from customer_hub.gather.run import gather_entity
from customer_hub.publish.reconcile import reconcile_target
from local.sandbox.process import SandboxProcess
from tests.channels.peers import PEERS
from tests.channels.synthetic import ROWS, make_events
from tests.sandboxes import calm, run_sandbox
from tests.sql.gather_memory import close_window
from tests.sql.publish_world import (
    complete_first_loads,
    enable,
    execute,
    publish,
    put_golden,
    put_record,
)

START = datetime(2026, 11, 15, 16, tzinfo=UTC)
END = datetime(2026, 11, 19, 16, tzinfo=UTC)
DAY = date(2026, 11, 23)
_NAMES = [name for name in PEERS if name in read_channels()]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """A sandbox of this file alone: its records are written to."""
    with run_sandbox(tmp_path_factory.mktemp("reconcile"), make_events()) as sandbox:
        yield sandbox


def reconcile(target: Target, name: str) -> dict[str, int]:
    config = PEERS[name].config()
    counts = reconcile_target(config, target, "reconcile", DAY, is_whole=True).counts
    return {name: count for name, count in counts.items() if count}


@pytest.mark.parametrize("name", _NAMES)
def test_an_edit_and_a_deletion_are_found_and_the_edit_is_mended(
    hub: str, running: SandboxProcess, name: str
) -> None:
    sandbox = calm(running)
    complete_first_loads()
    config = PEERS[name].config(page_size=100)
    reader = config.load_system().open_channel(config, PEERS[name].access(sandbox))
    result = gather_entity(config, reader, "customer", start=START, end=END, run_id="first")
    close_window(result.window_id)
    for row in execute("select source_key from landing.version"):
        put_record(row.source_key)
        put_golden(row.source_key, level_code="A", kind="person")
    enable(name)
    target = PEERS[name].open(sandbox)
    assert isinstance(target, Target)
    assert publish(target, name)["confirmed"] == ROWS
    assert reconcile(target, name) == {"read": ROWS, "same": ROWS}
    # Somebody writes into the hub's slot.
    keys = [row.source_key for row in execute("select source_key from source.customer order by 1")]
    key = keys[0]
    source_id = key.rpartition("/")[2]
    assert target.update("customer", source_id, {"hub_id": "edited by hand"}).outcome == "updated"
    # And a record is gone there, as far as the hub knows it should exist.
    put_record(f"{name}/customer/999999999")
    put_golden(f"{name}/customer/999999999", level_code="A")
    execute(
        "update publish.target set planned_change_id = (select max(change_id) from publish.change)"
    )
    assert reconcile(target, name) == {
        "read": ROWS + 1, "same": ROWS - 1, "drifted": 2, "theirs": 1, "missing": 1, "planned": 1,
    }  # fmt: skip
    assert publish(target, name, "second")["confirmed"] == 1
    record = target.read_one("customer", source_id)
    assert record is not None
    assert target.read_hub_fields(record)["hub_id"] == str(golden_id(key))
    again = reconcile(target, name)
    assert again == {"read": ROWS + 1, "same": ROWS, "drifted": 1, "missing": 1}
    assert not any(publish(target, name, "third").values())
