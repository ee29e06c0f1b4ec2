"""Closing or holding a judged window, in one transaction.

It takes the quarantine rows, the window's state, the queue for standardise and the receipt; either
all of them stand or none.
"""

import json
import logging
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from customer_hub.channels.config import ChannelConfig
from customer_hub.core import audit, db, sql
from customer_hub.core.errors import FencedError, WindowGoneError
from customer_hub.core.receipts import Batch, RootHash, write_receipt
from customer_hub.core.results import Receipt
from customer_hub.validate import page
from customer_hub.validate.suites import read_suite
from customer_hub.validate.verdict import Verdict, judge_window

log = logging.getLogger(__name__)
STEP = "validate"
_MAX_FIELD_NAME = 100
_MAX_UNKNOWN_FIELDS = 100


@dataclass(frozen=True, slots=True)
class Waiver:
    """A person's word that a held window may pass."""

    actor: str
    reason: str


def read_window(window_id: int) -> Any:
    """Return the row of a window.

    Raises:
        WindowGoneError: there is none. A gather of another range takes over what was not closed.
    """
    with db.begin() as connection:
        found = sql.rows(connection, "validate/select_window", window_id=window_id)
        places = sql.rows(connection, "validate/select_receipt_place", window_id=window_id)
    if found:
        return found[0]
    raise WindowGoneError(
        f"there is no window {window_id}",
        where=f"{places[0].channel}/{places[0].entity}" if places else "",
        hint="its rows moved to a later window of the same channel and entity: `hub window list`",
    )


def judge_landed(config: ChannelConfig, window: Any) -> Verdict:
    """Judge a window whose pages have all landed; writes nothing.

    Raises:
        FencedError: the window is still open.
    """
    _check_landed(window.state, window)
    return judge_window(config, window, read_suite(f"{config.name}_{window.entity}"))


def settle_window(
    window: Any, verdict: Verdict, run_id: str, waiver: Waiver | None = None
) -> Receipt:
    """Write the outcome of a judged window in one transaction, with its page.

    Args:
        window: the row of hub.gathered_window as it was when the caller looked.
        verdict: what `judge_landed` found.
        run_id: the run whose receipt and page this is.
        waiver: a person's word that lets the window pass although batch rules refuse it.

    Raises:
        FencedError: another run took the window over meanwhile.
        BadDataError: the receipt does not balance; nothing was written.
    """
    is_held = bool(verdict.broken_batch_rules) and waiver is None
    with db.begin() as connection:
        _take_window(connection, window)
        receipt = (_hold if is_held else _close)(connection, window, verdict)
        receipt.check_balance()
        if waiver is not None:
            _record_waiver(connection, window, waiver)
        # A file is no part of a transaction: it is written when that is about to stand.
        db.do_last(lambda: page.write_page(run_id, window, verdict, receipt))
        _write_receipt(connection, run_id, receipt)
    log.info(
        "window %s of %s/%s: %s, %s accepted, %s kept back",
        window.window_id, window.channel, window.entity,
        receipt.state, receipt.accepted, receipt.quarantined,
    )  # fmt: skip
    return receipt


def _record_waiver(connection: Connection, window: Any, waiver: Waiver) -> None:
    audit.append_entry(
        connection,
        waiver.actor,
        "waive_window",
        f"window {window.window_id}",
        waiver.reason,
        before={"state": window.state, "hold_reason": window.hold_reason},
        after={"state": "closed"},
    )


def _check_landed(state: str, window: Any) -> None:
    if state not in ("landed", "held"):
        raise FencedError(
            f"the window is {state}, not landed",
            where=f"{window.channel}/{window.entity} window {window.window_id}",
            hint="the run that holds it now will pass the gate itself",
        )


def _take_window(connection: Connection, window: Any) -> None:
    """Lock the window's row and make sure that it is still the one that was judged."""
    locked = sql.rows(connection, "validate/lock_window", window_id=window.window_id)
    if not locked or locked[0].fence != window.fence:
        raise FencedError(
            "another run took the window over while it was judged",
            where=f"{window.channel}/{window.entity} window {window.window_id}",
            hint="nothing was written; that run will pass the gate itself",
        )
    _check_landed(locked[0].state, window)


