"""All records by id from page numbers alone, though rows go while we read."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from customer_hub.channels.id_order import choose_page, walk_ids
from customer_hub.channels.update_order import Slice
from customer_hub.core.errors import ChannelContentError

NOW = datetime(2026, 11, 16, tzinfo=UTC)


class Table:
    def __init__(self, count: int, seed: int = 0, losses: int = 0) -> None:
        self.ids = list(range(1, count + 1))
        self.random = random.Random(seed)
        self.losses = losses
        self.asked = 0

    def fetch(self, number: int, size: int) -> Slice:
        first = (number - 1) * size
        rows = [{"id": known} for known in self.ids[first : first + size]]
        total = len(self.ids)
        for _ in range(self.losses):
            if self.ids:
                self.ids.remove(self.random.choice(self.ids))
        self.asked += 1
        return Slice(rows, total, NOW)


def read(table: Table, largest: int, cursor: dict[str, int] | None = None) -> list[int]:
    pages = walk_ids(table.fetch, largest, cursor, "table")
    return [row["id"] for page, _ in pages for row in page.rows]


@pytest.mark.parametrize("largest", [5, 10, 100])
@pytest.mark.parametrize("position", [1, 5, 99, 100, 198, 1000, 123_457])
def test_a_page_overlaps_what_is_known_and_brings_something_new(
    largest: int, position: int
) -> None:
    number, size = choose_page(position, largest)
    first = (number - 1) * size
    assert first <= position - 1 < position < first + size
    assert largest // 2 <= size <= largest


def test_pages_overlap_little_on_the_whole() -> None:
    table = Table(10_000)
    assert read(table, 100) == table.ids
    assert table.asked < 120


@pytest.mark.parametrize("count", [0, 1, 4, 5, 6, 10, 11, 57])
def test_every_row_comes_once(count: int) -> None:
    table = Table(count)
    assert read(table, 5) == table.ids


@pytest.mark.parametrize("losses", [1, 3, 7])
@pytest.mark.parametrize("seed", range(10))
def test_rows_that_stay_are_never_missed_while_others_go(seed: int, losses: int) -> None:
    table = Table(400, seed, losses)
    shown = read(table, 20)
    assert set(table.ids) <= set(shown)
    assert len(shown) == len(set(shown))


def test_the_walk_goes_on_from_any_cursor() -> None:
    table = Table(57)
    before: list[int] = []
    for page, cursor in walk_ids(table.fetch, 5, None, "table"):
        before += [row["id"] for row in page.rows]
        assert before + read(table, 5, cursor) == table.ids


def test_a_list_that_never_ends_ends_in_an_error() -> None:
    calls = []

    def fetch(number: int, size: int) -> Slice:
        calls.append(number)
        return Slice([{"id": 1}, {"id": 2}], 1_000_000, NOW)

    with pytest.raises(ChannelContentError, match="loop"):
        list(walk_ids(fetch, 2, None, "table"))
    assert len(calls) < 30


def test_rows_without_a_number_are_shown_too() -> None:
    def fetch(number: int, size: int) -> Slice:
        return Slice([{"id": 1}, {"id": None}], 1, NOW)

    ((page, _),) = walk_ids(fetch, 5, None, "table")
    assert len(page.rows) == 2
