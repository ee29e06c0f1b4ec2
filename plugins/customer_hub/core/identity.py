"""Golden ids: a pure function of a cluster's oldest source key (law 8)."""

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

NAMESPACE = uuid5(NAMESPACE_URL, "urn:customer-hub:golden")
_NEVER_CREATED = datetime.max.replace(tzinfo=UTC)


def golden_id(source_key: str) -> UUID:
    """Return the golden id that `source_key` gives to the cluster whose oldest member it is."""
    return uuid5(NAMESPACE, source_key)


def age_key(
    first_created_at: datetime | None, channel: str, source_id: str
) -> tuple[datetime, str, str]:
    """Return what orders the members of a cluster: the smallest is its oldest source record.

    Args:
        first_created_at: the smallest creation time ever claimed; None counts as the youngest.
        channel: the channel's name.
        source_id: the channel's own id, compared by code points.
    """
    return (first_created_at or _NEVER_CREATED, channel, source_id)
