"""Reading a list that can only be asked for by places: rows from the 101st on, or page 3.

A deletion while we read moves later rows to earlier places, and a plain walk over pages misses some
of them. So each page overlaps what was shown by at least one row. If it holds no row that was shown
before, rows have moved, and we step back until the pages meet again.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterator
from typing import Any

from customer_hub.channels.record import read_source_id
from customer_hub.channels.update_order import Slice
from customer_hub.core.errors import ChannelContentError

FetchPage = Callable[[int, int], Slice]
_PATIENCE = 6
_FEWEST = 3  # rows a page, to overlap and bring something new
_REMEMBERED_PAGES = 20  # how far back a page may meet what was shown


def choose_page(position: int, largest: int) -> tuple[int, int]:
    """Return (page number, rows a page) that starts before `position` and reaches furthest past it.

    `position` rows are known. The page begins at or before row `position - 1`, so that it overlaps;
    among the page sizes, the one that brings most new rows is taken.
    """
    if position <= 0:
        return 1, largest
    sizes = range(max(2, largest // 2), largest + 1)
    size = max(sizes, key=lambda size: size - (position - (position - 1) // size * size))
    return (position - 1) // size + 1, size


def walk_pages(
    fetch: FetchPage, largest: int, cursor: dict[str, Any] | None, where: str
) -> Iterator[tuple[Slice, dict[str, Any]]]:
    """Yield all rows of a list in a fixed order, asked by page numbers from 1.

    Each page comes with the cursor to go on from after it. `fetch(page, size)` answers rows with
    their `id`, and the total where the system tells one.

    Raises:
        ChannelContentError: the channel shows the same page again and again.
    """

    def fetch_at(position: int, largest: int) -> tuple[int, int, Slice]:
        number, size = choose_page(position, largest)
        return (number - 1) * size, size, fetch(number, size)

    return _walk(fetch_at, largest, cursor, where)


def walk_offsets(
    fetch: FetchPage, largest: int, cursor: dict[str, Any] | None, where: str
) -> Iterator[tuple[Slice, dict[str, Any]]]:
    """Yield all rows of a list as `walk_pages` does; `fetch(offset, size)` counts rows from 0."""

    def fetch_at(position: int, largest: int) -> tuple[int, int, Slice]:
        # A few rows, so that a deletion or two do not force a step back.
        first = max(0, position - max(1, largest // 10))
        return first, largest, fetch(first, largest)

    return _walk(fetch_at, largest, cursor, where)


def _walk(
    fetch_at: Callable[[int, int], tuple[int, int, Slice]],
    largest: int,
    cursor: dict[str, Any] | None,
    where: str,
) -> Iterator[tuple[Slice, dict[str, Any]]]:
    known: deque[Hashable] = deque(maxlen=_REMEMBERED_PAGES * max(largest, 2))
    last = (cursor or {}).get("last")
    position = int((cursor or {}).get("position", 0)) if last is not None else 0
    if last is not None:
        known.append(last)
    fruitless = held = 0
    while True:
        first, size, page = fetch_at(position, largest)
        ids = [read_source_id(row) for row in page.rows]
        held = max(held, len(ids))
        shown = set(known)
        if position > 0 and shown.isdisjoint(ids):
            # Rows before this page went: step back until the pages meet again.
            position = max(0, position - largest)
            continue
        fresh = {key: row for key, row in zip(ids, page.rows, strict=True) if key not in shown}
        # A page with rows of its neighbour is longer than it can be: only its own rows count.
        position = first + min(size, len(set(ids)))
        is_full = len(ids) >= size
        if fresh:
            fruitless = 0
            known.extend(fresh)
            after = {"position": position, "last": ids[-1]}
            yield Slice(list(fresh.values()), page.total, page.seen_at), after
        else:
            fruitless += 1
        if not fresh and size > held >= _FEWEST and not _is_counted(page, position):
            # No page held as many as were asked for: the system may show no more than that.
            largest = held
            continue
        if _is_end(page, position, is_full, bool(fresh)):
            return
        if fruitless >= _PATIENCE:
            raise ChannelContentError(
                f"the pages loop: nothing new after row {position}",
                where=where,
                hint="see the channel's README; running the gather again is safe",
            )


def _is_end(page: Slice, position: int, is_full: bool, has_news: bool) -> bool:
    """Tell whether a page is the last; without a total only one that brings nothing new proves it.

    A full page is no end, even if the total says so: a cache may have kept an old one.
    """
    if page.total is not None:
        return _is_counted(page, position) and not is_full
    return not has_news and not is_full


def _is_counted(page: Slice, position: int) -> bool:
    return page.total is not None and position >= page.total
