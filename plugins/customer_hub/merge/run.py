"""Merge what is pending: golden records, lineage, versions and outbox, in one transaction."""

import logging
import os
from collections import Counter
from contextlib import closing
from functools import partial

from sqlalchemy import Connection

from customer_hub.channels.policy import read_policy
from customer_hub.core import db, sql
from customer_hub.core.copy_lines import make_array
from customer_hub.core.policy import ensure_active_version
from customer_hub.core.receipts import Batch, RootHash, write_receipt
from customer_hub.core.results import BatchResult
from customer_hub.core.workers import spread
from customer_hub.merge.chunk import Outcome, Plan, merge_chunk
from customer_hub.merge.rules import read_survivorship

CHUNK = 1000
# A worker takes a second to start, and what it saves is about a second for so many.
MANY = 5 * CHUNK
_MOST_WORKERS = 4  # beyond, the one connection that they share is the narrow place
_log = logging.getLogger(__name__)


def merge_pending(run_id: str) -> BatchResult:
    """Merge every pending golden id; nothing pending is a no-op.

    Safe to run again at any time: a crash leaves everything as it was, and a record whose content
    is what it was gets no new version and no row in the outbox. Many are merged by worker
    processes; how many of them is no matter.

    Args:
        run_id: names the run in receipt and log.

    Returns:
        Counts: pending, created, changed, unchanged, removed.

    Raises:
        HubError: another merge is at work, or a worker process died.
        ConfigurationError: the policy files are wrong, or not the active version.
    """
    policy = read_policy()
    rules = read_survivorship(policy)
    with db.hold_lock("merge"), db.begin() as connection:
        sql.run(connection, "merge/queue_related")
        queue = {
            row.golden_id: row.queued_at for row in sql.rows(connection, "merge/select_pending")
        }
        result = BatchResult("merge", {"pending": len(queue)})
        if not queue:
            return result
        result = result.add(created=0, changed=0, unchanged=0, removed=0)
        plan = Plan(
            rules=rules,
            policy_version=ensure_active_version(connection, policy),
            shared_names=int(policy.content["match"]["shared_names"]),
            trusts={name: each["trust"] for name, each in policy.content["channels"].items()},
            is_first=not sql.rows(connection, "merge/find_goldens")[0].is_there,
        )
        ordered, root = sorted(queue), RootHash()
        chunks = [ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK)]
        work = partial(merge_chunk, plan)
        with closing(spread(connection, work, chunks, _count_workers(len(queue)))) as outcomes:
            for done, outcome in enumerate(outcomes, 1):
                result = _account(connection, outcome, result, root)
                if plan.is_first and done == MANY // CHUNK:
                    sql.run(connection, "merge/analyze_versions")
                count = min(done * CHUNK, len(queue))
                _log.info("merge: %s of %s golden records", count, len(queue))
        sql.run(
            connection,
            "merge/delete_pending",
            golden_ids=make_array(ordered),
            queued=make_array(queue[each] for each in ordered),
        )
        write_receipt(
            connection, run_id, "merge", result.counts, batch=Batch("merge", "master", root)
        )
    _log.info("merge: run %s done, %s", run_id, result.counts)
    return result


def _count_workers(count: int) -> int:
    if count < MANY:
        return 1
    # Not every system can tell which of its processors this process may use.
    usable = getattr(os, "sched_getaffinity", lambda _pid: range(os.cpu_count() or 1))
    return min(_MOST_WORKERS, len(usable(0)))


def _account(
    connection: Connection, outcome: Outcome, result: BatchResult, root: RootHash
) -> BatchResult:
    """Tell publish and the stewards of a chunk; returns the counts with it."""
    changed = [verdict for verdict in outcome.verdicts if verdict.kind != "unchanged"]
    for verdict in changed:
        root.add(str(verdict.golden_id), verdict.version_no, verdict.digest)
    if changed:
        sql.run(
            connection,
            "merge/insert_changes",
            golden_ids=make_array(each.golden_id for each in changed),
            entities=make_array(each.entity for each in changed),
            version_nos=make_array(each.version_no for each in changed),
            kinds=make_array(each.kind for each in changed),
        )
    if outcome.met:
        sql.run(
            connection,
            "merge/raise_pin_tasks",
            golden_ids=[pair[0] for pair in outcome.met],
            fields=[pair[1] for pair in outcome.met],
            holding=[pair[2] for pair in outcome.met],
            outranked=[pair[3] for pair in outcome.met],
        )
    kinds = Counter(verdict.kind for verdict in outcome.verdicts)
    return result.add(**kinds)
