"""Sandboxes for tests: real servers over a small world, started once, without faults before each test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from local.sandbox.process import SandboxProcess, WorldEvent, start_sandbox, write_events


@contextmanager
def run_sandbox(
    folder: Path, events: Sequence[WorldEvent], days: int = 3
) -> Iterator[SandboxProcess]:
    """Run a sandbox that has lived through the first `days` of `events`."""
    write_events(folder / "events.sqlite", list(events))
    running = start_sandbox(folder / "state", folder / "events.sqlite")
    try:
        running.advance(days)
        yield running
    finally:
        running.stop()


def calm(sandbox: SandboxProcess) -> SandboxProcess:
    """Return the sandbox with every fault lifted and the call counts at nought."""
    sandbox.control("DELETE", "/faults").raise_for_status()
    sandbox.control("POST", "/calls/reset").raise_for_status()
    return sandbox
