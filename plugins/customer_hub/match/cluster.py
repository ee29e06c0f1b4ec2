"""Join scored pairs into clusters: deterministic, conflict-aware, steward first.

Pure: the result depends on the set of edges and decisions of a component only, not on their order.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """A scored pair, ``left`` < ``right``. ``is_proof`` marks equal authoritative ids."""

    left: str
    right: str
    score: int
    is_veto: bool = False
    is_proof: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds in 1/1000 bit, and the largest cluster that rules may build."""

    link: int
    conflict: int
    size: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """Members in code point order; guarded ones follow the fall-back rule."""

    members: tuple[str, ...]
    is_guarded: bool = False


def cluster_records(
    records: Iterable[str],
    edges: Iterable[Edge],
    must_links: Iterable[tuple[str, str]],
    cannot_links: Iterable[tuple[str, str]],
    limits: Limits,
) -> list[Cluster]:
    """Return the clusters of some records, whole components only.

    Must-links join first, whatever the rules say. Edges at or above the threshold follow, the
    strongest first, unless a veto, a strong negative edge or a cannot-link stands between the two
    clusters. A cluster over the size limit falls apart into what must-links and equal authoritative
    ids hold together: never into what it was before.
    """
    names = sorted(set(records))
    pairs = sorted(set(edges), key=lambda edge: (-edge.score, edge.left, edge.right))
    musts, cannots = sorted(set(must_links)), sorted(set(cannot_links))
    found = _join(names, pairs, musts, cannots, limits)
    result: list[Cluster] = []
    for members in found:
        if len(members) <= limits.size:
            result.append(Cluster(members))
            continue
        proofs = [edge for edge in pairs if edge.is_proof]
        parts = _join(members, proofs, musts, cannots, limits)
        result += [Cluster(part, is_guarded=True) for part in parts]
    return sorted(result, key=lambda cluster: cluster.members)


def _join(
    names: Sequence[str],
    pairs: Sequence[Edge],
    must_links: Sequence[tuple[str, str]],
    cannot_links: Sequence[tuple[str, str]],
    limits: Limits,
) -> list[tuple[str, ...]]:
    forest = _Forest(names)
    for left, right in must_links:
        forest.unite(left, right)
    for edge in pairs:
        if edge.is_veto or edge.score <= limits.conflict:
            forest.forbid(edge.left, edge.right)
    for left, right in cannot_links:
        forest.forbid(left, right)
    for edge in pairs:
        if (
            not edge.is_veto
            and edge.score >= limits.link
            and forest.may_unite(edge.left, edge.right)
        ):
            forest.unite(edge.left, edge.right)
    return forest.groups()


class _Forest:
    """Disjoint sets that remember which sets must stay apart; records of elsewhere are ignored."""

    def __init__(self, names: Sequence[str]) -> None:
        self._members: dict[str, list[str]] = {name: [name] for name in names}
        self._root = {name: name for name in names}
        self._foes: dict[str, set[str]] = defaultdict(set)

    def unite(self, left: str, right: str) -> None:
        if left not in self._root or right not in self._root:
            return
        keep, drop = self._root[left], self._root[right]
        if keep == drop:
            return
        if len(self._members[keep]) < len(self._members[drop]):
            keep, drop = drop, keep
        for name in self._members[drop]:
            self._root[name] = keep
        self._members[keep] += self._members.pop(drop)
        for foe in self._foes.pop(drop, ()):
            self._foes[foe].discard(drop)
            if foe != keep:
                self._foes[foe].add(keep)
                self._foes[keep].add(foe)

    def forbid(self, left: str, right: str) -> None:
        if left not in self._root or right not in self._root:
            return
        first, second = self._root[left], self._root[right]
        if first != second:
            self._foes[first].add(second)
            self._foes[second].add(first)

    def may_unite(self, left: str, right: str) -> bool:
        if left not in self._root or right not in self._root:
            return False
        return self._root[right] not in self._foes.get(self._root[left], ())

    def groups(self) -> list[tuple[str, ...]]:
        return sorted(tuple(sorted(members)) for members in self._members.values())


def find_components(
    records: Iterable[str], links: Iterable[tuple[str, str]]
) -> list[tuple[str, ...]]:
    """Return the connected components of records under links, each in code point order."""
    forest = _Forest(sorted(set(records)))
    for left, right in links:
        forest.unite(left, right)
    return forest.groups()
