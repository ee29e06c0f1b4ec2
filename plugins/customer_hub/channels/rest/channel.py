"""A channel of a described system: the contract, met by what its TOML says."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from customer_hub.channels.contract import Page, RawRecord, WriteResult
from customer_hub.channels.hub_fields import (
    check_fields,
    compare_slots,
    prove_delete,
    settle_write,
)
from customer_hub.channels.record import as_text
from customer_hub.channels.rest.description import Description
from customer_hub.channels.rest.pages import Asker
from customer_hub.channels.rest.reading import Reader
from customer_hub.channels.rest.template import look
from customer_hub.channels.rest.writing import Scribe
from customer_hub.core.errors import ConfigurationError

Fields = Mapping[str, str | None]


class DescribedChannel:
    """One installation of a described system."""

    def __init__(self, description: Description, asker: Asker) -> None:
        """Ask through `asker` what `description` says."""
        self._description = description
        self._asker = asker
        self._entities = description.read_entities()
        self._readers = {
            name: Reader(asker, name, entity, self.read_clock)
            for name, entity in self._entities.items()
        }
        self._scribes = {
            name: Scribe(asker, self._readers[name], entity, entity.write)
            for name, entity in self._entities.items()
            if entity.write is not None
        }

    def read_clock(self) -> datetime:
        """Return the server's clock (aware UTC, whole seconds)."""
        return self._asker.read(self._description.clock, {}).read_clock()

    def extract(
        self, entity: str, start: datetime, end: datetime, cursor: dict[str, Any] | None
    ) -> Iterator[Page]:
        """Yield the pages of [start, end); of an entity that is always swept, everything."""
        return self._readers[entity].extract(start, end, cursor)

    def sweep_ids(self, entity: str) -> Iterator[Sequence[str]]:
        """Yield the ids of all records that exist now."""
        return self._readers[entity].sweep_ids()

    def read_one(self, entity: str, source_id: str) -> RawRecord | None:
        """Return one record as it is now, or None."""
        return self._readers[entity].read_one(source_id)

    def read_many(self, entity: str, source_ids: Sequence[str]) -> dict[str, RawRecord]:
        """Return the records that exist, by source id."""
        return self._readers[entity].read_many(source_ids)

    def read_hub_fields(self, record: RawRecord) -> dict[str, str | None]:
        """Return what stands in the slots that the hub writes; empty counts as None."""
        write = self._entities[record.entity].write
        slots = {} if write is None else write.slots
        return {name: as_text(look(record.payload, path)) or None for name, path in slots.items()}

    def update(self, entity: str, source_id: str, fields: Fields) -> WriteResult:
        """Write hub fields to one record and read them back."""
        scribe = self._find_scribe(entity, fields)
        before = self.read_one(entity, source_id)
        if before is None or before.op == "delete":
            return WriteResult("missing", source_id)
        if not compare_slots(fields, self.read_hub_fields(before)):
            return WriteResult("unchanged", source_id, before.version_at)
        written = scribe.update(source_id, fields)
        if written.outcome != "updated":
            return written
        return settle_write(self, entity, source_id, fields, "updated")

    @property
    def write_size(self) -> int:
        """The smallest batch that all entities take."""
        batches = [e.write.batch for e in self._entities.values() if e.write is not None]
        return min((batch.size if batch else 1 for batch in batches), default=1)

    def write_many(self, entity: str, items: Mapping[str, Fields]) -> dict[str, WriteResult]:
        """Write hub fields without looking before or after."""
        for fields in items.values():
            scribe = self._find_scribe(entity, fields)
        write = self._entities[entity].write
        if write is not None and write.batch is not None:
            return scribe.update_many(write.batch, items)
        return {source_id: scribe.update(source_id, each) for source_id, each in items.items()}

    def create(self, entity: str, fields: Fields) -> WriteResult:
        """Create a record; one that is there already is a `conflict`."""
        write = self._entities[entity].write
        if write is None or write.create is None:
            return WriteResult("failed", None, None, "the hub makes no such records there")
        slots = (*write.slots, *write.create.slots)
        check_fields(self._asker.channel, entity, fields, {entity: slots})
        made = self._scribes[entity].create(write.create, fields)
        if made.source_id is None or made.outcome not in ("created", "conflict"):
            return made
        if made.outcome == "conflict":
            there = self.read_one(entity, made.source_id)
            return WriteResult("conflict", made.source_id, there.version_at if there else None)
        written = {name: value for name, value in fields.items() if name in write.slots}
        return settle_write(self, entity, made.source_id, written, "created")

    def delete(self, entity: str, source_id: str) -> WriteResult:
        """Delete one record and see that it is gone."""
        if entity not in self._scribes:
            return WriteResult("failed", source_id, None, "the hub deletes no such records there")
        done = self._scribes[entity].delete(source_id)
        return prove_delete(self, entity, source_id) if done.outcome == "deleted" else done

    def find_by_hub_id(self, entity: str, hub_id: str) -> str | None:
        """Return the id of a record that carries this hub id."""
        return self._scribes[entity].find(hub_id) if entity in self._scribes else None

    def _find_scribe(self, entity: str, fields: Fields) -> Scribe:
        write = self._entities[entity].write
        slots = () if write is None else tuple(write.slots)
        check_fields(self._asker.channel, entity, fields, {entity: slots})
        if entity not in self._scribes:
            raise ConfigurationError(
                f"{entity} cannot be written",
                where=self._asker.channel,
                hint="correct include/policy/ownership.toml",
            )
        return self._scribes[entity]
