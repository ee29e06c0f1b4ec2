"""Match what is pending: features, keys, edges, clusters, crosswalk, in one transaction."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from customer_hub.channels.policy import read_policy
from customer_hub.core import db, sql
from customer_hub.core.keys import sealer as open_sealer
from customer_hub.core.policy import ensure_active_version
from customer_hub.core.results import BatchResult
from customer_hub.core.seal import Sealer
from customer_hub.match.blocking import BlockingKey, build_keys
from customer_hub.match.decisions import read_decisions
from customer_hub.match.features import Feature
from customer_hub.match.keyring import KeyId, replace_keys
from customer_hub.match.pairs import Scorer, replace_edges
from customer_hub.match.reading import build_features, cut, entity_of, store_features
from customer_hub.match.regroup import Member, regroup
from customer_hub.match.review import refresh_reviews
from customer_hub.match.rules import MatchRules, Model, read_rules

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Change:
    """What the pending records' new features led to."""

    features: dict[str, Feature]
    touched: set[str]
    moved_keys: set[KeyId]


def match_pending(run_id: str) -> BatchResult:
    """Match every pending source record; nothing pending is a no-op.

    Safe to run again at any time: a crash leaves everything as it was.

    Args:
        run_id: names the run in the log.

    Returns:
        Counts: pending, touched, pairs, edges, regrouped, goldens.

    Raises:
        HubError: another match is at work.
        ConfigurationError: the policy files are wrong, or not the active version.
    """
    policy = read_policy()
    rules, model = read_rules(policy)
    with db.hold_lock("match"), db.begin() as connection:
        queue = {
            row.source_key: row.queued_at for row in sql.rows(connection, "match/select_pending")
        }
        result = BatchResult("match", {"pending": len(queue)})
        if not queue:
            return result
        ensure_active_version(connection, policy)
        sql.run(
            connection,
            "match/insert_model",
            model_version=model.version,
            content=model.model_dump_json(),
        )
        result = _match(connection, rules, model, set(queue), result)
        _empty_queue(connection, queue)
    _log.info("match: run %s done, %s", run_id, result.counts)
    return result


def _match(
    connection: Connection, rules: MatchRules, model: Model, pending: set[str], result: BatchResult
) -> BatchResult:
    sealer = open_sealer()
    change = _refresh(connection, sealer, rules, pending)
    scorer = Scorer(connection, sealer, rules, model, change.features)
    ends, counts = replace_edges(connection, rules, model, sorted(change.touched), scorer)
    decisions = read_decisions(connection)
    seeds = pending | change.touched | ends
    before, after = regroup(connection, seeds, decisions, rules.guards, scorer)
    refresh_reviews(connection, before, after, rules.review_limit)
    goldens = _queue_goldens(connection, pending | change.touched, before, after, change.moved_keys)
    return result.add(touched=len(change.touched), regrouped=len(after), goldens=goldens, **counts)


def _refresh(
    connection: Connection, sealer: Sealer, rules: MatchRules, pending: set[str]
) -> _Change:
    """Rebuild features and keys of pending records and of the contacts that name them."""
    wanted = set(pending)
    for part in cut(sorted(pending)):
        wanted |= {
            row.source_key
            for row in sql.rows(connection, "match/select_contacts_of_customers", keys=list(part))
        }
    features: dict[str, Feature] = {}
    touched: set[str] = set()
    keys: dict[str, tuple[str, frozenset[BlockingKey]]] = {}
    for part in cut(sorted(wanted)):
        built = build_features(connection, sealer, part)
        gone = [key for key in part if key not in built]
        changed = store_features(connection, sealer, built)
        if gone:
            sql.run(connection, "match/delete_features", keys=gone)
        features |= built
        touched |= changed | set(gone)
        for key in changed:
            keys[key] = (entity_of(built[key]), build_keys(built[key], rules, sealer))
        keys.update({key: ("", frozenset()) for key in gone})
        _log.info("match: %s of %s features read", len(features), len(wanted))
    holders, moved = replace_keys(connection, rules, keys)
    return _Change(features, touched | holders, moved)


def _queue_goldens(
    connection: Connection,
    looked_at: set[str],
    before: Mapping[str, Member],
    after: Mapping[str, Member],
    moved_keys: set[KeyId],
) -> int:
    """Queue golden ids whose members changed, came or went, and those whose relations name them."""
    wanted: set[tuple[UUID, str]] = set()
    moved: set[str] = set()
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        has_moved = (old and old.golden_id) != (new and new.golden_id)
        if has_moved:
            moved.add(key)
        if has_moved or key in looked_at:
            wanted |= {(member.golden_id, member.entity) for member in (old, new) if member}
    ordered = sorted(wanted)
    for part in cut(ordered):
        sql.run(
            connection,
            "match/queue_goldens",
            golden_ids=[golden for golden, _ in part],
            entities=[entity for _, entity in part],
        )
    _queue_dependents(connection, moved, moved_keys)
    return len(ordered)


def _queue_dependents(connection: Connection, moved: set[str], moved_keys: set[KeyId]) -> None:
    cores = {hash_ for _, kind, hash_ in moved_keys if kind == "core"}
    for part in cut(sorted(moved)):
        cores |= {
            bytes(row.hash)
            for row in sql.rows(connection, "match/select_keys", keys=list(part))
            if row.kind == "core"
        }
        sql.run(connection, "match/queue_dependents", keys=list(part), core_hashes=[])
    for hashes in cut(sorted(cores)):
        sql.run(connection, "match/queue_dependents", keys=[], core_hashes=list(hashes))


def _empty_queue(connection: Connection, queue: Mapping[str, datetime]) -> None:
    for part in cut(sorted(queue)):
        sql.run(
            connection,
            "match/delete_pending",
            keys=list(part),
            queued=[queue[key] for key in part],
        )
