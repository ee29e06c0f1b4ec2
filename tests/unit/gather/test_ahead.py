"""One page is read ahead: in order, by one thread, and with errors in their turn."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from customer_hub.channels.contract import Page
from customer_hub.core.errors import ChannelUnavailableError
from customer_hub.gather.ahead import read_ahead

NOW = datetime(2026, 11, 16, tzinfo=UTC)


class Channel:
    """Shows pages, remembers who asked, and breaks off after the last one if it is told to."""

    def __init__(self, count: int, *, breaks: bool = False) -> None:
        self.count = count
        self.breaks = breaks
        self.asked: list[int] = []
        self.second = threading.Event()

    def pages(self) -> Iterator[Page]:
        for number in range(1, self.count + 1):
            self.asked.append(threading.get_ident())
            if number == 2:
                self.second.set()
            yield Page([], NOW, {"page": number})
        if self.breaks:
            raise ChannelUnavailableError("gone")


def test_the_next_page_is_asked_for_while_one_is_held() -> None:
    channel = Channel(3)
    pages = read_ahead(channel.pages())
    first = next(pages)
    assert channel.second.wait(5), "nobody has asked for a second page"
    assert [page.cursor for page in (first, *pages)] == [{"page": n} for n in (1, 2, 3)]
    assert len(set(channel.asked)) == 1
    assert channel.asked[0] != threading.get_ident()


def test_what_was_shown_before_an_error_comes_first() -> None:
    pages = read_ahead(Channel(2, breaks=True).pages())
    assert [next(pages).cursor, next(pages).cursor] == [{"page": 1}, {"page": 2}]
    with pytest.raises(ChannelUnavailableError):
        next(pages)


def test_whoever_stops_asks_for_one_page_more_at_most() -> None:
    channel = Channel(9)
    pages = read_ahead(channel.pages())
    next(pages)
    pages.close()  # type: ignore[attr-defined]
    assert channel.second.wait(5)
    assert len(channel.asked) == 2
