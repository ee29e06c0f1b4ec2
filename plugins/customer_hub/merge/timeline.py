"""What passed between a golden customer or contact and us, in order; read through the crosswalk.

Interactions name source records, never golden ids: a merge, an unmerge or a customer who comes late
moves them without a write.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from customer_hub.core import sql
from customer_hub.core.errors import HubError
from customer_hub.merge.resolve import resolve

NEWEST = 50


def read_timeline(
    connection: Connection, golden_id: UUID, size: int = NEWEST
) -> Sequence[Row[Any]]:
    """Return the interactions of a golden record, the newest first, without what is sealed.

    Args:
        connection: a reading transaction.
        golden_id: any id that was ever given.
        size: how many of the newest.

    Raises:
        HubError: the id was never given.
    """
    found = resolve(connection, golden_id)
    if found.state == "unknown":
        raise HubError(
            "no record ever had this id", where=str(golden_id), hint="find it by name on the page"
        )
    return sql.rows(connection, "merge/select_timeline", golden_id=found.golden_id, size=size)


def count_unresolved(connection: Connection) -> Sequence[Row[Any]]:
    """Return channel and count of the interactions whose customer and contact nobody knows yet."""
    return sql.rows(connection, "merge/count_unresolved")
