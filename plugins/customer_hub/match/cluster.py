"""Join scored pairs into clusters: the steward first, conflict-aware, guarded. Pure.

The result depends on the pairs and decisions of a component only, not on their order: see
engine/clustering.py. Components are taken whole, and compared whole: pairs that no blocking key
proposed say as much as the others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from customer_hub.match.engine.clustering import NEVER, Pairs, cluster, list_missing_pairs
from customer_hub.match.engine.clustering import find_components as number_components
from customer_hub.match.engine.column import Ints, Mask

Ends = tuple[str, str]
"""The source keys of a pair, the smaller first."""


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """A scored pair, ``left`` < ``right``; ``is_proof`` marks equal authoritative ids."""

    left: str
    right: str
    score: int
    is_veto: bool = False
    is_proof: bool = False

    @property
    def is_link(self) -> bool:
        """Tell whether the pair is rather one customer than two."""
        return self.score > 0 and not self.is_veto


@dataclass(frozen=True, slots=True)
class Guards:
    """What rules may not build, and up to which size components are compared completely.

    A cluster over ``size`` is not believed, nor one of ``cohesion_from`` records of whose pairs
    fewer than ``cohesion_percent`` speak for it, nor one in which a phone or mail has more than
    ``hub_names`` names.
    """

    size: int
    hub_names: int
    cohesion_from: int
    cohesion_percent: int
    complete: int


class Witness(Protocol):
    """Knows the records themselves."""

    def weigh(self, pairs: Sequence[Ends]) -> Ints:
        """Return the score of pairs that no key proposed; `NEVER` for a veto."""

    def find_vague(self, records: Sequence[str]) -> Mask:
        """Tell which records have half a name only; see `Feature.is_vague`."""

    def has_hub_value(self, members: Sequence[str]) -> bool:
        """Tell whether one phone or mail has too many names among the members."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Members in code point order; guarded ones follow the fall-back rule."""

    members: tuple[str, ...]
    is_guarded: bool = False


def cluster_records(
    records: Iterable[str],
    edges: Iterable[Edge],
    must_links: Iterable[Ends],
    cannot_links: Iterable[Ends],
    guards: Guards,
    witness: Witness,
) -> list[Cluster]:
    """Return the clusters of some records, whole components only.

    Must-links join first, whatever the rules say; cannot-links and vetoes keep apart whatever else
    speaks for it. A cluster that a guard does not believe falls apart into what must-links and
    equal authoritative ids hold together: never into what it was before.
    """
    names = sorted(set(records))
    number = {name: place for place, name in enumerate(names)}
    known = sorted(edge for edge in set(edges) if edge.left in number and edge.right in number)
    left = _numbers(number, [edge.left for edge in known])
    right = _numbers(number, [edge.right for edge in known])
    weight = np.array([NEVER if edge.is_veto else edge.score for edge in known], np.int64)
    is_proof = np.array([edge.is_proof and edge.is_link for edge in known], np.bool_)
    more_left, more_right = list_missing_pairs(
        len(names), Pairs(left, right, weight), guards.complete
    )
    asked = [
        (names[one], names[two])
        for one, two in zip(more_left.tolist(), more_right.tolist(), strict=True)
    ]
    more = witness.weigh(asked) if asked else np.zeros(0, np.int64)
    pairs = Pairs(
        np.concatenate((left, more_left)),
        np.concatenate((right, more_right)),
        np.concatenate((weight, more)),
    )
    is_proof = np.concatenate((is_proof, np.zeros(len(more), np.bool_)))
    return _Clustering(names, number, pairs, is_proof).run(
        sorted(set(must_links)), sorted(set(cannot_links)), guards, witness
    )


