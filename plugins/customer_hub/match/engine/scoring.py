"""From levels to integer scores: the same sums whatever the order, the chunks or the workers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from customer_hub.match.engine.column import Column, Ints, Levels, Mask
from customer_hub.match.engine.comparing import Patterns
from customer_hub.match.engine.model import EngineModel, Frequencies
from customer_hub.match.engine.records import Records, kind_of
from customer_hub.match.engine.scales import EQUAL, SCALES

Weights = NDArray[Any]

_CONFLICTS = {
    "given": ("different",),
    "company": ("different", "place_differs", "sister", "branch"),
    "identity": ("different", "veto"),
}
"""Levels that say "another person", or another company."""
_WITHIN = ("city", "region", "postcode")
"""What a common address implies."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of pairs in 1/1000 bit, and which of them must never be joined."""

    total: Ints
    is_veto: Mask


def discount(
    weights: Weights, patterns: Patterns, comparisons: Sequence[str], share: float
) -> None:
    """Take from weights, in place, what others already say: comparisons are not independent.

    A household or an office shares phones, mails and places: where something says that these
    are two, agreement on them keeps a share of its weight only. Mail addresses are made of names:
    between persons of one name, a likeness of the two keeps that share as well. A common address
    implies a common city and postcode: they add half of their weight to it.

    Args:
        weights: one row a pattern, one column a comparison.
        patterns: their levels.
        comparisons: their names.
        share: what agreement keeps, 0..1.
    """
    conflict = np.zeros(len(patterns), np.bool_)
    is_housed, is_named = conflict.copy(), np.ones(len(patterns), np.bool_)
    is_swapped, is_reached = conflict.copy(), conflict.copy()
    for place, name in enumerate(comparisons):
        kind, levels = kind_of(name), patterns[:, place]
        conflict |= np.isin(levels, _numbers(kind, _CONFLICTS.get(kind, ())))
        if kind in ("family", "given"):
            is_named &= ~np.isin(levels, _numbers(kind, ("missing", "different")))
        if kind == "family":
            is_swapped |= levels == SCALES[kind].number("swapped")
        if SCALES[kind].is_reach:
            is_reached |= weights[:, place] > 0
        if kind == "address":
            is_housed |= np.isin(levels, _numbers(kind, ("equal", "close", "road")))
    for place, name in enumerate(comparisons):
        kind, levels = kind_of(name), patterns[:, place]
        kept = np.ones(len(patterns))
        if SCALES[kind].is_reach:
            kept[conflict] = share
        if kind == "mail":
            kept[(is_named | is_swapped) & np.isin(levels, _numbers(kind, ("local", "close")))] = (
                share
            )
        if kind in _WITHIN:
            kept[is_housed] = 0.5
            kept[conflict & is_reached] = share
        weights[:, place] = np.where(
            weights[:, place] > 0, weights[:, place] * kept, weights[:, place]
        )


def _numbers(kind: str, levels: Sequence[str]) -> list[int]:
    return [SCALES[kind].number(level) for level in levels]


def score(
    records: Records, model: EngineModel, patterns: Patterns, left: Ints, right: Ints
) -> Scored:
    """Return the scores of compared pairs."""
    comparisons = records.comparisons
    distinct, places = number_patterns(patterns, comparisons)
    weights = np.stack(
        [model.weights_of(name)[distinct[:, place]] for place, name in enumerate(comparisons)], 1
    )
    discount(weights, distinct, comparisons, model.conflict_share / 1000)
    totals = weights.sum(axis=1) + model.prior
    total = totals[places]
    veto = np.zeros(len(distinct), np.bool_)
    for place, name in enumerate(comparisons):
        if kind_of(name) == "identity":
            veto |= distinct[:, place] == SCALES["identity"].number("veto")
    total += sum_frequencies(records, model.frequencies, patterns, left, right)
    return Scored(total, veto[places])


def sum_frequencies(
    records: Records,
    tables: Mapping[str, Frequencies],
    patterns: Patterns,
    left: Ints,
    right: Ints,
) -> Ints:
    """Return what the frequencies of the values add to the score of each pair, in 1/1000 bit."""
    points = {
        name: tables[name].points_of(records.columns[name])
        for name in records.comparisons
        if name in tables
    }
    total = _swapped_points(records, points, patterns, left, right)
    for place, name in enumerate(records.comparisons):
        if name in points:
            total += _frequency_points(
                records.columns[name], kind_of(name), points[name], patterns[:, place], left, right
            )
    return total


def _frequency_points(
    column: Column, kind: str, points: Ints, levels: Levels, left: Ints, right: Ints
) -> Ints:
    """Return what the frequency of the values adds to each pair's weight.

    Equality of a rare value adds, that of a frequent one takes. A name that is only like a frequent
    one is met by chance as often as that is: it takes as well, but never adds.
    """
    added = np.zeros(len(left), np.int64)
    if column.owners is not None:
        return added
    mine, theirs = column.codes[left], column.codes[right]
    known = (mine >= 0) & (theirs >= 0)
    least = np.where(known, np.minimum(points[mine], points[theirs]), 0)
    added[levels == EQUAL] = least[levels == EQUAL]
    if kind in ("family", "given"):
        alike = (levels > EQUAL) & (levels != SCALES[kind].number("different"))
        if kind == "family":
            alike &= levels != SCALES[kind].number("swapped")
        added[alike] = np.minimum(least[alike], 0)
    return added


def _swapped_points(
    records: Records, points: Mapping[str, Ints], patterns: Patterns, left: Ints, right: Ints
) -> Ints:
    """Return the same for names that stand in each other's field: of the likelier order."""
    comparisons = records.comparisons
    added = np.zeros(len(left), np.int64)
    if not {"family", "given"} <= set(comparisons):
        return added
    levels = patterns[:, comparisons.index("family")]
    swapped = np.flatnonzero(levels == SCALES["family"].number("swapped"))
    totals = np.zeros((2, len(swapped)), np.int64)
    for name in points.keys() & {"family", "given"}:
        for side, ends in enumerate((left, right)):
            totals[side] += points[name][records.columns[name].codes[ends[swapped]]]
    added[swapped] = totals.min(axis=0)
    return added


def number_patterns(patterns: Patterns, comparisons: Sequence[str]) -> tuple[Patterns, Ints]:
    """Return the distinct patterns, ascending, and which of them each pair has."""
    code = np.zeros(len(patterns), np.int64)
    for place, name in enumerate(comparisons):
        code = code * len(SCALES[kind_of(name)].levels) + patterns[:, place]
        if place and code.max(initial=0) > 1 << 58:
            code = np.unique(code, return_inverse=True)[1]
    _, first, places = np.unique(code, return_index=True, return_inverse=True)
    return patterns[first], places
