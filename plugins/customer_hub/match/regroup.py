"""Cluster the components that a change reaches, and rewrite their members and crosswalk."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from customer_hub.core import sql
from customer_hub.core.identity import age_key, golden_id
from customer_hub.match.cluster import Edge, Guards, Witness, cluster_records
from customer_hub.match.constraints import Decisions
from customer_hub.match.reading import MANY, PORTION, cut


@dataclass(frozen=True, slots=True)
class Member:
    """Where a source record stands: its cluster's oldest source key, and the golden id."""

    entity: str
    cluster_key: str
    is_guarded: bool
    golden_id: UUID


@dataclass(slots=True)
class Neighbourhood:
    """Everything that is connected to some records: whole components."""

    records: set[str] = field(default_factory=set)
    edges: set[Edge] = field(default_factory=set)


def gather_neighbourhood(
    connection: Connection, seeds: Iterable[str], decisions: Decisions
) -> Neighbourhood:
    """Return the components of the seeds: over edges that link, must-links and old clusters."""
    found = Neighbourhood()
    frontier = set(seeds)
    while frontier:
        found.records |= frontier
        reached: set[str] = set()
        for part in cut(sorted(frontier)):
            for row in sql.rows(connection, "match/select_edges_around", keys=list(part)):
                edge = Edge(row.left_key, row.right_key, row.score, row.is_veto, row.is_proof)
                found.edges.add(edge)
                if edge.is_link:
                    reached |= {edge.left, edge.right}
            for row in sql.rows(connection, "match/select_clusters", keys=list(part)):
                reached.add(row.source_key)
        for key in frontier:
            reached.update(decisions.mates_of(key))
        frontier = reached - found.records
    return found


def regroup(
    connection: Connection,
    seeds: set[str],
    decisions: Decisions,
    guards: Guards,
    witness: Witness,
) -> Iterator[tuple[dict[str, Member], dict[str, Member]]]:
    """Cluster the neighbourhood of the seeds and write what changed, some components at a time.

    Yields:
        Each record of these components before and after; one that is gone is absent after.
    """
    waiting = set(seeds)
    for part in cut(sorted(seeds), PORTION):
        left = waiting.intersection(part)
        if left:
            around = gather_neighbourhood(connection, left, decisions)
            waiting -= around.records
            yield _cluster_again(connection, around, decisions, guards, witness)


def _cluster_again(
    connection: Connection,
    around: Neighbourhood,
    decisions: Decisions,
    guards: Guards,
    witness: Witness,
) -> tuple[dict[str, Member], dict[str, Member]]:
    before = _read_members(connection, around.records)
    ages = _read_ages(connection, around.records)
    musts, cannots = decisions.must_links_of(ages), decisions.cannot_links_of(ages)
    after: dict[str, Member] = {}
    for cluster in cluster_records(ages, around.edges, musts, cannots, guards, witness):
        oldest = min(cluster.members, key=lambda key: age_key(*ages[key][1:]))
        identity = golden_id(oldest)
        for key in cluster.members:
            after[key] = Member(ages[key][0], oldest, cluster.is_guarded, identity)
    _write(connection, before, after)
    return before, after


def _read_members(connection: Connection, records: Iterable[str]) -> dict[str, Member]:
    return {
        row.source_key: Member(row.entity, row.cluster_key, row.is_guarded, row.golden_id)
        for part in cut(sorted(records))
        for row in sql.rows(connection, "match/select_clusters", keys=list(part))
    }


def _read_ages(
    connection: Connection, records: Iterable[str]
) -> dict[str, tuple[str, datetime | None, str, str]]:
    return {
        row.source_key: (row.entity, row.first_created_at, row.channel, row.source_id)
        for part in cut(sorted(records))
        for row in sql.rows(connection, "match/select_ages", keys=list(part))
    }


def _write(connection: Connection, before: dict[str, Member], after: dict[str, Member]) -> None:
    changed = sorted(key for key, member in after.items() if before.get(key) != member)
    gone = sorted(before.keys() - after.keys())
    for part in cut(gone):
        sql.run(connection, "match/delete_members", keys=list(part))
    for part in cut(changed):
        members = [after[key] for key in part]
        keys, entities = list(part), [member.entity for member in members]
        sql.run(
            connection,
            "match/upsert_members",
            keys=keys,
            entities=entities,
            cluster_keys=[member.cluster_key for member in members],
            guarded=[member.is_guarded for member in members],
        )
        sql.run(
            connection,
            "match/upsert_crosswalk",
            keys=keys,
            entities=entities,
            golden_ids=[member.golden_id for member in members],
        )
    if len(changed) > MANY:
        sql.run(connection, "match/analyze_clusters")
    aliases = sorted({(after[key].cluster_key, after[key].entity) for key in changed})
    for batch in cut(aliases):
        sql.run(
            connection,
            "match/insert_aliases",
            golden_ids=[golden_id(key) for key, _ in batch],
            keys=[key for key, _ in batch],
            entities=[entity for _, entity in batch],
        )
