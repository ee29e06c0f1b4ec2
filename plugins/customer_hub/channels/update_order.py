"""Reading a window in the order of update times, so that nothing is missed while rows move.

Rows change while we read, and page numbers then slip by a row without a word. So no page is asked
by its number: each query starts at the newest second that was fully shown. That holds even where
rows of one second come in any order, pages come twice, or a page is out of order.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from customer_hub.channels.record import read_moment, read_source_id
from customer_hub.core.errors import ChannelContentError

SECOND = timedelta(seconds=1)
_PATIENCE = 6  # fruitless answers in a row before a channel counts as looping


@dataclass(frozen=True, slots=True)
class Slice:
    """One answer. `total` counts all rows of its query (None: the channel does not say).

    `is_full`: it holds as many rows as were asked for, so more may follow whatever the total says.
    """

    rows: list[dict[str, Any]] = field(repr=False)
    total: int | None
    seen_at: datetime
    is_full: bool = False

    def is_whole(self) -> bool:
        """Return whether the query has no further rows; rows that come twice count once.

        Without a total only an empty page proves the end: a short one may be cut by rights. A full
        page proves nothing: a total that a cache has kept would hide the rows behind it.
        """
        if self.total is None or self.is_full:
            return not self.rows
        return self.total <= len({read_source_id(row) for row in self.rows})


class UpdateQueries(Protocol):
    """What a channel must answer for one entity. Bounds are whole seconds."""

    @property
    def update_field(self) -> str:
        """The field that holds the update time."""

    @property
    def where(self) -> str:
        """Channel and entity, for messages."""

    def fetch_from(self, lower: datetime, upper: datetime) -> Slice:
        """Return the first page of rows with lower <= update time < upper, oldest first."""

    def fetch_second(self, second: datetime) -> Iterator[Slice]:
        """Yield all rows of one second, in an order that does not change."""


def walk_updates(
    queries: UpdateQueries, start: datetime, end: datetime, cursor: dict[str, Any] | None
) -> Iterator[tuple[Slice, dict[str, Any]]]:
    """Yield the rows of [start, end) with the cursor to go on from after each page.

    Raises:
        ChannelContentError: the channel ignores the filter, or shows the same again and again.
    """
    walk = _Walk(queries, _floor(start), _ceiling(end))
    resumed = read_moment((cursor or {}).get("from"))
    yield from walk.pages(max(walk.start, _floor(resumed)) if resumed else walk.start)


@dataclass(frozen=True, slots=True)
class _Skipped:
    """What a page left behind when the walk went on: [lower, upper), and how many rows follow."""

    lower: datetime
    upper: datetime
    following: int


class _Walk:
    def __init__(self, queries: UpdateQueries, start: datetime, end: datetime) -> None:
        self._queries = queries
        self.start = start
        self._end = end
        self._shown: set[tuple[str, datetime | None]] = set()

    def pages(self, lower: datetime) -> Iterator[tuple[Slice, dict[str, Any]]]:
        upper, fruitless = self._end, 0
        skipped: _Skipped | None = None
        while lower < self._end:
            page = self._queries.fetch_from(lower, upper)
            moments = self._moments(page)
            if skipped and page.total is not None and page.total < skipped.following:
                # Rows went meanwhile, or that page did not hold the oldest: look there again.
                lower, upper, skipped = skipped.lower, skipped.upper, None
                continue
            skipped = None
            inside = [moment for moment in moments if lower <= moment < upper]
            if len(inside) < len(moments) or not (inside or page.is_whole()):
                # A page from elsewhere, or an announced page that is empty: ask once more.
                fruitless += 1
                if fruitless >= _PATIENCE and not page.rows:
                    raise self._broken(f"{page.total} rows are announced but none is shown")
                if fruitless >= _PATIENCE:
                    raise self._broken("the pages loop: the same rows come again and again")
                continue
            fruitless = 0
            if page.is_whole():
                yield self._show(page), {"from": upper.isoformat()}
                lower, upper = upper, self._end
            elif inside != sorted(inside) and upper - lower > SECOND:
                # Out of order, it may not hold the oldest rows: halve until all of them fit.
                upper = _floor(lower + (upper - lower) / 2)
            elif inside[-1] > lower:
                skipped = self._leave(page, lower, inside[-1])
                lower = inside[-1]
                yield self._show(page), {"from": lower.isoformat()}
            else:
                yield from self._read_second(lower)
                lower += SECOND
                upper = upper if lower < upper else self._end

    def _read_second(self, second: datetime) -> Iterator[tuple[Slice, dict[str, Any]]]:
        for page in self._queries.fetch_second(second):
            self._moments(page)
            yield self._show(page), {"from": second.isoformat()}

    def _leave(self, page: Slice, lower: datetime, newest: datetime) -> _Skipped | None:
        """Return what must hold for the next page if this one truly held the oldest rows."""
        if page.total is None:
            return None
        older = {read_source_id(row) for row in page.rows if (self._moment(row) or newest) < newest}
        return _Skipped(lower, newest, page.total - len(older))

    def _moment(self, row: dict[str, Any]) -> datetime | None:
        return read_moment(row.get(self._queries.update_field))

    def _moments(self, page: Slice) -> list[datetime]:
        read = (self._moment(row) for row in page.rows)
        moments = [_floor(moment) for moment in read if moment is not None]
        if any(not self.start <= moment < self._end for moment in moments):
            raise self._broken("rows from outside the window: the filter is not honoured")
        if page.rows and not moments:
            raise self._broken(f"no row has a readable {self._queries.update_field}")
        return moments

    def _show(self, page: Slice) -> Slice:
        """Return the page without the rows that the page before has shown."""
        keyed = {(read_source_id(row), self._moment(row)): row for row in page.rows}
        fresh = [row for key, row in keyed.items() if key not in self._shown]
        self._shown = set(keyed)
        return Slice(fresh, page.total, page.seen_at)

    def _broken(self, what: str) -> ChannelContentError:
        return ChannelContentError(
            what,
            where=f"{self._queries.where} from {self.start.isoformat()}",
            hint="see the channel's README; running the gather again is safe",
        )


def _floor(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _ceiling(moment: datetime) -> datetime:
    floor = _floor(moment)
    return floor if floor == moment else floor + SECOND
