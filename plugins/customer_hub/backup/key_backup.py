"""The segment keys as a document of the key backup, which lies apart from the data.

The salts lie beside them as a table. The whole is taken after the data, so that every salt that the
data needs is inside, and the newest key backup opens every older backup of data.
"""

import base64
import json
from collections.abc import Mapping

from customer_hub.backup.archive import Archive
from customer_hub.backup.keyring import identify_key
from customer_hub.backup.manifest import Manifest, iterate_newest, read_manifest
from customer_hub.core.errors import BackupError
from customer_hub.core.keys import read_key_file, unwrap_keys
from customer_hub.core.settings import settings

SEGMENT_KEYS = "segment_keys"
SegmentKeys = Mapping[str, Mapping[int, bytes]]


def read_segment_keys() -> SegmentKeys:
    """Return the segment keys of this hub."""
    chosen = settings()
    return unwrap_keys(read_key_file(chosen.key_file), chosen.kek.get_secret_value())


def identify_segment_keys(keys: SegmentKeys) -> dict[str, dict[str, str]]:
    """Return the public ids of segment keys: segment -> version -> id."""
    return {
        segment: {str(version): identify_key(key) for version, key in sorted(versions.items())}
        for segment, versions in sorted(keys.items())
    }


def dump_segment_keys(keys: SegmentKeys) -> bytes:
    """Return the document that holds the keys; it goes nowhere but into a sealed chunk."""
    document = {
        segment: {str(version): base64.b64encode(key).decode() for version, key in versions.items()}
        for segment, versions in keys.items()
    }
    return json.dumps(document, sort_keys=True).encode()


def load_segment_keys(document: bytes) -> dict[str, dict[int, bytes]]:
    """Return the keys that `dump_segment_keys` wrote."""
    return {
        segment: {int(version): base64.b64decode(key) for version, key in versions.items()}
        for segment, versions in json.loads(document).items()
    }


def find_keys(data: Manifest, archive: Archive, keys_id: str | None) -> Manifest:
    """Return a key backup that opens a backup of data; known before anything is restored.

    Args:
        data: the backup of data.
        archive: where key backups lie.
        keys_id: which one; None: the newest.

    Raises:
        BackupError: there is none; or it is older than the data, or lacks a segment key: its id is
            named.
    """
    if keys_id is not None:
        keys: Manifest | None = read_manifest("keys", keys_id, archive)
    else:
        keys = next(iterate_newest("keys", archive), None)
    if keys is None:
        raise BackupError(
            "there is no key backup that HUB_BACKUP_KEK opens",
            where=data.backup_id,
            hint="bring back keys/ in the bucket; see docs/runbooks/lost-key.md",
        )
    _check_sufficient(data, keys)
    return keys


def _check_sufficient(data: Manifest, keys: Manifest) -> None:
    if keys.backup_id < data.backup_id:
        raise BackupError(
            f"the key backup {keys.backup_id} is older than the data: salts would be missing",
            where=data.backup_id,
            hint="bring back a newer one below keys/ in the bucket; see docs/runbooks/lost-key.md",
        )
    lacking = [
        f"{segment} {version} ({key_id})"
        for segment, versions in data.segment_keys.items()
        for version, key_id in versions.items()
        if keys.segment_keys.get(segment, {}).get(version) != key_id
    ]
    if lacking:
        raise BackupError(
            f"the key backup {keys.backup_id} lacks the segment keys {', '.join(lacking)}",
            where=data.backup_id,
            hint="bring back a key backup that has them; see docs/runbooks/lost-key.md",
        )
