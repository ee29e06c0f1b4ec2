"""Why a pair has its score: what each comparison said, and what that weighed."""

from collections.abc import Iterator

import numpy as np

from customer_hub.match.engine.column import Ints
from customer_hub.match.engine.comparing import Patterns
from customer_hub.match.engine.model import EngineModel
from customer_hub.match.engine.records import Records, kind_of
from customer_hub.match.engine.scales import MISSING, SCALES
from customer_hub.match.engine.scoring import (
    discount,
    find_unproven,
    list_frequencies,
    look_up_points,
    look_up_weights,
)

Evidence = dict[str, dict[str, str | int]]
"""Comparison -> ``level`` and ``weight`` (1/1000 bit); ``frequency`` is the part of the weight that
the frequency of the value gave or took."""


def tell_evidence(
    records: Records, model: EngineModel, patterns: Patterns, left: Ints, right: Ints
) -> Iterator[Evidence]:
    """Yield the evidence of each pair: its weights sum to its score.

    ``prior`` is what holds before any comparison: most records are of two customers.
    """
    comparisons = records.comparisons
    weights = look_up_weights(model, patterns, comparisons)
    discount(weights, patterns, comparisons, model.conflict_share / 1000)
    is_unproven = find_unproven(weights, patterns, comparisons)
    added = np.zeros_like(weights)
    points = look_up_points(records, model.frequencies)
    for place, at, part in list_frequencies(records, points, patterns, left, right):
        added[at, place] += part
    weights += added
    if is_unproven.any():  # then there are family names
        excess = np.maximum(weights.sum(axis=1) + model.prior, 0)
        weights[:, comparisons.index("family")] -= np.where(is_unproven, excess, 0)
    for row, levels in enumerate(patterns.tolist()):
        prior: Evidence = {"prior": {"level": "usual", "weight": model.prior}}
        yield prior | {
            name: _tell(name, level, int(weights[row, place]), int(added[row, place]))
            for place, (name, level) in enumerate(zip(comparisons, levels, strict=True))
            if level != MISSING or weights[row, place]
        }


def _tell(comparison: str, level: int, weight: int, frequency: int) -> dict[str, str | int]:
    said: dict[str, str | int] = {
        "level": SCALES[kind_of(comparison)].levels[level],
        "weight": weight,
    }
    return said | ({"frequency": frequency} if frequency else {})
