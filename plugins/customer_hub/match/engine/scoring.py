"""From levels to integer scores: the same sums whatever the order, the chunks or the workers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from customer_hub.match.engine.chunks import for_chunks
from customer_hub.match.engine.column import Codes, Column, Ints, Levels, Mask
from customer_hub.match.engine.comparing import Patterns
from customer_hub.match.engine.model import EngineModel, Frequencies
from customer_hub.match.engine.records import Records, kind_of
from customer_hub.match.engine.scales import EQUAL, MISSING, SCALES

Weights = NDArray[Any]

_CONFLICTS = {
    "given": ("different",),
    "company": ("different", "place_differs", "sister", "branch"),
    "identity": ("different", "veto"),
}
"""Levels that say "another person", or another company."""
_ROOM = 1 << 24  # patterns that a table has room for, at most: it is faster than sorting
_ALIKE = frozenset(SCALES["given"].levels) - {"missing", "different"}
"""Levels of names that are the same or alike; none are that stand in each other's field."""
_HOME = {
    kind: frozenset(SCALES[kind].levels) - {"missing", "different"} for kind in ("phone", "address")
}
"""Levels at which two may live together."""
_WITHIN = ("city", "region", "postcode")
"""What a common address implies."""
_FAMILIAL = ("family", "birth")
"""What twins have in common, beside what their household has."""
_SHARED = ("family", "phone", "category", *_WITHIN)
"""What each member of a household has."""
_WEAK = {
    "mail": frozenset(("shared", "close", "domain")),
    "text": frozenset(("close", "near")),
}
"""Levels at which a mail or an employer is not one person's own."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of pairs in 1/1000 bit, and which of them must never be joined."""

    total: Ints
    is_veto: Mask


def discount(
    weights: Weights, patterns: Patterns, comparisons: tuple[str, ...], share: float
) -> None:
    """Take from weights, in place, what others already say: comparisons are not independent.

    A household or an office shares phones, mails and places: where something says that these
    are two, agreement on them keeps a share of its weight only; under two given names so do the
    family name and the birth date, for these may be twins. A common address implies a common city
    and postcode: they add half of their weight to it. Mail addresses are made of names: between
    persons of one name a likeness of the two says nothing, and an equal number in them half.

    Args:
        weights: one row a pattern, one column a comparison.
        patterns: their levels.
        comparisons: their names.
        share: what agreement keeps, 0..1.
    """
    kinds = [kind_of(name) for name in comparisons]

    def find(kind: str, *levels: str) -> Mask:
        return find_levels(patterns, comparisons, kind, levels)

    conflict = np.any([find(kind, *levels) for kind, levels in _CONFLICTS.items()], axis=0)
    conflict |= find("family", "different") & find("given", "missing")
    # Without a whole given name, a birth date or a mail tells the members of a household apart.
    is_half = find("given", "missing") & ~find("family", "missing", "swapped")
    is_odd = (is_half | find("given", "initial", "part")) & (
        find("birth", "different") | find("mail", "different", "domain")
    )
    # Sisters may be called Anna and Anne, and a son as his father.
    is_odd |= find("birth", "different") & (
        find("given", "close", "near") | find("mail", "different", "domain")
    )
    is_named = ~find("family", "missing", "different") & ~find("given", "missing", "different")
    is_named |= find("family", "swapped")
    is_housed = find("address", "equal", "close", "road")
    is_other = find_other_person(patterns, comparisons)
    reach = [at for at, kind in enumerate(kinds) if SCALES[kind].is_reach]
    is_reached = (weights[:, reach] > 0).any(axis=1)
    for place, kind in enumerate(kinds):
        kept = np.ones(len(patterns))
        if kind in _WITHIN:
            kept[is_housed] = 0.5
            kept[(conflict | is_odd) & is_reached] = share
        if SCALES[kind].is_reach:
            kept[conflict | (is_odd & (kind != "mail"))] = share
        if kind in _FAMILIAL:
            kept[is_other] = share
        if kind == "mail":
            kept[is_named & find(kind, "local")] = 0.5
            kept[is_named & find(kind, "close")] = 0
        weights[:, place] = np.where(
            weights[:, place] > 0, weights[:, place] * kept, weights[:, place]
        )


