"""The landed versions of a hub, shown again by a channel in whatever order."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from customer_hub.channels.config import read_channel
from customer_hub.channels.contract import Page, RawRecord
from customer_hub.core import db, keys, landing, subjects
from customer_hub.gather.run import gather_entity
from customer_hub.validate.gate import validate_window
from tests.laws.pipeline import CHANNELS


@dataclasses.dataclass(frozen=True)
class Landed:
    """One landed version with its payload open."""

    channel: str
    record: RawRecord
    seen_at: datetime


def read_landed() -> list[Landed]:
    """Return every landed version, in the order of landing."""
    sealer = keys.sealer()
    with db.begin() as connection:
        rows = connection.exec_driver_sql("select * from landing.version order by version_id").all()
        salts = subjects.read_salts(connection, sorted({row.subject for row in rows}))
    found = []
    for row in rows:
        own = f"source:{row.source_key}"
        customer = None if row.subject == own else row.subject.split("/", 2)[2]
        payload = landing.open_payload(sealer, row, salts) if row.payload else {}
        record = RawRecord(
            row.entity,
            row.source_id,
            row.op,
            row.version_at if row.is_own_time else None,
            row.created_at,
            payload,
            customer,
        )
        found.append(Landed(row.channel, record, row.seen_at))
    return found


class ReplayChannel:
    """Shows landed versions again, one page each, in whatever order they are given."""

    def __init__(self, versions: list[Landed]) -> None:
        self._versions = versions

    CLOCK = datetime(2026, 11, 30, tzinfo=UTC)

    def read_clock(self) -> datetime:
        return self.CLOCK

    def extract(self, entity: str, start: Any, end: Any, cursor: Any) -> Iterator[Page]:
        for number, version in enumerate(self._versions):
            yield Page([version.record], version.seen_at, {"page": number})
        yield Page([], self.read_clock(), {"page": len(self._versions)})


def replay(versions: Sequence[Landed]) -> None:
    """Land versions in the given order, one window per channel and entity."""
    start = datetime(2000, 1, 1, tzinfo=UTC)
    for name in CHANNELS:
        config = read_channel(name)
        for entity, settings in config.entities.items():
            mine = [v for v in versions if v.channel == name and v.record.entity == entity]
            plain = config.model_copy(
                update={
                    "entities": {entity: settings.model_copy(update={"deletes": "none"})},
                }
            )
            result = gather_entity(
                plain,
                ReplayChannel(mine),  # type: ignore[arg-type]
                entity,
                start=start,
                end=ReplayChannel.CLOCK,
                run_id="replay",
            )
            validate_window(config, result.window_id, "replay")
