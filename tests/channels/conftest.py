"""A sandbox of its own for the channels, without faults before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.sandbox.process import SandboxProcess
from tests.channels.synthetic import make_events
from tests.sandboxes import calm, run_sandbox


@pytest.fixture(scope="session")
def channel_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """A sandbox that has lived through all three days of the channels' own small world."""
    with run_sandbox(tmp_path_factory.mktemp("channels"), make_events()) as running:
        # What the search has not seen yet is a test's own matter.
        lag = {"channel": "hubspot", "search_lag_seconds": 0}
        running.control("POST", "/settings", lag).raise_for_status()
        yield running


@pytest.fixture
def sandbox(channel_sandbox: SandboxProcess) -> SandboxProcess:
    """The sandbox with every fault lifted and the call counts at nought."""
    return calm(channel_sandbox)
