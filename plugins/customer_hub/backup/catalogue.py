"""What backups there are, as the bucket says: it remains when the database is lost."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from customer_hub.backup.archive import open_archive
from customer_hub.backup.manifest import Manifest, iterate_newest
from customer_hub.backup.monthly import list_copies
from customer_hub.backup.reports import iterate_states, look_back
from customer_hub.core import clock
from customer_hub.core.errors import BackupError


def list_backups() -> Sequence[Mapping[str, Any]]:
    """Return the authentic backups, newest first, then the locked copies: state, times and sizes."""
    archive = open_archive()
    copies = reversed(list(list_copies(archive)))
    return [
        {
            "backup_id": manifest.backup_id,
            "state": report.state if report else "written",
            "is_locked": place is not archive,
            "snapshot_at": manifest.snapshot_at.isoformat(timespec="seconds"),
            "rows": manifest.row_count,
            "bytes": manifest.byte_count,
            "sent": manifest.sent_bytes,
            "rto_seconds": report.rto_seconds if report else None,
            "cause": report.cause if report else None,
        }
        for place in (archive, *copies)
        for manifest, report in iterate_states(place)
    ]


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
