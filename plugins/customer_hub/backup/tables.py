"""The tables of a database, as the catalogue says, and what they hold as binary COPY.

The catalogue decides, so that a new table can never be forgotten. Here, and only here, do the
identifiers of a statement vary; psycopg quotes them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import psycopg
from psycopg import pq
from psycopg import sql as psql
from sqlalchemy import Connection

from customer_hub.backup.blocks import cut_rows
from customer_hub.backup.object_keys import Part
from customer_hub.core import sql
from customer_hub.core.db import stripped_errors
from customer_hub.core.errors import BackupError

# What the migrations make.
SCHEMAS = (
    "hub", "landing", "quarantine", "source", "match", "master", "publish", "backup", "privacy",
    "steward",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the hub.

    Attributes:
        name: schema.table.
        part: where it is backed up: what is about privacy (salts, suppressions) lies with the keys.
        columns: all that are not generated, in order.
        key: the columns of its primary key, each with whether it has a collation.
    """

    name: str
    part: Part
    columns: tuple[str, ...]
    key: tuple[tuple[str, bool], ...]


class CopiedTable:
    """Reads a table in the order of its primary key, as blocks of its binary COPY.

    One that has no primary key is a BackupError. The hash is that of
    `copy (select .. order by <key>) to stdout (format binary)`, as psql gives it.
    """

    def __init__(self, connection: Connection, table: Table) -> None:
        self._driver = driver_of(connection)
        self._statement = _copy_out(table).as_bytes(self._driver)
        self._where = table.name
        self._hash = sha256()
        self.rows = 0
        self.byte_count = 0

    def __iter__(self) -> Iterator[bytes]:
        with stripped_errors():
            server = self._driver.pgconn
            started = server.exec_(self._statement)
            if started.status != pq.ExecStatus.COPY_OUT:
                raise psycopg.errors.error_from_result(started)
            for block in cut_rows(server):
                self._hash.update(block)
                self.byte_count += len(block)
                yield block
            ended = server.get_result()
            server.get_result()  # the end of the results: whoever rolls back can speak again
            assert ended is not None  # a COPY ends with its result
            if ended.status != pq.ExecStatus.COMMAND_OK:
                raise psycopg.errors.error_from_result(ended)
            self.rows = ended.command_tuples or 0

    @property
    def sha256(self) -> str:
        """Of everything read so far, in hex."""
        return self._hash.hexdigest()


def take_snapshot(connection: Connection, snapshot: str) -> None:
    """Make a transaction that has just begun see the state that another one has exported."""
    statement = psql.SQL("set transaction snapshot {}").format(psql.Literal(snapshot))
    driver_of(connection).execute(statement)


def list_tables(connection: Connection) -> list[Table]:
    """Return all tables of the hub's schemas by name."""
    return [
        Table(
            row.name,
            "keys" if row.is_apart else "data",
            tuple(row.columns),
            tuple(zip(row.key_columns, row.is_collated, strict=True)),
        )
        for row in sql.rows(connection, "backup/list_tables")
    ]


def read_sequences(connection: Connection, part: Part) -> dict[str, int]:
    """Return the last value of each sequence that belongs to a part and was used."""
    return {
        row.name: int(row.last_value)
        for row in sql.rows(connection, "backup/list_sequences")
        if row.is_apart == (part == "keys")
    }


def drop_schemas(connection: Connection) -> None:
    """Drop what a database has of a hub, and nothing else."""
    for name in SCHEMAS:
        statement = psql.SQL("drop schema if exists {} cascade").format(psql.Identifier(name))
        driver_of(connection).execute(statement)


def set_sequences(connection: Connection, sequences: Mapping[str, int]) -> None:
    """Let each sequence go on after the value that it had given last."""
    for name, value in sequences.items():
        schema, _, sequence = name.partition(".")
        sql.run(connection, "backup/set_sequence", schema=schema, sequence=sequence, value=value)


def copy_in(
    connection: Connection, name: str, columns: Sequence[str], blocks: Iterator[bytes]
) -> None:
    """Fill an empty table from its binary COPY, inside the caller's transaction."""
    target = psql.Identifier(*name.split(".", 1))
    statement = psql.SQL("copy {} ({}) from stdin (format binary, freeze)").format(
        target, psql.SQL(", ").join(map(psql.Identifier, columns))
    )
    driver = driver_of(connection)
    with stripped_errors(), driver.cursor() as cursor:
        # Rows may be frozen only where this transaction has emptied the table.
        cursor.execute(psql.SQL("truncate {}").format(target))
        with cursor.copy(statement) as copy:
            for block in blocks:
                copy.write(block)


def driver_of(connection: Connection) -> psycopg.Connection[Any]:
    """Return psycopg's connection under a checked-out one."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # a checked-out connection always has one
    return driver


def _copy_out(table: Table) -> psql.Composed:
    if not table.key:
        raise BackupError(
            "the table has no primary key: its rows have no order",
            where=table.name,
            hint="give it one in a migration",
        )
    order = [
        psql.SQL('{} collate "C"' if is_collated else "{}").format(psql.Identifier(column))
        for column, is_collated in table.key
    ]
    return psql.SQL("copy (select {} from {} order by {}) to stdout (format binary)").format(
        psql.SQL(", ").join(map(psql.Identifier, table.columns)),
        psql.Identifier(*table.name.split(".", 1)),
        psql.SQL(", ").join(order),
    )
