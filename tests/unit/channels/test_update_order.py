"""Windows read by update time miss nothing, whatever the rows do meanwhile."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from customer_hub.channels.update_order import SECOND, Slice, walk_updates
from customer_hub.core.errors import ChannelContentError

START = datetime(2026, 11, 16, tzinfo=UTC)
END = START + timedelta(hours=1)
SIZE = 4


class Table:
    """A system in memory whose rows may move between any two questions."""

    page_size = SIZE
    update_field = "modified"
    where = "table"

    def __init__(self, moments: list[datetime], seed: int = 0) -> None:
        self.rows = {str(number): moment for number, moment in enumerate(moments, 1)}
        self.random = random.Random(seed)
        self.has_total = True
        self.is_ordered = True
        self.moves = 0
        self.asked = 0

    def _answer(self, found: list[str]) -> Slice:
        rows = [{"id": key, "modified": self.rows[key].isoformat()} for key in found[:SIZE]]
        total = len(found) if self.has_total else None
        for _ in range(self.moves):
            # A change gives a row the present, which lies behind the window.
            self.rows[self.random.choice(list(self.rows))] = END + SECOND
        self.asked += 1
        return Slice(rows, total, END)

    def fetch_from(self, lower: datetime, upper: datetime) -> Slice:
        found = [key for key, moment in self.rows.items() if lower <= moment < upper]
        self.random.shuffle(found)
        if self.is_ordered:
            found.sort(key=lambda key: self.rows[key])
        return self._answer(found)

    def fetch_second(self, second: datetime) -> Iterator[Slice]:
        last = 0
        while True:
            found = [k for k, m in self.rows.items() if m == second and int(k) > last]
            page = self._answer(sorted(found, key=int))
            yield page
            if page.is_whole():
                return
            last = int(page.rows[-1]["id"])


def read(table: Table, cursor: dict[str, str] | None = None) -> list[str]:
    return [row["id"] for page, _ in walk_updates(table, START, END, cursor) for row in page.rows]


def spread(count: int, seconds: int, seed: int) -> list[datetime]:
    dice = random.Random(seed)
    return [START + dice.randrange(seconds) * SECOND for _ in range(count)]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("has_total", [True, False])
def test_every_row_comes_whatever_the_ties(seed: int, has_total: bool) -> None:
    table = Table(spread(30, seconds=1 + seed, seed=seed), seed)
    table.has_total = has_total
    shown = read(table)
    assert sorted(set(shown)) == sorted(table.rows)


@pytest.mark.parametrize("seed", range(20))
def test_rows_that_stay_are_never_missed_while_others_move(seed: int) -> None:
    table = Table(spread(40, seconds=12, seed=seed), seed)
    table.moves = 2
    shown = set(read(table))
    stayed = {key for key, moment in table.rows.items() if moment < END}
    assert stayed
    assert stayed <= shown


@pytest.mark.parametrize("seed", range(10))
def test_a_server_that_forgets_the_order_is_read_by_halves(seed: int) -> None:
    table = Table(spread(40, seconds=3000, seed=seed), seed)
    table.is_ordered = False
    assert set(read(table)) == set(table.rows)


@pytest.mark.parametrize("seed", range(10))
def test_the_walk_goes_on_from_any_cursor(seed: int) -> None:
    table = Table(spread(30, seconds=8, seed=seed), seed)
    before: set[str] = set()
    for page, cursor in walk_updates(table, START, END, None):
        before |= {row["id"] for row in page.rows}
        assert before | set(read(table, cursor)) == set(table.rows)


def test_bounds_within_a_second_take_the_whole_second() -> None:
    table = Table([START, START + SECOND, END, END + SECOND])
    start, end = START + timedelta(milliseconds=300), END + timedelta(milliseconds=1)
    shown = [row["id"] for page, _ in walk_updates(table, start, end, None) for row in page.rows]
    assert shown == ["1", "2", "3"]


def test_an_ignored_filter_is_not_taken_for_an_answer() -> None:
    class Deaf(Table):
        def fetch_from(self, lower: datetime, upper: datetime) -> Slice:
            return self._answer(list(self.rows))

    with pytest.raises(ChannelContentError, match="filter is not honoured"):
        read(Deaf([START - SECOND, START]))


def test_an_announced_page_that_stays_empty_ends_in_an_error() -> None:
    class Empty(Table):
        def fetch_from(self, lower: datetime, upper: datetime) -> Slice:
            self.asked += 1
            return Slice([], 5, END)

    table = Empty([])
    with pytest.raises(ChannelContentError, match="5 rows are announced but none is shown"):
        read(table)
    assert table.asked < 20


def test_rows_without_a_readable_time_end_in_an_error() -> None:
    class Timeless(Table):
        def fetch_from(self, lower: datetime, upper: datetime) -> Slice:
            return Slice([{"id": "1", "modified": "yesterday"}], 1, END)

    with pytest.raises(ChannelContentError, match="modified"):
        read(Timeless([]))