def _close(connection: Connection, window: Any, verdict: Verdict) -> Receipt:
    failures = verdict.failures
    sql.run(
        connection,
        "validate/insert_quarantine",
        suite=verdict.suite.name,
        version_ids=[failure.version_id for failure in failures],
        rules=[failure.rule.name for failure in failures],
        columns=[failure.rule.column for failure in failures],
        severities=[failure.rule.severity for failure in failures],
        states=["open" if failure.is_critical else "waived" for failure in failures],
    )
    unknown = _name_unknown_fields(connection, window, verdict)
    window_id = window.window_id
    sql.run(connection, "validate/close_window", window_id=window_id, unknown_fields=unknown)
    queue_accepted(connection, window_id=window_id)
    return read_receipt(connection, window)


def queue_accepted(
    connection: Connection, *, window_id: int | None = None, version_ids: list[int] | None = None
) -> None:
    """Hand a closed window, or versions that pass after all, on to standardise."""
    touched = {"window_id": window_id, "version_ids": version_ids}
    sql.run(connection, "validate/mark_repaired", **touched)
    sql.run(connection, "validate/queue_versions", **touched)


def _hold(connection: Connection, window: Any, verdict: Verdict) -> Receipt:
    sql.run(
        connection,
        "validate/hold_window",
        window_id=window.window_id,
        unknown_fields=_name_unknown_fields(connection, window, verdict),
        hold_reason=", ".join(verdict.broken_batch_rules),
    )
    landed = sql.run(connection, "validate/count_window", window_id=window.window_id).one()
    kept_back = len(verdict.kept_back)
    return _count(window, "held", landed.landed_count - kept_back, kept_back)


def _name_unknown_fields(connection: Connection, window: Any, verdict: Verdict) -> str:
    """Raise a task for each unmapped field; returns the counts per field as JSON."""
    counts = {
        name[:_MAX_FIELD_NAME]: count
        for name, count in sorted(verdict.unknown.items())[:_MAX_UNKNOWN_FIELDS]
    }
    place = f"{window.channel}/{window.entity}"
    sql.run(
        connection,
        "validate/raise_unknown_fields",
        subjects=[f"{place}/{name}" for name in counts],
        details=[json.dumps({"window_id": window.window_id, "count": n}) for n in counts.values()],
    )
    return json.dumps(counts)


def read_receipt(connection: Connection, window: Any) -> Receipt:
    """Return the receipt of a closed window as its tables have it now."""
    counted = sql.run(connection, "validate/count_window", window_id=window.window_id).one()
    accepted = counted.landed_count - counted.quarantined_count
    return _count(window, "closed", accepted, counted.quarantined_count)


def _count(window: Any, state: str, accepted: int, quarantined: int) -> Receipt:
    return Receipt(
        channel=window.channel,
        entity=window.entity,
        window_id=window.window_id,
        received=window.received_count,
        accepted=accepted,
        duplicate=window.duplicate_count,
        quarantined=quarantined,
        refused=window.refused_count,
        outside=window.outside_count,
        state=state,
    )


def _write_receipt(connection: Connection, run_id: str, receipt: Receipt) -> None:
    """Write a receipt's counts for the run; a window that closes is a batch of the audit log."""
    root = RootHash()
    if receipt.state == "closed":
        for chunk in sql.stream(
            connection, "validate/select_window_digests", window_id=receipt.window_id
        ):
            for row in chunk:
                root.add(row.source_key, row.op, bytes(row.digest))
    write_receipt(
        connection,
        run_id,
        STEP,
        receipt.as_dict(),
        channel=receipt.channel,
        entity=receipt.entity,
        window_id=receipt.window_id,
        batch=Batch("close window", f"window {receipt.window_id}", root),
    )
