"""Make a large hub of a small one: every row again under other keys, sealed anew for them.

The small one is built by the hub's own code. A copy of it is another set of customers: other source
keys, golden ids, versions, salts and hashes; what is sealed opens, and every closure holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from psycopg import sql as psql
from sqlalchemy import Connection

from customer_hub.backup.tables import Table, driver_of, list_tables
from customer_hub.core import db, keys, landing
from customer_hub.core.copy_lines import make_lines
from customer_hub.core.seal import Sealer

# Whose rows belong to customers; the rest of the hub is there once.
_SCHEMAS = ("landing", "source", "match", "master", "publish", "privacy")
_ONCE = ("match.model", "publish.target", "privacy.suppression")
_STEP = 10_000_000  # between the numbers of one copy and of the next
_LINES = 2000
_WITH_ORDINAL = ("source.contact_point", "source.address", "master.contact_point", "master.address")


@dataclass(frozen=True, slots=True)
class Kept:
    """A table of the small hub, its sealed values opened."""

    table: Table
    types: dict[str, str]
    rows: list[dict[str, Any]]


_kept: list[Kept] = []


def multiply(copies: Sequence[int]) -> None:
    """Add copies of all customers of the hub in the environment, by two processes.

    Args:
        copies: a number for each: their ids sort by it.
    """
    if not _kept:
        _kept.extend(_read_all())  # handed to the processes by fork
    db.engine().dispose()
    with ProcessPoolExecutor(2) as pool:
        for done, _ in enumerate(pool.map(_add_copy, copies), 1):
            if done % 10 == 0:
                print(f"{done} of {len(copies)} copies made", flush=True)
    with db.begin() as connection:
        connection.exec_driver_sql("analyze")


def _read_all() -> list[Kept]:
    sealer, found = keys.sealer(), []
    with db.begin() as connection:
        salts = dict(
            connection.exec_driver_sql("select reference, salt from privacy.subject_key").all()
        )
        for table in list_tables(connection):
            schema = table.name.partition(".")[0]
            if schema in _SCHEMAS and table.name not in _ONCE:
                found.append(_read(connection, table, sealer, salts))
    return [each for each in found if each.rows]


def _read(connection: Connection, table: Table, sealer: Sealer, salts: dict[str, bytes]) -> Kept:
    schema, _, name = table.name.partition(".")
    types = dict(
        connection.exec_driver_sql(
            "select column_name, udt_name from information_schema.columns"
            " where table_schema = %(schema)s and table_name = %(name)s",
            {"schema": schema, "name": name},
        ).all()
    )
    # What is not looked at is copied as the text that it is.
    columns = [
        psql.SQL("{}" if _is_looked_at(column, types[column]) else "{}::text as {}").format(
            *[psql.Identifier(column)] * (1 if _is_looked_at(column, types[column]) else 2)
        )
        for column in table.columns
    ]
    statement = psql.SQL("select {} from {}").format(
        psql.SQL(", ").join(columns), psql.Identifier(schema, name)
    )
    rows = [
        dict(zip(table.columns, row, strict=True))
        for row in driver_of(connection).execute(statement)
    ]
    for row in rows:
        for column in table.columns:
            if _is_sealed(column) and row[column] is not None:
                segment, key = _seal_place(table.name, column, row)
                salt = salts[_subject_of(table.name, row)]
                row[column] = sealer.unseal(table.name, segment, key, salt, row[column])
    return Kept(table, types, rows)


def _add_copy(number: int) -> None:
    sealer = keys.sealer()
    with db.engine().begin() as connection:
        for kept in _kept:
            statement = psql.SQL("copy {} ({}) from stdin").format(
                psql.Identifier(*kept.table.name.split(".")),
                psql.SQL(", ").join(map(psql.Identifier, kept.table.columns)),
            )
            source = _make_rows(kept, number, sealer)
            with (
                driver_of(connection).cursor() as cursor,
                cursor.copy(statement) as copy,
            ):
                while lines := list(islice(source, _LINES)):
                    copy.write(make_lines(lines))


def _make_rows(kept: Kept, number: int, sealer: Sealer) -> Iterator[list[Any]]:
    changes = {
        column: change
        for column in kept.table.columns
        if (change := _find_change(column, kept.types[column]))
    }
    sealed = [column for column in kept.table.columns if _is_sealed(column)]
    for row in kept.rows:
        made = {
            column: changes[column](value, number)
            if column in changes and value is not None
            else value
            for column, value in row.items()
        }
        for column in sealed:
            if made[column] is not None:
                segment, key = _seal_place(kept.table.name, column, made)
                salt = _change_salt(_subject_of(kept.table.name, row), number)
                made[column] = sealer.seal(kept.table.name, segment, key, salt, made[column])
        if kept.table.name == "privacy.subject_key":
            made["salt"] = _change_salt(row["reference"], number)
        yield list(made.values())


def _is_sealed(column: str) -> bool:
    return column.endswith("_sealed") or column == "payload"


def _is_looked_at(column: str, kind: str) -> bool:
    return (
        _find_change(column, kind) is not None
        or _is_sealed(column)
        or column in ("salt", "digest", "ordinal", "version_at", "seen_at")
    )


def _find_change(column: str, kind: str) -> Callable[[Any, int], Any] | None:
    """Return how a value of a column becomes that of a copy; None: it stays."""
    if kind == "uuid":
        return _change_uuid
    if kind == "text" and (column.endswith("_key") or column in ("subject", "reference")):
        return _change_key
    if kind == "_text" and column.endswith("_keys"):
        return lambda values, number: [_change_key(value, number) for value in values]
    if kind == "int8" and column.endswith("_id") and column not in ("window_id", "decision_id"):
        return lambda value, number: value + number * _STEP
    if kind == "_int8" and column == "member_versions":
        return lambda values, number: [value + number * _STEP for value in values]
    if kind == "bytea" and column in ("hash", "name_hash"):
        return lambda value, number: _hash(bytes(value), number)[: len(value)]
    return None


def _change_uuid(value: Any, number: int) -> UUID:
    return UUID(bytes=hashlib.md5(f"{value} {number}".encode()).digest())


def _change_key(value: str, number: int) -> str:
    kind, found, name = value.partition(":")
    if found and kind == "golden":
        return f"golden:{_change_uuid(name, number)}"
    head, _, tail = value.rpartition("/")
    return f"{head}/{number:04d}{tail}"


def _change_salt(reference: str, number: int) -> bytes:
    return _hash(reference.encode(), number)


def _hash(value: bytes, number: int) -> bytes:
    return hashlib.sha256(value + number.to_bytes(4, "big")).digest()


def _seal_place(table: str, column: str, row: dict[str, Any]) -> tuple[str, str]:
    if column == "payload":
        moments = row["version_at"], row["seen_at"]
        return "payload", landing.payload_key(row["source_key"], *moments, row["digest"])
    first = next(iter(row.values()))
    key = f"{first}|{row['ordinal']}" if table in _WITH_ORDINAL else str(first)
    return column.removesuffix("_sealed"), key


def _subject_of(table: str, row: dict[str, Any]) -> str:
    if table == "landing.version":
        return str(row["subject"])
    kind = "golden" if table.startswith("master.") else "source"
    return f"{kind}:{next(iter(row.values()))}"
