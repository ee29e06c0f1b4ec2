"""Up to when a channel was gathered: read from hub.gathered_window, the only ledger of that."""

from datetime import datetime

from sqlalchemy import Connection

from customer_hub.core import sql


def read_covered_to(
    connection: Connection, channel: str, entity: str, first_load_from: datetime
) -> datetime | None:
    """Return up to when closed windows cover an entity without a hole; None before its first load.

    A window behind a hole, as a backfill of a later day leaves it, does not count: what happened in
    the hole is not known yet.

    Args:
        connection: the caller's transaction.
        channel: its name.
        entity: customer, contact, sales_order or ticket.
        first_load_from: where the channel's first load begins (`first_load_from` of its TOML).
    """
    row = sql.rows(
        connection,
        "core/select_covered_to",
        channel=channel,
        entity=entity,
        first_load_from=first_load_from,
    )[0]
    covered_to: datetime | None = row.covered_to
    return covered_to
