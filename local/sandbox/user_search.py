"""Request Tracker's JSON conditions on users, as its search builder really joins them."""

from __future__ import annotations

import re
from typing import Any

from local.sandbox.clock import utc_stamp
from local.sandbox.store import Clause, body_field
from local.sandbox.support_records import CUSTOM_FIELDS, WRITABLE
from local.sandbox.ticket_sql import custom_field_clause

_OPERATORS = {"=": "=", "!=": "<>", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
_DATES = {"LastUpdated": "modified_at", "Created": f"substr({body_field('Created')}, 1, 19)"}
_CUSTOM_FIELD = re.compile(r"CustomField\.\{(.+)\}\Z")
_SEARCHABLE = frozenset({"id", *_DATES, *WRITABLE["user"]})


def read_user_conditions(conditions: list[Any]) -> Clause:
    """Return the clause of a list of {field, operator, value, entry_aggregator}.

    Conditions on different fields must all hold; of several on one field any may, unless its
    entry_aggregator says AND. A condition on a field that cannot be searched counts for nothing.
    """
    by_field: dict[str, Clause] = {}
    for condition in conditions:
        name, value = condition.get("field"), condition.get("value")
        clause = _compare(name, condition.get("operator") or "=", value) if name else None
        if clause is None or value is None:
            continue
        if name not in by_field:
            by_field[name] = clause
        elif str(condition.get("entry_aggregator", "OR")).upper() == "AND":
            by_field[name] = by_field[name] & clause
        else:
            by_field[name] = by_field[name] | clause
    joined = Clause()
    for clause in by_field.values():
        joined = joined & clause
    return joined


def _compare(name: str, operator: str, value: Any) -> Clause | None:
    custom = _CUSTOM_FIELD.match(name)
    if custom and custom[1] in CUSTOM_FIELDS["user"] and operator in _OPERATORS:
        return custom_field_clause(custom[1], operator, str(value))
    if name not in _SEARCHABLE:
        return None
    if operator.upper() in ("LIKE", "STARTSWITH"):
        start = "%" if operator.upper() == "LIKE" else ""
        return Clause(f"{body_field(name)} like ?", (f"{start}{value}%",))
    if operator not in _OPERATORS:
        return None
    if name == "id":
        return Clause(f"id {_OPERATORS[operator]} ?", (int(value),))
    if name in _DATES:
        return Clause(f"{_DATES[name]} {_OPERATORS[operator]} ?", (utc_stamp(str(value)),))
    return Clause(f"{body_field(name)} {_OPERATORS[operator]} ? collate nocase", (value,))
