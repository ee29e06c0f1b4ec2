"""Copies of monthly backups under object lock: whole by themselves, and deletable by nobody in time.

Each lies in the lock bucket below a prefix of its own, with chunks of its own: whatever becomes of
the other backups, it stays. Keys are not copied: a person whose salt is erased stays erased.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from customer_hub.backup.archive import Archive
from customer_hub.backup.manifest import Manifest, find_authentic
from customer_hub.backup.object_keys import chunk_key_of, drill_prefix_of, manifest_key_of
from customer_hub.backup.storage import Bucket
from customer_hub.core.errors import BackupError, BackupRefusedError
from customer_hub.core.settings import settings

log = logging.getLogger(__name__)
_MONTH = timedelta(days=31)
_PREFIX = "monthly/"


def list_copies(archive: Archive) -> Iterator[Archive]:
    """Yield the archive of each copy, oldest first, whole or not; none without a lock bucket."""
    name = settings().s3_lock_bucket
    if name is None:
        return
    keys = [key.split("/") for key in Bucket(name, has_lock=True).list(_PREFIX)]
    ids = {parts[1] for parts in keys if len(parts) > 2}
    for backup_id in sorted(ids):
        yield _open_copy(name, backup_id, archive)


def find_place(backup_id: str, archive: Archive, *, is_locked: bool = False) -> Archive:
    """Return where a backup lies: in the archive itself, or else (`is_locked`: only) in a copy.

    Raises:
        BackupError: no locked copy of it is whole, and none but such a one is wanted.
    """
    if not is_locked and find_authentic("data", backup_id, archive):
        return archive
    for copy in list_copies(archive):
        if find_authentic("data", backup_id, copy):
            return copy
    if is_locked:
        raise BackupError(
            "there is no locked copy of it", where=backup_id, hint="see `hub backup list`"
        )
    return archive


def copy_monthly(manifest: Manifest, archive: Archive, months: int, now: datetime) -> bool:
    """Copy a verified backup into the lock bucket; returns whether it was not there yet.

    Every object is checked on its way. The manifest goes last.

    Args:
        manifest: of the backup.
        archive: where it lies.
        months: for how long the copy is locked.
        now: by the store's clock; a copy whose time is over already is not made.

    Raises:
        BackupError: an object is damaged, or the store refuses.
    """
    name = settings().s3_lock_bucket
    if name is None:
        return False
    copy = _open_copy(name, manifest.backup_id, archive)
    until = manifest.snapshot_at + months * _MONTH
    if until <= now or find_authentic("data", manifest.backup_id, copy):
        return False
    store = manifest.open_store(archive)
    for chunk in manifest.chunks:
        sealed = store.read_sealed(chunk)
        copy.bucket.put(chunk_key_of("data", chunk.name), sealed, lock_until=until)
    last = manifest_key_of("data", manifest.backup_id)
    for key in (*archive.bucket.list(drill_prefix_of(manifest.backup_id)), last):
        copy.bucket.put(key, archive.bucket.find(key) or b"", lock_until=until)
    log.info("backup %s copied, locked until %s", manifest.backup_id, until.date())
    return True


def erase_expired(archive: Archive, now: datetime, months: int) -> int:
    """Delete the copies whose time is over; returns how many.

    Args:
        archive: opens them.
        now: by the store's clock.
        months: for how long they were locked.
    """
    erased = 0
    for copy in list_copies(archive):
        written = max(found.modified_at for found in copy.bucket.list("").values())
        # A day more than the lock, which ended by the time of the backup.
        if now > written + months * _MONTH + timedelta(days=1):
            try:
                copy.bucket.erase()
            except BackupRefusedError as error:
                # Written when the rules kept copies for longer: the store keeps its word.
                log.warning("a copy stays until its lock ends: %s", error.what)
            else:
                erased += 1
    return erased


def _open_copy(name: str, backup_id: str, archive: Archive) -> Archive:
    return Archive(Bucket(name, f"{_PREFIX}{backup_id}/", has_lock=True), archive.keyring)
