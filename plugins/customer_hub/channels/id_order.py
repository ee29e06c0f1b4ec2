"""Reading all records by id from a system that has page numbers and nothing else.

It cannot be asked for ids above one, so a deletion while we read moves later rows to earlier
places and a plain walk over page numbers misses some of them. Here each page overlaps what was
shown by at least one row. If it shows no id from before, rows have moved, and we step back.
"""

from collections.abc import Callable, Iterator
from typing import Any

from customer_hub.channels.record import read_source_id
from customer_hub.channels.update_order import Slice
from customer_hub.core.errors import ChannelContentError

FetchPage = Callable[[int, int], Slice]
_PATIENCE = 6


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


def walk_ids(
    fetch: FetchPage, largest: int, cursor: dict[str, Any] | None, where: str
) -> Iterator[tuple[Slice, dict[str, Any]]]:
    """Yield all rows by id, each page with the cursor to go on from after it.

    `fetch(page, size)` must answer by ascending id and with a total.

    Raises:
        ChannelContentError: the channel shows the same page again and again.
    """
    position = int((cursor or {}).get("position", 0))
    last = int((cursor or {}).get("last_id", 0))
    fruitless = 0
    while True:
        number, size = choose_page(position, largest)
        page = fetch(number, size)
        ids = sorted({known for known in map(_read_id, page.rows) if known is not None})
        if position > 0 and (not ids or ids[0] > last):
            # Rows before this page went: step back until the pages meet again.
            position = max(0, position - largest)
            continue
        # A page with rows of its neighbour is longer than it can be: only its own rows count.
        position = (number - 1) * size + min(size, len(ids))
        if ids and ids[-1] > last:
            fruitless = 0
            rows = [row for row in page.rows if (_read_id(row) or last + 1) > last]
            last = ids[-1]
            yield Slice(rows, page.total, page.seen_at), {"position": position, "last_id": last}
        else:
            fruitless += 1
        # A full page is no end, even if the total says so: a cache may have kept an old one.
        if page.total is not None and position >= page.total and not page.is_full:
            return
        if fruitless >= _PATIENCE:
            raise ChannelContentError(
                "the pages loop: ids do not advance",
                where=f"{where} after id {last}",
                hint="see the channel's README; running the gather again is safe",
            )


def _read_id(row: dict[str, Any]) -> int | None:
    text = read_source_id(row)
    return int(text) if text.isdecimal() else None
