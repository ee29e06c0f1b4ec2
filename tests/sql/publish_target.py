"""A target in memory whose writes can fail at every moment: before, after, or without an answer."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from customer_hub.channels.contract import Page, RawRecord, WriteResult
from customer_hub.channels.hub_fields import compare_slots, settle_write
from customer_hub.core.errors import ChannelContentError

_EPOCH = datetime(2026, 11, 20, tzinfo=UTC)
Hook = Callable[[str], None]


class MemoryTarget:
    """Customers by id. `before` and `after` are called with the id at each write and may raise."""

    def __init__(self, *ids: str) -> None:
        self.records: dict[str, dict[str, str]] = {each: {} for each in ids}
        self.version_at: dict[str, datetime] = {}
        self.writes: list[tuple[str, dict[str, Any]]] = []
        self.unreadable: set[str] = set()
        self.ignored: set[str] = set()
        self.before: Hook = lambda _: None
        self.after: Hook = lambda _: None
        self.on_create: Callable[[Mapping[str, Any]], WriteResult | None] = lambda _: None

    def read_clock(self) -> datetime:
        return _EPOCH

    def extract(
        self, entity: str, start: datetime, end: datetime, cursor: dict[str, Any] | None
    ) -> Iterator[Page]:
        return iter(())

    def sweep_ids(self, entity: str) -> Iterator[Sequence[str]]:
        yield list(self.records)

    def read_one(self, entity: str, source_id: str) -> RawRecord | None:
        if source_id in self.unreadable:
            raise ChannelContentError("no JSON", where="memory")
        if source_id not in self.records:
            return None
        at = self.version_at.get(source_id, _EPOCH)
        return RawRecord(entity, source_id, "upsert", at, None, dict(self.records[source_id]))

    def read_hub_fields(self, record: RawRecord) -> dict[str, str | None]:
        names = ("hub_id", "level_code", "region_code", "website", "short_name", "phone")
        return {name: record.payload.get(name) or None for name in names}

    def update(self, entity: str, source_id: str, fields: Mapping[str, str | None]) -> WriteResult:
        before = self.read_one(entity, source_id)
        if before is None:
            return WriteResult("missing", source_id)
        if not compare_slots(fields, self.read_hub_fields(before)):
            return WriteResult("unchanged", source_id, before.version_at)
        self.before(source_id)
        self.store(source_id, fields)
        self.after(source_id)
        return settle_write(self, entity, source_id, fields, "updated")

    def create(self, entity: str, fields: Mapping[str, str | None]) -> WriteResult:
        refused = self.on_create(fields)
        if refused is not None:
            return refused
        source_id = f"new{len(self.records)}"
        self.before(source_id)
        self.records[source_id] = {}
        self.store(source_id, fields)
        self.after(source_id)
        return WriteResult("created", source_id, self.version_at[source_id])

    def delete(self, entity: str, source_id: str) -> WriteResult:
        self.before(source_id)
        self.records.pop(source_id)
        self.writes.append((source_id, {}))
        self.after(source_id)
        return WriteResult("deleted", source_id)

    def find_by_hub_id(self, entity: str, hub_id: str) -> str | None:
        found = [each for each, held in self.records.items() if held.get("hub_id") == hub_id]
        return min(found, default=None)

    def store(self, source_id: str, fields: Mapping[str, str | None]) -> None:
        """Let a write take effect."""
        kept = {name: value for name, value in fields.items() if name not in self.ignored}
        self.records[source_id].update({name: value or "" for name, value in kept.items()})
        self.writes.append((source_id, dict(fields)))
        self.version_at[source_id] = _EPOCH + timedelta(seconds=len(self.writes))


class BatchTarget(MemoryTarget):
    """The same, reading many and writing three at once."""

    write_size = 3

    def __init__(self, *ids: str) -> None:
        super().__init__(*ids)
        self.requests: list[list[str]] = []

    def read_many(self, entity: str, source_ids: Sequence[str]) -> dict[str, RawRecord]:
        found = {each: self.read_one(entity, each) for each in source_ids}
        return {each: record for each, record in found.items() if record is not None}

    def write_many(
        self, entity: str, items: Mapping[str, Mapping[str, str | None]]
    ) -> dict[str, WriteResult]:
        self.requests.append(list(items))
        for source_id in items:
            self.before(source_id)
        for source_id, fields in items.items():
            self.store(source_id, fields)
        for source_id in items:
            self.after(source_id)
        return {each: WriteResult("updated", each) for each in items}


class FileTarget(MemoryTarget):
    """The same, kept in a file, so that a process that is killed leaves its writes behind."""

    def __init__(self, path: Path, *ids: str) -> None:
        super().__init__(*ids)
        self._path = path
        self._lock = Lock()
        if path.exists():
            kept = json.loads(path.read_text())
            self.records = kept["records"]
            self.writes = [(each, fields) for each, fields in kept["writes"]]

    def store(self, source_id: str, fields: Mapping[str, str | None]) -> None:
        with self._lock:
            super().store(source_id, fields)
            whole = self._path.with_suffix(".new")
            whole.write_text(json.dumps({"records": self.records, "writes": self.writes}))
            whole.replace(self._path)
