"""A payload that is read field by field, so that what nobody read is known and counted."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from customer_hub.core.seal import canonical_json


class Record:
    """A native payload and which of its fields were read.

    A field is named by its path, `billing.city`; reading never fails, whatever stands there.
    """

    def __init__(self, payload: Mapping[str, Any]) -> None:
        self._payload = payload
        self._read: set[str] = set()

    def look(self, path: str) -> Any:
        """Return the native value at `path` (None if absent) and mark it as read."""
        self._read.add(path)
        value: Any = self._payload
        for step in path.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        return value

    def take(self, path: str) -> str | None:
        """Return the value at `path` as raw text; see `as_text`."""
        return as_text(self.look(path))

    def take_rows(self, path: str) -> list["Record"]:
        """Return the objects of the list at `path`, each to be read by itself; others are left."""
        value = self.look(path)
        return [Record(row) for row in value if isinstance(row, Mapping)] if _is_list(value) else []

    def ignore(self, paths: Iterable[str]) -> None:
        """Mark fields as known and not wanted."""
        self._read.update(paths)

    def leftovers(self) -> list[str]:
        """Return the paths of the fields that hold something and that nobody read, sorted."""
        return sorted(self._unread(self._payload, ""))

    def _unread(self, node: Mapping[str, Any], prefix: str) -> Iterable[str]:
        for name, value in node.items():
            path = f"{prefix}{name}"
            if path in self._read or value in (None, "", [], {}):
                continue
            is_opened = any(read.startswith(f"{path}.") for read in self._read)
            if is_opened and isinstance(value, Mapping):
                yield from self._unread(value, f"{path}.")
            else:
                yield path


def as_text(value: Any) -> str | None:
    """Return a native value as raw text: None stays None, what is no scalar becomes its JSON."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def read_source_id(payload: Mapping[str, Any]) -> str:
    """Return the record's id as text.

    A record without a usable id gets "!" and a hash of its content, so that it still lands, is
    quarantined there, and is recognised when it comes again.
    """
    value = payload.get("id")
    if type(value) is int:  # most ids of most channels; asked for several times a record
        return str(value)
    is_usable = isinstance(value, int | str) and not isinstance(value, bool)
    text = str(value).strip() if is_usable else ""
    if text and text.isprintable() and len(text) <= 200 and not text.startswith("!"):
        return text
    return "!" + sha256(canonical_json(payload)).hexdigest()[:16]


def read_moment(value: Any) -> datetime | None:
    """Return an ISO time as aware UTC; without a zone it is UTC; None for anything else."""
    return _read_iso(value) if isinstance(value, str) else None


@lru_cache(maxsize=4096)  # a record's moment is asked for several times while its page is walked
def _read_iso(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def make_contact_points(
    points: Iterable[tuple[str, str | None]], *, preferred: str = "phone"
) -> list[dict[str, Any]]:
    """Return the phones that hold something; those of the `preferred` type are preferred."""
    return [
        {"type": kind, "value": value, "preferred": kind == preferred}
        for kind, value in points
        if value not in (None, "")
    ]


def make_mails(*values: str | None) -> list[dict[str, Any]]:
    """Return the mails that hold something; the first of them is preferred."""
    held = [value for value in values if value not in (None, "")]
    return [{"value": value, "preferred": place == 0} for place, value in enumerate(held)]


_ADDRESS_FIELDS = ("raw", "country", "province", "city", "district", "street", "postcode")


def make_address(kind: str, **parts: str | None) -> list[dict[str, Any]]:
    """Return one address of type `kind` in a list, none when every part is empty."""
    if not any(parts.values()):
        return []
    return [{"type": kind, **{name: parts.get(name) for name in _ADDRESS_FIELDS}}]


def _is_list(value: Any) -> bool:
    return isinstance(value, list)
