"""Join scored pairs into clusters: deterministic, conflict-aware, steward first.

Pure: the result depends on the set of edges and decisions of a component only, not on their order.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """A scored pair, ``left`` < ``right``.

    ``lowest`` is the weight of the comparison that speaks most against it; ``is_proof`` marks equal
    authoritative ids.
    """

    left: str
    right: str
    score: int
    lowest: int = 0
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
    strongest first, unless a veto, a cannot-link or a conflict stands between the two clusters; a
    conflict (other names behind one phone) gives way to equal authoritative ids. A cluster over the
    size limit falls apart into what must-links and equal authoritative ids hold together: never
    into what it was before.
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
        if edge.is_veto:
            forest.forbid(edge.left, edge.right)
        elif edge.score < limits.link and edge.lowest <= limits.conflict:
            forest.warn(edge.left, edge.right)
    for left, right in cannot_links:
        forest.forbid(left, right)
    for edge in pairs:
        is_link = not edge.is_veto and edge.score >= limits.link
        if is_link and forest.may_unite(edge.left, edge.right, is_proof=edge.is_proof):
            forest.unite(edge.left, edge.right)
    return forest.groups()


class _Forest:
    """Disjoint sets that remember which sets must stay apart; records of elsewhere are ignored."""

    def __init__(self, names: Sequence[str]) -> None:
        self._members: dict[str, list[str]] = {name: [name] for name in names}
        self._root = {name: name for name in names}
        self._foes: dict[str, set[str]] = defaultdict(set)
        self._rivals: dict[str, set[str]] = defaultdict(set)

    def unite(self, left: str, right: str) -> None:
        roots = self._find(left, right)
        if roots is None:
            return
        keep, drop = sorted(roots, key=lambda root: -len(self._members[root]))
        for name in self._members[drop]:
            self._root[name] = keep
        self._members[keep] += self._members.pop(drop)
        for apart in (self._foes, self._rivals):
            for other in apart.pop(drop, ()):
                apart[other].discard(drop)
                if other != keep:
                    apart[other].add(keep)
                    apart[keep].add(other)

    def forbid(self, left: str, right: str) -> None:
        """Keep two sets apart, whatever else is said."""
        self._separate(self._foes, left, right)

    def warn(self, left: str, right: str) -> None:
        """Keep two sets apart unless an authority says that they are one."""
        self._separate(self._rivals, left, right)

    def may_unite(self, left: str, right: str, *, is_proof: bool) -> bool:
        roots = self._find(left, right)
        if roots is None or roots[1] in self._foes.get(roots[0], ()):
            return False
        return is_proof or roots[1] not in self._rivals.get(roots[0], ())

    def groups(self) -> list[tuple[str, ...]]:
        return sorted(tuple(sorted(members)) for members in self._members.values())

    def _separate(self, apart: dict[str, set[str]], left: str, right: str) -> None:
        roots = self._find(left, right)
        if roots is not None:
            apart[roots[0]].add(roots[1])
            apart[roots[1]].add(roots[0])

    def _find(self, left: str, right: str) -> tuple[str, str] | None:
        """Return the two roots; None if they are one, or a record is not here."""
        first, second = self._root.get(left), self._root.get(right)
        if first is None or second is None or first == second:
            return None
        return first, second


def find_components(
    records: Iterable[str], links: Iterable[tuple[str, str]]
) -> list[tuple[str, ...]]:
    """Return the connected components of records under links, each in code point order."""
    forest = _Forest(sorted(set(records)))
    for left, right in links:
        forest.unite(left, right)
    return forest.groups()
