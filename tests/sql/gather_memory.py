"""A channel in memory: the protocol without a network, for what windows and landing must hold."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from customer_hub.channels.config import ChannelConfig, EntityConfig
from customer_hub.channels.contract import Page, RawRecord
from customer_hub.core import db
from customer_hub.core.errors import ChannelUnavailableError

DAY = datetime(2026, 11, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(day: int, hour: float = 0) -> datetime:
    """A moment of business day 1, 2, 3.."""
    return DAY + timedelta(days=day - 1, hours=hour)


def make_config(**changes: Any) -> ChannelConfig:
    """A channel `mem` with customers; `changes` may name settings of the channel or the entity."""
    entity = {"remote": "things", "history": "current_state", "volatile": ("hub_level",)}
    entity.update(
        {key: changes.pop(key) for key in list(changes) if key in EntityConfig.model_fields}
    )
    settings = {
        "name": "mem",
        "title": "Memory",
        # Whose capabilities are looked at: those of any system that shows changes at once.
        "system": "woocommerce",
        "connection": "none",
        "schedule": "0 0 * * *",
        "timezone": "UTC",
        "trust": 50,
        "page_size": 2,
        "first_load_from": "2026-11-16T00:00:00Z",
    }
    return ChannelConfig(
        **{**settings, **changes}, entities={"customer": entity, "sales_order": entity}
    )


def record(
    source_id: str, when: datetime | None, text: str = "a", *, entity: str = "customer", **more: Any
) -> RawRecord:
    """One upsert (or `op="delete"`) of a synthetic record."""
    op = more.pop("op", "upsert")
    return RawRecord(
        entity=entity,
        source_id=source_id,
        op=op,
        version_at=when,
        created_at=more.pop("created_at", None),
        customer_id=more.pop("customer_id", None),
        payload={} if op == "delete" else {"text": text, **more},
    )


class MemoryChannel:
    """Shows the pages that it was given; its cursor is the number of pages shown.

    Args:
        pages: the records of each page.
        clock: the channel's clock, also when it shows.
        fail_after: break off after so many pages of one extract.
        ids: what a sweep shows.
        breaks_sweep: break the sweep off when all ids but the last were shown.
    """

    def __init__(
        self,
        pages: Sequence[Sequence[RawRecord]],
        clock: datetime,
        *,
        fail_after: int | None = None,
        ids: Sequence[str] = (),
        breaks_sweep: bool = False,
    ) -> None:
        self.pages = pages
        self.clock = clock
        self.fail_after = fail_after
        self.ids = ids
        self.breaks_sweep = breaks_sweep
        self.calls: list[tuple[str, Any]] = []

    def read_clock(self) -> datetime:
        self.calls.append(("clock", None))
        return self.clock

    def extract(
        self, entity: str, start: datetime, end: datetime, cursor: dict[str, Any] | None
    ) -> Iterator[Page]:
        self.calls.append(("extract", (entity, start, end, cursor)))
        first = cursor["shown"] if cursor else 0
        for shown, page in enumerate(self.pages[first:], start=1):
            yield Page(list(page), self.clock, {"shown": first + shown})
            if shown == self.fail_after:
                raise ChannelUnavailableError("broken off", where="mem", hint="test")

    def sweep_ids(self, entity: str) -> Iterator[Sequence[str]]:
        self.calls.append(("sweep", entity))
        yield self.ids[:-1]
        if self.breaks_sweep:
            raise ChannelUnavailableError("broken off", where="mem", hint="test")
        yield self.ids[-1:]


def close_window(window_id: int) -> None:
    """Do what the gate does at its end."""
    with db.begin() as connection:
        connection.exec_driver_sql(
            "update hub.gathered_window set state = 'closed', closed_at = now()"
            " where window_id = %(id)s::bigint and state = 'landed'",
            {"id": window_id},
        )


def select(statement: str) -> list[tuple[Any, ...]]:
    """All rows of a query, for assertions."""
    with db.begin() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


def versions() -> list[tuple[Any, ...]]:
    """What landed: source id, op, version_at; ordered."""
    return select(
        "select source_id, op, version_at from landing.version"
        ' order by source_id collate "C", version_at, seen_at, digest'
    )


def currents() -> list[tuple[Any, ...]]:
    """The current accepted version of each source key."""
    return select(
        'select distinct on (source_key collate "C") source_key, op, version_at, digest'
        " from landing.accepted_version"
        ' order by source_key collate "C", version_at desc, seen_at desc, digest desc'
    )
