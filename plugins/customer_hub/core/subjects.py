"""Subjects: whose data a sealed value is. Each has a random salt, without which nothing opens."""

from collections.abc import Iterable

from sqlalchemy import Connection

from customer_hub.core import sql
from customer_hub.core.seal import new_salt


def ensure_salts(connection: Connection, references: Iterable[str]) -> dict[str, bytes]:
    """Return the salt of each subject, making those that are missing.

    Args:
        connection: the caller's transaction.
        references: "source:<source key>" or "golden:<golden id>".
    """
    wanted = sorted(set(references))
    salts = read_salts(connection, wanted)
    missing = [reference for reference in wanted if reference not in salts]
    if missing:
        sql.run(
            connection,
            "core/insert_subjects",
            subjects=missing,
            salts=[new_salt() for _ in missing],
        )
        # Another transaction may have made one first: what stands in the table is the salt.
        salts.update(read_salts(connection, missing))
    return salts


def read_salts(connection: Connection, references: list[str]) -> dict[str, bytes]:
    """Return the salts of the subjects that have one; an erased subject is absent."""
    found = sql.rows(connection, "core/select_salts", subjects=references)
    return {row.reference: bytes(row.salt) for row in found}
