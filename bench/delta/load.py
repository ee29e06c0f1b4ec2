"""Source records of the world in a hub, waiting to be matched: first all, then those that change."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from itertools import islice

from bench.merging.source import CHUNK, read_sources
from customer_hub.core import db, keys, sql
from customer_hub.standardise.rows import SourceRows
from customer_hub.standardise.write import write_records

_TELL = 10 * CHUNK
_EACH = 200  # one record of so many is new in the delta, and one more has changed


def load_base(count: int) -> list[SourceRows]:
    """Write ``count`` source records but for the delta's, which it returns: new and changed ones.

    Those that will change are written without phones and mails.
    """
    delta: list[SourceRows] = []

    def choose() -> Iterator[SourceRows]:
        for number, source in enumerate(islice(read_sources(count), count)):
            if number % _EACH < 2:
                delta.append(source.rows)
            if number % _EACH:
                yield _without_reach(source.rows) if number % _EACH == 1 else source.rows

    _write(choose())
    with db.begin() as connection:
        connection.exec_driver_sql("analyze")
    return delta


def load_delta(delta: Iterable[SourceRows]) -> int:
    """Write the records that are new or changed; returns how many."""
    return _write(delta)


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
        if written % _TELL == 0:
            print(f"{written:,} records written", file=sys.stderr, flush=True)
    return written


def _name(rows: Sequence[SourceRows]) -> list[str]:
    return [each.source_key for each in rows]
