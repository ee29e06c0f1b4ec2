"""Laws 4 and 7 on a hub in memory that clusters by deltas, as the matcher does on its tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from customer_hub.match.cluster import Edge, cluster_records, find_components
from customer_hub.match.constraints import Decision, Decisions
from tests.seeds import PURE, law
from tests.unit.match.cluster_cases import GUARDS, Witness

RECORDS = "abcdefg"
WITNESS = Witness(other=-3)


@dataclass
class Hub:
    """Records, edges, decisions and clusters; a change clusters again what it reaches."""

    decisions: list[Decision] = field(default_factory=list)
    present: set[str] = field(default_factory=set)
    edges: dict[tuple[str, str], Edge] = field(default_factory=dict)
    cluster_of: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def come(self, key: str, edges: Iterable[Edge]) -> None:
        """Let a record come, or come again with other edges to those that are there."""
        self.go(key)
        self.present.add(key)
        new = {(each.left, each.right): each for each in edges if key in (each.left, each.right)}
        self.edges |= {ends: edge for ends, edge in new.items() if self.present.issuperset(ends)}
        self.regroup({key})

    def go(self, key: str) -> None:
        """Let a record go, with its edges."""
        ends = {each for pair in self.edges if key in pair for each in pair}
        self.edges = {pair: edge for pair, edge in self.edges.items() if key not in pair}
        self.present.discard(key)
        self.regroup({key, *ends})

    def decide(self, decision: Decision) -> None:
        """Take a decision."""
        self.decisions.append(decision)
        self.regroup({key for part in decision.parts for key in part})

    def regroup(self, seeds: set[str]) -> None:
        """Cluster again what hangs together with the seeds, and nothing else."""
        decisions = Decisions(self.decisions)
        links = [ends for ends, each in self.edges.items() if each.is_link]
        reached, frontier = set[str](), set(seeds)
        while frontier:
            reached |= frontier
            frontier = {
                *(mate for key in frontier for mate in self.cluster_of.get(key, ())),
                *(mate for key in frontier for mate in decisions.mates_of(key)),
                *(end for ends in links if frontier & set(ends) for end in ends),
            } - reached
        here = sorted(reached & self.present)
        for key in reached:
            self.cluster_of.pop(key, None)
        for members in find_components(here, [*links, *decisions.must_links_of(here)]):
            for cluster in self.cluster(members, decisions):
                self.cluster_of |= dict.fromkeys(cluster, cluster)

    def cluster(self, members: Sequence[str], decisions: Decisions) -> list[tuple[str, ...]]:
        """Return the clusters of some records."""
        musts, cannots = decisions.must_links_of(members), decisions.cannot_links_of(members)
        found = cluster_records(members, self.edges.values(), musts, cannots, GUARDS, WITNESS)
        return [cluster.members for cluster in found]


@dataclass(frozen=True)
class Event:
    """A record that comes with edges, or goes."""

    key: str
    edges: tuple[Edge, ...] | None

    def happen(self, hub: Hub) -> None:
        """Let it happen."""
        if self.edges is None:
            hub.go(self.key)
        else:
            hub.come(self.key, self.edges)


def _make_edges(key: str, drawn: dict[str, tuple[int, int, bool]]) -> tuple[Edge, ...]:
    return tuple(
        Edge(min(key, other), max(key, other), score, veto)
        for other, (score, veto) in drawn.items()
        if other != key
    )


_edges = st.dictionaries(
    st.sampled_from(RECORDS),
    st.tuples(st.integers(-12, 16), st.sampled_from([False, False, True])),
    max_size=4,
)
_events = st.lists(
    st.one_of(
        st.builds(lambda key, drawn: Event(key, _make_edges(key, drawn)), st.sampled_from(RECORDS), _edges),
        st.builds(lambda key: Event(key, None), st.sampled_from(RECORDS)),
    ),
    max_size=10,
)  # fmt: skip


def play(events: Iterable[Event], hub: Hub) -> Hub:
    for event in events:
        event.happen(hub)
    return hub


@law(PURE)
@given(_events, _events, st.data())
def test_an_unmerge_equals_a_merge_that_never_was(before, later, data) -> None:  # type: ignore[no-untyped-def]
    hub = play(before, Hub())
    for number, members in enumerate(sorted({c for c in hub.cluster_of.values() if len(c) > 1})):
        cut = data.draw(st.integers(1, len(members) - 1))
        shuffled = data.draw(st.permutations(members))
        parts = (tuple(sorted(shuffled[:cut])), tuple(sorted(shuffled[cut:])))
        hub.decide(Decision(number + 1, "unmerge", parts))
    decided = list(hub.decisions)
    unmerged = play(later, hub).cluster_of
    assert play([*before, *later], Hub(decided[:])).cluster_of == unmerged, "never merged"
    rebuilt = hub.cluster(sorted(hub.present), Decisions(decided))
    assert sorted(set(unmerged.values())) == rebuilt, "by deltas or at once"
    for decision in decided:
        for one in decision.parts[0]:
            assert not set(unmerged.get(one, ())) & set(decision.parts[1])
