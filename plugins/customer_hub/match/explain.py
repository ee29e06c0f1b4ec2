"""Why two records are one customer, or why not: evidence, decisions, and the way from one to the other.

Says levels, weights (1/1000 bit), counts and source keys: never a person's data. Writes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection

from customer_hub.channels.policy import read_policy
from customer_hub.core import sql
from customer_hub.core.errors import HubError
from customer_hub.match.constraints import Decision, Decisions
from customer_hub.match.decisions import read_decisions
from customer_hub.match.lookup import score_now
from customer_hub.match.paths import Link, find_strongest_path
from customer_hub.match.review import MARGIN
from customer_hub.match.rules import MatchRules, read_rules
from customer_hub.match.scoring import Score

_BARRIERS_SHOWN = 5
Reason = Literal[
    "decided_together", "linked", "path", "waits_to_part", "waits_to_join", "waits",
    "decided_apart", "veto", "guard", "conflict", "half_a_name", "outweighed", "below_threshold",
    "no_key",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one comparison said of a pair."""

    name: str
    level: str
    weight: int


@dataclass(frozen=True, slots=True)
class Word:
    """A decision in force."""

    decision_id: int
    kind: str
    author: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records and what is known of them; `score` is None where only a decision speaks."""

    left: str
    right: str
    score: int | None = None
    is_veto: bool = False
    comparisons: tuple[Comparison, ...] = ()
    decisions: tuple[Word, ...] = ()

    @property
    def is_link(self) -> bool:
        """Tell whether the pair is rather one customer than two."""
        return not self.is_veto and (self.score or 0) > 0

    @property
    def is_half(self) -> bool:
        """Tell whether a family name was compared, and of a given name a letter at most."""
        said = {each.name: each.level for each in self.comparisons}
        is_named = said.get("given", "initial") != "initial"
        return not is_named and said.get("family", "swapped") != "swapped"

    @property
    def is_against(self) -> bool:
        """Tell whether the pair speaks clearly against being one."""
        return self.is_veto or (self.score or 0) <= -MARGIN


@dataclass(frozen=True, slots=True)
class SharedKey:
    """A blocking key that both records hold; one that too many hold proposes nobody."""

    kind: str
    record_count: int
    name_count: int
    is_proposing: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer: `pair` itself, and the `path` between two that are one, or the `barriers`.

    The path is the strongest: its weakest step is as strong as can be. Barriers are decisions, or
    pairs of the two clusters: those that keep them apart, the gravest first. Clusters are those of
    the last match: what was decided since then waits for the next.
    """

    pair: Pair
    is_same_golden: bool
    reason: Reason
    outranks_veto: bool
    golden_ids: tuple[UUID | None, ...]
    proposed_by: tuple[str, ...]
    shared_keys: tuple[SharedKey, ...]
    path: tuple[Pair, ...]
    barriers: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class _Clusters:
    """The members of the two clusters and every edge among them."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    golden_ids: tuple[UUID | None, ...]
    is_guarded: bool
    is_waiting: bool
    edges: Mapping[tuple[str, str], Pair]
    proposed_by: tuple[str, ...]

    def crossing(self) -> list[Pair]:
        """Return the edges between the two clusters, those that say most against it first."""
        near, far = set(self.left), set(self.right)
        found = [
            edge
            for edge in self.edges.values()
            if (edge.left in near and edge.right in far)
            or (edge.left in far and edge.right in near)
        ]
        return sorted(found, key=lambda edge: (not edge.is_veto, edge.score, edge.left, edge.right))


def explain_pair(connection: Connection, left: str, right: str) -> Explanation:
    """Return why two source records are, or are not, one.

    Raises:
        HubError: a record is not known to the matcher, or they are of different kinds.
    """
    first, second = sorted((left, right))
    if first == second:
        raise HubError("a record is itself", where=first, hint="name two source records")
    rules, _ = read_rules(read_policy())
    decisions = read_decisions(connection)
    clusters = _read_clusters(connection, first, second)
    shared = _read_shared_keys(connection, rules, first, second)
    pair = _with_words(clusters.edges[first, second], decisions)
    proposed = clusters.proposed_by or tuple(
        sorted({key.kind for key in shared if key.is_proposing})
    )
    is_same = second in clusters.left
    path: tuple[Pair, ...] = ()
    barriers: tuple[Pair, ...] = ()
    if is_same:
        path = _find_path(clusters, decisions, first, second)
        reason = _tell_together(pair, path, decisions)
    else:
        reason, barriers = _tell_apart(pair, clusters, decisions, proposed)
    return Explanation(
        pair=pair,
        is_same_golden=is_same,
        reason=reason,
        outranks_veto=is_same and any(step.is_veto and step.decisions for step in (pair, *path)),
        golden_ids=clusters.golden_ids,
        proposed_by=proposed,
        shared_keys=shared,
        path=path,
        barriers=barriers,
    )


def _read_clusters(connection: Connection, first: str, second: str) -> _Clusters:
    rows = sql.rows(connection, "match/select_clusters", keys=[first, second])
    home = {row.source_key: row for row in rows}
    sides = []
    for key in (first, second):
        mates = [
            row.source_key
            for row in rows
            if key in home and row.cluster_key == home[key].cluster_key
        ]
        sides.append(tuple(sorted(mates)) or (key,))
    members = sorted({*sides[0], *sides[1]})
    return _Clusters(
        left=sides[0],
        right=sides[1],
        golden_ids=tuple(home[key].golden_id if key in home else None for key in (first, second)),
        is_guarded=all(key in home and home[key].is_guarded for key in (first, second)),
        is_waiting=sql.rows(connection, "match/find_waiting", keys=members)[0].is_waiting,
        edges={
            ends: _make_pair(*ends, score)
            for ends, score in score_now(connection, (first, second), members).items()
        },
        proposed_by=next(
            (
                tuple(row.proposed_by)
                for row in sql.rows(connection, "match/select_edges_between", keys=[first, second])
            ),
            (),
        ),
    )


def _read_shared_keys(
    connection: Connection, rules: MatchRules, first: str, second: str
) -> tuple[SharedKey, ...]:
    return tuple(
        SharedKey(
            row.kind,
            row.record_count,
            row.name_count,
            row.kind not in rules.silent_kinds
            and row.record_count <= rules.cap
            and row.name_count <= rules.distinct_names,
        )
        for row in sql.rows(connection, "match/count_common_keys", left_key=first, right_key=second)
    )


def _find_path(
    clusters: _Clusters, decisions: Decisions, first: str, second: str
) -> tuple[Pair, ...]:
    links = [
        Link(edge.left, edge.right, edge.score or 0)
        for edge in clusters.edges.values()
        if edge.is_link
    ]
    links += [Link(*pair, None) for pair in decisions.must_links_of(clusters.left)]
    steps = find_strongest_path(links, first, second)
    return tuple(
        _with_words(clusters.edges.get((link.left, link.right), Pair(link.left, link.right)),
                    decisions)
        for link in steps
    )  # fmt: skip


def _tell_together(pair: Pair, path: Sequence[Pair], decisions: Decisions) -> Reason:
    if decisions.find_chain(pair.left, pair.right):
        return "decided_together"
    if pair.decisions:
        return "waits_to_part"
    if not path:  # what joined the two is gone, and the next match is told of it
        return "waits"
    return (
        "linked"
        if [(step.left, step.right) for step in path] == [(pair.left, pair.right)]
        else "path"
    )


def _tell_apart(
    pair: Pair,
    clusters: _Clusters,
    decisions: Decisions,
    proposed: Sequence[str],
) -> tuple[Reason, tuple[Pair, ...]]:
    if decisions.find_chain(pair.left, pair.right):
        return "waits_to_join", ()
    separating = decisions.find_separating(clusters.left, clusters.right)
    if separating:
        return "decided_apart", tuple(_name_ends(each, clusters) for each in separating)
    crossing = clusters.crossing()
    links = [edge for edge in crossing if edge.is_link]
    against = [edge for edge in crossing if edge.is_against]
    vetoes = [edge for edge in against if edge.is_veto]
    shown = tuple(against[:_BARRIERS_SHOWN])
    if vetoes and (links or pair.is_veto):
        return "veto", shown
    if links and clusters.is_guarded:
        return "guard", shown
    if links and against:
        return "conflict", shown
    if links and clusters.is_waiting:
        return "waits", ()
    if links:
        return ("half_a_name" if all(edge.is_half for edge in links) else "outweighed"), ()
    return ("below_threshold" if proposed else "no_key"), ()


def _name_ends(decision: Decision, clusters: _Clusters) -> Pair:
    """Return a separating decision with the records that it names in either cluster."""
    ends = [
        (key, other)
        for part, keys in enumerate(decision.parts)
        for place, others in enumerate(decision.parts)
        for key in keys
        for other in others
        if part != place and key in clusters.left and other in clusters.right
    ]
    left, right = sorted(min(ends))
    return Pair(left, right, decisions=_tell([decision]))


def _make_pair(left: str, right: str, score: Score) -> Pair:
    said = sorted(score.evidence.items())
    comparisons = tuple(
        Comparison(name, str(each["level"]), int(each["weight"])) for name, each in said
    )
    return Pair(left, right, score.total, score.is_veto, comparisons)


def _with_words(pair: Pair, decisions: Decisions) -> Pair:
    """Return a pair with the decisions that hold it together or keep it apart."""
    chain = decisions.find_chain(pair.left, pair.right)
    apart = decisions.find_separating(decisions.mates_of(pair.left), decisions.mates_of(pair.right))
    words = _tell([*chain, *(each for each in apart if not chain)])
    return Pair(pair.left, pair.right, pair.score, pair.is_veto, pair.comparisons, words)


def _tell(decisions: Iterable[Decision]) -> tuple[Word, ...]:
    return tuple(Word(each.decision_id, each.kind, each.author) for each in decisions)
