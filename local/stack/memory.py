"""How much memory the stack takes: all processes together, shared pages counted once."""

from __future__ import annotations

import threading
from types import TracebackType

import psutil

from local.stack.supervise import Supervisor

MEGABYTE = 1024 * 1024


def stack_memory_mb(supervisor: Supervisor) -> float:
    """Return the memory of all processes of the stack in megabytes.

    The proportional set size is summed: a page that several processes share counts once.
    Where the system does not tell it, the pages that a process has to itself are summed.
    """
    total = 0
    for process in supervisor.processes():
        try:
            memory = process.memory_full_info()
        except psutil.Error:
            continue  # ended meanwhile
        total += getattr(memory, "pss", 0) or memory.uss
    return total / MEGABYTE


class MemorySampler:
    """Watch the stack's memory in the background and keep the peak.

    Use as a context manager; `peak_mb` may be read at any time.

    Args:
        supervisor: whose processes are watched.
        every_seconds: time between two looks. A look takes some ten milliseconds.
    """

    def __init__(self, supervisor: Supervisor, every_seconds: float = 1.0) -> None:
        self.peak_mb = 0.0
        self._supervisor = supervisor
        self._every_seconds = every_seconds
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)

    def __enter__(self) -> MemorySampler:
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Look a last time and stop."""
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.peak_mb = max(self.peak_mb, stack_memory_mb(self._supervisor))
            if self._is_over.wait(self._every_seconds):
                return
