"""Runs one contender in its own process and watches it: wall seconds, peak memory of its tree."""

from __future__ import annotations

import logging
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

_LOOK_SECONDS = 0.05
_TELL_SECONDS = 10.0
_MEGABYTE = 1024 * 1024
_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took; ``output`` is what it printed, both streams, the last characters."""

    seconds: float
    peak_mb: float
    exit_code: int
    output: str


class _Seldom(logging.Filter):
    """Lets a line pass every so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds, self._next = seconds, 0.0

    def filter(self, _record: logging.LogRecord) -> bool:
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self._seconds
        return True


def show_progress() -> None:
    """Let the hub's log be seen while a long measurement is at work: a line every ten seconds."""
    handler = logging.StreamHandler()
    handler.addFilter(_Seldom(_TELL_SECONDS))
    logging.basicConfig(level=logging.INFO, handlers=[handler], format="%(asctime)s %(message)s")


def run(command: list[str], folder: Path, *, is_told: bool = False) -> Run:
    """Run a command in the project's ``folder`` to its end; it finds the project's modules.

    The wall time is from start to end of the process, interpreter and imports included. Memory is
    the greatest sum of resident pages over the process and its descendants, seen every 50 ms. With
    ``is_told`` what it says on standard error is seen at once, and is no part of the output.
    """
    modules = os.pathsep.join([str(folder / "plugins"), str(folder)])
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": modules, "PYTHONWARNINGS": "ignore"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=None if is_told else subprocess.STDOUT,
        )
        try:
            peak = _watch(process)
        except BaseException:
            _end(process)
            raise
        seconds = time.perf_counter() - began
        output.seek(0)
        text = output.read()[-_KEPT:]
    return Run(round(seconds, 3), round(peak / _MEGABYTE, 1), process.returncode, text)


def _watch(process: subprocess.Popen[bytes]) -> int:
    """Wait for the end and return the peak in bytes."""
    root = psutil.Process(process.pid)
    peak = 0
    while True:
        try:
            peak = max(peak, _tree_bytes(root))
            process.wait(_LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return peak


def _tree_bytes(root: psutil.Process) -> int:
    total = 0
    try:
        for each in [root, *root.children(recursive=True)]:
            try:
                total += each.memory_info().rss
            except psutil.Error:
                continue  # ended meanwhile
    except psutil.Error:
        return total
    return total


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what we started, its descendants first."""
    try:
        tree = psutil.Process(process.pid).children(recursive=True)
    except psutil.Error:
        tree = []
    for each in tree:
        try:
            each.kill()
        except psutil.Error:
            continue
    process.kill()
    process.wait()
