"""The restore drill: a backup counts as verified only after this."""

import json
import logging
import os
import subprocess
import sys
from threading import Timer
from typing import Any

from customer_hub.backup.archive import open_archive
from customer_hub.backup.manifest import read_manifest
from customer_hub.backup.monthly import find_place
from customer_hub.backup.reports import Report, write_report
from customer_hub.backup.scratch import make_scratch_database
from customer_hub.backup.states import set_state
from customer_hub.core import clock, db, keys, sql
from customer_hub.core.errors import BackupError, BackupStoreError

log = logging.getLogger(__name__)
DRILL_LOCK = "backup/drill"
_TIMEOUT_SECONDS = 4 * 3600
# What the restoring process may see: the bucket, the key of the key backup, and the scratch database.
_PASSED_ON = (
    "HUB_BACKUP_KEK", "HUB_POSTGRES_BIN_DIR", "HUB_REPORT_DIR", "HUB_SQL_TRACE", "PATH",
    "PYTHONPATH", "LD_LIBRARY_PATH", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE",
    "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "TMPDIR",
)  # fmt: skip
_STORE = "HUB_S3_"
# What was freed goes back to the machine: glibc would keep a pool for each thread, and large pieces.
_THRIFTY = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "262144"}


def run_drill(backup_id: str, run_id: str) -> Report:
    """Restore a backup into a scratch database in a process of its own, and record the outcome.

    Args:
        backup_id: the backup.
        run_id: who asks for it.

    Raises:
        BackupStoreError: the store could not be read, or the scratch server failed: that says
            nothing of the backup.
        BackupError: there is no such backup, or it does not restore to what it was: it is `failed`.
    """
    archive = open_archive()
    place = find_place(backup_id, archive)
    manifest = read_manifest("data", backup_id, place)
    started = clock.now()
    log.info("drill of backup %s begins", backup_id)
    with db.hold_lock(DRILL_LOCK):
        outcome = _restore_apart(backup_id)
    if "undecided" in outcome:
        raise BackupStoreError(
            str(outcome["undecided"]), where=backup_id, hint="its state stays; run it again"
        )
    finished = clock.now()
    report = Report(
        backup_id=backup_id,
        manifest_sha256=manifest.sha256,
        key_id=archive.keyring.current,
        store_id=manifest.store_id,
        state="failed" if outcome["cause"] else "verified",
        run_id=run_id,
        started_at=started,
        finished_at=finished,
        rpo_seconds=round((finished - manifest.snapshot_at).total_seconds(), 1),
        **outcome,
    )
    report = write_report(report, place)
    _record(report, len(manifest.tables), is_copy=place is not archive)
    if report.cause:
        raise BackupError(
            f"the backup was not proven: {report.cause}",
            where=backup_id,
            hint="see docs/runbooks/restore_drill.md; earlier verified backups stay",
        )
    log.info(
        "backup %s verified: %d rows, restored in %.0f s (RTO), data of %.0f s ago (RPO)",
        backup_id, report.rows, report.rto_seconds or 0, report.rpo_seconds or 0,
    )  # fmt: skip
    return report


def _record(report: Report, table_count: int, *, is_copy: bool) -> None:
    with db.begin() as connection:
        sql.run(
            connection,
            "backup/insert_drill",
            report=report.model_dump_json(),
            report_key=report.key,
            table_count=table_count,
        )
        if not is_copy:  # what became of the backup itself is another thing
            set_state(connection, report.backup_id, report.state, report.cause)


def _restore_apart(backup_id: str) -> dict[str, Any]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in _PASSED_ON or name.startswith(_STORE)
    }
    with make_scratch_database() as url:
        environment |= _THRIFTY
        environment |= {
            "HUB_DATABASE_URL": url,
            "HUB_DRILL_DATABASE_URL": url,
            "HUB_KEK": keys.new_kek(),  # opens nothing: the real one stays out of this process
            "HUB_KEY_FILE": os.devnull,
        }
        with subprocess.Popen(
            [sys.executable, "-m", "customer_hub.backup.prove", backup_id],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what a crash says may hold a row's values
            text=True,
        ) as process:
            watch = Timer(_TIMEOUT_SECONDS, process.kill)
            watch.start()
            try:
                last = _follow(process)
            finally:
                watch.cancel()
                process.kill()
    try:
        outcome: dict[str, Any] = json.loads(last)
    except ValueError:
        return {"undecided": f"the restoring process ended with status {process.returncode}"}
    return outcome


def _follow(process: "subprocess.Popen[str]") -> str:
    """Tell what the process tells; returns its last line, once it has ended."""
    assert process.stdout is not None  # asked for by the caller
    last = ""
    for line in process.stdout:
        if last:
            log.info("%s", last)
        last = line.rstrip()
    process.wait()
    return last
