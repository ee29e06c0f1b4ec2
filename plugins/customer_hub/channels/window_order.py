"""Reading a window whose rows come in any order, split until the system shows all of each part.

A system that shows no more than so many rows a query, or that turns its pages by number while rows
come and go, would hide rows without a word. So a window is halved until its count is within what a
query shows, and a part is read again if what it showed is less than what it counts.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from customer_hub.channels.record import read_moment, read_source_id
from customer_hub.channels.update_order import SECOND, Slice
from customer_hub.core.errors import ChannelContentError

FetchWindow = Callable[[datetime, datetime], Iterator[Slice]]
_PATIENCE = 6


def walk_windows(
    fetch: FetchWindow,
    start: datetime,
    end: datetime,
    cursor: dict[str, Any] | None,
    *,
    largest: int | None,
    where: str,
) -> Iterator[tuple[Slice, dict[str, Any]]]:
    """Yield the rows of [start, end) with the cursor to go on from after each page.

    Args:
        fetch: the pages of one part of the window; asked lazily, so that a part that is too large
            costs one request.
        start: inclusive, whole seconds.
        end: exclusive, whole seconds.
        cursor: where an earlier walk stopped.
        largest: rows that one query shows at most; None: all.
        where: channel and entity, for messages.

    Raises:
        ChannelContentError: one second holds more than a query shows, or rows keep slipping.
    """
    lower = max(read_moment((cursor or {}).get("from")) or start, start)
    upper, attempts = end, 0
    while lower < end:
        shown: set[str] = set()
        total, count, is_cut = None, 0, False
        for page in fetch(lower, upper):
            total = page.total if page.total is not None else total
            shown |= {read_source_id(row) for row in page.rows}
            count += len(page.rows)
            if largest is not None and max(total or 0, count) > largest:
                is_cut = True
                break
            yield page, {"from": lower.isoformat()}
        # Without a count, a query that ends exactly at its limit may hide the rest.
        is_cut = is_cut or (largest is not None and total is None and count >= largest)
        if is_cut:
            if upper - lower <= SECOND:
                raise _broken(f"one second holds more than {largest} rows", lower, where)
            half = lower + (upper - lower) / 2
            upper = max(half.replace(microsecond=0), lower + SECOND)
            continue
        if total is not None and len(shown) < total:
            attempts += 1
            if attempts >= _PATIENCE:
                raise _broken(f"{total} rows are counted, {len(shown)} shown", lower, where)
            continue
        lower, upper, attempts = upper, end, 0


def _broken(what: str, at: datetime, where: str) -> ChannelContentError:
    return ChannelContentError(
        what,
        where=f"{where} from {at.isoformat()}",
        hint="running the gather again is safe; if it lasts, ask the channel's operator",
    )
