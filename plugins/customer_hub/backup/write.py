"""Write one backup: dump and hashes of one snapshot, key backup apart, manifest last.

Killed at any point, it leaves a backup that has no manifest and therefore does not exist.
"""

import json
import logging
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Connection

from customer_hub.backup import content, key_backup, postgres_tools, storage
from customer_hub.backup.catalogue import list_backups
from customer_hub.backup.object_keys import DATA, data_key_of, keys_key_of, manifest_key_of
from customer_hub.backup.sealed_stream import SealingReader
from customer_hub.core import clock, db, sql
from customer_hub.core.errors import BackupError
from customer_hub.core.migrate import read_migrations
from customer_hub.core.receipts import Batch, RootHash, write_receipt
from customer_hub.core.settings import settings

log = logging.getLogger(__name__)


_UNFINISHED = ("writing", "failed")


def write_backup(run_id: str) -> str:
    """Write a backup of the hub's database; returns its id. It is not verified yet.

    Raises:
        BackupError: the dump or the store failed; nothing earlier was touched.
        HubError: another backup is being written now.
    """
    with db.hold_lock("backup/write"):
        _abort_abandoned()
        return _write(run_id)


def _abort_abandoned() -> None:
    """Free the store from parts of backups whose writers were killed or lost it half-way."""
    gone = {data_key_of(row.backup_id) for row in list_backups() if row.state in _UNFINISHED}
    try:
        aborted = storage.abort_uploads(DATA, gone) if gone else 0
    except BackupError as error:
        # A store that is down fails the backup itself; a right that is missing must not.
        log.warning("broken uploads stay where they are: %s", error)
        return
    if aborted:
        log.info("aborted %d broken upload(s) of earlier backups", aborted)


def _write(run_id: str) -> str:
    backup_id = f"{clock.now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    with db.begin() as connection:
        sql.run(
            connection,
            "backup/insert_manifest",
            backup_id=backup_id,
            object_key=data_key_of(backup_id),
            schema_version=len(read_migrations()),
        )
    try:
        manifest = _write_objects(backup_id)
    except BackupError as error:
        with db.begin() as connection:
            sql.run(connection, "backup/fail_manifest", backup_id=backup_id, cause=error.what)
        raise
    with db.begin() as connection:
        sql.run(
            connection,
            "backup/finish_manifest",
            backup_id=backup_id,
            sealed_sha256=bytes.fromhex(manifest["sealed_sha256"]),
            byte_count=manifest["byte_count"],
            tables=json.dumps(manifest["tables"]),
            key_object_key=keys_key_of(backup_id),
        )
        root = RootHash()
        root.add(json.dumps(manifest, sort_keys=True))
        counts = {
            "tables": len(manifest["tables"]),
            "rows": sum(table["rows"] for table in manifest["tables"].values()),
            "bytes": manifest["byte_count"],
        }
        batch = Batch("write backup", f"backup {backup_id}", root)
        write_receipt(connection, run_id, "backup", counts, batch=batch)
    log.info("backup %s written: %s bytes", backup_id, manifest["byte_count"])
    return backup_id


def _write_objects(backup_id: str) -> dict[str, Any]:
    data_key = os.urandom(32)
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with db.engine().connect().execution_options(**options) as connection, connection.begin():
        snapshot = sql.rows(connection, "backup/export_snapshot")[0].snapshot
        # The server hashes the tables while the dump of the same snapshot goes out.
        with ThreadPoolExecutor(1) as beside:
            hashing = beside.submit(content.describe_tables, connection)
            digest, length = _upload_dump(backup_id, data_key, snapshot)
            tables = hashing.result()
    # Salts are taken after the data: every salt that a dumped row needs exists by now.
    with db.begin() as connection:
        storage.put_bytes(
            keys_key_of(backup_id), key_backup.write_key_backup(connection, backup_id, data_key)
        )
        manifest = _make_manifest(connection, backup_id, digest, length, tables)
    storage.put_document(manifest_key_of(backup_id), manifest)
    return manifest


def _upload_dump(backup_id: str, data_key: bytes, snapshot: str) -> tuple[bytes, int]:
    key = data_key_of(backup_id)
    url = settings().database_url.get_secret_value()
    with postgres_tools.dump(url, snapshot, content.APART) as stream:
        reader = storage.HashingReader(SealingReader(stream, data_key, backup_id))
        storage.put_stream(key, reader)
    found = storage.hash_object(key)
    if found != (reader.sha256, reader.byte_count):
        raise BackupError(
            "the store gave back something else than it was given",
            where=key,
            hint="do not trust this store; see docs/runbooks/backup_master.md",
        )
    return found


def _make_manifest(
    connection: Connection,
    backup_id: str,
    digest: bytes,
    length: int,
    tables: dict[str, dict[str, Any]],
) -> dict[str, Any]:
    active = sql.rows(connection, "core/select_active_policy")
    return {
        "format": 1,
        "backup_id": backup_id,
        "finished_at": clock.now().isoformat(),
        "schema_version": len(read_migrations()),
        "policy_version": active[0].policy_version if active else None,
        "data": data_key_of(backup_id),
        "keys": keys_key_of(backup_id),
        "sealed_sha256": digest.hex(),
        "byte_count": length,
        "tables": tables,
    }
