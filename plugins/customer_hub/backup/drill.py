"""The restore drill: a backup counts as verified only after this."""

import json
import logging
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from psycopg import sql as psql
from sqlalchemy import make_url

from customer_hub.backup import storage
from customer_hub.backup.object_keys import drill_key_of
from customer_hub.core import clock, db, keys, sql
from customer_hub.core.errors import BackupError, BackupStoreError
from customer_hub.core.results import BatchResult
from customer_hub.core.settings import settings

log = logging.getLogger(__name__)
_TIMEOUT_SECONDS = 4 * 3600
# What the restoring process may see: the bucket, the key of the key backup, and the scratch database.
_PASSED_ON = (
    "HUB_BACKUP_KEK", "HUB_S3_ENDPOINT_URL", "HUB_S3_BUCKET", "HUB_S3_ACCESS_KEY",
    "HUB_S3_SECRET_KEY", "HUB_S3_PLAIN_CHECKSUMS", "HUB_POSTGRES_BIN_DIR", "HUB_REPORT_DIR",
    "PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "HUB_SQL_TRACE",
)  # fmt: skip


def run_drill(backup_id: str | None) -> BatchResult:
    """Restore a backup into a scratch database in a process of its own, and record the outcome.

    Args:
        backup_id: None takes the newest verified backup.

    Raises:
        BackupStoreError: the store could not be read; that says nothing of the backup.
        BackupError: it does not restore to what it was; its state is `failed`.
    """
    chosen = backup_id or _newest()
    started = clock.now()
    log.info("drill of backup %s begins", chosen)
    outcome = _restore_apart(chosen)
    if "unreachable" in outcome:
        raise BackupStoreError(
            str(outcome["unreachable"]), where=chosen, hint="its state stays; run it again"
        )
    failed = outcome.get("failed")
    _record(chosen, started, outcome)
    if failed:
        raise BackupError(
            f"the backup was not proven: {failed}",
            where=chosen,
            hint="see docs/runbooks/restore_drill.md; earlier verified backups stay",
        )
    log.info("backup %s verified: %s rows", chosen, outcome["rows"])
    counts = {name: int(outcome[name]) for name in ("tables", "rows", "opened")}
    return BatchResult("drill", counts, (chosen,))


def _newest() -> str:
    with db.begin() as connection:
        found = sql.rows(connection, "backup/select_newest_verified")
    if not found:
        raise BackupError(
            "there is no verified backup", where="backup", hint="run the DAG backup_master"
        )
    return str(found[0].backup_id)


def _record(backup_id: str, started: datetime, outcome: dict[str, int | str]) -> None:
    state = "failed" if "failed" in outcome else "verified"
    # First beside the backup: there it is read when the database is lost.
    storage.put_document(
        drill_key_of(backup_id), {"state": state, "at": clock.now().isoformat(), **outcome}
    )
    with db.begin() as connection:
        sql.run(
            connection,
            "backup/insert_drill",
            backup_id=backup_id,
            state=state,
            compared_tables=outcome.get("tables", 0),
            compared_rows=outcome.get("rows", 0),
            cause=outcome.get("failed"),
            started_at=started,
        )
        sql.run(
            connection,
            "backup/set_manifest_state",
            backup_id=backup_id,
            state=state,
            cause=outcome.get("failed"),
        )


def _restore_apart(backup_id: str) -> dict[str, int | str]:
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    with _scratch_database() as url:
        environment |= {
            "HUB_DATABASE_URL": url,
            "HUB_DRILL_DATABASE_URL": url,
            "HUB_KEK": keys.new_kek(),  # opens nothing: the real one stays out of this process
            "HUB_KEY_FILE": os.devnull,
        }
        finished = subprocess.run(
            [sys.executable, "-m", "customer_hub.backup.restore", backup_id],
            env=environment,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    try:
        outcome: dict[str, int | str] = json.loads(finished.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        # Its error text may hold a row's values: only the status goes further.
        return {"failed": f"the restoring process ended with status {finished.returncode}"}
    return outcome


@contextmanager
def _scratch_database() -> Iterator[str]:
    """Make an empty database owned by the drill role; drop it afterwards, whatever happened."""
    base = make_url(settings().drill_database_url.get_secret_value())
    name = f"hub_drill_{secrets.token_hex(4)}"
    maintenance = db.engine(base.render_as_string(hide_password=False))

    def execute(statement: str) -> None:
        with maintenance.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            driver = connection.connection.driver_connection
            assert driver is not None  # a checked-out connection always has one
            # Sessions of our own may be left by a killed process. Not `with (force)`: it fails when
            # an autovacuum worker is there, for which a plain drop waits.
            sql.run(connection, "backup/end_own_sessions", database=name)
            driver.execute(psql.SQL(statement).format(psql.Identifier(name)))

    execute("create database {} template template0 encoding 'UTF8' locale 'C.UTF-8'")
    try:
        yield base.set(database=name).render_as_string(hide_password=False)
    finally:
        execute("drop database if exists {}")
