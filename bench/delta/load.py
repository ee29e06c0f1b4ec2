"""Source records of the world in a hub, waiting to be matched: first all, then those that change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from itertools import islice

from bench.merging.source import CHUNK, read_sources
from customer_hub.core import db, keys, sql
from customer_hub.standardise.rows import SourceRows
from customer_hub.standardise.write import write_records

_EACH = 200  # one record of so many is new in the delta, and one more has changed


def load_base(count: int) -> None:
    """Write ``count`` source records; those that will change have no phone and no mail yet."""
    _write(
        _without_reach(rows) if number % _EACH == 1 else rows
        for number, rows in enumerate(_read(count))
        if number % _EACH
    )
    with db.begin() as connection:
        connection.exec_driver_sql("analyze")


def load_delta(count: int) -> int:
    """Write the records that are new or changed, 1 % of ``count``; returns how many."""
    return _write(rows for number, rows in enumerate(_read(count)) if number % _EACH < 2)


def _read(count: int) -> Iterator[SourceRows]:
    yield from (each.rows for each in islice(read_sources(count), count))


def _without_reach(rows: SourceRows) -> SourceRows:
    bare = copy(rows)
    bare.sealed = [each for each in rows.sealed if each.table != "contact_point"]
    bare.blind = [each for each in rows.blind if each[0] not in ("phone", "mail")]
    return bare


def _write(records: Iterable[SourceRows]) -> int:
    source, sealer, written = iter(records), keys.sealer(), 0
    while chunk := list(islice(source, CHUNK)):
        with db.begin() as connection:
            for entity in ("customer", "contact"):
                rows = [each for each in chunk if each.entity == entity]
                write_records(connection, sealer, entity, _name(rows), rows)
            sql.run(connection, "match/queue_records", keys=_name(chunk))
        written += len(chunk)
    return written


def _name(rows: Sequence[SourceRows]) -> list[str]:
    return [each.source_key for each in rows]
