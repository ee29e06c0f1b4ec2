"""Under which keys the objects of a backup stand in the bucket."""

DATA = "data/"


def data_key_of(backup_id: str) -> str:
    """Return the object key of a backup's sealed dump."""
    return f"{DATA}{backup_id}/hub.dump.sealed"


def keys_key_of(backup_id: str) -> str:
    """Return the object key of a backup's key backup."""
    return f"keys/{backup_id}/keys.sealed"


def manifest_key_of(backup_id: str) -> str:
    """Return the object key of a backup's manifest."""
    return f"manifest/{backup_id}.json"


def drill_key_of(backup_id: str) -> str:
    """Return the object key of what a backup's newest drill found."""
    return f"drill/{backup_id}.json"
