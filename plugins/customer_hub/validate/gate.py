"""The gate: what landed in a window is judged, then the window is closed or held (law 10).

Rows that break a critical row rule are kept back and the others go on; a batch rule holds the
window as a whole and never changes which of its rows are accepted. What people do here is audited:
waive a window, waive a record, replay the quarantine.
"""

import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from customer_hub.channels.config import ChannelConfig, read_channel
from customer_hub.core import audit, db, sql
from customer_hub.core.errors import HubError
from customer_hub.core.results import BatchResult, Receipt
from customer_hub.validate.closing import (
    Waiver,
    judge_landed,
    queue_accepted,
    read_receipt,
    read_window,
    settle_window,
)
from customer_hub.validate.frame import describe_versions
from customer_hub.validate.suites import read_suite
from customer_hub.validate.verdict import Verdict, read_versions

log = logging.getLogger(__name__)


def validate_window(config: ChannelConfig, window_id: int, run_id: str) -> Receipt:
    """Judge a landed (or held) window and close or hold it.

    Safe to run again at any time: a closed window gives its receipt and changes nothing.

    Args:
        config: the channel that the window belongs to.
        window_id: the window, all of whose pages have landed.
        run_id: the run that asks; names the receipt and the report page.

    Returns:
        The receipt; its state is ``closed`` or ``held``. Whoever runs the flow raises for ``held``.

    Raises:
        WindowGoneError: a run of another range took the window's rows over.
        FencedError: the window is still open, or another run took it over meanwhile.
        BadDataError: the receipt does not balance; nothing was written.
    """
    window = read_window(window_id)
    if window.state == "closed":
        with db.begin() as connection:
            return read_receipt(connection, window)
    return settle_window(window, judge_landed(config, window), run_id)


def waive_window(window_id: int, actor: str, reason: str) -> Receipt:
    """Let a held window pass although batch rules refuse it; its row rules still hold.

    Args:
        window_id: the held window.
        actor: log-in of the person who decides.
        reason: why; kept in the audit log.

    Raises:
        WindowGoneError: there is no such window any more.
        HubError: the window is not held, or no reason is given.
    """
    window = read_window(window_id)
    where = f"{window.channel}/{window.entity} window {window_id}"
    if window.state != "held":
        raise HubError(
            f"the window is not held but {window.state}",
            where=where,
            hint="a refused sweep is let pass with --deletes N; else start the gather again",
        )
    verdict = judge_landed(read_channel(window.channel), window)
    return settle_window(window, verdict, window.run_id, Waiver(actor, reason))


def waive_record(version_id: int, actor: str, reason: str) -> BatchResult:
    """Let one kept-back version pass as it is.

    Args:
        version_id: the landed version.
        actor: log-in of the person who decides.
        reason: why; kept with the record and in the audit log.

    Raises:
        HubError: nothing keeps that version back, or no reason is given.
    """
    with db.begin() as connection:
        settled = sql.rows(
            connection,
            "validate/settle_quarantine",
            version_ids=[version_id],
            state="waived",
            actor=actor,
            reason=reason,
        )
        if not settled:
            raise HubError(
                "nothing keeps this version back",
                where=f"version {version_id}",
                hint="see quarantine",
            )
        queue_accepted(connection, version_ids=[version_id])
        rules = sorted(row.rule for row in settled)
        audit.append_entry(
            connection,
            actor,
            "waive_record",
            f"version {version_id}",
            reason,
            before={"states": _name_states(settled), "rules": rules},
            after={"state": "waived"},
        )
    return BatchResult("waive_record", {"rules": len(settled)})


def replay_quarantine(channel: str | None, actor: str, reason: str) -> BatchResult:
    """Judge what is kept back again by the rules as they are now; what passes goes on.

    Args:
        channel: one channel, or None for all.
        actor: log-in of the person who asks.
        reason: why; kept in the audit log.

    Returns:
        Counts ``judged`` and ``replayed``.
    """
    with db.begin() as connection:
        places = sql.rows(connection, "validate/select_quarantined_entities", channel=channel)
    result = BatchResult("replay_quarantine", {"judged": 0, "replayed": 0})
    for place in places:
        result = _replay_entity(place.channel, place.entity, actor, reason, result)
    return result


def _replay_entity(
    channel: str, entity: str, actor: str, reason: str, result: BatchResult
) -> BatchResult:
    config, suite = read_channel(channel), read_suite(f"{channel}_{entity}")
    chunks = read_versions("validate/select_quarantined", channel=channel, entity=entity)
    for versions in chunks:
        verdict = Verdict(suite)
        verdict.add_chunk(versions, describe_versions(config, entity, versions))
        passed = sorted({version.version_id for version in versions} - verdict.kept_back)
        result = result.add(judged=len(versions), replayed=len(passed))
        if passed:
            _replay_versions(f"{channel}/{entity}", passed, actor, reason)
        log.info("replayed %s of %s of %s/%s", len(passed), len(versions), channel, entity)
    return result


def _replay_versions(place: str, version_ids: list[int], actor: str, reason: str) -> None:
    with db.begin() as connection:
        settled = sql.rows(
            connection,
            "validate/settle_quarantine",
            version_ids=version_ids,
            state="replayed",
            actor=actor,
            reason="passes the rules of today",
        )
        queue_accepted(connection, version_ids=version_ids)
        audit.append_entry(
            connection,
            actor,
            "replay_quarantine",
            place,
            reason,
            before={"states": _name_states(settled), "versions": version_ids},
            after={"state": "replayed"},
        )


def _name_states(settled: Sequence[Row[Any]]) -> list[str]:
    return sorted({row.former_state for row in settled})
