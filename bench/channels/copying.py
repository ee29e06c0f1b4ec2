"""The measure of landing: a binary COPY of the same sealed rows, as psycopg does it."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psycopg

_COLUMNS = (
    "source_key, channel, entity, source_id, op, version_at, is_own_time, seen_at, created_at,"
    " digest, subject, payload, window_id"
)
_TYPES = (
    "text", "text", "text", "text", "text", "timestamptz", "bool", "timestamptz", "timestamptz",
    "bytea", "text", "bytea", "int8",
)  # fmt: skip
_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Copied:
    """Rows, and the seconds of one transaction that copies them into a table of the same shape."""

    rows: int
    megabytes: float
    seconds: float


def copy_landed(url: str) -> Copied:
    """Copy what has landed into an empty table with the same columns, checks and indexes."""
    rows, size, seconds = 0, 0, 0.0
    with psycopg.connect(url) as reading, psycopg.connect(url) as writing:
        writing.execute("create schema bare")
        writing.execute("create table bare.version (like landing.version including all)")
        writing.commit()
        with reading.cursor(name="landed") as source, writing.cursor() as target:
            source.execute(f"select {_COLUMNS} from landing.version order by version_id")
            while chunk := source.fetchmany(_AT_ONCE):
                # Begun when all rows are there, over when PostgreSQL has taken all of them: it
                # would else work on while the next rows are read, and nobody would count it.
                began = time.perf_counter()
                with target.copy(
                    f"copy bare.version ({_COLUMNS}) from stdin (format binary)"
                ) as copy:
                    copy.set_types(_TYPES)
                    for row in chunk:
                        copy.write_row(row)
                seconds += time.perf_counter() - began
                rows += len(chunk)
                size += sum(len(row[11] or b"") for row in chunk)
        began = time.perf_counter()
        writing.commit()
        seconds += time.perf_counter() - began
        writing.execute("drop schema bare cascade")
    return Copied(rows, size / 1e6, seconds)
