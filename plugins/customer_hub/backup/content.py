"""What a database holds, table by table: row counts and content hashes, read from the catalogue.

The tables come from the catalogue so that a new table can never be forgotten. This is the one place
where a statement's identifiers vary; they are quoted by psycopg.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from psycopg import sql as psql
from sqlalchemy import Connection

from customer_hub.core import sql

# Salts have their own backup; a backup of the salts beside the data would make erasure a lie.
APART = ("privacy.subject_key",)
# The row of the backup that is being written, and of its drill, change while it is compared.
VOLATILE = ("backup.manifest", "backup.drill")


def describe_tables(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return {table: {rows, sha256}} for every table of the hub except those kept apart.

    The hash is over the sorted hashes of the rows' text form: equal in every database with the same
    rows, and only the hashes leave the server.
    """
    return {
        name: _describe(connection, name)
        for name in list_tables(connection)
        if name not in APART + VOLATILE
    }


def list_tables(connection: Connection) -> list[str]:
    """Return the names of all tables in the hub's schemas."""
    return [row.name for row in sql.rows(connection, "backup/list_tables")]


def _describe(connection: Connection, name: str) -> dict[str, Any]:
    total, rows = hashlib.sha256(), 0
    for line in _lines(connection, name):
        total.update(line)
        rows += line.count(b"\n")
    return {"rows": rows, "sha256": total.hexdigest()}


def _lines(connection: Connection, name: str) -> Iterator[bytes]:
    statement = psql.SQL(
        "copy (select sha256(convert_to(entry::text, 'UTF8')) as line from {} as entry order by line)"
        " to stdout"
    ).format(psql.Identifier(*name.split(".")))
    driver = connection.connection.driver_connection
    assert driver is not None  # a checked-out connection always has one
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            yield bytes(block)
