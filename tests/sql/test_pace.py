"""The pace of requests: one budget for every task that holds a credential."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from itertools import pairwise

import pytest

from customer_hub.core.pace import LocalPace, Pace, SharedPace

RATE = 60.0
SECONDS = 2.0

Make = Callable[[], list[Pace]]


def make_shared() -> list[Pace]:
    return [SharedPace("hub_crm") for _ in range(3)]


def make_one_shared() -> list[Pace]:
    return [SharedPace("hub_crm")] * 3


def make_local() -> list[Pace]:
    return [LocalPace()] * 3


makers = pytest.mark.parametrize("make", [make_shared, make_one_shared, make_local])


def run_tasks(paces: list[Pace], seconds: float = SECONDS) -> list[float]:
    """Return when requests started, each pace asked by a thread of its own."""
    started: list[float] = []
    end = time.monotonic() + seconds

    def ask(pace: Pace) -> None:
        while time.monotonic() < end:
            pace.take("", RATE)
            started.append(time.monotonic())

    threads = [threading.Thread(target=ask, args=(pace,)) for pace in paces]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(started)


@makers
def test_tasks_share_one_budget_and_use_it(hub: str, make: Make) -> None:
    started = run_tasks(make())
    lasted = started[-1] - started[0]
    assert lasted > SECONDS * 0.8
    assert len(started) - 1 <= RATE * lasted, "never more than the budget"
    assert len(started) >= RATE * lasted * 0.9, "nearly all of it"
    assert max(b - a for a, b in pairwise(started)) < 0.5


@makers
def test_a_channel_that_says_stop_stops_every_task(hub: str, make: Make) -> None:
    first, second, _ = make()
    first.take("", RATE)
    first.hold("", 0.6)
    at = time.monotonic()
    second.take("", RATE)
    assert time.monotonic() - at >= 0.55
    second.take("search", RATE)
    assert time.monotonic() - at < 1.0, "another kind of request has a budget of its own"


def test_another_credential_has_its_own_budget(hub: str) -> None:
    SharedPace("hub_crm").hold("", 5)
    at = time.monotonic()
    SharedPace("hub_shop").take("", RATE)
    assert time.monotonic() - at < 1.0
