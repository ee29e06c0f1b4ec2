"""The measure: a bare COPY of the rows that a merge wrote into empty tables of the same shape."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from typing import IO

import psycopg
from psycopg import sql

# What a full build writes, with the condition under which a row is the merge's own.
TABLES = {
    "master.customer": "true",
    "master.contact": "true",
    "master.contact_point": "true",
    "master.address": "true",
    "master.tag": "true",
    "master.classification": "true",
    "master.relation": "true",
    "master.cell_lineage": "true",
    "master.customer_version": "true",
    "publish.change": "true",
    "privacy.subject_key": "reference like 'golden:%'",
}
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Copied:
    """Rows and bytes (of COPY's text), and the seconds of one transaction that copies them in."""

    rows: int
    megabytes: float
    seconds: float


def copy_again(url: str) -> Copied:
    """Copy what a merge wrote into empty tables with the same indexes, defaults and checks."""
    rows = size = 0
    seconds = 0.0
    with psycopg.connect(url) as connection:
        connection.execute("create schema bare")
        for table, condition in TABLES.items():
            schema, name = table.split(".")
            source, target = sql.Identifier(schema, name), sql.Identifier("bare", name)
            connection.execute(
                sql.SQL("create table {} (like {} including all)").format(target, source)
            )
            connection.commit()
            with tempfile.TemporaryFile() as file:
                _copy_out(connection, file, source, condition)
                size += file.tell()
                file.seek(0)
                began = time.perf_counter()
                with connection.cursor() as cursor:
                    statement = sql.SQL("copy {} from stdin").format(target)
                    with cursor.copy(statement) as copy:
                        while block := file.read(_BLOCK):
                            copy.write(block)
                    rows += cursor.rowcount
                connection.commit()
                seconds += time.perf_counter() - began
        connection.execute("drop schema bare cascade")
    return Copied(rows, size / 1e6, seconds)


def _copy_out(
    connection: psycopg.Connection, file: IO[bytes], source: sql.Identifier, condition: str
) -> None:
    query = sql.SQL("copy (select * from {} where {}) to stdout").format(
        source,
        sql.SQL(condition),  # type: ignore[arg-type]
    )
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        for block in copy:
            file.write(block)
