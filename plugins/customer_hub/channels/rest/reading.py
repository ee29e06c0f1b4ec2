"""Reading one entity as its description says: what changed in a window, all of it, or one record."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from customer_hub.channels.contract import Page, RawRecord
from customer_hub.channels.record import as_text, read_source_id
from customer_hub.channels.rest.asking import OpaqueCursor, UpdatedSince, WindowOnly
from customer_hub.channels.rest.description import Entity
from customer_hub.channels.rest.pages import Asker, Shown
from customer_hub.channels.rest.template import find_places, look, read_time, show_time
from customer_hub.channels.update_order import SECOND, Slice, walk_updates
from customer_hub.channels.window_order import walk_windows
from customer_hub.core.abreast import do_abreast
from customer_hub.core.errors import ChannelAccessError, ChannelContentError, ConfigurationError

Row = dict[str, Any]


class Reader:
    """Reads one entity of one channel."""

    def __init__(
        self, asker: Asker, name: str, entity: Entity, read_clock: Callable[[], datetime]
    ) -> None:
        """Read `entity`, which the hub calls `name`, of a system with that clock."""
        self._asker = asker
        self._read_clock = read_clock
        self._name = name
        self._entity = entity
        self._where = f"{asker.channel} {entity.remote}"
        # The ETag of each record as it was last read by itself, where writes are bound to it.
        self._keeps_tags = entity.write is not None and entity.write.update.if_match
        self._tags: dict[str, str] = {}

    def extract(
        self, start: datetime, end: datetime, cursor: dict[str, Any] | None
    ) -> Iterator[Page]:
        """Yield the pages of [start, end); of an entity without changes, everything."""
        match self._entity.changes:
            case UpdatedSince() as changes:
                queries = _Queries(self._asker, self._entity, changes, self._where)
                for part, after in walk_updates(queries, start, end, cursor):
                    yield self._make_page([row["row"] for row in part.rows], part.seen_at, after)
            case WindowOnly() as changes:
                yield from self._walk_windows(changes, start, end, cursor)
            case OpaqueCursor() as changes:
                yield from self._follow(changes, start, end, cursor)
            case None:
                for shown in self._list(cursor):
                    yield self._make_page(shown.rows, shown.seen_at, _as_cursor(shown))

    def sweep_ids(self) -> Iterator[Sequence[str]]:
        """Yield the ids of all records that exist now."""
        for shown in self._list(None):
            records = [self.make_record(row) for row in shown.rows]
            yield [record.source_id for record in records if record.op == "upsert"]

    def read_one(self, source_id: str) -> RawRecord | None:
        """Return one record, None when there is none, or another answers for it since a merge."""
        one = self._entity.one
        if not self._can_be(source_id):
            return None
        answer = self._asker.read(one.request, {"id": source_id}, accept=(404,))
        if answer.status == 404:
            return None
        row = look(answer.body, one.row)
        if not isinstance(row, dict):
            raise self._broken("a record that is no object")
        record = self.make_record(row)
        if record.source_id != source_id:
            return None
        if self._keeps_tags and "ETag" in answer.headers:
            self._tags[source_id] = answer.headers["ETag"]
        return next(iter(self._complete([record])), None)

    def take_match(self, source_id: str) -> dict[str, str]:
        """Return the header that binds a write to the record as it was last read; used up by it."""
        tag = self._tags.pop(source_id, None)
        return {"If-Match": tag} if tag else {}

    def read_many(self, source_ids: Sequence[str]) -> dict[str, RawRecord]:
        """Return the records that exist, by source id."""
        many = self._entity.many
        found: dict[str, RawRecord] = {}
        if many is None:
            for source_id, asked in do_abreast(self.read_one, source_ids):
                record = asked.result()
                found |= {} if record is None else {source_id: record}
            return found
        possible = [source_id for source_id in source_ids if self._can_be(source_id)]
        for place in range(0, len(possible), many.size):
            wanted = possible[place : place + many.size]
            ids = [{many.key: each} for each in wanted] if many.key else wanted
            answer = self._asker.read(many.request, {"ids": ids}, accept=(404,))
            rows = look(answer.body, many.rows) if answer.status != 404 else []
            if not isinstance(rows, list):
                raise self._broken("an answer without its list of records")
            records = [self.make_record(row) for row in rows if isinstance(row, dict)]
            kept = [record for record in records if record.source_id in wanted]
            found |= {record.source_id: record for record in self._complete(kept)}
        return found

    def _can_be(self, source_id: str) -> bool:
        """Tell whether the system can have such an id at all; else it takes it for a fault."""
        return self._entity.id_is == "text" or source_id.isdecimal()

    def _follow(
        self, changes: OpaqueCursor, start: datetime, end: datetime, cursor: dict[str, Any] | None
    ) -> Iterator[Page]:
        """Follow an export until it reaches the present, or the end of the window."""
        # An export refuses to begin where changes are still out of sight.
        start = min(start, self._read_clock() - timedelta(seconds=self._entity.lag_seconds + 1))
        places = {"lower": show_time(start, changes.time_format)}
        for shown in self._asker.pages(changes, places, cursor, mark=start.isoformat()):
            known = self._read_moments(changes.update, shown.rows) if changes.update else []
            if any(moment < start.replace(microsecond=0) for moment in known):
                raise self._broken("rows from before the window: the filter is not honoured")
            # What changed after the window belongs to the next one, which shows it again.
            page = self._make_page(shown.rows, shown.seen_at, _as_cursor(shown))
            inside = [each for each in page.records if not each.version_at or each.version_at < end]
            yield replace(page, records=inside)
            if known and min(known) >= end:
                return

    def _walk_windows(
        self, changes: WindowOnly, start: datetime, end: datetime, cursor: dict[str, Any] | None
    ) -> Iterator[Page]:
        lowest, highest = _floor(start), _ceiling(end)

        def fetch(lower: datetime, upper: datetime) -> Iterator[Slice]:
            bounds = _bounds(changes, lower, upper)
            for shown in self._asker.pages(
                changes, bounds, id_path=self._entity.id, mark=lower.isoformat()
            ):
                rows = [_wrap(self._entity, changes, row) for row in shown.rows]
                moments = self._read_moments(changes.update, shown.rows)
                _check_fractions(changes, moments, self._where)
                if any(not lower <= moment < upper for moment in moments):
                    raise self._broken("rows from outside the window: the filter is not honoured")
                yield Slice(rows, shown.total, shown.seen_at)

        walked = walk_windows(
            fetch, lowest, highest, cursor, largest=changes.max_rows, where=self._where
        )
        for part, after in walked:
            yield self._make_page([row["row"] for row in part.rows], part.seen_at, after)

    def _read_moments(self, path: str, rows: Sequence[Row]) -> list[datetime]:
        """Return the times by which the system filters.

        Raises:
            ChannelContentError: no row has a readable one, so nothing proves that it filters.
        """
        moments = [read_time(look(row, path)) for row in rows]
        known = [moment for moment in moments if moment is not None]
        if rows and not known:
            raise self._broken(f"no row has a readable {path}")
        return known

    def _list(self, cursor: dict[str, Any] | None) -> Iterator[Shown]:
        """Yield all rows.

        Raises:
            ConfigurationError: the description has no list.
        """
        listing = self._entity.listing
        if listing is None:
            raise ConfigurationError(
                f"{self._name} cannot be listed",
                where=self._where,
                hint="its deletions are not found by a sweep; see the description of its system",
            )
        yield from self._asker.pages(listing, {}, cursor, id_path=self._entity.id)

    def _make_page(
        self, rows: Sequence[Row], seen_at: datetime, after: dict[str, Any] | None
    ) -> Page:
        records = self._complete([self.make_record(row) for row in rows])
        return Page(records, seen_at, after)

    def make_record(self, row: Row) -> RawRecord:
        """Return a row as a record, without what only requests of their own show."""
        entity = self._entity
        test = entity.deleted
        is_deleted = test is not None and (as_text(look(row, test.path)) or "") in test.is_
        owner = as_text(look(row, entity.customer)) if entity.customer else None
        return RawRecord(
            entity=self._name,
            source_id=_read_id(entity, row),
            op="delete" if is_deleted else "upsert",
            version_at=read_time(look(row, entity.version_at)),
            created_at=read_time(look(row, entity.created_at)) if entity.created_at else None,
            payload={} if is_deleted else row,
            customer_id=owner or None,
        )

    def _complete(self, records: Sequence[RawRecord]) -> list[RawRecord]:
        """Give each record the rows that only a request of their own shows.

        A record that went after it was shown is left out: that it is gone is told by other means.
        """
        return [each for each in records if each.op == "delete" or self._take_children(each)]

    def _take_children(self, record: RawRecord) -> bool:
        """Put the children into a record's payload; returns False if the record is there no more."""
        places = {"id": record.source_id}
        try:
            for child in self._entity.children:
                pages = self._asker.pages(child, places)
                record.payload[child.into] = [row for shown in pages for row in shown.rows]
        except ChannelAccessError:
            if self._asker.read(self._entity.one.request, places, accept=(404,)).status != 404:
                raise
            return False
        return True

    def _broken(self, what: str) -> ChannelContentError:
        return ChannelContentError(
            what,
            where=self._where,
            hint="see the description of its system; running the gather again is safe",
        )


