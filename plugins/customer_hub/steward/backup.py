"""One backup, and what each restore drill found out about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from customer_hub.core import sql


@dataclass(frozen=True, slots=True)
class BackupView:
    """Everything on the page of a backup: its row, and its drills, newest first."""

    backup: Row[Any]
    drills: Sequence[Row[Any]]


def load_backup(connection: Connection, backup_id: str) -> BackupView | None:
    """Return a backup with its drills; None when the hub knows none of that id."""
    found = sql.rows(connection, "steward/select_backup", backup_id=backup_id)
    if not found:
        return None
    return BackupView(found[0], sql.rows(connection, "steward/list_drills", backup_id=backup_id))
