"""Survivorship: which of several source records gives a golden cell. Pure and total (law 6)."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from customer_hub.merge.rules import Aggregate, FieldRule
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
class Pin:
    """A steward's value for one field of the customer that ``source_key`` belongs to.

    ``values`` holds the field ``name`` and what follows it; without the field it is emptied.
    """

    decision_id: int
    source_key: str
    name: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class Cell:
    """A golden cell: its value, the record that gave it, by which criterion, and who lost.

    ``value`` is None when an explicit clear won: that is an opinion like any other.
    ``rule`` is the deciding criterion, ``only`` (nobody else had a value), ``agreed`` (all said
    the same), ``follows``, ``default``, ``all_deleted``, ``pin`` (of ``decision_id``), or the name
    of an aggregate, which ``source_key`` and then ``inputs`` are put together by. ``losers`` are
    source keys with what each lost by.
    """

    value: str | None
    source_key: str
    version_id: int
    rule: str
    losers: tuple[tuple[str, str], ...] = ()
    inputs: tuple[str, ...] = ()
    decision_id: int | None = None


@dataclass(frozen=True, slots=True)
class Contest:
    """What a record's measure depends on beside the record: rule, rivals and the newest of all."""

    rule: FieldRule
    frequency: "Counter[str | None]"
    newest: datetime


Measure = Callable[[Candidate, str, Contest], Any]


def choose_cells(
    candidates: Sequence[Candidate], rules: Mapping[str, FieldRule], pins: Sequence[Pin] = ()
) -> dict[str, Cell]:
    """Return the cell of every field that has an opinion; the order of what is given is no matter.

    Records that their channel deleted are asked only when every record is deleted. A pin holds for
    a deleted record as well, for it names a record and speaks of the customer.
    """
    asked = living(candidates)
    newest = max(candidate.version_at for candidate in candidates)
    by_key = {candidate.source_key: candidate for candidate in candidates}
    latest = choose_pins(pins)
    holders: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in asked:
        for name in {name for name, value in candidate.values.items() if value} | candidate.cleared:
            holders[name].append(candidate)
    cells: dict[str, Cell] = {}
    for name in sorted(rules):
        if name in latest:
            cells[name] = _pin_cell(name, latest[name], pins, asked, by_key)
        elif not rules[name].follows:
            cell = _choose_among(name, rules[name], holders.get(name, []), asked, newest)
            if cell is not None:
                cells[name] = cell
    for name in sorted(rules):
        leader = cells.get(rules[name].follows)
        if leader is not None and name not in cells:
            pin = latest.get(rules[name].follows)
            value = (pin or by_key[leader.source_key]).values.get(name)
            if value:
                cells[name] = Cell(
                    value, leader.source_key, leader.version_id, "follows",
                    decision_id=leader.decision_id,
                )  # fmt: skip
    return cells


