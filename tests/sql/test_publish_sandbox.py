"""Publish against the sandbox's real servers: written, read back, and no echo starts anything."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from customer_hub.channels.config import read_channel
from customer_hub.core.errors import ChannelAccessError
from customer_hub.core.identity import golden_id
from customer_hub.gather.run import gather_entity
from customer_hub.publish.dead_letters import replay_dead_letters
from local.sandbox.process import SandboxProcess
from tests.channels.peers import PEERS
from tests.channels.synthetic import ROWS, make_events
from tests.sandboxes import calm, run_sandbox
from tests.sql.gather_memory import close_window as close_gathered
from tests.sql.publish_world import (
    complete_first_loads,
    enable,
    execute,
    letters,
    publish,
    put_golden,
    put_record,
    scalar,
    states,
)

START = datetime(2026, 11, 15, 16, tzinfo=UTC)
END = datetime(2026, 11, 19, 16, tzinfo=UTC)
_SLOTS = {"crm": "cHubId", "shop": "hub_id", "support": "HubId"}
_NAMES = list(_SLOTS)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """A sandbox of this file alone: its records are written to."""
    with run_sandbox(tmp_path_factory.mktemp("publish"), make_events()) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: SandboxProcess) -> SandboxProcess:
    """The sandbox without faults, its call counts at nought."""
    return calm(running)


def gather(sandbox: SandboxProcess, name: str, run_id: str) -> int:
    """Gather the customers of a channel and pass them; returns how many versions landed."""
    config = PEERS[name].config(page_size=100)
    channel = config.load_system().open_channel(config, PEERS[name].access(sandbox))
    result = gather_entity(config, channel, "customer", start=START, end=END, run_id=run_id)
    close_gathered(result.window_id)
    return result.landed


def load(sandbox: SandboxProcess, name: str, level: str) -> list[str]:
    """Gather a channel for the first time and make each record a golden one."""
    complete_first_loads()
    assert gather(sandbox, name, "first") == ROWS
    keys = [row.source_key for row in execute("select source_key from landing.version")]
    for key in keys:
        put_record(key)
        put_golden(key, level_code=level, kind="person")
    enable(name)
    return keys


def count_writes(sandbox: SandboxProcess) -> int:
    calls = sandbox.control("GET", "/calls").json()
    return sum(row["count"] for row in calls if row["method"] in ("PUT",) or "batch" in row["path"])


def held_ids(sandbox: SandboxProcess, name: str) -> set[str]:
    channel = PEERS[name].open(sandbox)
    ids = [each for page in channel.sweep_ids("customer") for each in page]
    records = [channel.read_one("customer", each) for each in ids]
    return {
        channel.read_hub_fields(record)["hub_id"] or "" for record in records if record is not None
    }


@pytest.mark.parametrize("name", _NAMES)
def test_pushes_fall_to_zero_and_echoes_start_nothing(
    hub: str, sandbox: SandboxProcess, name: str
) -> None:
    keys = load(sandbox, name, "A")
    channel = PEERS[name].open(sandbox)
    assert publish(channel, name)["confirmed"] == ROWS
    assert held_ids(sandbox, name) == {str(golden_id(key)) for key in keys}
    assert count_writes(sandbox) == (1 if name == "shop" else ROWS)
    # The writes moved every update time; the gather that follows takes none of them for news.
    assert gather(sandbox, name, "second") == 0
    sandbox.control("POST", "/calls/reset").raise_for_status()
    assert not any(publish(PEERS[name].open(sandbox), name, "second").values())
    assert count_writes(sandbox) == 0


@pytest.mark.parametrize("name", _NAMES)
@pytest.mark.parametrize("variant", ["before", "after_write"])
def test_a_write_that_hangs_is_settled_by_look_up(
    hub: str, sandbox: SandboxProcess, name: str, variant: str
) -> None:
    complete_first_loads()
    channel = PEERS[name].open(sandbox)
    source_id = min(each for page in channel.sweep_ids("customer") for each in page)
    key = f"{name}/customer/{source_id}"
    put_record(key)
    # Another golden id than any test before gave to this record.
    golden = put_golden(put_key := f"pos/customer/{name}-{variant}")
    put_record(key, golden_of=put_key)
    enable(name)
    method = "POST" if name == "shop" else "PUT"
    sandbox.fail(name, "timeout", method=method, variant=variant, count=1)
    counts = publish(channel, name)
    assert (counts["settled"], counts["confirmed"]) == (1, 1)
    record = channel.read_one("customer", source_id)
    assert record is not None
    assert channel.read_hub_fields(record)["hub_id"] == str(golden)
    assert scalar("select count(*) from publish.echo where version_at = %(at)s",
                  at=record.version_at) == 1  # fmt: skip
    assert not any(publish(channel, name).values())


def test_a_wrong_key_is_no_dead_letter(hub: str, sandbox: SandboxProcess) -> None:
    complete_first_loads()
    put_record("crm/customer/6a000000000000001")
    put_golden("crm/customer/6a000000000000001")
    enable("crm")
    peer = PEERS["crm"]
    config = peer.config()
    access = peer.access(sandbox)
    wrong = type(access)(access.base_url, "", "0" * 32, access.extra)
    with pytest.raises(ChannelAccessError):
        publish(config.load_system().open_channel(config, wrong))
    assert states() == {"pending": 1}
    assert letters() == []


def test_a_create_reaches_the_crm_once_and_a_look_alike_goes_to_a_person(
    hub: str, sandbox: SandboxProcess
) -> None:
    complete_first_loads()
    seen_at = START + timedelta(days=1)
    for number, name in ((1, "深圳市新帆科技有限公司"), (2, "深圳市新帆科技有限公司")):
        put_record(f"shop/customer/{number}", seen_at=seen_at)
        put_golden(f"shop/customer/{number}", level_code="VIP", legal_name=name)
    enable("crm")
    channel = PEERS["crm"].open(sandbox)
    sandbox.fail("crm", "drop", method="POST", variant="after_write", count=1)
    counts = publish(channel)
    # The first got no answer; the second has its name, and is later than what was gathered.
    assert (counts["uncertain"], counts["waiting"]) == (1, 1)
    assert publish(channel, run_id="second")["confirmed"] == 1
    made = [
        record
        for record in sandbox.records("crm", "Account").values()
        if record["body"].get("name") == "深圳市新帆科技有限公司"
    ]
    assert [record["body"]["cHubId"] for record in made] == [str(golden_id("shop/customer/1"))]
    assert scalar("select count(*) from match.decision where author = 'hub:publish'") == 1
    execute(
        "insert into hub.gathered_window"
        " (channel, entity, start_at, end_at, history, state, run_id)"
        " values ('crm', 'customer', %(start)s, %(end)s, 'current_state', 'closed', 'later')",
        start=START,
        end=END,
    )
    assert publish(channel, run_id="third")["dead"] == 1
    assert letters() == [("conflict", "open")]
    assert replay_dead_letters("crm", "conflict", None, "tester", "mended") == 1


def test_no_value_stands_in_the_tables_of_publish(
    hub: str, sandbox: SandboxProcess, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    complete_first_loads()
    put_record("shop/customer/1", seen_at=START)
    put_golden("shop/customer/1", level_code="VIP", legal_name="金丝雀贸易有限公司")
    enable("crm")
    with caplog.at_level("DEBUG"):
        publish(PEERS["crm"].open(sandbox))
    text = caplog.text
    for table in ("delivery", "sent", "echo", "dead_letter", "change"):
        text += "\n".join(str(tuple(row)) for row in execute(f"select * from publish.{table}"))
    assert states() == {"confirmed": 1}
    assert "金丝雀" not in text
    assert read_channel("crm").title not in text
