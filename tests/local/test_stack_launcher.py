"""No process outlives the stack: not after Ctrl-C, and not after kill -9 of the launcher."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack.health import is_listening
from local.stack.layout import DIRECTORY_VARIABLE, PROJECT, Layout
from local.stack.postgres import Postgres
from local.stack.supervise import Supervisor


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    made = Layout(tmp_path / "local")
    yield made
    call(made, "down")
    port = made.ports.known().get("postgres", 1)
    Postgres(made.directory / "postgres", port).destroy()


def start(layout: Layout, command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "local.stack", command],
        cwd=PROJECT,
        env=dict(os.environ) | {DIRECTORY_VARIABLE: str(layout.directory)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # A shell that runs the tests in the background makes its children deaf to Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def call(layout: Layout, command: str) -> tuple[int, str]:
    with start(layout, command) as launcher:
        output = launcher.communicate(timeout=60)[0]
        return launcher.returncode, output


def wait_for_line(launcher: subprocess.Popen[str], part: str) -> None:
    assert launcher.stdout is not None
    for line in launcher.stdout:
        if part in line:
            return
    pytest.fail(f"the launcher ended without saying {part!r}")


def names_of_ours(layout: Layout) -> list[str]:
    found = Supervisor(layout.register, layout.stack_id()).processes()
    return [process.name() for process in found]


def assert_nothing_is_left(layout: Layout) -> None:
    assert names_of_ours(layout) == []
    assert not any(is_listening(port) for port in layout.ports.known().values())


@pytest.mark.parametrize("pause", [0.0, 2.0])
def test_down_finds_all_that_a_killed_launcher_had_started(layout: Layout, pause: float) -> None:
    with start(layout, "up") as launcher:
        wait_for_line(launcher, "PostgreSQL is ready")
        time.sleep(pause)
        launcher.kill()
    assert "postgres" in names_of_ours(layout)
    code, output = call(layout, "down")
    assert code == 0, output
    assert_nothing_is_left(layout)


def test_down_finds_processes_whose_register_was_never_written(layout: Layout) -> None:
    with start(layout, "up") as launcher:
        wait_for_line(launcher, "PostgreSQL is ready")
        time.sleep(1)
        launcher.kill()
    for entry in layout.register.glob("*.json"):
        entry.unlink()
    code, output = call(layout, "down")
    assert code == 0, output
    assert_nothing_is_left(layout)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_start_stops_what_it_started(layout: Layout, number: signal.Signals) -> None:
    with start(layout, "up") as launcher:
        wait_for_line(launcher, "PostgreSQL is ready")
        time.sleep(1)
        launcher.send_signal(number)
        output = launcher.communicate(timeout=60)[0]
        assert launcher.returncode == 130, output
    assert_nothing_is_left(layout)


def test_a_second_launcher_is_refused_while_one_works(layout: Layout) -> None:
    with start(layout, "up") as launcher:
        wait_for_line(launcher, "PostgreSQL is ready")
        code, output = call(layout, "up")
        launcher.send_signal(signal.SIGINT)
        launcher.communicate(timeout=60)
    assert code == 1
    assert "Another launcher is at work" in output


def test_down_and_status_on_nothing(layout: Layout) -> None:
    assert call(layout, "down")[0] == 0
    code, output = call(layout, "status")
    assert code == 3
    assert "stopped" in output
    assert "healthy" not in output