@dataclass(frozen=True, slots=True)
class _Queries:
    """The queries by update time, as `walk_updates` asks them: rows wrapped with id and time."""

    asker: Asker
    entity: Entity
    changes: UpdatedSince
    where: str
    update_field: str = "modified"

    def fetch_from(self, lower: datetime, upper: datetime) -> Slice:
        """Return the oldest rows of [lower, upper)."""
        bounds = _bounds(self.changes, lower, upper)
        shown = next(self.asker.pages(self.changes, bounds, mark=lower.isoformat()))
        return self._cut(shown, upper)

    def fetch_second(self, second: datetime) -> Iterator[Slice]:
        """Yield all rows of one second."""
        upper = second + SECOND
        within = self.changes.within
        if within is None:
            bounds = _bounds(self.changes, second, upper)
            for shown in self.asker.pages(
                self.changes, bounds, id_path=self.entity.id, mark=second.isoformat()
            ):
                page = self._cut(shown, upper)
                yield page
                if len(page.rows) < len(shown.rows):
                    return
            return
        last, known = within.first_id, set[str]()
        while True:
            places = {**_bounds(self.changes, second, upper), "after_id": last}
            shown = next(self.asker.pages(within, places, mark=second.isoformat()))
            page = self._cut(shown, upper)
            yield page
            if page.is_whole():
                return
            ids = [_read_id(self.entity, row) for row in shown.rows]
            last = ids[-1] if ids else last
            if not ids or last in known:
                raise ChannelContentError(
                    "the pages loop: ids do not advance",
                    where=self.where,
                    hint="see the description of its system; running the gather again is safe",
                )
            known.add(last)

    def _cut(self, shown: Shown, upper: datetime) -> Slice:
        """Return a page without rows from after the window, for systems that take no upper bound."""
        rows = [_wrap(self.entity, self.changes, row) for row in shown.rows]
        read = (read_time(look(row, self.changes.update)) for row in shown.rows)
        _check_fractions(self.changes, [moment for moment in read if moment], self.where)
        if _has_upper(self.changes):
            return Slice(rows, shown.total, shown.seen_at, shown.is_full)
        kept = [row for row in rows if not row["modified"] or row["modified"] < upper.isoformat()]
        if len(kept) < len(rows):  # oldest first: nothing more of the window follows
            stamps = [row["modified"] for row in rows if row["modified"]]
            if stamps != sorted(stamps):
                raise ChannelContentError(
                    "rows out of order: some of the window may follow on any page",
                    where=self.where,
                    hint="let its request sort by the update time, or give it an upper bound",
                )
            return Slice(kept, len(kept), shown.seen_at)
        return Slice(rows, shown.total, shown.seen_at, shown.is_full)


