"""Several requests at a time: in order, a few at once, and nothing that has begun is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from customer_hub.core.abreast import ABREAST, do_abreast


def test_answers_come_in_order_however_long_each_takes() -> None:
    def act(item: int) -> int:
        time.sleep(0.02 if item % 3 == 0 else 0)
        return item * item

    answers = [(item, answer.result()) for item, answer in do_abreast(act, range(40))]
    assert answers == [(item, item * item) for item in range(40)]


def test_only_a_few_are_at_work_at_once() -> None:
    at_work, most, lock = 0, 0, threading.Lock()

    def act(item: int) -> None:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        time.sleep(0.005)
        with lock:
            at_work -= 1

    assert len(list(do_abreast(act, range(60)))) == 60
    assert 1 < most <= ABREAST


def test_whoever_says_stop_still_hears_of_all_that_began() -> None:
    begun: list[int] = []
    heard: list[int] = []

    def act(item: int) -> None:
        begun.append(item)
        if item == 3:
            raise ValueError("no")

    failed: list[int] = []
    for item, answer in do_abreast(act, range(100), lambda: not failed):
        heard.append(item)
        if item == 3:
            with pytest.raises(ValueError, match="no"):
                answer.result()
            failed.append(item)
    assert heard == sorted(begun)
    assert len(heard) <= 4 + ABREAST


def test_items_are_taken_only_when_their_turn_comes() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for item in range(100):
            taken.append(item)
            yield item

    first = next(iter(do_abreast(lambda item: item, items())))
    assert first[1].result() == 0
    assert len(taken) <= ABREAST
