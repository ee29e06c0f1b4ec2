"""The rows that one source record becomes, before anything is sealed or written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from customer_hub.core.versions import STANDARDISER_VERSION

Record = Mapping[str, Any]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Origin:
    """Which version a record is made from.

    `zone` is the zone of times without an offset, `orders_from` the channel of order numbers that
    name none; `named` holds the source keys of further records that it names, beside its customer,
    by the raw column that names them.
    """

    source_key: str
    channel: str
    source_id: str
    version_id: int
    version_at: datetime
    is_deleted: bool
    zone: str
    first_created_at: datetime | None = None
    is_downgraded: bool = False
    orders_from: str | None = None
    named: Mapping[str, str | None] = field(default_factory=dict)

    def start_row(self) -> Row:
        """Return the columns that every source record has."""
        return {
            "source_key": self.source_key,
            "channel": self.channel,
            "source_id": self.source_id,
            "version_id": self.version_id,
            "version_at": self.version_at,
            "is_deleted": self.is_deleted,
            "standardiser_version": STANDARDISER_VERSION,
        }


@dataclass(slots=True)
class Sealable:
    """A row with the values that are sealed beside its clear columns.

    `segments` names each segment's values; a segment without values stays NULL.
    """

    table: str
    key: str
    row: Row
    segments: dict[str, Row] = field(default_factory=dict, repr=False)


@dataclass(slots=True)
class SourceRows:
    """Everything that one source record becomes.

    `plain` holds child rows without sealed values by table; `blind` the values to be found by.
    """

    entity: str
    source_key: str
    head: Sealable
    sealed: list[Sealable] = field(default_factory=list)
    plain: dict[str, list[Row]] = field(default_factory=dict)
    blind: list[tuple[str, str]] = field(default_factory=list, repr=False)


def keep_told(**values: Any) -> Row:
    """Return the values that are there."""
    return {name: value for name, value in values.items() if value not in (None, "")}
