"""Score pairs of features with the frozen model. Pure: the same in every path, chunk and order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from customer_hub.match.cluster import Ends
from customer_hub.match.columns import stack
from customer_hub.match.engine.clustering import NEVER
from customer_hub.match.engine.column import Ints, Mask
from customer_hub.match.engine.comparing import Comparer, Patterns, Surroundings
from customer_hub.match.engine.evidence import Evidence, tell_evidence
from customer_hub.match.engine.model import EngineModel
from customer_hub.match.engine.records import Records
from customer_hub.match.engine.scoring import score
from customer_hub.match.features import Feature
from customer_hub.match.rules import Model


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

    def of(self, wanted: Mask) -> "_Compared":
        """Return some of the pairs."""
        return _Compared(
            self.places[wanted], self.records, self.model, self.left[wanted], self.right[wanted],
            self.patterns[wanted],
        )  # fmt: skip

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
    least: int | None = None,
) -> list[Score | None]:
    """Return the score of each pair with its evidence; other arguments as of `weigh_pairs`.

    Args:
        least: a pair below this score, without a veto, is None: its evidence is not wanted.
    """
    found: list[Score | None] = [None] * len(pairs)
    for each in _compare(pairs, features, around, model):
        scored = score(*each.facts)
        wanted = np.ones(len(each.places), np.bool_)
        if least is not None:
            wanted = scored.is_veto | (scored.total >= least)
        told = tell_evidence(*each.of(wanted).facts)
        for place, evidence in zip(np.flatnonzero(wanted), told, strict=True):
            found[int(each.places[place])] = Score(
                int(scored.total[place]), bool(scored.is_veto[place]), evidence
            )
    return found


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
