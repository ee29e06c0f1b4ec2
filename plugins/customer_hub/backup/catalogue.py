"""What backups there are, as the hub knows them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from customer_hub.core import db, sql


def list_backups() -> Sequence[Row[Any]]:
    """Return all backups, newest first: backup_id, state, byte_count, rows, started_at, cause."""
    with db.begin() as connection:
        return sql.rows(connection, "backup/list_backups")
