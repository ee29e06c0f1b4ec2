"""Every object of a backup that is missing or changed, once a drill has met the first."""

from concurrent.futures import ThreadPoolExecutor

from customer_hub.backup.archive import Archive, open_archive
from customer_hub.backup.chunks import Chunk, DamagedChunkError
from customer_hub.backup.key_backup import find_keys
from customer_hub.backup.manifest import Manifest, read_manifest
from customer_hub.backup.monthly import find_place

_READERS = 3


def find_damaged(backup_id: str) -> list[str]:
    """Return the names of all damaged objects of a backup and of the newest keys.

    Raises:
        BackupError: a manifest is missing or changed, or the store refuses.
        BackupStoreError: the store cannot be read now.
    """
    archive = open_archive()
    place = find_place(backup_id, archive)
    data = read_manifest("data", backup_id, place)
    keys = find_keys(data, archive, None)
    return sorted([*_check(data, place), *_check(keys, archive)])


def _check(manifest: Manifest, place: Archive) -> list[str]:
    store = manifest.open_store(place)

    def is_damaged(chunk: Chunk) -> bool:
        try:
            store.read_sealed(chunk)
        except DamagedChunkError:
            return True
        return False

    with ThreadPoolExecutor(_READERS) as pool:
        found = pool.map(is_damaged, manifest.chunks)
        return [chunk.name for chunk, is_bad in zip(manifest.chunks, found, strict=True) if is_bad]
