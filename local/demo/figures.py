"""Counts of one demo run, read from the hub's tables after it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from local.demo.quality import evaluate_customers
from local.demo.report import Outcome
from local.stack.layout import Layout


def read_figures(layout: Layout, since: datetime, outcome: Outcome) -> None:
    """Fill in the channels' receipts and all figures of what happened since a moment."""
    from customer_hub.core import db

    with db.begin() as connection:
        outcome.channels = _read_receipts(connection, since)
        outcome.is_repeat = _was_demo_before(connection, since)
        count = _Counter(connection, since)
        backup = connection.execute(
            text(
                "select manifest.backup_id, manifest.state, drill.rto_seconds, drill.rpo_seconds"
                " from backup.manifest as manifest"
                " left join backup.drill as drill on drill.backup_id = manifest.backup_id"
                " order by manifest.started_at desc, drill.drill_id desc limit 1"
            )
        ).first()
        quality = evaluate_customers(connection, layout.world / "truth.csv")
        outcome.figures |= {
            "source_records": count(
                "select (select count(*) from source.customer where not is_deleted)"
                " + (select count(*) from source.contact where not is_deleted)"
            ),
            "customers": count("select count(*) from master.customer"),
            "merges": count(
                "select count(*) - count(distinct golden_id) from match.crosswalk"
                " where entity = 'customer'"
            ),
            "precision": round(quality.precision, 4),
            "recall": round(quality.recall, 4),
            "landed_rows": count("select count(*) from landing.version where landed_at >= :since"),
            "master_changes": count(
                "select count(*) from publish.change where changed_at >= :since"
            ),
            "pushed": count(
                "select count(*) from publish.delivery"
                " where settled_at >= :since and (state = 'confirmed' or (state = 'dead'"
                " and delivery_id not in (select delivery_id from publish.dead_letter"
                " where cause = 'conflict')))"
            ),
            "confirmed": count(
                "select count(*) from publish.delivery"
                " where settled_at >= :since and state = 'confirmed'"
            ),
            "dead_letters": count(
                "select count(*) from publish.dead_letter where died_at >= :since"
            ),
            # A create that the target refused because it has somebody alike: a person decides.
            "conflicts": count(
                "select count(*) from publish.dead_letter"
                " where died_at >= :since and cause = 'conflict'"
            ),
            "backup_id": backup.backup_id if backup else None,
            "backup_verified": backup is not None and backup.state == "verified",
            "rto_seconds": float(backup.rto_seconds) if backup and backup.rto_seconds else None,
            "rpo_seconds": float(backup.rpo_seconds) if backup and backup.rpo_seconds else None,
        }


def _read_receipts(connection: Connection, since: datetime) -> dict[str, dict[str, int]]:
    rows = connection.execute(
        text(
            "select channel,"
            " sum((counts ->> 'received')::bigint) as gathered,"
            " sum((counts ->> 'accepted')::bigint) as accepted,"
            " sum((counts ->> 'duplicate')::bigint) as duplicate,"
            " sum((counts ->> 'quarantined')::bigint) as quarantined,"
            " sum((counts ->> 'refused')::bigint) as refused,"
            " sum((counts ->> 'outside')::bigint) as outside"
            " from hub.run_receipt where step = 'validate' and recorded_at >= :since"
            " group by channel order by channel"
        ),
        {"since": since},
    )
    return {
        row.channel: {name: int(value) for name, value in row._mapping.items() if name != "channel"}
        for row in rows
    }


def _was_demo_before(connection: Connection, since: datetime) -> bool:
    found: Any = connection.execute(
        text("select exists (select 1 from landing.version where landed_at < :since)"),
        {"since": since},
    ).scalar_one()
    return bool(found)


class _Counter:
    """Runs one counting statement at a time, from the demo's beginning on."""

    def __init__(self, connection: Connection, since: datetime) -> None:
        self._connection = connection
        self._since = since

    def __call__(self, statement: str) -> int:
        """Return the count."""
        bound = {"since": self._since} if ":since" in statement else {}
        return int(self._connection.execute(text(statement), bound).scalar_one())
