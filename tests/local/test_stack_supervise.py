"""Only our own processes are found and signalled; and all of them are."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from local.stack.supervise import MARKER, Service, Supervisor
from tests.waiting import wait_until

SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")
# Starts a child in a session of its own, so that no signal to its group reaches it.
WITH_CHILD = (
    sys.executable, "-c",
    "import subprocess, sys, time;"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'],"
    " start_new_session=True); time.sleep(60)",
)  # fmt: skip
STUBBORN = (
    sys.executable, "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('deaf', flush=True); time.sleep(60)",
)  # fmt: skip


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path / "run", os.urandom(8).hex())
    yield made
    made.stop_everything()


@pytest.fixture
def stranger() -> Iterator[psutil.Process]:
    with subprocess.Popen(SLEEP) as child:
        yield psutil.Process(child.pid)
        child.kill()


def service(tmp_path: Path, command: tuple[str, ...], name: str = "one") -> Service:
    return Service(name, command, dict(os.environ), tmp_path, tmp_path / f"{name}.log")


def test_a_service_is_registered_found_and_stopped(tmp_path: Path, supervisor: Supervisor) -> None:
    process = supervisor.start(service(tmp_path, SLEEP))
    entry = json.loads((tmp_path / "run" / "one.json").read_text())
    assert (entry["pid"], entry["command"]) == (process.pid, list(SLEEP))
    assert Supervisor(tmp_path / "run", supervisor.stack_id).find("one") == process
    supervisor.stop(["one"])
    assert not process.is_running()
    assert supervisor.names() == []


def test_starting_twice_keeps_the_first(tmp_path: Path, supervisor: Supervisor) -> None:
    first = supervisor.start(service(tmp_path, SLEEP))
    assert supervisor.start(service(tmp_path, SLEEP)) == first


def test_children_in_sessions_of_their_own_are_stopped_too(
    tmp_path: Path, supervisor: Supervisor
) -> None:
    process = supervisor.start(service(tmp_path, WITH_CHILD))
    wait_until(lambda: process.children())
    child = process.children()[0]
    supervisor.stop(["one"])
    assert not psutil.pid_exists(child.pid) or child.status() == psutil.STATUS_ZOMBIE


def test_one_that_ignores_the_signal_is_killed(tmp_path: Path, supervisor: Supervisor) -> None:
    process = supervisor.start(service(tmp_path, STUBBORN))
    wait_until(lambda: "deaf" in (tmp_path / "one.log").read_text())
    supervisor.stop(["one"], patience=0.2)
    assert not process.is_running()


def test_a_pid_that_now_belongs_to_a_stranger_is_left_alone(
    tmp_path: Path, supervisor: Supervisor, stranger: psutil.Process
) -> None:
    supervisor.register("one", stranger.pid)
    entry = tmp_path / "run" / "one.json"
    told = json.loads(entry.read_text())
    entry.write_text(json.dumps(told | {"began": told["began"] - 60}))
    assert supervisor.find("one") is None
    assert supervisor.stop_everything() == 0
    supervisor.stop(["one"])
    assert stranger.is_running()


def test_another_stack_is_left_alone(
    tmp_path: Path, supervisor: Supervisor, stranger: psutil.Process
) -> None:
    other = Supervisor(tmp_path / "other", os.urandom(8).hex())
    theirs = other.start(service(tmp_path, SLEEP))
    try:
        supervisor.start(service(tmp_path, SLEEP))
        assert supervisor.stop_everything() == 1
        assert theirs.is_running()
        assert stranger.is_running()
    finally:
        assert other.stop_everything() == 1


def test_a_process_that_nobody_wrote_down_is_found_by_its_mark(
    tmp_path: Path, supervisor: Supervisor
) -> None:
    kept = supervisor.start(service(tmp_path, SLEEP, "kept"))
    marked = dict(os.environ) | {MARKER: supervisor.stack_id}
    with subprocess.Popen(SLEEP, env=marked, start_new_session=True) as lost:
        assert [each.pid for each in supervisor.unregistered()] == [lost.pid]
        supervisor.stop_unregistered()
        assert lost.wait(5) == -signal.SIGTERM
    assert kept.is_running()


def test_an_intent_without_a_process_is_no_process(tmp_path: Path, supervisor: Supervisor) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "one.json").write_text('{"name": "one", "pid": null, "began": null}')
    assert supervisor.find("one") is None
    assert supervisor.stop_everything() == 0
    assert supervisor.names() == []
