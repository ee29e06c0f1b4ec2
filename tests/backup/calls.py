"""At which of the store's calls something happens, and processes that it happens to."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from tests.backup.proxy import Deed, StoreProxy


def at(number: int, deed: Deed) -> Callable[[int], Deed]:
    """Do something at one call."""
    return lambda call: deed if call == number else "pass"


def from_then_on(number: int, deed: Deed) -> Callable[[int], Deed]:
    """Do something at one call and all later ones."""
    return lambda call: deed if call >= number else "pass"


def count_calls(proxy: StoreProxy, act: Callable[[], object]) -> int:
    """Return how many calls it takes."""
    proxy.begin(lambda _: "pass")
    act()
    return len(proxy.calls)


def run_victim(proxy: StoreProxy, code: str, decide: Callable[[int], Deed]) -> int:
    """Run code in a process of its own, which the proxy may kill with its children.

    Returns:
        The status with which it ended.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    proxy.victim = process.pid
    proxy.begin(decide)
    status = process.wait(120)
    proxy.begin(lambda _: "pass")
    return status
