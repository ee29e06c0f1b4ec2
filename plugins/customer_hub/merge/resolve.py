"""Where a golden id leads: every id that was ever given resolves for ever (law 8)."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection

from customer_hub.core import sql


@dataclass(frozen=True, slots=True)
class Resolution:
    """Where an id leads.

    ``current``: the id itself holds; ``moved``: another id does; ``tombstone``: nothing is left;
    ``unknown``: the id was never given. ``golden_id`` is None for the last two.
    """

    state: Literal["current", "moved", "tombstone", "unknown"]
    golden_id: UUID | None = None


def resolve(connection: Connection, golden_id: UUID) -> Resolution:
    """Return where a golden id leads now: to the record that holds its source key."""
    found = sql.rows(connection, "merge/resolve_golden", golden_id=golden_id)
    if not found:
        return Resolution("unknown")
    current = found[0].current_golden_id
    if current is None:
        return Resolution("tombstone")
    return Resolution("current" if current == golden_id else "moved", current)


def find_holder(connection: Connection, source_key: str) -> UUID | None:
    """Return the id of the golden record that holds a source record; None for one never matched."""
    rows = sql.rows(connection, "merge/select_holder", source_key=source_key)
    return rows[0].golden_id if rows else None
