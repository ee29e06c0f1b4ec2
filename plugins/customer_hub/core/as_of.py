"""The one date by which a build judges what has expired: moved on by runs, never by a clock (law 4)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from customer_hub.core import sql

ZONE = ZoneInfo("Asia/Shanghai")
"""Where the company's day begins."""


def begin_day(day: date | None) -> datetime | None:
    """Return when a business day begins; None stays None."""
    return datetime.combine(day, time.min, ZONE) if day else None


def end_day(day: date | None) -> datetime | None:
    """Return when a business day ends, which is when the next one begins; None stays None."""
    return begin_day(day + timedelta(days=1)) if day else None


def move_as_of(connection: Connection, run_after: datetime) -> None:
    """Let builds judge by the day of a run from now on, and queue what expires by it.

    A run of an earlier day, which a backfill is, changes nothing.
    """
    as_of_on = run_after.astimezone(ZONE).date()
    sql.run(connection, "core/move_as_of", as_of_on=as_of_on)


def read_as_of(connection: Connection) -> date | None:
    """Return the date by which expiries are judged, or None before the first build."""
    rows = sql.rows(connection, "core/select_as_of")
    return rows[0].as_of_on if rows else None
