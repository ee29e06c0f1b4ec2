"""Pages are read ahead: in order, by one thread, together when they are quick, errors in their turn."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from customer_hub.channels.contract import Page
from customer_hub.core.errors import ChannelUnavailableError
from customer_hub.gather.ahead import AHEAD, read_ahead
from tests.waiting import wait_until

NOW = datetime(2026, 11, 16, tzinfo=UTC)
COUNT = 3 * AHEAD - 1


class Channel:
    """Shows pages as long as it may, remembers who asked, and breaks off at the end if told to."""

    def __init__(self, count: int, *, breaks: bool = False) -> None:
        self.count = count
        self.breaks = breaks
        self.asked: list[int] = []
        self.may_go = threading.Semaphore(count)

    def pages(self) -> Iterator[Page]:
        for number in range(1, self.count + 1):
            self.may_go.acquire()
            self.asked.append(threading.get_ident())
            yield Page([], NOW, {"page": number})
        if self.breaks:
            raise ChannelUnavailableError("gone")


def numbers(batch: list[Page]) -> list[int]:
    return [page.cursor["page"] for page in batch if page.cursor]


def test_pages_that_came_meanwhile_come_together_and_no_more_than_a_few() -> None:
    channel = Channel(COUNT)
    batches = read_ahead(channel.pages())
    seen = [numbers(next(batches))]
    while sum(map(len, seen)) < COUNT:
        # As many as may be read ahead have been read, and the last is handed over.
        wait_until(lambda: len(channel.asked) == min(sum(map(len, seen)) + AHEAD, COUNT))
        time.sleep(0.02)
        seen.append(numbers(next(batches)))
    assert [number for each in seen for number in each] == list(range(1, COUNT + 1))
    assert [len(each) for each in seen[1:-1]] == [AHEAD] * (len(seen) - 2)
    assert next(batches, None) is None
    assert len(set(channel.asked)) == 1
    assert channel.asked[0] != threading.get_ident()


def test_a_slow_channels_page_waits_for_no_other() -> None:
    channel = Channel(3)
    channel.may_go = threading.Semaphore(1)
    batches = read_ahead(channel.pages())
    assert numbers(next(batches)) == [1]
    channel.may_go.release(2)
    assert [number for batch in batches for number in numbers(batch)] == [2, 3]


def test_what_was_shown_before_an_error_comes_first() -> None:
    shown: list[int] = []
    batches = read_ahead(Channel(2, breaks=True).pages())

    def show_all() -> None:
        for batch in batches:
            shown.extend(numbers(batch))

    with pytest.raises(ChannelUnavailableError):
        show_all()
    assert shown == [1, 2]


def test_whoever_stops_asks_for_few_pages_more() -> None:
    channel = Channel(99)
    batches = read_ahead(channel.pages())
    next(batches)
    batches.close()  # type: ignore[attr-defined]
    wait_until(lambda: len(channel.asked) >= 1)
    time.sleep(0.05)
    assert len(channel.asked) <= 8
