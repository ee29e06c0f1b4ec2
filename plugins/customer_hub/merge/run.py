"""Merge what is pending: golden records, lineage, versions and outbox, in one transaction."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from customer_hub.channels.policy import read_policy
from customer_hub.core import db, sql
from customer_hub.core.keys import sealer as open_sealer
from customer_hub.core.policy import Policy, ensure_active_version
from customer_hub.core.receipts import Batch, RootHash, write_receipt
from customer_hub.core.results import BatchResult
from customer_hub.core.seal import Sealer
from customer_hub.merge.golden import Golden, build_golden
from customer_hub.merge.reading import read_batch
from customer_hub.merge.rules import read_survivorship
from customer_hub.merge.writing import GoldenWriter, Verdict

CHUNK = 1000
_log = logging.getLogger(__name__)


def merge_pending(run_id: str) -> BatchResult:
    """Merge every pending golden id; nothing pending is a no-op.

    Safe to run again at any time: a crash leaves everything as it was, and a record whose content
    is what it was gets no new version and no row in the outbox.

    Args:
        run_id: names the run in receipt and log.

    Returns:
        Counts: pending, created, changed, unchanged, removed.

    Raises:
        HubError: another merge is at work.
        ConfigurationError: the policy files are wrong, or not the active version.
    """
    policy = read_policy()
    rules = read_survivorship(policy)
    with db.hold_lock("merge"), db.begin() as connection:
        sql.run(connection, "merge/queue_related")
        queue = {row.golden_id: row for row in sql.rows(connection, "merge/select_pending")}
        result = BatchResult("merge", {"pending": len(queue)})
        if not queue:
            return result
        result = result.add(created=0, changed=0, unchanged=0, removed=0)
        version = ensure_active_version(connection, policy)
        sealer = open_sealer()
        writer = GoldenWriter(connection, sealer, rules, version)
        ordered, root = sorted(queue), RootHash()
        for start in range(0, len(ordered), CHUNK):
            chunk = ordered[start : start + CHUNK]
            batch = read_batch(connection, sealer, chunk, _shared_names(policy))
            goldens = [
                build_golden(each, batch, rules) for each in chunk if batch.members.get(each)
            ]
            for verdict in _settle(connection, sealer, writer, chunk, goldens):
                result = result.add(**{verdict.kind: 1})
                if verdict.kind != "unchanged":
                    root.add(str(verdict.golden_id), verdict.version_no, verdict.digest)
            _log.info("merge: %s of %s golden records", start + len(chunk), len(ordered))
        sql.run(
            connection,
            "merge/delete_pending",
            golden_ids=ordered,
            queued=[queue[each].queued_at for each in ordered],
        )
        write_receipt(
            connection, run_id, "merge", result.counts, batch=Batch("merge", "master", root)
        )
    _log.info("merge: run %s done, %s", run_id, result.counts)
    return result


def _shared_names(policy: Policy) -> int:
    return int(policy.content["match"]["shared_names"])


def _settle(
    connection: Connection,
    sealer: Sealer,
    writer: GoldenWriter,
    chunk: Sequence[UUID],
    goldens: Sequence[Golden],
) -> list[Verdict]:
    """Write a chunk; returns what became of each of its golden ids, in their order."""
    last = {
        row.golden_id: row
        for row in sql.rows(connection, "merge/select_versions", golden_ids=list(chunk))
    }
    verdicts = {
        golden.golden_id: _judge(golden, sealer, last.get(golden.golden_id)) for golden in goldens
    }
    if goldens:
        writer.write(goldens, verdicts)
    met = sorted({(golden.golden_id, *pins) for golden in goldens for pins in golden.met})
    if met:
        sql.run(
            connection,
            "merge/raise_pin_tasks",
            golden_ids=[pair[0] for pair in met],
            fields=[pair[1] for pair in met],
            holding=[pair[2] for pair in met],
            outranked=[pair[3] for pair in met],
        )
    removed = _judge_removed(sealer, set(chunk) - verdicts.keys(), last)
    if removed:
        writer.remove(removed, last)
    return sorted([*verdicts.values(), *removed], key=lambda verdict: verdict.golden_id)


def _judge(golden: Golden, sealer: Sealer, last: Row[Any] | None) -> Verdict:
    digest = sealer.digest(golden.content())
    version = last.version_no if last is not None else 0
    if last is None or last.op == "removed":
        return Verdict(golden.golden_id, golden.entity, "created", version + 1, digest)
    if bytes(last.content_digest) == digest:
        return Verdict(golden.golden_id, golden.entity, "unchanged", version, digest)
    return Verdict(golden.golden_id, golden.entity, "changed", version + 1, digest)


def _judge_removed(
    sealer: Sealer, without_members: set[UUID], last: Mapping[UUID, Row[Any]]
) -> list[Verdict]:
    """Return the golden ids that stand in the master but hold no source record any more."""
    digest = sealer.digest("removed")
    return [
        Verdict(
            golden_id, last[golden_id].entity, "removed", last[golden_id].version_no + 1, digest
        )
        for golden_id in sorted(without_members & last.keys())
        if last[golden_id].op != "removed"
    ]