def find_unproven(weights: Weights, patterns: Patterns, comparisons: tuple[str, ...]) -> Mask:
    """Tell in which patterns a family name and a phone is all that speaks for one customer.

    Any member of the household has them: such a pair may be a question, but no link.

    Args:
        weights: after `discount`.
        patterns: their levels.
        comparisons: their names.
    """
    is_half = find_levels(patterns, comparisons, "given", ("missing",))
    is_half &= ~find_levels(patterns, comparisons, "family", ("missing", "swapped"))
    found: Mask = is_half
    for place, name in enumerate(comparisons):
        kind = kind_of(name)
        if kind not in _SHARED:
            is_weak = _mark_levels(kind, _WEAK.get(kind, frozenset()))[patterns[:, place]]
            found = found & ((weights[:, place] <= 0) | is_weak)
    return found


def find_other_person(patterns: Patterns, comparisons: tuple[str, ...]) -> Mask:
    """Tell which patterns are of two members of a household: another given name, the same home.

    Twins share the family name and the birth date as well; how rare these are says nothing then.
    """
    home = [find_levels(patterns, comparisons, *each) for each in _HOME.items()]
    return find_levels(patterns, comparisons, "given", ("different",)) & (home[0] | home[1])


def find_levels(
    patterns: Patterns, comparisons: tuple[str, ...], kind: str, levels: Iterable[str]
) -> Mask:
    """Tell which patterns have one of some levels in a comparison of a kind.

    A kind that these records have nothing of is missing in each pair, as it would be beside others.
    """
    is_one = _mark_levels(kind, frozenset(levels))
    places = _list_places(comparisons, kind)
    if not places:
        return np.full(len(patterns), is_one[MISSING])
    found: Mask = is_one[patterns[:, places[0]]]
    for place in places[1:]:
        found |= is_one[patterns[:, place]]
    return found


@cache
def _list_places(comparisons: tuple[str, ...], kind: str) -> tuple[int, ...]:
    return tuple(place for place, name in enumerate(comparisons) if kind_of(name) == kind)


@cache
def _mark_levels(kind: str, levels: frozenset[str]) -> Mask:
    found = np.array([level in levels for level in SCALES[kind].levels])
    found.setflags(write=False)  # for every caller is given the same
    return found


def score(
    records: Records, model: EngineModel, patterns: Patterns, left: Ints, right: Ints
) -> Scored:
    """Return the scores of compared pairs."""
    total = sum_frequencies(records, model.frequencies, patterns, left, right) + model.prior
    is_veto = np.empty(len(left), np.bool_)

    def weigh(part: slice) -> None:
        distinct, places = number_patterns(patterns[part], records.comparisons)
        weights = look_up_weights(model, distinct, records.comparisons)
        discount(weights, distinct, records.comparisons, model.conflict_share / 1000)
        total[part] += weights.sum(axis=1)[places]
        is_unproven = find_unproven(weights, distinct, records.comparisons)[places]
        total[part] = np.where(is_unproven, np.minimum(total[part], 0), total[part])
        is_veto[part] = find_levels(distinct, records.comparisons, "identity", ("veto",))[places]

    for_chunks(len(left), weigh)
    return Scored(total, is_veto)


def look_up_weights(model: EngineModel, patterns: Patterns, comparisons: tuple[str, ...]) -> Ints:
    """Return the weight of each level: one row a pattern, one column a comparison."""
    weights = np.zeros(patterns.shape, np.int64)
    for place, name in enumerate(comparisons):
        weights[:, place] = model.weights_of(name)[patterns[:, place]]
    return weights


