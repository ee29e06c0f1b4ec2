"""Where two hubs part: the first row of a table, and its column, that one has otherwise.

For people who look for the cause, so it names keys and columns. Values are shown only where their
column's name says that they are no one's personal data; of others stands their keyed digest, which
tells equal from unequal and nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Row

from customer_hub.core.seal import Sealer
from customer_hub.core.table_hash import open_rows

_PLAIN_ENDS = ("_id", "_key", "_code", "_at", "_count", "_share", "_version", "ordinal")
_PLAIN_STARTS = ("is_", "has_")
_PLAIN = {"entity", "kind", "type", "status", "op", "score", "rule", "field", "scheme", "hash"}


@dataclass(frozen=True, slots=True)
class Difference:
    """The first cell of a table that differs.

    ``column`` is empty when one side has no such row. ``standing`` and ``rebuilt`` are what may be
    shown of the two values.
    """

    table: str
    row_key: str
    column: str
    standing: str
    rebuilt: str


def find_difference(
    standing: Connection, rebuilt: Connection, sealer: Sealer, table: str
) -> Difference | None:
    """Return the first difference of a table between two transactions, or None."""
    ours, theirs = (open_rows(each, sealer, table) for each in (standing, rebuilt))
    for one, other in zip_longest(ours, theirs):
        if one is None or other is None or one[0].row_key != other[0].row_key:
            return _name_row(sealer, table, one, other, theirs)
        left, right = _cells(*one), _cells(*other)
        if left != right:
            column = min(name for name in left | right if left.get(name) != right.get(name))
            values = (_show(sealer, column, each) for each in (left, right))
            return Difference(table, _name_key(sealer, one[0]), column, *values)
    return None


def _cells(row: Row[Any], opened: list[Any]) -> dict[str, Any]:
    """Return a row by column; what a sealed segment holds as `<segment>.<name>`."""
    cells: dict[str, Any] = {**row.content}
    for segment, value in zip(row.segments, opened, strict=True):
        if isinstance(value, Mapping):
            cells |= {f"{segment}.{name}": each for name, each in value.items()}
        else:
            cells[f"{segment}."] = value
    return cells


def _name_row(
    sealer: Sealer,
    table: str,
    one: tuple[Row[Any], list[Any]] | None,
    other: tuple[Row[Any], list[Any]] | None,
    theirs: Iterator[tuple[Row[Any], list[Any]]],
) -> Difference:
    """Tell which side lacks a row: both are in one order, so what comes later is not missing."""
    is_later = one is not None and any(row.row_key == one[0].row_key for row, _ in theirs)
    if one is None or is_later:
        assert other is not None
        return Difference(table, _name_key(sealer, other[0]), "", "no such row", "a row")
    return Difference(table, _name_key(sealer, one[0]), "", "a row", "no such row")


def _name_key(sealer: Sealer, row: Row[Any]) -> str:
    """Return the row's key; a tag in it is a text that a person wrote."""
    key, tag = str(row.row_key), row.content.get("tag")
    return key if tag is None else key.removesuffix(tag) + _digest(sealer, tag)


def _show(sealer: Sealer, column: str, cells: Mapping[str, Any]) -> str:
    value = cells.get(column)
    if value is None:
        return "nothing"
    is_plain = "." not in column and (
        column in _PLAIN or column.startswith(_PLAIN_STARTS) or column.endswith(_PLAIN_ENDS)
    )
    return str(value) if is_plain else f"another value ({_digest(sealer, value)})"


def _digest(sealer: Sealer, value: Any) -> str:
    return f"keyed digest {sealer.digest(value).hex()[:12]}"
