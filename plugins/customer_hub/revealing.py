"""Show what golden versions hold and point at: as far as the reader may see it, and no further."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, Row

from customer_hub.core import sql
from customer_hub.core.errors import HubError, SealError
from customer_hub.core.seal import Sealer
from customer_hub.core.subjects import read_salts
from customer_hub.merge.survive import put_together
from customer_hub.standardise.landed import open_landed
from customer_hub.standardise.rows import SourceRows
from customer_hub.values.masking import mask_address, mask_identity, mask_point

_TABLES = {"points": "contact_point", "addresses": "address"}


@dataclass(frozen=True, slots=True)
class Access:
    """Which sealed segments a reader sees whole; of contact and identity others see a mask."""

    whole: frozenset[str] = frozenset()


MASKS_ONLY = Access()


@dataclass(frozen=True, slots=True)
class Value:
    """One value as it may be shown.

    `text` is None for what is sealed, and for what a record or a person says to be empty.
    Values are compared by what they hold, or by what they point at where that does not open.
    """

    text: str | None = field(compare=False)
    state: Literal["clear", "masked", "sealed", "empty"] = field(compare=False)
    content: object = field(repr=False)


class Revealer:
    """Opens the values of some versions of one golden record, each landed version once."""

    def __init__(
        self, connection: Connection, sealer: Sealer, access: Access, versions: Sequence[Row[Any]]
    ) -> None:
        self._segments = frozenset(sealer.segments)
        self._access = access
        self._landed = self._open_landed(connection, sealer, versions)
        self._pins = self._open_pins(connection, sealer, versions)

    def reveal(self, version: Row[Any]) -> dict[str, Sequence[Value]]:
        """Return the values of a version by field or kind of children."""
        values: dict[str, Sequence[Value]] = {
            name: [_show_clear(value)] for name, value in version.clear_values.items()
        }
        for name, pointer in version.sealed_pointers.items():
            values[name] = [self._show_cell(name, pointer)]
        children = version.children
        for kind in ("tags", "relations"):
            found = children.get(kind, ())
            if found:
                values[kind] = [
                    _show_clear(" ".join(each) if isinstance(each, list) else each)
                    for each in found
                ]
        for kind in _TABLES:
            if children.get(kind):
                values[kind] = [self._show_child(kind, each) for each in children[kind]]
        return values

    def _show_cell(self, name: str, pointer: Mapping[str, Any]) -> Value:
        if pointer.get("is_cleared"):
            return _show_clear(None)
        segment, _, part = name.partition(".")
        text = self._open_cell(name, pointer) if segment in self._segments else None
        if text is None:
            return Value(None, "sealed", _freeze(pointer))
        if segment in self._access.whole:
            return Value(text, "clear", text)
        if segment == "identity":
            return Value(mask_identity(part, text), "masked", text)
        return Value(None, "sealed", text)

    def _open_cell(self, name: str, pointer: Mapping[str, Any]) -> str | None:
        if "decision_id" in pointer:
            return self._pins.get(pointer["decision_id"], {}).get(name)
        texts = [self._open_field(number, name) for number in _list_versions(pointer)]
        known = [text for text in texts if text is not None]
        if len(known) < len(texts):
            return None
        return put_together(pointer["rule"], known) if "inputs" in pointer else known[0]

    def _open_field(self, version_id: int, name: str) -> str | None:
        rows = self._landed.get(version_id)
        segment, _, part = name.partition(".")
        value = rows.head.segments.get(segment, {}).get(part) if rows else None
        return None if value is None else str(value)

    def _show_child(self, kind: str, pointer: Mapping[str, Any]) -> Value:
        value = self._open_child(kind, pointer) if "contact" in self._segments else None
        type_ = pointer["type"]
        if value is None:
            return Value(type_, "sealed", _freeze(pointer))
        is_whole = "contact" in self._access.whole
        if kind == "points":
            shown = value["value"] if is_whole else mask_point(type_, value["value"])
        else:
            shown = _write_address(value) if is_whole else mask_address(value)
        marks = [mark for mark in ("preferred", "generic") if pointer.get(f"is_{mark}")]
        text = " ".join([type_, shown, *marks])
        return Value(text, "clear" if is_whole else "masked", (type_, *marks, _freeze(value)))

    def _open_child(self, kind: str, pointer: Mapping[str, Any]) -> Mapping[str, Any] | None:
        rows = self._landed.get(pointer["version_id"])
        for child in rows.sealed if rows else ():
            if child.table == _TABLES[kind] and child.row["ordinal"] == pointer["ordinal"]:
                return child.segments["contact"]
        return None

    def _open_landed(
        self, connection: Connection, sealer: Sealer, versions: Sequence[Row[Any]]
    ) -> Mapping[int, SourceRows]:
        """Return nothing where the process may open no landed payload, or a channel is gone."""
        wanted = {number for version in versions for number in _list_pointed(version)}
        if "payload" not in self._segments or not wanted:
            return {}
        try:
            return open_landed(connection, sealer, wanted)
        except HubError:
            return {}

    def _open_pins(
        self, connection: Connection, sealer: Sealer, versions: Sequence[Row[Any]]
    ) -> Mapping[int, Mapping[str, str]]:
        wanted = sorted({number for version in versions for number in version.decision_ids})
        rows = sql.rows(connection, "merge/select_pinned", decision_ids=wanted) if wanted else []
        salts = read_salts(connection, [f"source:{row.source_key}" for row in rows])
        found: dict[int, Mapping[str, str]] = {}
        for row in rows:
            salt = salts.get(f"source:{row.source_key}")
            if salt is None or row.value_sealed is None or row.segment not in self._segments:
                continue
            try:
                found[row.decision_id] = sealer.unseal(
                    "match.pin", row.segment, str(row.decision_id), salt, row.value_sealed
                )
            except SealError:
                continue
        return found


def _list_pointed(version: Row[Any]) -> Iterator[int]:
    for pointer in version.sealed_pointers.values():
        yield from _list_versions(pointer)
    for kind in _TABLES:
        yield from (each["version_id"] for each in version.children.get(kind, ()))


def _list_versions(pointer: Mapping[str, Any]) -> Iterator[int]:
    yield pointer["version_id"]
    yield from (number for _, number in pointer.get("inputs", ()))


def _show_clear(value: str | None) -> Value:
    return Value(value, "empty" if value is None else "clear", value)


def _write_address(value: Mapping[str, Any]) -> str:
    parts = ("province", "city", "district", "street", "postcode")
    written = " ".join(str(value[part]) for part in parts if value.get(part))
    return written or str(value.get("raw", ""))


def _freeze(value: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, str(each)) for name, each in value.items()))
