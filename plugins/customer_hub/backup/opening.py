"""Open every sealed value of a database: the one proof that data, salts and keys belong together."""

from collections.abc import Iterator
from typing import Any

from psycopg import sql as psql
from sqlalchemy import Connection

from customer_hub.backup.tables import Table, driver_of, list_tables
from customer_hub.core import landing
from customer_hub.core.errors import SealError
from customer_hub.core.seal import Sealer
from customer_hub.core.table_hash import SEALED_TABLES, open_rows

_SEALED = "_sealed"
_ROWS = 5000
# Its rows name their subject by a decision: few rows, opened as `hub table-hash` does.
_INDIRECT = "match.pin"


def open_everything(connection: Connection, sealer: Sealer) -> int:
    """Open all sealed values of the present schema; returns how many.

    Raises:
        SealError: one does not open, or its subject has no salt.
    """
    tables = {table.name: table for table in list_tables(connection)}
    opened = 0
    for name in SEALED_TABLES:
        if name == _INDIRECT:
            for row, _ in open_rows(connection, sealer, name):
                opened += sum(value is not None for value in row.sealed)
        else:
            opened += _open_table(connection, sealer, tables[name])
    return opened + _open_payloads(connection, sealer)


def _open_table(connection: Connection, sealer: Sealer, table: Table) -> int:
    sealed = [column for column in table.columns if column.endswith(_SEALED)]
    segments = [column.removesuffix(_SEALED) for column in sealed]
    opened = 0
    for key, salt, *values in _stream(connection, _select(table, sealed)):
        for segment, value in zip(segments, values, strict=True):
            if value is not None:
                sealer.check(table.name, segment, key, _insist(salt, table.name, key), value)
                opened += 1
    return opened


def _open_payloads(connection: Connection, sealer: Sealer) -> int:
    statement = psql.SQL(
        "select version.source_key, version.version_at, version.seen_at, version.digest,"
        " subject.salt, version.payload from landing.version as version"
        " left join privacy.subject_key as subject on version.subject = subject.reference"
        " where version.payload is not null"
    )
    opened = 0
    for source_key, version_at, seen_at, digest, salt, payload in _stream(connection, statement):
        key = landing.payload_key(source_key, version_at, seen_at, digest)
        salt = _insist(salt, landing.TABLE, key)
        sealer.check(landing.TABLE, landing.SEGMENT, key, salt, payload)
        opened += 1
    return opened


def _select(table: Table, sealed: list[str]) -> psql.Composed:
    """Return what reads (row key, salt, sealed values): the key joins the primary key's columns."""
    names = [psql.Identifier("entry", column) for column, _ in table.key]
    kind = "golden:" if table.name.startswith("master.") else "source:"
    return psql.SQL(
        "select concat_ws('|', {}), subject.salt, {} from {} as entry"
        " left join privacy.subject_key as subject on subject.reference = {} || {}::text"
    ).format(
        psql.SQL(", ").join(names),
        psql.SQL(", ").join(psql.Identifier("entry", column) for column in sealed),
        psql.Identifier(*table.name.split(".")),
        psql.Literal(kind),
        names[0],
    )


def _stream(
    connection: Connection, statement: psql.SQL | psql.Composed
) -> Iterator[tuple[Any, ...]]:
    with driver_of(connection).cursor("opening", withhold=False) as cursor:
        cursor.itersize = _ROWS
        # Bytes as bytes: as text they are twice as long.
        cursor.execute(statement, binary=True)
        yield from cursor


def _insist(salt: bytes | None, table: str, key: str) -> bytes:
    if salt is None:
        raise SealError(
            "the subject has no salt: it is lost, or was not restored",
            where=f"{table} {key}",
            hint="see docs/runbooks/lost-key.md",
        )
    return salt
