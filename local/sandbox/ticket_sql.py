"""The part of Request Tracker's TicketSQL that integrations use, turned into clauses.

Understood: comparisons of dates, id, Subject, Status, Queue, Owner, Requestor and custom fields
(`'CF.{HubId}' = 'x'`), AND, OR and brackets. Dates without a zone are UTC, as for an API user.
"""

from __future__ import annotations

import re

from local.sandbox.clock import utc_stamp
from local.sandbox.store import Clause, body_field

_TOKEN = re.compile(
    r"""\s*(?:(?P<bracket>[()])|(?P<operator>!=|<=|>=|=|<|>)
    |'(?P<single>(?:[^'\\]|\\.)*)'|"(?P<double>(?:[^"\\]|\\.)*)"
    |(?P<word>[A-Za-z0-9_]+(?:\.\{[^}]*\}|\.[A-Za-z0-9_]+)*))""",
    re.VERBOSE,
)
_DATES = frozenset({"Created", "LastUpdated", "Started", "Resolved"})
_TEXTS = {"Subject": "Subject", "Status": "Status", "Queue": "Queue.Name", "Owner": "Owner.id"}
_CUSTOM_FIELD = re.compile(r"(?:CF|CustomField)\.\{?([^}]+)\}?\Z")
_COMPARISONS = {"=": "=", "!=": "<>", "<": "<", ">": ">", "<=": "<=", ">=": ">="}


class TicketSqlError(ValueError):
    """A query that Request Tracker refuses with 400."""


def custom_field_clause(name: str, operator: str, value: str) -> Clause:
    """Return the clause for a custom field; `!=` also holds where the field has no value."""
    holds = (
        "exists (select 1 from json_each(body, '$.CustomFields') field, "
        "json_each(json_extract(field.value, '$.values')) held "
        "where json_extract(field.value, '$.name') = ? and held.value {} ? collate nocase)"
    )
    if operator == "!=":
        return Clause("not " + holds.format("="), (name, value))
    return Clause(holds.format(_COMPARISONS[operator]), (name, value))


def read_ticket_sql(query: str) -> Clause:
    """Return the clause of a query; raises TicketSqlError with the place that is wrong."""
    parser = _Parser(_tokenise(query))
    clause = parser.read_or()
    parser.expect_end()
    if "deleted" not in query.lower():
        clause = clause & Clause(f"{body_field('Status')} <> 'deleted'")
    return clause


def _tokenise(query: str) -> list[tuple[str, str]]:
    tokens, position = [], 0
    while query[position:].strip():
        match = _TOKEN.match(query, position)
        if match is None or match.lastgroup is None:
            raise TicketSqlError(f"Wrong query, unexpected character at position {position}")
        kind, text = match.lastgroup, match[match.lastgroup]
        if kind in ("single", "double"):
            kind, text = "quoted", re.sub(r"\\(.)", r"\1", text)
        tokens.append((kind, text))
        position = match.end()
    return tokens


class _Parser:
    """Recursive descent over the tokens: or, and, bracket, comparison."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def read_or(self) -> Clause:
        clause = self._read_and()
        while self._take_word("OR"):
            clause = clause | self._read_and()
        return clause

    def expect_end(self) -> None:
        if self._at < len(self._tokens):
            raise TicketSqlError(f"Wrong query, expecting AND or OR at token {self._at}")

    def _read_and(self) -> Clause:
        clause = self._read_term()
        while self._take_word("AND"):
            clause = clause & self._read_term()
        return clause

    def _read_term(self) -> Clause:
        if self._peek() == ("bracket", "("):
            self._next()
            clause = self.read_or()
            if self._next() != ("bracket", ")"):
                raise TicketSqlError("Wrong query, a closing bracket is missing")
            return clause
        kind, name = self._next()
        if kind not in ("word", "quoted"):
            raise TicketSqlError(f"Wrong query, expecting a keyword and found {name!r}")
        kind, operator = self._next()
        is_like = kind == "word" and operator.upper() == "LIKE"
        if kind != "operator" and not is_like:
            raise TicketSqlError(f"Wrong query, expecting an operator and found {operator!r}")
        kind, value = self._next()
        if kind not in ("word", "quoted"):
            raise TicketSqlError(f"Wrong query, expecting a value and found {value!r}")
        return _compare(name, "LIKE" if is_like else operator, value)

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "the end")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._at += 1
        return token

    def _take_word(self, word: str) -> bool:
        kind, text = self._peek()
        if kind == "word" and text.upper() == word:
            self._at += 1
            return True
        return False


def _compare(name: str, operator: str, value: str) -> Clause:
    custom = _CUSTOM_FIELD.match(name)
    if operator == "LIKE":
        if name not in _TEXTS:
            raise TicketSqlError(f"Operator LIKE is not for {name}")
        return Clause(f"{body_field(_TEXTS[name])} like ?", (f"%{value}%",))
    if custom:
        return custom_field_clause(custom[1], operator, value)
    comparison = _COMPARISONS[operator]
    if name in _DATES:
        column = "modified_at" if name == "LastUpdated" else f"substr({body_field(name)}, 1, 19)"
        try:
            return Clause(f"{column} {comparison} ?", (utc_stamp(value),))
        except ValueError:
            raise TicketSqlError(f"Unable to parse the date {value!r}") from None
    if name.lower() == "id":
        if not value.isdigit():
            raise TicketSqlError(f"{value!r} is no ticket id")
        return Clause(f"id {comparison} ?", (int(value),))
    if name in ("Requestor", "Requestor.EmailAddress", "Requestor.Name"):
        found = (
            "exists (select 1 from json_each(body, '$.Requestor') who "
            "where json_extract(who.value, '$.id') = ? collate nocase)"
        )
        return Clause(found if operator == "=" else f"not {found}", (value,))
    if name in _TEXTS:
        return Clause(f"{body_field(_TEXTS[name])} {comparison} ? collate nocase", (value,))
    raise TicketSqlError(f"Unknown field: {name}")
