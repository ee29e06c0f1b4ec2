"""The hub's database: one engine a process, short transactions, locks that die with the process."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache

import psycopg
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.exc import DBAPIError

from customer_hub.core.errors import HubError
from customer_hub.core.settings import settings


@dataclass(frozen=True, slots=True)
class _Whole:
    """A transaction that steps join, with the locks that are held for them."""

    connection: Connection
    locks: frozenset[str]
    last: list[Callable[[], object]] = field(default_factory=list)


_SERIALIZATION_FAILURE = "40001"
_whole: ContextVar[_Whole | None] = ContextVar("whole", default=None)


@lru_cache(maxsize=4)
def engine(url: str | None = None) -> Engine:
    """Return the engine for the hub's database, or for `url` (a scratch database).

    Sessions run in UTC and UTF-8 with a lock time-out, so that a forgotten lock is an error with a
    name rather than a task that hangs. Statements are planned for what they are given and for what
    stands then: a plan made once, for an empty table and ten keys, is no good after a first load.
    They are not prepared, which does that without planning each look of a foreign key anew. A
    row by its key costs little more than one in a row, as on any disk without a moving head: else
    each chunk of a large build would read its tables whole, and time grow with their square.
    """
    made = create_engine(
        url or settings().database_url.get_secret_value(),
        pool_pre_ping=True,
        pool_size=4,
        hide_parameters=True,  # bind values are personal data: never in an error or a log
        connect_args={
            "application_name": "customer_hub",
            "options": "-c timezone=UTC -c lock_timeout=120s -c client_min_messages=warning"
            " -c random_page_cost=1.1",
            "prepare_threshold": None,
        },
    )
    event.listen(made, "handle_error", _strip_context)
    return made


@contextmanager
def stripped_errors() -> Iterator[None]:
    """Keep rows out of errors that the driver raises by itself (COPY does)."""
    try:
        yield
    except psycopg.Error as error:
        strip_values(error)
        raise


def strip_values(error: psycopg.Error) -> str:
    """Reduce a database error to what names no values, and return that text.

    PostgreSQL's message and DETAIL quote the row; only faults of the statement itself (class 42) and
    of the server (53 a full disk or memory, 57 a shutdown, 58 a file) speak of something else.
    """
    said = error.diag
    if said.sqlstate is None:
        return str(error)  # the connection failed: nothing of a row is in it
    places = (said.table_name, said.column_name, said.constraint_name)
    text = f"{type(error).__name__} (SQLSTATE {said.sqlstate})"
    if said.sqlstate.startswith(("42", "53", "57", "58")):
        text += f": {said.message_primary}"
    if any(places):
        text += " at " + ".".join(place for place in places if place)
    error.args = (text,)
    return text


def _strip_context(context: ExceptionContext) -> None:
    original, wrapped = context.original_exception, context.sqlalchemy_exception
    if isinstance(original, psycopg.Error):
        text = strip_values(original)
        if wrapped is not None:
            wrapped.args = (text,)


@contextmanager
def begin(url: str | None = None) -> Iterator[Connection]:
    """Open one transaction: committed at the end of the block, rolled back on any error.

    Inside `begin_whole` it is that transaction, which ends later.
    """
    whole = _whole.get()
    if whole is not None and url is None:
        yield whole.connection
        return
    with engine(url).begin() as connection:
        yield connection


@contextmanager
def begin_whole(*locks: str) -> Iterator[Connection]:
    """Make all that the block calls one transaction, under the locks of the steps that it calls.

    For what must be there whole or not at all although several steps do it, each of which would
    otherwise take its own lock and commit by itself.

    Raises:
        HubError: another process holds one of the locks.
    """
    with hold_lock(*locks), engine().begin() as connection, _joined(connection, locks) as whole:
        yield connection
        for act in whole.last:
            act()


@contextmanager
def rehearse(*locks: str) -> Iterator[Connection]:
    """Make all that the block calls one transaction, as `begin_whole`, and roll it back at the end.

    It sees the database as it is at its first statement, whatever others commit meanwhile.

    Raises:
        HubError: another process holds one of the locks, or changed what the block changes too.
    """
    with hold_lock(*locks), engine().connect() as plain:
        connection = plain.execution_options(isolation_level="REPEATABLE READ")
        transaction = connection.begin()
        try:
            with _joined(connection, locks):
                yield connection
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == _SERIALIZATION_FAILURE:
                raise HubError(
                    "somebody changed the same rows meanwhile",
                    where="rehearsal",
                    hint="nothing was written; run it again",
                ) from None
            raise
        finally:
            transaction.rollback()


@contextmanager
def look_beside() -> Iterator[Connection]:
    """Read what is committed, also inside a transaction that has changed it."""
    with engine().connect() as plain:
        yield plain.execution_options(postgresql_readonly=True)


@contextmanager
def _joined(connection: Connection, locks: tuple[str, ...]) -> Iterator[_Whole]:
    """Let `begin` give this transaction."""
    whole = _Whole(connection, frozenset(locks))
    token = _whole.set(whole)
    try:
        yield whole
    finally:
        _whole.reset(token)


def do_last(act: Callable[[], object]) -> None:
    """Do what others have to wait for as late as can be: now, or at the end of `begin_whole`."""
    whole = _whole.get()
    if whole is None:
        act()
    else:
        whole.last.append(act)


@contextmanager
def hold_lock(*names: str) -> Iterator[None]:
    """Hold advisory locks on a connection of their own; a killed process lets go of them.

    Those that `begin_whole` holds for the caller are there already.

    Raises:
        HubError: another process holds one of them.
    """
    whole = _whole.get()
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            for name in names:
                if whole is None or name not in whole.locks:
                    _take_lock(connection, name)
            yield
        finally:
            # A lost connection has let go of them by itself, and must not hide what went wrong.
            with suppress(DBAPIError):
                connection.exec_driver_sql("select pg_advisory_unlock_all()")


def _take_lock(connection: Connection, name: str) -> None:
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    taken = connection.exec_driver_sql("select pg_try_advisory_lock(%(key)s::bigint)", {"key": key})
    if not taken.scalar():
        raise HubError(
            "another run is at work here",
            where=name,
            hint="wait for it (the Airflow grid shows it), then run again; nothing was written",
        )
