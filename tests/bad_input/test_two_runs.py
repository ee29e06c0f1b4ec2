"""Two runs of one window at once: two real processes, one lock, and a fence behind it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from customer_hub.core import db
from customer_hub.core.errors import FencedError, HubError
from local.sandbox.process import SandboxProcess
from tests.bad_input.rooms import check_text, gather, read_tables, select, start_over
from tests.bad_input.test_channel_faults import open_peer
from tests.channels.peers import PEERS

ROOT = Path(__file__).parents[2]
# A gather in a process of its own; after two pages it waits for a file, if it is given one.
SCRIPT = """
import json, pathlib, sys, time
from customer_hub.core.errors import HubError
from tests.bad_input.rooms import gather
from tests.channels.peers import PEERS
from customer_hub.channels.contract import Access
given = json.load(sys.stdin)
config = PEERS["crm"].config()
channel = config.load_system().open_channel(config, Access(*given["access"]))
class Slow:
    def __getattr__(self, name):
        return getattr(channel, name)
    def extract(self, *arguments):
        for number, page in enumerate(channel.extract(*arguments), start=1):
            if given["waits"] and number == 3:
                print("two pages", flush=True)
                while not pathlib.Path(given["waits"]).exists():
                    time.sleep(0.02)
            yield page
try:
    result = gather(config, Slow(), run_id=given["run"])
except HubError as error:
    print(json.dumps({"error": type(error).__name__, "text": str(error)}))
    sys.exit(1)
print(json.dumps({"landed": result.landed, "received": result.received}))
"""


def start_run(
    sandbox: SandboxProcess, run: str, waits: Path | None = None
) -> subprocess.Popen[str]:
    access = PEERS["crm"].access(sandbox)
    given = {
        "access": [access.base_url, access.login, access.password, dict(access.extra)],
        "run": run,
        "waits": waits and str(waits),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'plugins'}"},
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(given))
    process.stdin.close()
    process.stdin = None
    return process


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.fixture
def healthy(hub: str, sandbox: SandboxProcess) -> dict[str, list[tuple[object, ...]]]:
    """The tables after one run alone; then forgotten again."""
    gather(PEERS["crm"].config(), open_peer(sandbox, "crm"))
    tables = read_tables()
    start_over()
    return tables


def test_the_second_process_is_turned_away_and_the_first_one_finishes(
    healthy: dict[str, object], sandbox: SandboxProcess, tmp_path: Path
) -> None:
    first = start_run(sandbox, "first", waits=tmp_path / "go")
    assert read_line(first) == "two pages"
    second = start_run(sandbox, "second")
    told = json.loads(read_line(second))
    assert second.wait(30) == 1
    assert told["error"] == "HubError"
    assert "gather/crm/customer: another run is at work here" in told["text"]
    assert "nothing was written" in told["text"]
    (tmp_path / "go").touch()
    assert json.loads(read_line(first))["landed"] == 24
    assert first.wait(30) == 0
    assert read_tables() == healthy
    assert select("select run_id, fence from hub.gathered_window") == [("first", 1)]


def test_both_at_the_same_moment_land_once(
    healthy: dict[str, object], sandbox: SandboxProcess
) -> None:
    runs = [start_run(sandbox, name) for name in ("first", "second", "third")]
    told = [json.loads(read_line(run)) for run in runs]
    codes = [run.wait(30) for run in runs]
    assert codes.count(0) >= 1
    errors = [answer["error"] for answer in told if "error" in answer]
    # Whoever came after the end of another read the same window again, and landed nothing new.
    assert set(errors) <= {"HubError"}
    assert len(errors) == codes.count(1)
    assert read_tables() == healthy
    ((received, duplicate),) = select(
        "select received_count, duplicate_count from hub.gathered_window"
    )
    assert received - duplicate == 24


def test_a_run_that_lost_its_lock_is_fenced_off(
    healthy: dict[str, object], sandbox: SandboxProcess, tmp_path: Path
) -> None:
    first = start_run(sandbox, "first", waits=tmp_path / "go")
    assert read_line(first) == "two pages"
    with db.begin() as connection:  # as after a network fault: the server sees the session gone
        connection.exec_driver_sql(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'"
            " and database = (select oid from pg_database where datname = current_database())"
        )
    while select("select 1 from pg_locks where locktype = 'advisory'"):
        time.sleep(0.02)
    result = gather(PEERS["crm"].config(), open_peer(sandbox, "crm"), run_id="second")
    assert result.landed == 24
    (tmp_path / "go").touch()
    told = json.loads(read_line(first))
    assert first.wait(30) == 1
    assert told["error"] == FencedError.__name__
    assert "another run has taken this window over" in told["text"]
    assert read_tables() == healthy
    assert select("select run_id, fence from hub.gathered_window") == [("second", 2)]


def test_a_second_run_in_this_process_is_told_the_same(hub: str, sandbox: SandboxProcess) -> None:
    with db.hold_lock("gather/crm/customer"), pytest.raises(HubError) as caught:
        gather(PEERS["crm"].config(), open_peer(sandbox, "crm"))
    check_text(caught.value, "gather/crm/customer", "another run is at work here")
    assert select("select 1 from hub.gathered_window") == []
