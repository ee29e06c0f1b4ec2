"""The database's own time, by which its rows are dated, and when a moment of it is past for good."""

import time
from datetime import datetime

from sqlalchemy import Connection

from customer_hub.core import db, sql
from customer_hub.core.errors import HubError

_POLL_SECONDS = 0.1
_MOST_SECONDS = 60.0


def read_clock(connection: Connection) -> datetime:
    """Return the present as the database has it, in UTC."""
    found: datetime = sql.rows(connection, "core/select_clock")[0].clock_at
    return found


def wait_until_past(moment: datetime) -> None:
    """Wait until nothing can be written any more that bears a moment or an earlier one.

    A row bears the time at which its transaction began, and is seen when that has committed.

    Raises:
        HubError: a transaction that began before the moment stays open.
    """
    for _ in range(round(_MOST_SECONDS / _POLL_SECONDS)):
        with db.look_beside() as connection:
            if not sql.rows(connection, "core/count_open_since", moment=moment)[0].open_count:
                return
        time.sleep(_POLL_SECONDS)
    raise HubError(
        "something that began before this moment is still at work",
        where=moment.isoformat(),
        hint="wait until it has ended (a backup, a gather), or ask for an earlier moment",
    )
