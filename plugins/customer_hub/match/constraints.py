"""What decisions demand of every clustering, and whether a new one still fits. Pure.

Each decision is one shape: groups of source keys ("parts") of which each stays together while they
stay apart from each other. A must-link is one part of two, a cannot-link two parts of one, an
unmerge a whole partition.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

Parts = tuple[tuple[str, ...], ...]
_NEW = 0  # ids of stored decisions begin at 1


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision in force."""

    decision_id: int
    kind: str
    parts: Parts
    author: str = ""


class Decisions:
    """The decisions in force, for the clustering and for the check of a new one."""

    def __init__(self, decisions: Iterable[Decision]) -> None:
        self._all = sorted(decisions, key=lambda decision: decision.decision_id)
        self._named: dict[str, list[tuple[Decision, int]]] = defaultdict(list)
        for decision in self._all:
            for part, keys in enumerate(decision.parts):
                for key in keys:
                    self._named[key].append((decision, part))
        self._root: dict[str, str] = {}
        self._mates: dict[str, list[str]] = {}
        for key in self._named:
            if key not in self._root:
                mates = sorted(self._follow(key))
                self._mates[mates[0]] = mates
                self._root |= dict.fromkeys(mates, mates[0])
        self._foes: dict[str, set[str]] = defaultdict(set)
        for decision in self._all:
            roots = [self._root[keys[0]] for keys in decision.parts]
            for root in roots:
                self._foes[root].update(roots)

    def mates_of(self, key: str) -> Sequence[str]:
        """Return the records that decisions hold together with one, itself among them."""
        return self._mates[self._root[key]] if key in self._root else (key,)

    def must_links_of(self, records: Iterable[str]) -> list[tuple[str, str]]:
        """Return the pairs that hold together what belongs together among `records`.

        A record that is gone tears no group apart: its neighbours are linked past it.
        """
        return [pair for keys in self._group(records).values() for pair in pairwise(keys)]

    def cannot_links_of(self, records: Iterable[str]) -> list[tuple[str, str]]:
        """Return one pair for each two groups among `records` that stay apart."""
        groups = self._group(records)
        return [
            (keys[0], groups[foe][0])
            for root, keys in groups.items()
            for foe in sorted(self._foes[root])
            if root < foe and foe in groups
        ]

    def find_separating(self, left: Iterable[str], right: Iterable[str]) -> list[Decision]:
        """Return the decisions that put a record of `left` and one of `right` into unequal parts."""
        near: dict[int, set[int]] = defaultdict(set)
        for key in left:
            for decision, part in self._named.get(key, ()):
                near[decision.decision_id].add(part)
        found = {
            decision.decision_id: decision
            for key in right
            for decision, part in self._named.get(key, ())
            if near[decision.decision_id] - {part}
        }
        return [found[number] for number in sorted(found)]

    def find_chain(self, left: str, right: str) -> list[Decision]:
        """Return the decisions that hold two records together, in order; empty if none do."""
        return _once(self._follow(left).get(right, []))

    def find_same(self, kind: str, parts: Parts) -> Decision | None:
        """Return the decision that says the same word for word, whatever the order of its parts."""
        wanted = _as_sets(parts)
        return next(
            (
                decision
                for decision, _ in self._named.get(parts[0][0], ())
                if decision.kind == kind and _as_sets(decision.parts) == wanted
            ),
            None,
        )

    def find_contradiction(self, parts: Parts) -> list[Decision]:
        """Return the shortest chain of decisions that forbids a new one; empty if nothing does.

        With the new one added, some decision separates two records that others hold together.
        """
        new = Decision(_NEW, "new", parts)
        together = Decisions([*self._all, new])
        cycles = [
            cycle for keys in parts for cycle in together._find_cycles(together._follow(keys[0]))
        ]
        return _open(min(cycles, key=lambda cycle: (len(cycle), _number(cycle)), default=[]))

    def _find_cycles(self, reached: Iterable[str]) -> Iterator[list[Decision]]:
        """Yield, for records held together, each decision between two of them with its chain."""
        mates = set(reached)
        for key in sorted(mates):
            for decision, part in self._named[key]:
                if others := mates.intersection(_keys_apart(decision, part)):
                    chains = self._follow(key)
                    yield from (_once([decision, *chains[other]]) for other in sorted(others))

    def _group(self, records: Iterable[str]) -> dict[str, list[str]]:
        groups: dict[str, list[str]] = defaultdict(list)
        for key in sorted(set(records) & self._root.keys()):
            groups[self._root[key]].append(key)
        return groups

    def _follow(self, start: str) -> dict[str, list[Decision]]:
        """Return every record held together with `start`, with the chain that leads there."""
        chains: dict[str, list[Decision]] = {start: []}
        used: set[tuple[int, int]] = set()
        queue = deque([start])
        while queue:
            key = queue.popleft()
            for decision, part in self._named.get(key, ()):
                if (decision.decision_id, part) in used:
                    continue
                used.add((decision.decision_id, part))
                for other in decision.parts[part]:
                    if other not in chains:
                        chains[other] = [*chains[key], decision]
                        queue.append(other)
        return chains


def _as_sets(parts: Parts) -> set[frozenset[str]]:
    return {frozenset(part) for part in parts}


def _keys_apart(decision: Decision, part: int) -> list[str]:
    return [key for each, keys in enumerate(decision.parts) if each != part for key in keys]


def _once(chain: Iterable[Decision]) -> list[Decision]:
    return list({decision.decision_id: decision for decision in chain}.values())


def _number(chain: Iterable[Decision]) -> list[int]:
    return [decision.decision_id for decision in chain]


def _open(cycle: list[Decision]) -> list[Decision]:
    """Return a cycle of decisions as the chain from one side of the new one to its other."""
    numbers = _number(cycle)
    place = numbers.index(_NEW) if _NEW in numbers else 0
    return [each for each in cycle[place:] + cycle[:place] if each.decision_id != _NEW]
