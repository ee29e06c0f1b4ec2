"""WordPress's meta data: a list of id, key and value beside a record."""

from collections.abc import Mapping
from typing import Any


def read_meta(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return key -> value of the meta data; of a key that stands twice the last counts."""
    rows = payload.get("meta_data")
    if not isinstance(rows, list):
        return {}
    return {str(row["key"]): row.get("value") for row in rows if _has_key(row)}


def _has_key(row: Any) -> bool:
    return isinstance(row, Mapping) and row.get("key") is not None
