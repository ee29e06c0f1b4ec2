"""What a database holds, table by table: row counts and content hashes, read from the catalogue.

The tables come from the catalogue so that a new table can never be forgotten. This is the one place
where a statement's identifiers vary; they are quoted by psycopg.
"""

import hashlib
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

    The rows' text forms are hashed, and the sorted hashes hashed again in 256 shares, one for each
    first byte: equal in every database with the same rows, whatever their number, and only hashes
    leave the server.
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
    statement = psql.SQL(
        "select count(*), sha256(string_agg(line, ''::bytea order by line))"
        " from (select sha256(convert_to(entry::text, 'UTF8')) as line from {} as entry) as hashed"
        " group by get_byte(line, 0) order by get_byte(line, 0)"
    ).format(psql.Identifier(*name.split(".")))
    driver = connection.connection.driver_connection
    assert driver is not None  # a checked-out connection always has one
    total, rows = hashlib.sha256(), 0
    for count, share in driver.execute(statement):
        total.update(share)
        rows += count
    return {"rows": rows, "sha256": total.hexdigest()}
