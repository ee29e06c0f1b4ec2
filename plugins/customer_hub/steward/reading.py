"""Transactions that only read: one consistent view a page, with a limit on every statement."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from customer_hub.core import db, sql
from customer_hub.core.keys import sealer
from customer_hub.core.seal import Sealer

# Finance and free text stay shut: the pages say that such a value stands, and who gave it.
SEGMENTS = ("contact", "identity", "index")


@contextmanager
def begin_reading() -> Iterator[Connection]:
    """Open a read-only transaction; PostgreSQL itself refuses any write in it."""
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with db.engine().connect().execution_options(**options) as connection, connection.begin():
        sql.run(connection, "steward/limit_time")
        yield connection


def open_sealer() -> Sealer:
    """Return the sealer of the pages, which opens only what they mask and search by."""
    return sealer(SEGMENTS)
