"""Statements live in include/sql, one a file; this module loads and runs them by name."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, CursorResult, Row

from customer_hub.core.copy_lines import make_lines
from customer_hub.core.db import stripped_errors
from customer_hub.core.errors import HubError

SQL_DIR = Path(__file__).resolve().parents[3] / "include" / "sql"
_TRACE = "HUB_SQL_TRACE"  # a file for the names of executed statements; see tests/sql_trace.py
_BLOCK = 1000


class Lent(Protocol):
    """The transaction of another process, which runs statements for this one; see core/workers."""

    def ask(self, name: str, params: dict[str, Any]) -> Sequence[Any]:
        """Have a statement executed; returns its rows, if it has any."""

    def send(self, name: str, lines: bytes) -> None:
        """Have lines loaded by a COPY statement."""


Session = Connection | Lent


@lru_cache(maxsize=512)
def statement(name: str) -> str:
    """Return the text of include/sql/<name>.sql.

    Raises:
        HubError: there is no such file.
    """
    path = SQL_DIR / f"{name}.sql"
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise HubError(
            f"no statement {name}.sql", where="include/sql", hint="see its README"
        ) from None


def run(connection: Connection, name: str, /, **params: Any) -> CursorResult[Any]:
    """Execute one statement with its bind parameters inside the caller's transaction."""
    result = connection.exec_driver_sql(statement(name), params)
    _trace(name)
    return result


def rows(session: Session, name: str, /, **params: Any) -> Sequence[Row[Any]]:
    """Execute one statement and return all of its rows."""
    if isinstance(session, Connection):
        return run(session, name, **params).all()
    return session.ask(name, params)


def act(session: Session, name: str, /, **params: Any) -> None:
    """Execute one statement for what it does."""
    if isinstance(session, Connection):
        run(session, name, **params)
    else:
        session.ask(name, params)


def stream(
    connection: Connection, name: str, /, chunk: int = 5000, **params: Any
) -> Iterator[Sequence[Row[Any]]]:
    """Yield a statement's rows in chunks through a server-side cursor: memory stays bounded."""
    # Given to the statement: on the connection they would stay for every later statement.
    options = {"stream_results": True, "max_row_buffer": chunk}
    with connection.exec_driver_sql(statement(name), params, execution_options=options) as found:
        _trace(name)
        yield from found.partitions(chunk)


def copy_in(session: Session, name: str, /, records: Iterable[Sequence[Any]]) -> int:
    """Bulk-load rows by the COPY statement `name`; returns how many were sent."""
    if not isinstance(session, Connection):
        given = list(records)
        session.send(name, make_lines(given))
        return len(given)
    count, source = 0, iter(records)
    with copying(session, name) as write:
        while block := list(islice(source, _BLOCK)):
            write(make_lines(block))
            count += len(block)
    return count


def copy_binary(
    connection: Connection, name: str, /, types: Sequence[str], records: Iterable[Sequence[Any]]
) -> None:
    """Bulk-load rows by the COPY statement `name`, which says `with binary`.

    Where most of a row is bytes: as text they are twice as long, and take longer than all else.

    Args:
        connection: the transaction.
        name: the statement.
        types: PostgreSQL's, of its columns.
        records: a value for each column.
    """
    driver = connection.connection.driver_connection
    assert driver is not None  # a checked-out connection always has one
    with stripped_errors(), driver.cursor() as cursor, cursor.copy(statement(name)) as copy:
        copy.set_types(types)
        for record in records:
            copy.write_row(record)
    _trace(name)


@contextmanager
def copying(connection: Connection, name: str) -> Iterator[Callable[[bytes], None]]:
    """Run the COPY statement `name`; yields what takes its lines (core/copy_lines)."""
    driver = connection.connection.driver_connection
    assert driver is not None  # a checked-out connection always has one
    with stripped_errors(), driver.cursor() as cursor, cursor.copy(statement(name)) as copy:
        yield copy.write
    _trace(name)


def _trace(name: str) -> None:
    path = os.environ.get(_TRACE)
    if path:
        with Path(path).open("a", encoding="utf-8") as log:
            log.write(name + "\n")
