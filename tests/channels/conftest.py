"""A sandbox of its own for the channels, without faults before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.sandbox.process import SandboxProcess, start_sandbox, write_events
from tests.channels.synthetic import make_events


@pytest.fixture(scope="session")
def channel_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """A sandbox that has lived through all three days of the channels' own small world."""
    folder = tmp_path_factory.mktemp("channels")
    write_events(folder / "events.sqlite", make_events())
    running = start_sandbox(folder / "state", folder / "events.sqlite")
    running.advance(3)
    yield running
    running.stop()


@pytest.fixture
def sandbox(channel_sandbox: SandboxProcess) -> SandboxProcess:
    """The sandbox with every fault lifted and the call counts at nought."""
    channel_sandbox.control("DELETE", "/faults").raise_for_status()
    channel_sandbox.control("POST", "/calls/reset").raise_for_status()
    return channel_sandbox
