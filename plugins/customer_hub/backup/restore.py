"""Restore a backup into an empty database and prove it, with nothing but the bucket and its key.

`python -m customer_hub.backup.restore BACKUP_ID` is the process that a drill starts. Its
environment names the scratch database as its only database: it could not read the live one.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import make_url

from customer_hub.backup import content, key_backup, postgres_tools, storage
from customer_hub.backup.object_keys import manifest_key_of
from customer_hub.backup.sealed_stream import open_chunks
from customer_hub.core import db, landing, sql, subjects
from customer_hub.core.errors import BackupError, BackupStoreError, ConfigurationError, HubError
from customer_hub.core.keys import add_key_file
from customer_hub.core.seal import Sealer
from customer_hub.core.settings import settings
from customer_hub.core.table_hash import SEALED_TABLES, open_rows


def restore_backup(backup_id: str, url: str) -> dict[str, Any]:
    """Restore into the empty database `url`, compare with the manifest, open every sealed value.

    Returns:
        Counts: tables, rows, opened (sealed values that the restored keys opened).

    Raises:
        BackupError: an object is missing or changed, a key is wrong, or the content differs.
        SealError: a value does not open with the restored keys.
    """
    manifest = json.loads(storage.get_bytes(manifest_key_of(backup_id)))
    keys = _open_keys(manifest, backup_id)
    with db.begin(url) as connection:
        if content.list_tables(connection):
            raise BackupError(
                "the database to restore into is not empty",
                where=backup_id,
                hint="name a new, empty database",
            )
    with storage.open_stream(manifest["data"]) as stream:
        postgres_tools.restore(url, open_chunks(stream, keys["data_key"], backup_id))
        if stream.sha256.hex() != manifest["sealed_sha256"]:
            raise BackupError("the sealed dump is not the one in the manifest", where=backup_id)
    with db.begin(url) as connection:
        sql.run(
            connection,
            "core/insert_subjects",
            subjects=[reference for reference, _ in keys["salts"]],
            salts=[salt for _, salt in keys["salts"]],
        )
    # The server hashes while this process opens what is sealed.
    with ThreadPoolExecutor(1) as beside:
        opening = beside.submit(_open_all, url, Sealer(keys["segments"]))
        rows = _compare(url, backup_id, manifest["tables"])
        opened = opening.result()
    return {"tables": len(manifest["tables"]), "rows": rows, "opened": opened}


def restore_into(backup_id: str, url: str) -> dict[str, Any]:
    """As `restore_backup`, for a URL that stands on a command line, which others can read.

    Raises:
        ConfigurationError: the URL holds a password.
    """
    if make_url(url).password:
        raise ConfigurationError(
            "the URL holds a password, and other users of the machine can read command lines",
            where="--into",
            hint="leave it out; set PGPASSWORD or PGPASSFILE",
        )
    return restore_backup(backup_id, url)


def restore_key_file(backup_id: str) -> None:
    """Write the key file from a backup's key backup, wrapped by HUB_KEK.

    Raises:
        BackupError: there is a key file, or the key backup is missing or does not open.
    """
    manifest = json.loads(storage.get_bytes(manifest_key_of(backup_id)))
    opened = _open_keys(manifest, backup_id)
    chosen = settings()
    if not add_key_file(chosen.key_file, opened["segments"], chosen.kek.get_secret_value()):
        raise BackupError(
            "there is a key file already",
            where="HUB_KEY_FILE",
            hint="move it aside first, do not delete it",
        )


def _open_keys(manifest: dict[str, Any], backup_id: str) -> dict[str, Any]:
    sealed = storage.get_bytes(manifest["keys"])
    return key_backup.open_key_backup(sealed, backup_id, settings().backup_kek.get_secret_value())


def _compare(url: str, backup_id: str, wanted: dict[str, dict[str, Any]]) -> int:
    with db.begin(url) as connection:
        found = content.describe_tables(connection)
    different = sorted(
        name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)
    )
    if different:
        raise BackupError(
            f"restored content differs in {', '.join(different)}",
            where=backup_id,
            hint="this backup proves nothing; see docs/runbooks/restore_drill.md",
        )
    return sum(table["rows"] for table in found.values())


def _open_all(url: str, sealer: Sealer) -> int:
    with db.begin(url) as connection:
        opened = sum(1 for table in SEALED_TABLES for _ in open_rows(connection, sealer, table))
        for chunk in sql.stream(connection, "backup/stream_payloads"):
            salts = subjects.read_salts(connection, sorted({row.subject for row in chunk}))
            for row in chunk:
                landing.open_payload(sealer, row, salts)
                opened += 1
    return opened


def main() -> int:
    """Restore the backup named on the command line into HUB_DATABASE_URL; print counts or why not."""
    try:
        url = settings().database_url.get_secret_value()
        outcome = restore_backup(sys.argv[1], url)
    except BackupStoreError as error:
        outcome = {"unreachable": error.what}
    except HubError as error:
        outcome = {"failed": error.what}
    sys.stdout.write(json.dumps(outcome) + "\n")
    return 1 if outcome.keys() & {"failed", "unreachable"} else 0


if __name__ == "__main__":
    sys.exit(main())
