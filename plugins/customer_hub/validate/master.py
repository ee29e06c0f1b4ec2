"""Suites over the hub's own tables: what standardise and merge wrote keeps its promises.

A rule that breaks here is a fault of the hub, not of a channel: the run stops before anything wrong
is matched or published.
"""

import logging
from collections.abc import Sequence
from typing import Any

from customer_hub.core import db, sql
from customer_hub.core.errors import BadDataError
from customer_hub.core.receipts import write_receipt
from customer_hub.core.results import BatchResult
from customer_hub.validate.frame import build_frame
from customer_hub.validate.suites import Outcome, read_suite

log = logging.getLogger(__name__)
CHUNK_SIZE = 5000
_SHOWN_KEYS = 10


def validate_master(run_id: str) -> BatchResult:
    """Judge the golden customers that changed since the last run that passed, by suite ``master``.

    Cost follows the change: the outbox names what changed, and the receipt of the last passed run
    says how far that was judged.

    Raises:
        BadDataError: a critical rule is broken; names the rules and golden ids.
    """
    with db.begin() as connection:
        bounds = sql.run(connection, "validate/select_change_bounds").one()
    result = BatchResult("validate_master", {"judged": 0, "warnings": 0})
    after: str | None = None
    while bounds.last_change_id > bounds.first_change_id:
        with db.begin() as connection:
            rows = sql.rows(
                connection,
                "validate/select_changed_masters",
                first_change_id=bounds.first_change_id,
                last_change_id=bounds.last_change_id,
                after=after,
                size=CHUNK_SIZE,
            )
        if not rows:
            break
        result = _judge(result, "master", "golden_id", rows)
        after = rows[-1].golden_id
    _write_receipt(run_id, result, last_change_id=bounds.last_change_id)
    return result


def validate_standard(run_id: str) -> BatchResult:
    """Judge the source customers that wait to be matched, by suite ``standard``.

    Raises:
        BadDataError: a critical rule is broken; names the rules and source keys.
    """
    result = BatchResult("validate_standard", {"judged": 0, "warnings": 0})
    after = ""
    while True:
        with db.begin() as connection:
            rows = sql.rows(
                connection, "validate/select_pending_sources", after=after, size=CHUNK_SIZE
            )
        if not rows:
            break
        result = _judge(result, "standard", "source_key", rows)
        after = rows[-1].source_key
    _write_receipt(run_id, result)
    return result


def _judge(result: BatchResult, suite: str, key: str, rows: Sequence[Any]) -> BatchResult:
    frame = build_frame([dict(row._mapping) for row in rows])
    outcomes = read_suite(suite).judge(frame, "row", key)
    broken = [
        outcome
        for outcome in outcomes
        if outcome.failed_keys and outcome.rule.severity == "critical"
    ]
    if broken:
        raise BadDataError(
            "; ".join(map(_describe, broken)),
            where=f"suite {suite}",
            hint="nothing goes on until it is mended; see docs/runbooks/build_master.md",
        )
    log.info("suite %s: %s rows judged", suite, len(rows))
    return result.add(
        judged=len(rows), warnings=sum(len(outcome.failed_keys) for outcome in outcomes)
    )


def _describe(outcome: Outcome) -> str:
    shown = ", ".join(map(str, outcome.failed_keys[:_SHOWN_KEYS]))
    more = len(outcome.failed_keys) - _SHOWN_KEYS
    return f"rule {outcome.rule.name} is broken by {shown}" + (
        f" and {more} more" if more > 0 else ""
    )


def _write_receipt(run_id: str, result: BatchResult, **facts: int) -> None:
    with db.begin() as connection:
        write_receipt(connection, run_id, result.step, result.counts | facts, entity="customer")
