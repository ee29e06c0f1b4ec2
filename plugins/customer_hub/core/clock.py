"""The one place that reads the machine's clock. Match, merge and publish never do (law 4)."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present as an aware UTC datetime."""
    return datetime.now(tz=UTC)
