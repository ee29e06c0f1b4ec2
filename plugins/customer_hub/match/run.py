"""Match what is pending: features, keys, edges, clusters, crosswalk, in one transaction."""

import logging
from collections.abc import Mapping
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
from customer_hub.match.keyring import replace_keys
from customer_hub.match.pairs import Scorer, replace_edges
from customer_hub.match.reading import PORTION, build_features, cut, entity_of, store_features
from customer_hub.match.regroup import Member, regroup
from customer_hub.match.review import ask_again, open_reviews
from customer_hub.match.rules import MatchRules, Model, read_rules

_log = logging.getLogger(__name__)


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
    scorer = Scorer(connection, sealer, rules, model)
    touched, cores = _refresh(connection, sealer, rules, pending, scorer)
    ends, counts = replace_edges(connection, rules, model, sorted(touched), scorer)
    looked_at = pending | touched
    moved: set[str] = set()
    regrouped = goldens = 0
    decisions = read_decisions(connection)
    for before, after in regroup(connection, looked_at | ends, decisions, rules.guards, scorer):
        ask_again(connection, before, after)
        goldens += _queue_goldens(connection, looked_at, before, after)
        moved |= {key for key in before.keys() | after.keys() if _has_moved(key, before, after)}
        regrouped += len(after)
        _log.info("match: %s records clustered again", regrouped)
    open_reviews(connection, rules.review_limit)
    _queue_dependents(connection, moved, cores)
    return result.add(touched=len(touched), regrouped=regrouped, goldens=goldens, **counts)


def _refresh(
    connection: Connection, sealer: Sealer, rules: MatchRules, pending: set[str], scorer: Scorer
) -> tuple[set[str], set[bytes]]:
    """Rebuild features and keys of pending records and of the contacts that name them.

    Returns:
        The records whose pairs may be others now, and the hashes of the companies' names that
        records gained or lost.
    """
    wanted = set(pending)
    for part in cut(sorted(pending)):
        wanted |= {
            row.source_key
            for row in sql.rows(connection, "match/select_contacts_of_customers", keys=list(part))
        }
    touched: set[str] = set()
    cores: set[bytes] = set()
    read = 0
    for portion in cut(sorted(wanted), PORTION):
        keys: dict[str, tuple[str, frozenset[BlockingKey]]] = {}
        for part in cut(portion):
            built = build_features(connection, sealer, part)
            scorer.remember(built)
            changed = store_features(connection, sealer, built)
            gone = [key for key in part if key not in built]
            if gone:
                sql.run(connection, "match/delete_features", keys=gone)
            for key in changed:
                keys[key] = (entity_of(built[key]), build_keys(built[key], rules, sealer))
            keys.update({key: ("", frozenset()) for key in gone})
            read += len(part)
            _log.info("match: %s of %s features read", read, len(wanted))
        holders, moved = replace_keys(connection, rules, keys)
        touched |= keys.keys() | holders
        cores |= {hash_ for _, kind, hash_ in moved if kind == "core"}
    return touched, cores


def _queue_goldens(
    connection: Connection,
    looked_at: set[str],
    before: Mapping[str, Member],
    after: Mapping[str, Member],
) -> int:
    """Queue golden ids whose members changed, came or went; returns how many."""
    wanted: set[tuple[UUID, str]] = set()
    for key in before.keys() | after.keys():
        if key in looked_at or _has_moved(key, before, after):
            members = (before.get(key), after.get(key))
            wanted |= {(member.golden_id, member.entity) for member in members if member}
    ordered = sorted(wanted)
    for part in cut(ordered):
        sql.run(
            connection,
            "match/queue_goldens",
            golden_ids=[golden for golden, _ in part],
            entities=[entity for _, entity in part],
        )
    return len(ordered)


def _has_moved(key: str, before: Mapping[str, Member], after: Mapping[str, Member]) -> bool:
    old, new = before.get(key), after.get(key)
    return (old and old.golden_id) != (new and new.golden_id)


def _queue_dependents(connection: Connection, moved: set[str], cores: set[bytes]) -> None:
    """Queue golden records whose relations name records that moved, or names that did."""
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