def _wrap(entity: Entity, changes: UpdatedSince | WindowOnly, row: Row) -> Row:
    moment = read_time(look(row, changes.update))
    stamp = moment.isoformat() if moment else None
    return {"id": _read_id(entity, row), "modified": stamp, "row": row}


def _read_id(entity: Entity, row: Row) -> str:
    return read_source_id({**row, "id": look(row, entity.id)})


def _bounds(
    changes: UpdatedSince | WindowOnly, lower: datetime, upper: datetime
) -> dict[str, str | int]:
    """Return the places of [lower, upper) as the system understands its bounds."""
    smallest = _find_step(changes.time_format)
    first = lower if changes.lower_bound == "inclusive" else lower - smallest
    last = upper if changes.upper_bound == "exclusive" else upper - smallest
    form = changes.time_format
    return {"lower": show_time(first, form), "upper": show_time(last, form)}


def _find_step(form: str) -> timedelta:
    """Return the smallest distance between two moments that a format tells apart."""
    if form == "millis":
        return timedelta(milliseconds=1)
    return timedelta(microseconds=1) if "%f" in form else SECOND


def _check_fractions(
    changes: UpdatedSince | WindowOnly, moments: Sequence[datetime], where: str
) -> None:
    """Refuse fractions of a second where a bound of whole seconds would hide the rows beside it.

    Raises:
        ConfigurationError: the description must write its bounds more finely.
    """
    is_shifted = changes.lower_bound == "exclusive" or changes.upper_bound == "inclusive"
    is_coarse = is_shifted and _find_step(changes.time_format) == SECOND
    if is_coarse and any(moment.microsecond for moment in moments):
        raise ConfigurationError(
            f"{changes.update} has fractions of a second, which time_format does not tell",
            where=where,
            hint="write it with %f, or as millis; rows beside a bound would be missed else",
        )


def _has_upper(changes: UpdatedSince) -> bool:
    request = changes.request
    return "upper" in find_places([request.path, request.params, request.body])


def _as_cursor(shown: Shown) -> dict[str, Any] | None:
    return None if shown.next is None else dict(shown.next)


def _floor(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _ceiling(moment: datetime) -> datetime:
    floor = _floor(moment)
    return floor if floor == moment else floor + SECOND
