"""Survivorship: which of several source records gives a golden cell. Pure and total (law 6)."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from customer_hub.merge.rules import FieldRule
from customer_hub.values.company import parse_company
from customer_hub.values.person import parse_person
from customer_hub.values.text import has_cjk


@dataclass(frozen=True, slots=True, repr=False)
class Candidate:
    """One source record of a cluster, opened.

    ``values`` maps a field (sealed ones as ``identity.birth_on``) to its text; absent is no
    opinion, unless ``cleared`` says that the field is to be empty. ``trust`` is the channel's,
    0..100.
    """

    source_key: str
    channel: str
    version_id: int
    version_at: datetime
    is_deleted: bool = False
    is_downgraded: bool = False
    trust: int = 0
    values: Mapping[str, str] = field(default_factory=dict)
    cleared: frozenset[str] = frozenset()

    def has_opinion(self, name: str) -> bool:
        """Tell whether the record has a value for a field or clears it."""
        return bool(self.values.get(name)) or name in self.cleared


@dataclass(frozen=True, slots=True, repr=False)
class Cell:
    """A golden cell: its value, the record that gave it, by which criterion, and who lost.

    ``value`` is None when an explicit clear won: that is an opinion like any other.
    ``rule`` is the deciding criterion, ``only`` (nobody else had a value), ``agreed`` (all said
    the same), ``follows``, ``default`` or ``all_deleted``. ``losers`` are source keys with the
    criterion that each lost by.
    """

    value: str | None
    source_key: str
    version_id: int
    rule: str
    losers: tuple[tuple[str, str], ...] = ()


Measure = Callable[[Candidate, str, FieldRule, "Counter[str | None]"], Any]


def choose_cells(
    candidates: Sequence[Candidate], rules: Mapping[str, FieldRule]
) -> dict[str, Cell]:
    """Return the cell of every field that has an opinion; the order of candidates is no matter.

    Records that their channel deleted are asked only when every record is deleted.
    """
    asked = living(candidates)
    cells: dict[str, Cell] = {}
    for name in sorted(rules):
        if not rules[name].follows:
            cell = choose_cell(name, rules[name], asked)
            if cell is not None:
                cells[name] = cell
    by_key = {candidate.source_key: candidate for candidate in asked}
    for name in sorted(rules):
        leader = cells.get(rules[name].follows)
        if leader is not None:
            value = by_key[leader.source_key].values.get(name)
            if value:
                cells[name] = Cell(value, leader.source_key, leader.version_id, "follows")
    return cells


def living(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the records that are not deleted, or all if all are, by source key."""
    ordered = sorted(candidates, key=lambda candidate: candidate.source_key)
    return [candidate for candidate in ordered if not candidate.is_deleted] or ordered


def choose_cell(name: str, rule: FieldRule, asked: Sequence[Candidate]) -> Cell | None:
    """Return the cell of one field, or None when no record has an opinion and no default holds."""
    holders = [candidate for candidate in asked if candidate.has_opinion(name)]
    if not holders:
        return _default(rule, asked)
    frequency = Counter(candidate.values.get(name) for candidate in holders)
    ranks = {
        candidate.source_key: tuple(
            MEASURES[criterion](candidate, name, rule, frequency) for criterion in rule.criteria
        )
        for candidate in holders
    }
    # By key first, then by rank: the sort is stable, so equal ranks end at the smaller key.
    ordered = sorted(holders, key=lambda candidate: candidate.source_key)
    ordered.sort(key=lambda candidate: ranks[candidate.source_key], reverse=True)
    winner = ordered[0]
    value = winner.values.get(name)
    losers = tuple(
        (other.source_key, _find_reason(ranks[winner.source_key], ranks[other.source_key], rule))
        for other in sorted(ordered[1:], key=lambda candidate: candidate.source_key)
        if other.values.get(name) != value
    )
    if losers:
        rival = next(other for other in ordered[1:] if other.values.get(name) != value)
        decided = _find_reason(ranks[winner.source_key], ranks[rival.source_key], rule)
    else:
        decided = "only" if len(holders) == 1 else "agreed"
    return Cell(value, winner.source_key, winner.version_id, decided, losers)


def archive_cell(candidates: Sequence[Candidate]) -> Cell:
    """Return the status of a cluster whose records are all deleted."""
    last = min(candidates, key=lambda each: (-each.version_at.timestamp(), each.source_key))
    return Cell("archived", last.source_key, last.version_id, "all_deleted")


def _default(rule: FieldRule, asked: Sequence[Candidate]) -> Cell | None:
    if not rule.default or not asked:
        return None
    first = min(asked, key=lambda candidate: candidate.source_key)
    return Cell(rule.default, first.source_key, first.version_id, "default")


def _find_reason(winner: tuple[Any, ...], loser: tuple[Any, ...], rule: FieldRule) -> str:
    for criterion, mine, theirs in zip(rule.criteria, winner, loser, strict=True):
        if mine != theirs:
            return criterion
    return "source_key"


def _measure_form(candidate: Candidate, value: str | None) -> int:
    """Rank how formal a name is: 2 a registered or full name, 1 a spelling of it, 0 a part.

    A clear is no spelling of anything: what texts look like never outranks it.
    """
    if value is None:
        return 3
    if candidate.values.get("kind") == "organisation":
        name = parse_company(value)
        return 2 if name.legal_form and not name.department else 1
    person = parse_person(value)
    if person.is_partial or person.full is None:
        return 0
    return 2 if has_cjk(value) else 1


MEASURES: dict[str, Measure] = {
    "validated": lambda each, _name, _rule, _count: not each.is_downgraded,
    "formal": lambda each, name, _rule, _count: _measure_form(each, each.values.get(name)),
    "trust": lambda each, _name, rule, _count: rule.trust.get(each.channel, each.trust),
    "frequency": lambda each, name, _rule, count: count[each.values.get(name)],
    "recency": lambda each, _name, _rule, _count: each.version_at,
    "completeness": lambda each, _name, _rule, _count: len(each.values),
    "longest": lambda each, name, _rule, _count: (
        len(each.values[name]) if name in each.values else math.inf
    ),
}
"""Criterion -> what it measures of a record; the greater measure wins."""
