"""What backups there are, as the bucket says: it remains when the database is lost."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from customer_hub.backup.archive import Archive, open_archive
from customer_hub.backup.manifest import list_ids, read_manifest
from customer_hub.backup.monthly import list_copies
from customer_hub.backup.reports import iterate_states, read_report
from customer_hub.backup.retention import BackupRules, choose_kept
from customer_hub.backup.states import set_state
from customer_hub.core import db, sql
from customer_hub.core.errors import BackupError, BackupRefusedError, BackupStoreError


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
    except (BackupStoreError, BackupRefusedError):
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


def settle_table(rules: BackupRules) -> list[str]:
    """Bring the hub's own table in line with the bucket.

    A restored table tells of backups that have had their time since, and one that was lost may be
    there again.

    Args:
        rules: what stays for how long.

    Returns:
        Ids of backups that the table has as verified, that should be there and are gone: still to be
        settled as lost, once people know.
    """
    present = {
        manifest.backup_id: (manifest.snapshot_at, report)
        for manifest, report in iterate_states(open_archive())
    }
    with db.begin() as connection:
        rows = sql.rows(connection, "backup/list_verified")
        known = {row.backup_id: row.started_at for row in rows if row.state == "verified"}
        missing = known.keys() - present.keys()
        times = known | {backup_id: at for backup_id, (at, _) in present.items()}
        kept = choose_kept(list(times.items()), rules)
        sql.run(connection, "backup/expire_manifests", backup_ids=sorted(missing - kept.keys()))
        for backup_id in {row.backup_id for row in rows} - known.keys():
            report = present[backup_id][1] if backup_id in present else None
            if report is not None:
                set_state(connection, backup_id, report.state, report.cause)
    return sorted(missing & kept.keys(), reverse=True)


def settle_lost(backup_ids: Sequence[str]) -> None:
    """Note in the hub's table that backups are gone, other than by the hub's own hand."""
    cause = "the bucket has it no more, or HUB_BACKUP_KEK does not open it"
    with db.begin() as connection:
        for backup_id in backup_ids:
            set_state(connection, backup_id, "lost", cause)


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
