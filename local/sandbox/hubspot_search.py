"""HubSpot's search requests: filter groups and one sort, turned into clauses over the index."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.sandbox.hubspot_records import MODIFIED, is_known, iso_millis
from local.sandbox.hubspot_wire import invalid
from local.sandbox.store import Body, Clause, body_field

_MAX_GROUPS, _MAX_FILTERS, _MAX_TOTAL = 5, 6, 18
_MAX_PAGE, _MAX_ROWS = 200, 10_000
_COMPARISONS = {"EQ": "=", "NEQ": "is not", "GT": ">", "GTE": ">=", "LT": "<", "LTE": "<="}
_NUMBER = re.compile(r"-?\d+\Z")
_SEARCHED = {
    "contacts": ("email", "firstname", "lastname", "phone", "company"),
    "companies": ("name", "domain", "phone", "website"),
}


@dataclass(frozen=True)
class Search:
    """One search request, read; `order` is SQL."""

    where: Clause
    order: str
    limit: int
    after: int


def read_search(kind: str, given: Body) -> Search:
    """Read a request body; raises HubSpotError for what HubSpot refuses."""
    limit = _read_number(given, "limit", 10)
    after = _read_number(given, "after", 0)
    if not 0 < limit <= _MAX_PAGE:
        raise invalid(f"Invalid limit {limit}: it must be between 1 and {_MAX_PAGE}")
    if after + limit > _MAX_ROWS:
        raise invalid(f"Paging beyond {_MAX_ROWS} results is not supported by search")
    where = _read_groups(kind, given.get("filterGroups") or [])
    if given.get("query"):
        where = where & _read_query(kind, str(given["query"]))
    return Search(where, _read_order(kind, given.get("sorts") or []), limit, after)


def _read_number(given: Body, name: str, default: int) -> int:
    value = given.get(name)
    if value in (None, ""):
        return default
    if not _NUMBER.match(str(value)):
        raise invalid(f"Invalid {name}: {value} is no number")
    return int(value)


def _read_groups(kind: str, groups: Any) -> Clause:
    if not isinstance(groups, list) or len(groups) > _MAX_GROUPS:
        raise invalid(f"There are too many filterGroups, the maximum is {_MAX_GROUPS}")
    listed = [group.get("filters") or [] for group in groups]
    if any(len(filters) > _MAX_FILTERS for filters in listed) or (
        sum(len(filters) for filters in listed) > _MAX_TOTAL
    ):
        raise invalid(f"There are too many filters, the maximum is {_MAX_FILTERS} in a group")
    joined = Clause("0") if listed else Clause()
    for filters in listed:
        group = Clause()
        for condition in filters:
            group = group & _read_filter(kind, condition)
        joined = joined | group
    return joined


def _read_query(kind: str, text: str) -> Clause:
    found = Clause("0")
    for name in _SEARCHED[kind]:
        found = found | Clause(f"{body_field(f'properties.{name}')} like ?", (f"%{text}%",))
    return found


def _read_order(kind: str, sorts: Any) -> str:
    if not isinstance(sorts, list) or len(sorts) > 1:
        raise invalid("Only one sort is supported")
    given = sorts[0] if sorts else {"propertyName": "createdate"}
    if isinstance(given, str):
        direction = "DESCENDING" if given.startswith("-") else "ASCENDING"
        given = {"propertyName": given.removeprefix("-"), "direction": direction}
    direction = "desc" if given.get("direction") == "DESCENDING" else "asc"
    # No tie-breaker: rows of one moment may change places between two pages.
    return f"{_column(kind, given.get('propertyName'))} {direction}, random()"


def _column(kind: str, name: Any) -> str:
    if not isinstance(name, str) or not is_known(kind, name):
        raise invalid(f"There was a problem with the request: no such property: {name}")
    if name == "hs_object_id":
        return "id"
    if _is_moment(kind, name):
        return body_field("createdAt" if name == "createdate" else "updatedAt")
    return f"nullif({body_field(f'properties.{name}')}, '')"


def _is_moment(kind: str, name: str) -> bool:
    return name in ("createdate", MODIFIED[kind])


def _read_filter(kind: str, given: Any) -> Clause:
    if not isinstance(given, dict):
        raise invalid("A filter must be an object")
    name, operator = given.get("propertyName"), given.get("operator")
    column = _column(kind, name)

    def read(key: str) -> Any:
        if given.get(key) is None:
            raise invalid(f"operator {operator} requires {key}")
        return _read_value(kind, str(name), given[key])

    if operator in _COMPARISONS:
        return Clause(f"{column} {_COMPARISONS[operator]} ? collate nocase", (read("value"),))
    match operator:
        case "BETWEEN":
            return Clause(f"{column} between ? and ?", (read("value"), read("highValue")))
        case "HAS_PROPERTY":
            return Clause(f"{column} is not null")
        case "NOT_HAS_PROPERTY":
            return Clause(f"{column} is null")
        case "IN" | "NOT_IN":
            return _read_list(kind, str(name), column, operator, given.get("values"))
    raise invalid(f"Invalid operator: {operator}")


def _read_list(kind: str, name: str, column: str, operator: str, values: Any) -> Clause:
    """Read IN and NOT_IN, which meet texts in small letters only."""
    if not isinstance(values, list) or not values:
        raise invalid(f"operator {operator} requires values")
    listed = [_read_value(kind, name, value) for value in values]
    is_text = name != "hs_object_id" and not _is_moment(kind, name)
    shown = f"lower({column})" if is_text else column
    marks = ", ".join("?" * len(listed))
    word = "in" if operator == "IN" else "not in"
    return Clause(f"{shown} {word} ({marks})", tuple(listed))


def _read_value(kind: str, name: str, value: Any) -> Any:
    if name != "hs_object_id" and not _is_moment(kind, name):
        return str(value)
    if not _NUMBER.match(str(value)):
        raise invalid(f"{value} was not a valid long: {name} is compared with a number")
    if name == "hs_object_id":
        return int(value)
    try:
        return iso_millis(datetime.fromtimestamp(int(value) / 1000, UTC))
    except (OverflowError, ValueError):
        raise invalid(f"{value} is no moment: {name} is in milliseconds") from None
