"""What backups there are: as the hub knows them, or as the bucket alone does."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from customer_hub.backup import storage
from customer_hub.backup.object_keys import drill_key_of, manifest_key_of
from customer_hub.core import db, sql


def list_backups() -> Sequence[Row[Any]]:
    """Return all backups, newest first: what they are, their times, cause and how many rows."""
    with db.begin() as connection:
        return sql.rows(connection, "core/list_backups", size=None)


def list_bucket() -> Sequence[Mapping[str, Any]]:
    """Return the backups in the bucket, newest first, without asking the database."""
    drills = set(storage.list_keys(drill_key_of("").removesuffix(".json")))
    found = []
    for key in sorted(storage.list_keys(manifest_key_of("").removesuffix(".json")), reverse=True):
        manifest = json.loads(storage.get_bytes(key))
        drill = drill_key_of(manifest["backup_id"])
        outcome = json.loads(storage.get_bytes(drill)) if drill in drills else {}
        found.append(
            {
                "backup_id": manifest["backup_id"],
                "state": outcome.get("state", "written"),
                "byte_count": manifest["byte_count"],
                "finished_at": manifest["finished_at"],
                "cause": outcome.get("failed"),
                "row_count": sum(table["rows"] for table in manifest["tables"].values()),
            }
        )
    return found