@dataclass(frozen=True, slots=True)
class _Clustering:
    names: Sequence[str]
    number: dict[str, int]
    pairs: Pairs
    is_proof: Mask

    def run(
        self, musts: Sequence[Ends], cannots: Sequence[Ends], guards: Guards, witness: Witness
    ) -> list[Cluster]:
        must_left, must_right = self._ends_of(musts)
        apart_left, apart_right = self._ends_of(cannots)
        never = np.full(len(apart_left), NEVER)
        size = len(self.names)
        is_told = np.isin(
            self.pairs.left * size + self.pairs.right, apart_left * size + apart_right
        )
        vague = self._find_vague((must_left, must_right), witness)

        def join(heard: Mask) -> Ints:
            kept = heard & ~is_told
            pairs = Pairs(
                np.concatenate((self.pairs.left[kept], apart_left)),
                np.concatenate((self.pairs.right[kept], apart_right)),
                np.concatenate((self.pairs.weight[kept], never)),
            )
            return cluster(size, pairs, must_left, must_right, vague)

        labels = join(np.ones(len(self.is_proof), np.bool_))
        doubted = self._find_doubted(labels, guards, witness)
        guarded = np.isin(labels, doubted)
        if doubted:
            # Within each such cluster alone: a proof that leads out of it joins nothing here.
            left, right = labels[self.pairs.left], labels[self.pairs.right]
            fallen = join((self.is_proof | (self.pairs.weight <= NEVER // 2)) & (left == right))
            labels = np.where(guarded, fallen, labels)
        found = [
            Cluster(self._name(members), bool(guarded[members[0]])) for members in _group(labels)
        ]
        return sorted(found, key=lambda each: each.members)

    def _find_vague(self, told: tuple[Ints, Ints], witness: Witness) -> Mask:
        """Tell which records are vague, of those that links or ``told`` pairs join to two others."""
        links = self.pairs.weight > 0
        joined = number_components(
            len(self.names),
            np.concatenate((self.pairs.left[links], told[0])),
            np.concatenate((self.pairs.right[links], told[1])),
        )
        asked = np.flatnonzero(np.bincount(joined)[joined] > 2)
        vague = np.zeros(len(self.names), np.bool_)
        vague[asked] = witness.find_vague(self._name(asked.tolist()))
        return vague

    def _name(self, members: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.names[each] for each in members)

    def _ends_of(self, links: Sequence[Ends]) -> tuple[Ints, Ints]:
        here = [each for each in links if each[0] in self.number and each[1] in self.number]
        ordered = [sorted(each) for each in here]
        return (
            _numbers(self.number, [each[0] for each in ordered]),
            _numbers(self.number, [each[1] for each in ordered]),
        )

    def _find_doubted(self, labels: Ints, guards: Guards, witness: Witness) -> list[int]:
        """Return the labels of the clusters that a guard does not believe."""
        left, right = labels[self.pairs.left], labels[self.pairs.right]
        inside = (left == right) & (self.pairs.weight > 0)
        spoken = np.bincount(left[inside], minlength=len(labels))
        doubted = []
        for members in _group(labels):
            size, label = len(members), int(labels[members[0]])
            needed = size * (size - 1) // 2 * guards.cohesion_percent
            is_loose = size >= guards.cohesion_from and int(spoken[label]) * 100 < needed
            if (
                size > guards.size
                or is_loose
                or (size > guards.hub_names and witness.has_hub_value(self._name(members)))
            ):
                doubted.append(label)
        return doubted


def _group(labels: Ints) -> list[list[int]]:
    """Return the records of each label, ascending."""
    found: dict[int, list[int]] = {}
    for record, label in enumerate(labels.tolist()):
        found.setdefault(label, []).append(record)
    return list(found.values())


def _numbers(number: dict[str, int], names: Sequence[str]) -> Ints:
    return np.array([number[name] for name in names], np.int64)


def find_components(
    records: Iterable[str], links: Iterable[tuple[str, str]]
) -> list[tuple[str, ...]]:
    """Return the connected components of records under links, each in code point order."""
    names = sorted(set(records))
    number = {name: place for place, name in enumerate(names)}
    here = [each for each in links if each[0] in number and each[1] in number]
    labels = number_components(
        len(names),
        _numbers(number, [each[0] for each in here]),
        _numbers(number, [each[1] for each in here]),
    )
    return sorted(tuple(names[each] for each in members) for members in _group(labels))
