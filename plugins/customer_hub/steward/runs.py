"""What the hub did last, and what waits for a person: receipts, windows, quarantine, backups."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from customer_hub.core import sql

_RECEIPTS = 120
_LISTED = 50
_BACKUPS = 10
# What a receipt says beside its counts: its window, told elsewhere, and how far it got.
_NOT_FIGURES = frozenset({"channel", "entity", "window_id", "state", "last_change_id"})


@dataclass(slots=True)
class Run:
    """The receipts of one run, in the order in which they were written."""

    run_id: str
    recorded_at: datetime
    receipts: list[Row[Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RunsView:
    """Everything on the page of the runs."""

    runs: Sequence[Run]
    windows: Sequence[Row[Any]]
    quarantine: Sequence[Row[Any]]
    backups: Sequence[Row[Any]]


def load_runs(connection: Connection) -> RunsView:
    """Return the last receipts by run, windows that are not closed, quarantine, backups."""
    return RunsView(
        runs=group_receipts(sql.rows(connection, "steward/list_receipts", size=_RECEIPTS)),
        windows=sql.rows(connection, "steward/list_held_windows", size=_LISTED),
        quarantine=sql.rows(connection, "steward/list_quarantine", size=_LISTED),
        backups=sql.rows(connection, "core/list_backups", size=_BACKUPS),
    )


def group_receipts(receipts: Sequence[Row[Any]]) -> list[Run]:
    """Return receipts, given newest first, as runs: the newest run first, its steps in order."""
    runs: dict[str, Run] = {}
    for receipt in receipts:
        run = runs.setdefault(receipt.run_id, Run(receipt.run_id, receipt.recorded_at))
        run.receipts.insert(0, receipt)
    return list(runs.values())


def list_figures(counts: dict[str, Any]) -> list[tuple[str, int]]:
    """Return the figures of a receipt: what it received first, then the rest as it was written."""
    figures = [
        (name, count)
        for name, count in counts.items()
        if name not in _NOT_FIGURES and isinstance(count, int)
    ]
    order = ("received", "accepted", "duplicate", "quarantined", "refused", "outside")
    figures.sort(key=lambda figure: order.index(figure[0]) if figure[0] in order else len(order))
    return figures
