"""From levels to integer scores: the same sums whatever the order, the chunks or the workers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from customer_hub.match.engine.column import Ints, Mask
from customer_hub.match.engine.comparing import Patterns
from customer_hub.match.engine.model import EngineModel
from customer_hub.match.engine.records import Records, kind_of
from customer_hub.match.engine.scales import EQUAL, SCALES

CONFLICTS = {
    "family": (),
    "given": ("different",),
    "company": ("different", "place_differs", "sister", "branch"),
}
"""Levels of a name under which what a household or an office shares proves little."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of pairs in 1/1000 bit, the weight that speaks most against each, and the vetoes."""

    total: Ints
    is_veto: Mask


def is_conflict(patterns: Patterns, comparisons: Sequence[str]) -> Mask:
    """Tell which patterns have names that contradict each other."""
    found = np.zeros(len(patterns), np.bool_)
    for place, name in enumerate(comparisons):
        for level in CONFLICTS.get(kind_of(name), ()):
            found |= patterns[:, place] == SCALES[kind_of(name)].number(level)
    return found


def weigh(patterns: Patterns, comparisons: Sequence[str], model: EngineModel) -> Ints:
    """Return the weight of each comparison of each pattern, without frequencies.

    Names and what reaches a person are not independent: a household or an office shares a phone.
    So where the names contradict each other, agreement on it keeps a share of its weight.
    """
    weights = np.empty(patterns.shape, np.int64)
    conflict = is_conflict(patterns, comparisons)
    for place, name in enumerate(comparisons):
        weights[:, place] = model.weights_of(name)[patterns[:, place]]
        if SCALES[kind_of(name)].is_reach:
            shrunk = conflict & (weights[:, place] > 0)
            weights[shrunk, place] = weights[shrunk, place] * model.conflict_share // 1000
    return weights


def score(
    records: Records, model: EngineModel, patterns: Patterns, left: Ints, right: Ints
) -> Scored:
    """Return the scores of compared pairs."""
    comparisons = records.comparisons
    distinct, places = number_patterns(patterns, comparisons)
    totals = weigh(distinct, comparisons, model).sum(axis=1) + model.prior
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
