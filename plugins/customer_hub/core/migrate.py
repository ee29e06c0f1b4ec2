"""Numbered plain SQL migrations with a ledger, a lock and checksums; forward only."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from customer_hub.core import db
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.sql import SQL_DIR

MIGRATIONS_DIR = SQL_DIR / "migrations"
_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_LEDGER = """
create schema if not exists hub;
create table if not exists hub.migration (
    number integer primary key,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default now(),
    applied_by text not null default current_user
);
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its number, name, text and checksum."""

    number: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        """Checksum of the text as it stands in the file."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_migrations(folder: Path = MIGRATIONS_DIR) -> list[Migration]:
    """Return the migrations in order.

    Raises:
        ConfigurationError: a file name is malformed, or a number is missing or used twice.
    """
    found = []
    for path in sorted(folder.glob("*.sql")):
        match = _NAME.fullmatch(path.name)
        if match is None:
            raise ConfigurationError(
                f"{path.name} is not NNNN_verb_noun.sql", where="migrations", hint="rename it"
            )
        found.append(Migration(int(match[1]), match[2], path.read_text(encoding="utf-8")))
    numbers = [migration.number for migration in found]
    if numbers != list(range(1, len(found) + 1)):
        raise ConfigurationError(
            f"numbers are not 1..{len(found)} without gaps: {numbers}",
            where="migrations",
            hint="give the newest file the next free number",
        )
    return found


def migrate(
    url: str | None = None, folder: Path = MIGRATIONS_DIR, *, last: int | None = None
) -> list[str]:
    """Apply what is missing, each migration in its own transaction; returns the names applied.

    Safe to run from several processes at once and again at any time.

    Args:
        url: the database; None: the hub's.
        folder: the migrations.
        last: number of the last one to apply; None: all of them.

    Raises:
        ConfigurationError: an applied file was edited, or the database is newer than the files.
    """
    migrations = [each for each in read_migrations(folder) if last is None or each.number <= last]
    applied = []
    with db.engine(url).connect() as connection:
        connection.exec_driver_sql("select pg_advisory_lock(727001)")
        connection.commit()
        try:
            connection.exec_driver_sql(_LEDGER)
            connection.commit()
            for migration in _pending(connection, migrations):
                connection.exec_driver_sql(migration.text.replace("%", "%%"))
                connection.exec_driver_sql(
                    "insert into hub.migration (number, name, sha256)"
                    " values (%(number)s::integer, %(name)s::text, %(sha256)s::text)",
                    {
                        "number": migration.number,
                        "name": migration.name,
                        "sha256": migration.sha256,
                    },
                )
                connection.commit()
                applied.append(f"{migration.number:04d}_{migration.name}")
        finally:
            connection.rollback()
            connection.exec_driver_sql("select pg_advisory_unlock(727001)")
            connection.commit()
    return applied


def _pending(connection: Connection, migrations: list[Migration]) -> list[Migration]:
    done = {
        row.number: row.sha256
        for row in connection.exec_driver_sql("select number, sha256 from hub.migration")
    }
    connection.commit()
    known = {migration.number: migration for migration in migrations}
    edited = [n for n, sha in sorted(done.items()) if n in known and known[n].sha256 != sha]
    unknown = sorted(set(done) - set(known))
    if edited or unknown:
        raise ConfigurationError(
            f"edited after they were applied: {edited}; applied but not in the files: {unknown}",
            where="migrations",
            hint="never edit an applied migration: restore it and add a new one",
        )
    return [migration for migration in migrations if migration.number not in done]
