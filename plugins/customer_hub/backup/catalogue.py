"""What backups there are, as the bucket says: it remains when the database is lost."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from customer_hub.backup.archive import Archive, open_archive
from customer_hub.backup.manifest import Manifest, iterate_newest, list_ids, read_manifest
from customer_hub.backup.monthly import list_copies
from customer_hub.backup.reports import iterate_states, look_back, read_report
from customer_hub.core import clock, db, sql
from customer_hub.core.errors import BackupError, BackupStoreError


def list_backups() -> Sequence[Mapping[str, Any]]:
    """Return the backups, newest first, then the locked copies: state, times and sizes.

    `unreadable`: something lies there that is none, or that HUB_BACKUP_KEK does not open.
    """
    archive = open_archive()
    copies = reversed(list(list_copies(archive)))
    return [
        {"backup_id": backup_id, **_describe(backup_id, place), "is_locked": place is not archive}
        for place in (archive, *copies)
        for backup_id in reversed(list_ids("data", place))
    ]


def _describe(backup_id: str, place: Archive) -> dict[str, Any]:
    try:
        manifest = read_manifest("data", backup_id, place)
    except BackupStoreError:
        raise
    except BackupError as error:
        return {"state": "unreadable", "cause": error.what}
    report = read_report(manifest, place)
    return {
        "state": report.state if report else "written",
        "cause": report.cause if report else None,
        "snapshot_at": manifest.snapshot_at.isoformat(timespec="seconds"),
        "rows": manifest.row_count,
        "bytes": manifest.byte_count,
        "sent": manifest.sent_bytes,
        "rto_seconds": report.rto_seconds if report else None,
    }


def find_lost() -> list[str]:
    """Return the ids of backups that the hub's table has as verified, and the bucket has no more."""
    present = {manifest.backup_id for manifest in iterate_newest("data", open_archive())}
    with db.begin() as connection:
        known = [row.backup_id for row in sql.rows(connection, "backup/list_verified")]
    return [backup_id for backup_id in known if backup_id not in present]


def settle_lost(backup_ids: Sequence[str]) -> None:
    """Note in the hub's table that backups are gone, other than by the hub's own hand."""
    with db.begin() as connection:
        for backup_id in backup_ids:
            sql.run(
                connection,
                "backup/set_manifest_state",
                backup_id=backup_id,
                state="lost",
                cause="the bucket has it no more, or HUB_BACKUP_KEK does not open it",
            )


def choose_older() -> str:
    """Return the id of a random backup that was verified, older than the newest one if there is one.

    Raises:
        BackupError: there is no verified backup.
    """
    proven = [
        manifest.backup_id
        for manifest, report in iterate_states(open_archive())
        if report is not None and report.state == "verified"
    ]
    if not proven:
        raise BackupError(
            "there is no verified backup", where="backup", hint="run the DAG backup_master"
        )
    return secrets.choice(proven[1:] or proven)


def measure_age() -> float | None:
    """Return how many hours ago the data of the newest verified backup were the present ones.

    Where there are backups and none is verified, as of the oldest one; None: there is no backup.
    """
    archive = open_archive()
    newest, _ = look_back(archive)
    oldest = newest or min(iterate_newest("data", archive), key=_id_of, default=None)
    if oldest is None:
        return None
    return round((clock.now() - oldest.snapshot_at).total_seconds() / 3600, 1)


def _id_of(manifest: Manifest) -> str:
    return manifest.backup_id
