"""Collect what no kept backup needs any more: mark from the manifests, sweep the rest.

Nothing young is touched, by the store's own clock: it may belong to a backup that is being written
by somebody else. The newest verified backup stays whatever the rules say.
"""

import json
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from customer_hub.backup import monthly
from customer_hub.backup.archive import Archive, open_archive
from customer_hub.backup.drill import DRILL_LOCK
from customer_hub.backup.manifest import Manifest, find_manifest, iterate_newest, list_ids
from customer_hub.backup.object_keys import (
    DRILLS,
    PARTS,
    Part,
    chunk_prefix_of,
    drill_prefix_of,
    manifest_key_of,
    manifest_prefix_of,
)
from customer_hub.backup.reports import Report, iterate_states, was_verified
from customer_hub.backup.retention import Retention, choose_kept, read_retention
from customer_hub.backup.write import LOCK
from customer_hub.core import db, sql
from customer_hub.core.errors import BackupError, BackupStoreError
from customer_hub.core.results import BatchResult

log = logging.getLogger(__name__)
_LEAST_AGE = timedelta(hours=1)


def collect_garbage() -> BatchResult:
    """Delete backups that have had their time, and objects that belong to none.

    Raises:
        BackupError: a manifest cannot be read, so that nobody knows what it needs; or the store
            refuses.
        HubError: a backup is being written or drilled now.
    """
    rules = read_retention()
    with db.hold_lock(LOCK, DRILL_LOCK):
        archive = open_archive()
        states = list(iterate_states(archive))
        now = archive.bucket.read_clock()
        young = now - _find_patience(states)
        counts = {"kept": len(states), "copied": 0}
        kept = _choose(states, rules, archive)
        for manifest, _ in states:
            if "monthly" in kept.get(manifest.backup_id, ()):
                counts["copied"] += monthly.copy_monthly(
                    manifest, archive, rules.backup.monthly, now
                )
        expired = [m.backup_id for m, _ in states if m.backup_id not in kept]
        expired = _drop_manifests("data", expired, archive, young)
        with db.begin() as connection:
            sql.run(connection, "backup/expire_manifests", backup_ids=expired)
        _drop_reports(archive, young)
        old_keys = _list_old_keys(archive, now - timedelta(days=rules.keys.keep_days))
        counts["keys"] = len(_drop_manifests("keys", old_keys, archive, young))
        counts["chunks"] = sum(_sweep(part, archive, young) for part in PARTS)
        counts["uploads"] = _abort_uploads(archive, young)
        counts["copies"] = monthly.erase_expired(archive, now, rules.backup.monthly)
    counts["kept"] -= len(expired)
    log.info("collected: %s", counts)
    return BatchResult("collect", counts | {"expired": len(expired)}, tuple(expired))


def _find_patience(states: Iterable[tuple[Manifest, Report | None]]) -> timedelta:
    """Return the age below which nothing is touched: twice the longest backup."""
    longest = max((manifest.seconds for manifest, _ in states), default=0.0)
    return max(_LEAST_AGE, timedelta(seconds=2 * longest))


def _choose(
    states: Iterable[tuple[Manifest, Report | None]], rules: Retention, archive: Archive
) -> dict[str, set[str]]:
    """Return what stays, and why.

    By the rules, the newest that counts now, and whatever is newer. A backup that was once proven and
    has failed a later drill keeps its time: whoever deletes it can no longer find out why.
    """
    proven = {m.backup_id for m, report in states if report and report.state == "verified"}
    once = [
        (m.backup_id, m.snapshot_at)
        for m, _ in states
        if m.backup_id in proven or was_verified(m, archive)
    ]
    kept = choose_kept(once, rules.backup)
    newest = max(proven, default="")
    for manifest, _ in states:
        if manifest.backup_id >= newest:
            why = "last" if manifest.backup_id == newest else "new"
            kept.setdefault(manifest.backup_id, set()).add(why)
    return kept


def _list_old_keys(archive: Archive, limit: datetime) -> list[str]:
    """Return the key backups that are older than a moment, never the newest authentic one."""
    newest = next(iterate_newest("keys", archive), None)
    objects = archive.bucket.list(manifest_prefix_of("keys"))
    return [
        backup_id
        for backup_id in list_ids("keys", archive)
        if objects[manifest_key_of("keys", backup_id)].modified_at < limit
        and (newest is None or backup_id != newest.backup_id)
    ]


def _drop_manifests(part: Part, ids: Iterable[str], archive: Archive, young: datetime) -> list[str]:
    """Delete manifests that are old enough: from now on these backups are none. Returns which."""
    objects = archive.bucket.list(manifest_prefix_of(part))
    old = [each for each in ids if objects[manifest_key_of(part, each)].modified_at < young]
    for backup_id in old:
        archive.bucket.delete(manifest_key_of(part, backup_id))
    return old


def _drop_reports(archive: Archive, young: datetime) -> None:
    """Delete the drill reports of backups that are none any more."""
    known = {drill_prefix_of(backup_id) for backup_id in list_ids("data", archive)}
    for key, found in archive.bucket.list(DRILLS).items():
        if found.modified_at < young and key.rpartition("/")[0] + "/" not in known:
            archive.bucket.delete(key)


def _sweep(part: Part, archive: Archive, young: datetime) -> int:
    """Delete the chunks that no manifest names; returns how many."""
    prefix, marked = chunk_prefix_of(part), _mark(part, archive)
    swept = 0
    for key, found in archive.bucket.list(prefix).items():
        if key.removeprefix(prefix) not in marked and found.modified_at < young:
            archive.bucket.delete(key)
            swept += 1
    return swept


def _mark(part: Part, archive: Archive) -> set[str]:
    """Return the names of all chunks that a manifest needs, also one under a key that is not here."""
    marked: set[str] = set()
    for backup_id in list_ids(part, archive):
        try:
            manifest = find_manifest(part, backup_id, archive)
            marked.update(chunk.name for chunk in manifest.chunks) if manifest else None
        except BackupStoreError:
            raise
        except BackupError:
            marked.update(_read_names(manifest_key_of(part, backup_id), archive))
    return marked


def _read_names(key: str, archive: Archive) -> set[str]:
    """Return what a manifest names that cannot be trusted: too much is kept rather than too little."""
    try:
        return {chunk["name"] for chunk in json.loads(archive.bucket.find(key) or b"")["chunks"]}
    except (ValueError, KeyError, TypeError):
        raise BackupError(
            "this manifest cannot be read, so that nobody knows what it needs: nothing is swept",
            where=key,
            hint="find out who wrote it; delete it by hand if it is none of the hub's",
        ) from None


def _abort_uploads(archive: Archive, young: datetime) -> int:
    old = [each for each, began in archive.bucket.list_uploads().items() if began < young]
    for key, upload_id in old:
        archive.bucket.abort_upload(key, upload_id)
    return len(old)