def sum_frequencies(
    records: Records,
    tables: Mapping[str, Frequencies],
    patterns: Patterns,
    left: Ints,
    right: Ints,
) -> Ints:
    """Return what the frequencies of the values add to the score of each pair, in 1/1000 bit."""
    points = look_up_points(records, tables)
    total = np.zeros(len(left), np.int64)

    def add(part: slice) -> None:
        found = list_frequencies(records, points, patterns[part], left[part], right[part])
        for _, at, added in found:
            total[part][at] += added

    for_chunks(len(left), add)
    return total


def look_up_points(records: Records, tables: Mapping[str, Frequencies]) -> Mapping[str, Ints]:
    """Return what equality of each value of each column adds, where that is known."""
    return {
        name: tables[name].points_of(records.columns[name])
        for name in records.comparisons
        if name in tables
    }


def list_frequencies(
    records: Records, points: Mapping[str, Ints], patterns: Patterns, left: Ints, right: Ints
) -> Iterator[tuple[int, Ints, Ints]]:
    """Yield what the frequencies of values add: comparison, of which pairs, 1/1000 bit of each."""
    comparisons = records.comparisons
    yield from _swapped_points(records, points, patterns, left, right)
    is_other = find_other_person(patterns, comparisons)
    for place, name in enumerate(comparisons):
        if name in points:
            at, added = _frequency_points(
                records.columns[name], kind_of(name), points[name], patterns[:, place], left, right
            )
            # A rare family name says nothing between its members.
            yield place, at, np.where(is_other[at], np.minimum(added, 0), added)


def _frequency_points(
    column: Column, kind: str, points: Ints, levels: Levels, left: Ints, right: Ints
) -> tuple[Ints, Ints]:
    """Return of which pairs the frequency of the values says something, and what.

    Equality of a rare value adds, that of a frequent one takes. A name that is only like a frequent
    one is met by chance as often as that is: it takes as well, but never adds.
    """
    if column.owners is not None:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    is_name = kind in ("family", "given")
    told = find_levels(levels[:, None], (kind,), kind, _ALIKE) if is_name else levels == EQUAL
    at = np.flatnonzero(told)
    # Of both: a company's name may be equal to another text.
    mine, theirs = column.codes[left[at]], column.codes[right[at]]
    known = (mine >= 0) & (theirs >= 0)  # a lone word may equal the other record's family name
    least = np.where(known, np.minimum(points[mine], points[theirs]), 0)
    return at, np.where(levels[at] == EQUAL, least, np.minimum(least, 0))


def _swapped_points(
    records: Records, points: Mapping[str, Ints], patterns: Patterns, left: Ints, right: Ints
) -> Iterator[tuple[int, Ints, Ints]]:
    """Yield the same for names that stand in each other's field: of the likelier order."""
    comparisons = records.comparisons
    if not {"family", "given"} <= set(comparisons):
        return
    place = comparisons.index("family")
    at = np.flatnonzero(patterns[:, place] == SCALES["family"].number("swapped"))
    if len(at):
        totals = np.zeros((2, len(at)), np.int64)
        for name in points.keys() & {"family", "given"}:
            for side, ends in enumerate((left, right)):
                totals[side] += points[name][records.columns[name].codes[ends[at]]]
        yield place, at, totals.min(axis=0)


def number_patterns(patterns: Patterns, comparisons: tuple[str, ...]) -> tuple[Patterns, Codes]:
    """Return the distinct patterns, ascending, and which of them each pair has."""
    code, room = np.zeros(len(patterns), np.int64), 1
    most = min(_ROOM, 64 * len(code) + 64)
    for place, name in enumerate(comparisons):
        width = len(SCALES[kind_of(name)].levels)
        if room * width > most:
            distinct, code = np.unique(code, return_inverse=True)
            room = len(distinct)
        code *= width
        code += patterns[:, place]
        room *= width
    first = np.full(room, -1)
    first[code[::-1]] = np.arange(len(code))[::-1]
    distinct = np.flatnonzero(first >= 0)
    number = np.empty(room, np.int32)
    number[distinct] = np.arange(len(distinct), dtype=np.int32)
    return patterns[first[distinct]], number[code]