def living(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the records that are not deleted, or all if all are, by source key."""
    ordered = sorted(candidates, key=lambda candidate: candidate.source_key)
    return [candidate for candidate in ordered if not candidate.is_deleted] or ordered


def choose_cell(
    name: str, rule: FieldRule, asked: Sequence[Candidate], newest: datetime | None = None
) -> Cell | None:
    """Return the cell of one field, or None when no record has an opinion and no default holds.

    Args:
        name: the field.
        rule: its rule.
        asked: the records that have a say.
        newest: version_at of the cluster's newest record, by which trust decays; None: of `asked`.
    """
    holders = [candidate for candidate in asked if candidate.has_opinion(name)]
    return _choose_among(
        name, rule, holders, asked, newest or max(candidate.version_at for candidate in asked)
    )


def _choose_among(
    name: str,
    rule: FieldRule,
    holders: Sequence[Candidate],
    asked: Sequence[Candidate],
    newest: datetime,
) -> Cell | None:
    if not holders:
        return _default(rule, asked)
    if len(holders) == 1:
        only = holders[0]
        return Cell(only.values.get(name), only.source_key, only.version_id, "only")
    contest = Contest(
        rule,
        Counter(candidate.values.get(name) for candidate in holders),
        newest,
    )
    ranks = _rank(name, contest, holders)
    # By key first, then by rank: the sort is stable, so equal ranks end at the smaller key.
    ordered = sorted(holders, key=lambda candidate: candidate.source_key)
    ordered.sort(key=lambda candidate: ranks[candidate.source_key], reverse=True)
    winner = ordered[0]
    value = winner.values.get(name)
    if rule.aggregate and value is not None:
        return _put_together(name, rule.aggregate, ordered)
    losers = tuple(
        (other.source_key, _find_reason(ranks[winner.source_key], ranks[other.source_key], rule))
        for other in sorted(ordered[1:], key=lambda candidate: candidate.source_key)
        if other.values.get(name) != value
    )
    if losers:
        rival = next(other for other in ordered[1:] if other.values.get(name) != value)
        decided = _find_reason(ranks[winner.source_key], ranks[rival.source_key], rule)
    else:
        decided = "agreed"
    return Cell(value, winner.source_key, winner.version_id, decided, losers)


def _rank(name: str, contest: Contest, holders: Sequence[Candidate]) -> dict[str, tuple[Any, ...]]:
    """Return the measures of each record; where all say the same, none is taken of what they say."""
    said = {(each.values.get("kind"), each.values.get(name)) for each in holders}
    measures = [
        _measure_nothing if len(said) == 1 and criterion in _OF_VALUE else MEASURES[criterion]
        for criterion in contest.rule.criteria
    ]
    return {
        each.source_key: tuple([measure(each, name, contest) for measure in measures])
        for each in holders
    }


def choose_pins(pins: Sequence[Pin]) -> dict[str, Pin]:
    """Return the pin that holds for each field: the latest."""
    return {pin.name: pin for pin in sorted(pins, key=lambda pin: pin.decision_id)}


def put_together(how: Aggregate, values: Sequence[str]) -> str:
    """Return the sum, the greatest or smallest amount, or the set of texts, one a line."""
    if how == "union":
        return "\n".join(dict.fromkeys(values))
    amounts = [Decimal(value) for value in values]
    if how == "sum":
        return format(sum(amounts, Decimal()), "f")
    return format(max(amounts) if how == "max" else min(amounts), "f")


def archive_cell(candidates: Sequence[Candidate]) -> Cell:
    """Return the status of a cluster whose records are all deleted."""
    last = min(candidates, key=lambda each: (-each.version_at.timestamp(), each.source_key))
    return Cell("archived", last.source_key, last.version_id, "all_deleted")


def _put_together(name: str, how: Aggregate, ordered: Sequence[Candidate]) -> Cell:
    """Return what the records before the first clear give, of one currency where it is money."""
    first = ordered[0]
    inputs: list[Candidate] = []
    losers: list[tuple[str, str]] = []
    is_silenced = False
    for each in ordered:
        is_silenced = is_silenced or name in each.cleared
        currency = each.values.get("currency_code")
        if is_silenced:
            losers.append((each.source_key, "cleared"))
        elif how != "union" and currency != first.values.get("currency_code"):
            losers.append((each.source_key, "currency"))
        else:
            inputs.append(each)
    value = put_together(how, [each.values[name] for each in inputs])
    keys = tuple(each.source_key for each in inputs[1:])
    return Cell(value, first.source_key, first.version_id, how, tuple(sorted(losers)), keys)


def _pin_cell(
    name: str,
    pin: Pin,
    pins: Sequence[Pin],
    asked: Sequence[Candidate],
    by_key: Mapping[str, Candidate],
) -> Cell:
    value = pin.values.get(name)
    losers = [
        (each.source_key, "pin")
        for each in asked
        if each.has_opinion(name) and each.values.get(name) != value
    ]
    losers += [
        (other.source_key, "later_pin") for other in pins if other.name == name and other != pin
    ]
    version_id = by_key[pin.source_key].version_id
    return Cell(
        value, pin.source_key, version_id, "pin", tuple(sorted(losers)), decision_id=pin.decision_id
    )


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
    return _rank_form(candidate.values.get("kind") == "organisation", value)


@lru_cache(maxsize=4096)  # the records of a customer mostly say the same
def _rank_form(is_organisation: bool, value: str | None) -> int:
    """Rank how formal a name is: 3 a registered or full name, 1 a spelling of it, 0 a part.

    2 is a registered name with former ones beside it. A clear is no spelling of anything: what
    texts look like never outranks it.
    """
    if value is None:
        return 4
    if is_organisation:
        name = parse_company(value)
        is_registered = name.legal_form is not None and not name.department
        return (2 if name.former else 3) if is_registered else 1
    person = parse_person(value)
    if person.is_partial or person.full is None:
        return 0
    return 3 if has_cjk(value) else 1


def _measure_trust(candidate: Candidate, _name: str, contest: Contest) -> float:
    """Return the trust in a record: less for one with warnings, and less the older it is.

    Age is measured against the cluster's newest record, never the clock (law 4). Rounded, so that
    the last bit of a power decides nothing.
    """
    rule = contest.rule
    trust = float(rule.trust.get(candidate.channel, candidate.trust))
    if candidate.is_downgraded:
        trust *= rule.warned_percent / 100
    if rule.half_life_days:
        age = (contest.newest - candidate.version_at) / timedelta(days=rule.half_life_days)
        trust *= 0.5**age
    return round(trust, 6)


def _measure_nothing(_candidate: Candidate, _name: str, _contest: Contest) -> int:
    return 0


_OF_VALUE = frozenset({"formal", "frequency", "longest"})
MEASURES: dict[str, Measure] = {
    "validated": lambda each, _name, _contest: not each.is_downgraded,
    "formal": lambda each, name, _contest: _measure_form(each, each.values.get(name)),
    "trust": _measure_trust,
    "frequency": lambda each, name, contest: contest.frequency[each.values.get(name)],
    "recency": lambda each, _name, _contest: each.version_at,
    "completeness": lambda each, _name, _contest: len(each.values),
    "longest": lambda each, name, _contest: (
        len(each.values[name]) if name in each.values else math.inf
    ),
}
"""Criterion -> what it measures of a record; the greater measure wins."""
