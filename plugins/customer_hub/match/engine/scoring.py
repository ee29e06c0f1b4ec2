"""From levels to integer scores: the same sums whatever the order, the chunks or the workers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from customer_hub.match.engine.column import Ints, Mask
from customer_hub.match.engine.comparing import Patterns
from customer_hub.match.engine.model import EngineModel
from customer_hub.match.engine.records import Records, kind_of
from customer_hub.match.engine.scales import EQUAL, MISSING, SCALES

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

    A household or an office shares phones, mails and addresses: where something says that these
    are two, agreement on them keeps a share of its weight only. A common address implies a common
    city and postcode: they add nothing to it.

    Args:
        weights: one row a pattern, one column a comparison.
        patterns: their levels.
        comparisons: their names.
        share: what agreement keeps, 0..1.
    """
    conflict = np.zeros(len(patterns), np.bool_)
    housed = np.zeros(len(patterns), np.bool_)
    for place, name in enumerate(comparisons):
        kind = kind_of(name)
        for level in _CONFLICTS.get(kind, ()):
            conflict |= patterns[:, place] == SCALES[kind].number(level)
        if kind == "address":
            top = SCALES[kind].number("road")
            housed |= (patterns[:, place] > MISSING) & (patterns[:, place] <= top)
    for place, name in enumerate(comparisons):
        kind = kind_of(name)
        for_it = weights[:, place] > 0
        if SCALES[kind].is_reach:
            weights[:, place] = np.where(
                conflict & for_it, weights[:, place] * share, weights[:, place]
            )
        elif kind in _WITHIN:
            weights[:, place] = np.where(housed & for_it, weights[:, place] / 2, weights[:, place])


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
        total += _frequency_points(records, model, name, patterns[:, place], left, right)
    return Scored(total, veto[places])


def _frequency_points(
    records: Records, model: EngineModel, name: str, levels: Patterns, left: Ints, right: Ints
) -> Ints:
    column = records.columns[name]
    points = model.points_of(name, column)
    added = np.zeros(len(left), np.int64)
    if points is None:
        return added
    if column.owners is None:
        equal = levels == EQUAL
        # Two spellings of one name may count as equal: the rarer one is no surprise.
        mine, theirs = column.codes[left[equal]], column.codes[right[equal]]
        known = (mine >= 0) & (theirs >= 0)
        added[equal] = np.where(known, np.minimum(points[mine], points[theirs]), 0)
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
