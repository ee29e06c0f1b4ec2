"""What the hub's own table says of a backup: it repeats for people what the bucket decides."""

from sqlalchemy import Connection

from customer_hub.core import sql


def set_state(connection: Connection, backup_id: str, state: str, cause: str | None = None) -> None:
    """Note what became of a backup, and why if it does not count."""
    sql.run(connection, "backup/set_manifest_state", backup_id=backup_id, state=state, cause=cause)
