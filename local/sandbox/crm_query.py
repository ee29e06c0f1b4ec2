"""EspoCRM's list parameters: bracketed conditions, turned into clauses over the store."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from local.sandbox.store import Clause, body_field, equal_text

_PART = re.compile(r"\[([^\]]*)\]")
_COMPARISONS = {
    "equals": "=",
    "notEquals": "<>",
    "after": ">",
    "before": "<",
    "greaterThan": ">",
    "lessThan": "<",
    "greaterThanOrEquals": ">=",
    "lessThanOrEquals": "<=",
}


class BadQueryError(ValueError):
    """A condition that EspoCRM refuses with 400."""


def nest_parameters(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Turn `where[0][type]=after` pairs into nested dicts, as PHP does; `a[]` counts up."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        head, _, rest = name.partition("[")
        path = [head, *_PART.findall("[" + rest)] if rest else [head]
        node = tree
        for step in path[:-1]:
            node = node.setdefault(step or str(len(node)), {})
            if not isinstance(node, dict):
                raise BadQueryError("Bad parameters.")
        node[path[-1] or str(len(node))] = value
    return tree


def read_conditions(where: Any, attributes: frozenset[str]) -> Clause:
    """Return the clause for a `where` tree; all its items must hold."""
    clause = Clause()
    for item in _items(where):
        clause = clause & _read_condition(item, attributes)
    return clause


def _items(tree: Any) -> list[Any]:
    if not isinstance(tree, dict):
        raise BadQueryError("Bad where parameter.")
    return list(tree.values())


def _read_condition(item: Any, attributes: frozenset[str]) -> Clause:
    if not isinstance(item, dict) or "type" not in item:
        raise BadQueryError("Bad where item.")
    kind = item["type"]
    if kind in ("and", "or"):
        parts = [_read_condition(part, attributes) for part in _items(item.get("value", {}))]
        joined = parts[0] if parts else Clause()
        for part in parts[1:]:
            joined = joined & part if kind == "and" else joined | part
        return joined
    attribute = item.get("attribute") or item.get("field")
    if attribute not in attributes:
        raise BadQueryError(f"Bad attribute in where: {attribute}.")
    if kind == "equals" and attribute not in ("id", "modifiedAt"):
        return equal_text(attribute, item.get("value"))
    return _compare(column_of(attribute), kind, item.get("value"))


def column_of(attribute: str) -> str:
    """Return the SQL for an attribute in EspoCRM's own notation of values."""
    if attribute == "id":
        return "id"
    if attribute == "modifiedAt":
        return "replace(modified_at, 'T', ' ')"
    return body_field(attribute)


def _compare(column: str, kind: str, value: Any) -> Clause:
    if kind in _COMPARISONS:
        if not isinstance(value, str):
            raise BadQueryError("Bad value in where.")
        if column.startswith("replace(modified_at"):
            return Clause(f"modified_at {_COMPARISONS[kind]} ?", (value.replace(" ", "T"),))
        return Clause(f"{column} {_COMPARISONS[kind]} ?", (value,))
    listed: Callable[[], list[Any]] = lambda: _items(value) if value else []  # noqa: E731
    match kind:
        case "in" | "notIn":
            values = listed()
            marks = ", ".join("?" * len(values))
            return Clause(f"{column} {'in' if kind == 'in' else 'not in'} ({marks})", tuple(values))
        case "between":
            low, high = listed()
            return Clause(f"{column} between ? and ?", (low, high))
        case "isNull":
            return Clause(f"{column} is null")
        case "isNotNull":
            return Clause(f"{column} is not null")
        case "contains" | "startsWith":
            start = "%" if kind == "contains" else ""
            return Clause(f"{column} like ?", (f"{start}{value}%",))
    raise BadQueryError(f"Bad where type: {kind}.")
