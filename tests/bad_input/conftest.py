"""A sandbox of three days for the tests of bad input, without faults before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.sandbox.process import SandboxProcess, start_sandbox, write_events
from tests.channels.synthetic import make_events


@pytest.fixture(scope="session")
def healthy_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """Real servers that have lived through all three days of a small world."""
    folder = tmp_path_factory.mktemp("bad_input")
    write_events(folder / "events.sqlite", make_events())
    running = start_sandbox(folder / "state", folder / "events.sqlite")
    running.advance(3)
    yield running
    running.stop()


@pytest.fixture
def sandbox(healthy_sandbox: SandboxProcess) -> SandboxProcess:
    """The sandbox with every fault lifted."""
    healthy_sandbox.control("DELETE", "/faults").raise_for_status()
    return healthy_sandbox
