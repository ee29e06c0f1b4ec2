"""Score pairs of features with the frozen model. Pure: the same in every path, chunk and order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from customer_hub.match.columns import stack
from customer_hub.match.engine.clustering import NEVER
from customer_hub.match.engine.column import Ints
from customer_hub.match.engine.comparing import Comparer, Patterns, Surroundings
from customer_hub.match.engine.evidence import Evidence, tell_evidence
from customer_hub.match.engine.model import EngineModel
from customer_hub.match.engine.records import Records
from customer_hub.match.engine.scoring import score
from customer_hub.match.features import Feature
from customer_hub.match.rules import Model

Ends = tuple[str, str]
"""The source keys of a pair, the smaller first."""


@dataclass(frozen=True, slots=True)
class Score:
    """A pair's score in 1/1000 bit, above 0 if it joins; whether a veto stands; and why."""

    total: int
    is_veto: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Compared:
    """The pairs of one kind: which of the pairs asked for, and their levels."""

    places: Ints
    records: Records
    model: EngineModel
    left: Ints
    right: Ints
    patterns: Patterns

    @property
    def facts(self) -> tuple[Any, ...]:
        return self.records, self.model, self.patterns, self.left, self.right


def weigh_pairs(
    pairs: Sequence[Ends],
    features: Mapping[str, Feature],
    around: Mapping[str, Surroundings],
    model: Model,
) -> Ints:
    """Return the score of each pair as the clustering counts it; `NEVER` where a veto stands.

    Args:
        pairs: of records of one kind each.
        features: of their records.
        around: by kind of record.
        model: the weights.
    """
    found = np.zeros(len(pairs), np.int64)
    for each in _compare(pairs, features, around, model):
        scored = score(*each.facts)
        found[each.places] = np.where(scored.is_veto, NEVER, scored.total)
    return found


def score_pairs(
    pairs: Sequence[Ends],
    features: Mapping[str, Feature],
    around: Mapping[str, Surroundings],
    model: Model,
) -> list[Score]:
    """Return the score of each pair with its evidence; arguments as of `weigh_pairs`."""
    found: dict[int, Score] = {}
    for each in _compare(pairs, features, around, model):
        scored = score(*each.facts)
        told = zip(
            each.places, scored.total, scored.is_veto, tell_evidence(*each.facts), strict=True
        )
        for place, total, is_veto, evidence in told:
            found[int(place)] = Score(int(total), bool(is_veto), evidence)
    return [found[place] for place in range(len(pairs))]


def _compare(
    pairs: Sequence[Ends],
    features: Mapping[str, Feature],
    around: Mapping[str, Surroundings],
    model: Model,
) -> Iterator[_Compared]:
    by_kind: dict[str, list[int]] = {}
    for place, (left, right) in enumerate(pairs):
        kind = features[left].kind
        if kind != features[right].kind:
            raise ValueError("only records of one kind are compared")
        by_kind.setdefault(kind, []).append(place)
    for kind, places in sorted(by_kind.items()):
        keys = sorted({key for place in places for key in pairs[place]})
        number = {key: place for place, key in enumerate(keys)}
        records = stack([features[key] for key in keys])
        one = np.array([number[pairs[place][0]] for place in places], np.int64)
        other = np.array([number[pairs[place][1]] for place in places], np.int64)
        patterns = Comparer(records, around[kind]).compare(one, other)
        yield _Compared(np.array(places), records, model.of(kind), one, other, patterns)
