"""The scratch database of a drill: made by a role that cannot open the hub's, dropped afterwards."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import sql as psql
from sqlalchemy import Connection, make_url

from customer_hub.backup.tables import driver_of
from customer_hub.core import db, sql
from customer_hub.core.settings import settings


@contextmanager
def make_scratch_database() -> Iterator[str]:
    """Make an empty database and yield its URL; drop it at the end, whatever happened.

    The caller holds the lock of the hub's drills: what an earlier one has left is dropped as well.
    """
    base = make_url(settings().drill_database_url.get_secret_value())
    prefix = _prefix()
    name = prefix + secrets.token_hex(4)
    maintenance = db.engine(base.render_as_string(hide_password=False))
    with maintenance.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for row in sql.rows(connection, "backup/list_databases", prefix=prefix):
            _drop(connection, row.name)
        statement = "create database {} template template0 encoding 'UTF8' locale 'C.UTF-8'"
        driver_of(connection).execute(psql.SQL(statement).format(psql.Identifier(name)))
    url = base.set(database=name).render_as_string(hide_password=False)
    try:
        yield url
    finally:
        db.engine(url).dispose()
        with maintenance.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            _drop(connection, name)


def _prefix() -> str:
    """Return the fixed begin of this hub's scratch databases: other hubs may share the server."""
    hub = make_url(settings().database_url.get_secret_value())
    place = f"{hub.host}:{hub.port}/{hub.database}"
    return f"hub_drill_{hashlib.sha256(place.encode()).hexdigest()[:8]}_"


def _drop(connection: Connection, name: str) -> None:
    # Sessions of our own may be left by a killed process. Not `with (force)`: it fails when an
    # autovacuum worker is there, for which a plain drop waits.
    sql.run(connection, "backup/end_own_sessions", database=name)
    statement = psql.SQL("drop database if exists {}").format(psql.Identifier(name))
    driver_of(connection).execute(statement)
