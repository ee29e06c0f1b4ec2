"""The life of a window: opened or taken over, written page by page behind a fence, landed.

One row of hub.gathered_window is the only ledger of what is covered. A run writes only while the
window carries its fence; whoever takes the window over raises the fence, and the former run stops
at its next page.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from customer_hub.core import sql
from customer_hub.core.errors import BadDataError, FencedError


@dataclass(frozen=True, slots=True)
class Window:
    """A window of one channel's entity as one run holds it."""

    window_id: int
    channel: str
    entity: str
    start_at: datetime
    end_at: datetime
    history: str
    state: str
    fence: int
    page_cursor: dict[str, Any] | None
    received: int
    duplicate: int
    outside: int
    refused: int
    landed: int
    waived_deletes: int

    @property
    def where(self) -> str:
        """Name the window in errors and logs."""
        return f"{self.channel}/{self.entity} window {self.window_id}"


@dataclass(frozen=True, slots=True)
class PageCounts:
    """What became of the records of some pages; ``received`` is the sum of the rest."""

    received: int = 0
    landed: int = 0
    duplicate: int = 0
    outside: int = 0
    refused: int = 0


def open_window(
    connection: Connection,
    channel: str,
    entity: str,
    *,
    start: datetime,
    end: datetime,
    history: str,
    run_id: str,
) -> Window:
    """Return an open window [start, end), taking over whatever was not closed before.

    An open window of the same range goes on at its page cursor. Windows of another range are
    abandoned work: their versions and counts move here, so that nothing received is lost. The
    caller's transaction decides.
    """
    unfinished = sql.rows(
        connection, "gather/lock_unfinished_windows", channel=channel, entity=entity
    )
    same = [row.window_id for row in unfinished if (row.start_at, row.end_at) == (start, end)]
    if same:
        window_id = int(same[0])
        sql.run(connection, "gather/reopen_window", window_id=window_id, run_id=run_id)
    else:
        window_id = sql.run(
            connection,
            "gather/insert_window",
            channel=channel,
            entity=entity,
            start_at=start,
            end_at=end,
            history=history,
            run_id=run_id,
        ).scalar_one()
    abandoned = [row.window_id for row in unfinished if row.window_id != window_id]
    if abandoned:
        sql.run(connection, "gather/carry_versions", window_id=window_id, abandoned=abandoned)
        sql.run(connection, "gather/carry_counts", window_id=window_id, abandoned=abandoned)
    return read_window(connection, window_id)


def read_window(connection: Connection, window_id: int) -> Window:
    """Return a window with its counts as they stand."""
    row = sql.rows(connection, "gather/select_window", window_id=window_id)[0]
    return Window(
        window_id=row.window_id,
        channel=row.channel,
        entity=row.entity,
        start_at=row.start_at,
        end_at=row.end_at,
        history=row.history,
        state=row.state,
        fence=row.fence,
        page_cursor=row.page_cursor,
        received=row.received_count,
        duplicate=row.duplicate_count,
        outside=row.outside_count,
        refused=row.refused_count,
        landed=row.landed_count,
        waived_deletes=row.waived_delete_count,
    )


def check_fence(connection: Connection, window: Window) -> None:
    """Lock the window for this transaction's writes.

    Raises:
        FencedError: another run has taken it over since.
    """
    held = sql.rows(
        connection,
        "gather/lock_fenced_window",
        window_id=window.window_id,
        fence=window.fence,
    )
    if not held:
        raise FencedError(
            "another run has taken this window over",
            where=window.where,
            hint="nothing of this page was written; let the other run finish",
        )


def commit_pages(
    connection: Connection,
    window: Window,
    counts: PageCounts,
    seen_at: datetime,
    cursor: dict[str, Any] | None,
) -> None:
    """Count pages into their window and keep the cursor, in the transaction that lands them."""
    sql.run(
        connection,
        "gather/commit_pages",
        window_id=window.window_id,
        page_cursor=None if cursor is None else json.dumps(cursor),
        seen_at=seen_at,
        received=counts.received,
        duplicate=counts.duplicate,
        outside=counts.outside,
        refused=counts.refused,
    )


def mark_landed(connection: Connection, window: Window) -> Window:
    """Hand the window to the gate: all of it has landed. Returns it with its final counts.

    Raises:
        FencedError: another run has taken it over.
        BadDataError: the counts do not add up to what was received (law 1).
    """
    check_fence(connection, window)
    sql.run(connection, "gather/mark_landed", window_id=window.window_id)
    landed = read_window(connection, window.window_id)
    parts = landed.landed + landed.duplicate + landed.outside + landed.refused
    if parts != landed.received:
        raise BadDataError(
            f"received {landed.received} but {parts} are accounted for",
            where=landed.where,
            hint="the window stays open; see docs/runbooks/gather.md, 'receipt does not balance'",
        )
    return landed
