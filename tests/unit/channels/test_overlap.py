"""All rows from places alone, page numbers or offsets, though rows come and go while we read."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from customer_hub.channels.overlap import choose_page, walk_offsets, walk_pages
from customer_hub.channels.update_order import Slice
from customer_hub.core.errors import ChannelContentError

NOW = datetime(2026, 11, 16, tzinfo=UTC)


WALKS = {"pages": walk_pages, "offsets": walk_offsets}
each_walk = pytest.mark.parametrize("walk", list(WALKS))
each_count = pytest.mark.parametrize("counts", [True, False], ids=["total", "no total"])


class Table:
    def __init__(
        self, count: int, seed: int = 0, losses: int = 0, gains: int = 0, counts: bool = True
    ) -> None:
        self.ids = list(range(1, count + 1))
        self.random = random.Random(seed)
        self.losses = losses
        self.gains = gains
        self.counts = counts
        self.asked = 0
        self.newest = count

    def show(self, first: int, size: int) -> Slice:
        rows = [{"id": known} for known in self.ids[first : first + size]]
        total = len(self.ids) if self.counts else None
        for _ in range(self.losses):
            if self.ids:
                self.ids.remove(self.random.choice(self.ids))
        for _ in range(self.gains if self.asked < 60 else 0):
            self.newest += 1
            self.ids.append(self.newest)
        self.asked += 1
        return Slice(rows, total, NOW)

    def fetch_page(self, number: int, size: int) -> Slice:
        return self.show((number - 1) * size, size)


def walk_table(
    table: Table, walk: str, largest: int, cursor: dict[str, int] | None = None
) -> Iterator[tuple[Slice, dict[str, int]]]:
    fetch = table.fetch_page if walk == "pages" else table.show
    return WALKS[walk](fetch, largest, cursor, "table")


def read(table: Table, walk: str, largest: int, cursor: dict[str, int] | None = None) -> list[int]:
    return [row["id"] for page, _ in walk_table(table, walk, largest, cursor) for row in page.rows]


@pytest.mark.parametrize("largest", [5, 10, 100])
@pytest.mark.parametrize("position", [1, 5, 99, 100, 198, 1000, 123_457])
def test_a_page_overlaps_what_is_known_and_brings_something_new(
    largest: int, position: int
) -> None:
    number, size = choose_page(position, largest)
    first = (number - 1) * size
    assert first <= position - 1 < position < first + size
    assert largest // 2 <= size <= largest


@each_walk
def test_pages_overlap_little_on_the_whole(walk: str) -> None:
    table = Table(10_000)
    assert read(table, walk, 100) == table.ids
    assert table.asked < 120


@each_walk
@each_count
@pytest.mark.parametrize("count", [0, 1, 4, 5, 6, 10, 11, 57])
def test_every_row_comes_once(walk: str, counts: bool, count: int) -> None:
    table = Table(count, counts=counts)
    assert read(table, walk, 5) == table.ids


@each_walk
@each_count
@pytest.mark.parametrize("count", [0, 1, 2, 3, 19, 20, 21, 400])
def test_a_system_that_shows_fewer_rows_than_asked_for_hides_none(
    walk: str, counts: bool, count: int
) -> None:
    class Frugal(Table):
        def show(self, first: int, size: int) -> Slice:
            return super().show(first, min(size, 20))

        def fetch_page(self, number: int, size: int) -> Slice:
            return super().fetch_page(number, min(size, 20))

    table = Frugal(count, counts=counts)
    assert read(table, walk, 50) == table.ids
    assert table.asked < 50


@each_walk
@each_count
@pytest.mark.parametrize("losses", [1, 3, 7])
@pytest.mark.parametrize("gains", [0, 1])
@pytest.mark.parametrize("seed", range(10))
def test_rows_that_stay_are_never_missed_while_others_come_and_go(
    walk: str, counts: bool, seed: int, losses: int, gains: int
) -> None:
    # As many gains as losses leave the total as it was: a count would notice nothing.
    table = Table(400, seed, losses, gains, counts)
    stood = set(table.ids)
    shown = read(table, walk, 20)
    assert stood & set(table.ids) <= set(shown)


@each_walk
def test_the_walk_goes_on_from_any_cursor(walk: str) -> None:
    table = Table(57)
    before: list[int] = []
    for page, cursor in walk_table(table, walk, 5):
        before += [row["id"] for row in page.rows]
        assert sorted({*before, *read(table, walk, 5, cursor)}) == table.ids


def test_a_cursor_of_an_earlier_release_begins_again() -> None:
    table = Table(57)
    assert read(table, "pages", 5, {"position": 20, "last_id": 20}) == table.ids


@each_walk
@each_count
def test_a_list_that_never_ends_ends_in_an_error(walk: str, counts: bool) -> None:
    calls = []

    def fetch(number: int, size: int) -> Slice:
        calls.append(number)
        return Slice([{"id": 1}, {"id": 2}], 1_000_000 if counts else None, NOW)

    with pytest.raises(ChannelContentError, match="loop"):
        list(WALKS[walk](fetch, 2, None, "table"))
    assert len(calls) < 30


def test_rows_without_an_id_are_shown_too() -> None:
    def fetch(number: int, size: int) -> Slice:
        return Slice([{"id": 1}, {"id": None}], 1, NOW)

    ((page, _),) = walk_pages(fetch, 5, None, "table")
    assert len(page.rows) == 2
