"""HubSpot's search index: a copy of the objects that learns of a write only after a while."""

from __future__ import annotations

from datetime import timedelta

from local.sandbox.clock import SandboxClock
from local.sandbox.hubspot_records import MODIFIED, absorb_event, iso_millis
from local.sandbox.settings import HubSpotSettings
from local.sandbox.store import Clause, Event, Record, Store

INDEXED = [(kind, "updatedAt") for kind in MODIFIED]
_WAITING = "waiting"


class SearchIndex:
    """What search sees: writes wait their turn, what happened in the world is in it at once."""

    def __init__(self, store: Store, clock: SandboxClock, settings: HubSpotSettings) -> None:
        """Keep the copy in `store`; the lag is in seconds of `clock`."""
        self._store = store
        self._clock = clock
        self._settings = settings

    def absorb_event(self, before: Record | None, event: Event) -> Record:
        """Return the record after an event of the world, and index it."""
        self._catch_up(Clause())
        record = absorb_event(before, event)
        self._store.put(event.entity, record)
        return record

    def add(self, kind: str, record: Record) -> None:
        """Take note of a write."""
        now = iso_millis(self._clock.now())
        body = {"kind": kind, "body": record.body, "deleted": record.deleted}
        body["modified_at"], body["key"] = record.modified_at, record.id
        self._store.put(_WAITING, Record(self._store.next_id(_WAITING), now, body))

    def find(
        self, kind: str, where: Clause, order: str, limit: int, offset: int
    ) -> tuple[int, list[Record]]:
        """Return how many objects satisfy `where`, and a page of them; archived ones never do."""
        lag = timedelta(seconds=self._settings.search_lag_seconds)
        due = iso_millis(self._clock.now() - lag)
        self._catch_up(Clause("modified_at <= ?", (due,)))
        found = self._store.find(kind, where, order, limit, offset)
        return self._store.count(kind, where), found

    def _catch_up(self, due: Clause) -> None:
        for write in self._store.find(_WAITING, due):
            held = write.body
            record = Record(held["key"], held["modified_at"], held["body"], held["deleted"])
            self._store.put(held["kind"], record)
            self._store.remove(_WAITING, write.id)
