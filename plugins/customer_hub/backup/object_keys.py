"""Under which keys the objects of backups stand in the bucket.

Two parts that lie apart: `data`, the hub's tables, and `keys`, the salts and segment keys without
which the sealed values in the data stay closed. Each has sealed chunks and manifests.
"""

from typing import Literal

Part = Literal["data", "keys"]
PARTS: tuple[Part, ...] = ("data", "keys")
DRILLS = "drills/"
PLACES = (*(f"{part}/" for part in PARTS), DRILLS)  # all that the hub writes to in its bucket


def chunk_prefix_of(part: Part) -> str:
    """Return where the sealed chunks of a part stand."""
    return f"{part}/chunks/"


def chunk_key_of(part: Part, name: str) -> str:
    """Return the object key of a sealed chunk."""
    return f"{chunk_prefix_of(part)}{name}"


def manifest_prefix_of(part: Part) -> str:
    """Return where the manifests of a part stand."""
    return f"{part}/manifests/"


def manifest_key_of(part: Part, backup_id: str) -> str:
    """Return the object key of a backup's manifest."""
    return f"{manifest_prefix_of(part)}{backup_id}.json"


def drill_prefix_of(backup_id: str) -> str:
    """Return where the drill reports of a backup stand."""
    return f"{DRILLS}{backup_id}/"


def drill_key_of(backup_id: str, number: int) -> str:
    """Return the object key of a backup's drill report by its number, so that they sort by it."""
    return f"{drill_prefix_of(backup_id)}{number:06d}.json"
