"""The current state of one channel in a SQLite file.

Each entity's records are kept as the JSON body the channel would show, beside the few columns that
every channel needs to search by. Everything written is committed before the call returns, so a
killed sandbox comes back with what it had answered.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Body = dict[str, Any]
Key = int | str
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*\Z")
_SCHEMA = """
create table if not exists record (
    entity text not null, id blob not null, modified_at text not null,
    deleted integer not null default 0, body text not null, primary key (entity, id)
) without rowid;
create index if not exists record_modified on record (entity, modified_at);
create index if not exists record_standing on record (entity, deleted);
create index if not exists record_standing_modified on record (entity, deleted, modified_at);
create table if not exists progress (applied_day integer not null);
"""


@dataclass(frozen=True)
class Clause:
    """A piece of SQL with its bind parameters; the empty clause holds for every record."""

    sql: str = "1"
    params: tuple[Any, ...] = ()

    def __and__(self, other: Clause) -> Clause:
        """Return the clause that demands both."""
        return Clause(f"({self.sql}) and ({other.sql})", self.params + other.params)

    def __or__(self, other: Clause) -> Clause:
        """Return the clause that demands either.

        A long chain stays flat: SQLite's parser refuses a hundred brackets inside each other.
        """
        return Clause(f"{self.sql} or ({other.sql})", self.params + other.params)


@dataclass(frozen=True)
class Record:
    """One record as the channel holds it now; `modified_at` is UTC `YYYY-MM-DDTHH:MM:SS`."""

    id: Key
    modified_at: str
    body: Body = field(repr=False)
    deleted: bool = False


Absorb = Callable[[Record | None, "Event"], Record]


@dataclass(frozen=True)
class Event:
    """One thing that happened in the world: `op` is insert, update or delete."""

    day: int
    at: str
    entity: str
    op: str
    key: Key
    record: Body = field(repr=False)


def body_field(name: str) -> str:
    """Return the SQL for one field of the body; raises ValueError for a name that is no field."""
    if not _FIELD_NAME.match(name):
        raise ValueError(f"not a field name: {name!r}")
    return f"json_extract(body, '$.{name}')"


def equal_text(name: str, value: Any) -> Clause:
    """Return the clause for a field that equals `value`, letter case aside as the systems do."""
    return Clause(f"{body_field(name)} = ? collate nocase", (value,))


class Store:
    """The records of one channel."""

    def __init__(self, path: Path, indexed: Iterable[tuple[str, str]] = ()) -> None:
        """Open or create the file; `indexed` lists (entity, field) pairs that are looked up."""
        # Every page of a list tells how many there are.
        self._counts: dict[tuple[str, Clause], int] = {}
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.executescript(_SCHEMA)
        for entity, name in indexed:
            index = f"record_{entity}_{name}".lower().replace(".", "_")
            self._connection.execute(
                f"create index if not exists {index} on record "
                f"({body_field(name)} collate nocase) "
                f"where entity = '{entity}'"
            )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything inside at once, or nothing."""
        self._connection.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._counts.clear()
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")

    def get(self, entity: str, key: Key) -> Record | None:
        """Return one record, deleted or not, or None."""
        row = self._connection.execute(
            "select id, modified_at, body, deleted from record where entity = ? and id = ?",
            (entity, key),
        ).fetchone()
        return None if row is None else _record(row)

    def put(self, entity: str, record: Record) -> None:
        """Write one record in whole, replacing what stood under its id."""
        self._counts.clear()
        self._connection.execute(
            "insert or replace into record (entity, id, modified_at, deleted, body) "
            "values (?, ?, ?, ?, ?)",
            (
                entity,
                record.id,
                record.modified_at,
                int(record.deleted),
                json.dumps(record.body, ensure_ascii=False),
            ),
        )

    def remove(self, entity: str, key: Key) -> None:
        """Forget one record altogether."""
        self._counts.clear()
        self._connection.execute("delete from record where entity = ? and id = ?", (entity, key))

    def next_id(self, entity: str, minimum: int = 1) -> int:
        """Return an id above every one in use, for channels that count their records."""
        (highest,) = self._connection.execute(
            "select max(id) from record where entity = ? and typeof(id) = 'integer'", (entity,)
        ).fetchone()
        return max(minimum, (highest or 0) + 1)

    def count(self, entity: str, where: Clause | None = None) -> int:
        """Return how many records that are not deleted satisfy `where`."""
        condition = _standing(where)
        asked = entity, condition
        if asked not in self._counts:
            (total,) = self._connection.execute(
                f"select count(*) from record where entity = ? and {condition.sql}",  # noqa: S608 - sql comes from Clause, values are bound
                (entity, *condition.params),
            ).fetchone()
            self._counts[asked] = int(total)
        return self._counts[asked]

    def find(
        self,
        entity: str,
        where: Clause | None = None,
        order: str = "id",
        limit: int = -1,
        offset: int = 0,
        deleted: bool | None = False,
    ) -> list[Record]:
        """Return the records in `order` (SQL), from `offset` on.

        Those that are not deleted; the deleted ones with `deleted` true, all of them with None.
        """
        condition = _standing(where, deleted)
        keys: Sequence[tuple[Key]] = self._connection.execute(
            f"select id from record where entity = ? and {condition.sql} "  # noqa: S608 - as in count
            f"order by {order} limit ? offset ?",
            (entity, *condition.params, limit, offset),
        ).fetchall()
        found = (self.get(entity, key) for (key,) in keys)
        return [record for record in found if record is not None]

    def everything(self, entity: str) -> list[Record]:
        """Return every record of an entity, deleted ones included, by id."""
        rows = self._connection.execute(
            "select id, modified_at, body, deleted from record where entity = ? order by id",
            (entity,),
        )
        return [_record(row) for row in rows]

    def totals(self) -> dict[str, int]:
        """Return entity -> number of records that are not deleted."""
        rows = self._connection.execute(
            "select entity, count(*) from record where deleted = 0 group by entity order by entity"
        )
        return dict(rows.fetchall())

    def applied_day(self) -> int:
        """Return the last business day whose events stand in this store, 0 for none."""
        row = self._connection.execute("select max(applied_day) from progress").fetchone()
        return int(row[0] or 0)

    def absorb_events(self, events: Iterable[Event], absorb: Absorb, day: int) -> int:
        """Apply events and remember `day` as applied, all or nothing; return how many there were.

        `absorb` gives the record that stands after the event, from the one before (or None).
        """
        applied = 0
        with self.transaction():
            for event in events:
                before = self.get(event.entity, event.key)
                self.put(event.entity, absorb(before, event))
                applied += 1
            self._connection.execute("delete from progress")
            self._connection.execute("insert into progress values (?)", (day,))
        return applied


def _standing(where: Clause | None, deleted: bool | None = False) -> Clause:
    kept = Clause() if deleted is None else Clause("deleted = ?", (int(deleted),))
    return kept & (where or Clause())


def _record(row: tuple[Any, ...]) -> Record:
    return Record(row[0], row[1], json.loads(row[2]), bool(row[3]))
