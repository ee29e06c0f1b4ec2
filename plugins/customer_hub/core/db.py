"""The hub's database: one engine a process, short transactions, locks that die with the process."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy import Connection, Engine, create_engine

from customer_hub.core.errors import HubError
from customer_hub.core.settings import settings


@lru_cache(maxsize=4)
def engine(url: str | None = None) -> Engine:
    """Return the engine for the hub's database, or for `url` (a scratch database).

    Sessions run in UTC and UTF-8 with a lock time-out, so that a forgotten lock is an error with a
    name rather than a task that hangs.
    """
    return create_engine(
        url or settings().database_url.get_secret_value(),
        pool_pre_ping=True,
        pool_size=4,
        hide_parameters=True,  # bind values are personal data: never in an error or a log
        connect_args={
            "application_name": "customer_hub",
            "options": "-c timezone=UTC -c lock_timeout=120s -c client_min_messages=warning",
        },
    )


@contextmanager
def begin(url: str | None = None) -> Iterator[Connection]:
    """Open one transaction: committed at the end of the block, rolled back on any error."""
    with engine(url).begin() as connection:
        yield connection


@contextmanager
def hold_lock(name: str) -> Iterator[None]:
    """Hold the advisory lock `name` on a connection of its own; a killed process lets go of it.

    Raises:
        HubError: another process holds it.
    """
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        taken = connection.exec_driver_sql(
            "select pg_try_advisory_lock(%(key)s::bigint)", {"key": key}
        )
        if not taken.scalar():
            raise HubError(
                "another run is at work here",
                where=name,
                hint="wait for it (the Airflow grid shows it), then run again; nothing was written",
            )
        try:
            yield
        finally:
            connection.exec_driver_sql("select pg_advisory_unlock(%(key)s::bigint)", {"key": key})
