"""In which zone a channel writes times without an offset, told by the channel's own record."""

from datetime import datetime
from typing import Any, Protocol

from customer_hub.values.moment import parse_at


class Timed(Protocol):
    """The times of a landed version, which the channel itself has put into UTC."""

    @property
    def version_at(self) -> datetime: ...  # noqa: D102
    @property
    def is_own_time(self) -> bool: ...  # noqa: D102
    @property
    def created_at(self) -> datetime | None: ...  # noqa: D102


def find_zone(version: Timed, record: dict[str, Any], local: str) -> str:
    """Return the zone of a mapped record's times without an offset: UTC or the channel's local one.

    The channel read its update and creation time into UTC by the zone it knows; whichever zone
    gives the same moments for the raw texts is the record's. UTC where nothing tells.

    Args:
        version: the landed version.
        record: its payload, mapped to the raw fields.
        local: IANA name of the channel's own zone.
    """
    known = (
        (record.get("modified"), version.version_at if version.is_own_time else None),
        (record.get("created"), version.created_at),
    )
    for zone in ("UTC", local):
        if any(moment is not None and parse_at(raw, zone) == moment for raw, moment in known):
            return zone
    return "UTC"
