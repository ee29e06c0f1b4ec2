"""What HubSpot does with its objects: look-up, create, update, archive and merge."""

from __future__ import annotations

from local.sandbox.clock import SandboxClock
from local.sandbox.hubspot_index import SearchIndex
from local.sandbox.hubspot_records import (
    SINGULAR,
    UNIQUE,
    iso_millis,
    make_record,
    read_properties,
)
from local.sandbox.hubspot_wire import HubSpotError, invalid, not_found
from local.sandbox.store import Body, Clause, Record, Store, body_field, equal_text

# Ids of objects made over the API start far above those of the synthetic world.
_FIRST_OWN_ID = 900_000_001
MERGED_INTO = "mergedInto"
# The id of an object that was merged away is no archived object: it leads to the other one.
_NOT_MERGED = Clause(f"{body_field(MERGED_INTO)} is null")


class Objects:
    """The contacts and companies of one account."""

    def __init__(self, store: Store, index: SearchIndex, clock: SandboxClock) -> None:
        """Keep the objects in `store`, telling `index` of each write, stamped by `clock`."""
        self._store = store
        self._index = index
        self._clock = clock

    def find(
        self, kind: str, object_id: str, id_property: str | None = None, archived: bool = False
    ) -> Record | None:
        """Return the object of an id or of a unique value; an id merged away leads to the winner."""
        if id_property and id_property != "hs_object_id":
            if id_property not in UNIQUE[kind]:
                raise invalid(f"Property {id_property} is not a unique property of {kind}")
            return self._holder(kind, id_property, object_id, archived)
        record = self._store.get(kind, int(object_id)) if _is_id(object_id) else None
        while record is not None and record.body.get(MERGED_INTO):
            record = self._store.get(kind, int(record.body[MERGED_INTO]))
        return None if record is None or record.deleted is not archived else record

    def expect(
        self, kind: str, object_id: str, id_property: str | None = None, archived: bool = False
    ) -> Record:
        """Return the object, or raise the 404."""
        record = self.find(kind, object_id, id_property, archived)
        if record is None:
            raise not_found(object_id)
        return record

    def page(self, kind: str, after: int, limit: int, archived: bool) -> list[Record]:
        """Return up to `limit` objects with an id above `after`, by id."""
        where = Clause("id > ?", (after,)) & _NOT_MERGED
        return self._store.find(kind, where, limit=limit, deleted=archived)

    def check_new(self, kind: str, given: object) -> dict[str, str]:
        """Return the values of an object to be; raises HubSpotError where it could not be created."""
        values = read_properties(kind, given)
        self._check_unique(kind, values, None)
        return values

    def create(self, kind: str, given: object) -> Record:
        """Create an object; raises HubSpotError for a value that another one holds."""
        values = self.check_new(kind, given)
        object_id = self._store.next_id(kind, _FIRST_OWN_ID)
        kept = {name: value for name, value in values.items() if value}
        body = {"id": str(object_id), "createdAt": self._moment(), "properties": kept}
        return self._save(kind, body)

    def update(self, kind: str, record: Record, given: object) -> Record:
        """Set the given properties; an empty text clears one. Nothing new moves no time."""
        values = read_properties(kind, given)
        self._check_unique(kind, values, record)
        held = record.body["properties"]
        changed = {n: v for n, v in values.items() if (held.get(n) or "") != v}
        if not changed:
            return record
        return self._save(kind, {**record.body, "properties": {**held, **changed}})

    def archive(self, kind: str, record: Record, merged_into: str | None = None) -> None:
        """Archive an object; one that was merged away leads to the other for ever."""
        moment = self._moment()
        body = {**record.body, "updatedAt": moment}
        if merged_into is not None:
            body[MERGED_INTO] = merged_into
        gone = make_record(body, archived_at=moment)
        self._store.put(kind, gone)
        self._index.add(kind, gone)

    def merge(self, kind: str, winner: Record, loser: Record) -> Record:
        """Merge one object into another, which keeps its id and its own values."""
        held = winner.body["properties"]
        lent = {n: v for n, v in loser.body["properties"].items() if v and not held.get(n)}
        ids = [held.get("hs_merged_object_ids"), loser.body["id"]]
        merged = {"hs_merged_object_ids": ";".join(filter(None, ids))}
        self.archive(kind, loser, merged_into=winner.body["id"])
        return self._save(kind, {**winner.body, "properties": {**held, **lent, **merged}})

    def _save(self, kind: str, body: Body) -> Record:
        record = make_record({**body, "updatedAt": self._moment()})
        self._store.put(kind, record)
        self._index.add(kind, record)
        return record

    def _moment(self) -> str:
        return iso_millis(self._clock.now())

    def _holder(self, kind: str, name: str, value: str, archived: bool = False) -> Record | None:
        where = equal_text(f"properties.{name}", value) & _NOT_MERGED
        found = self._store.find(kind, where, limit=1, deleted=archived) if value else []
        return found[0] if found else None

    def _check_unique(self, kind: str, values: dict[str, str], own: Record | None) -> None:
        for name in UNIQUE[kind]:
            holder = self._holder(kind, name, values.get(name, ""))
            if holder is None or (own is not None and holder.id == own.id):
                continue
            if name == "email":
                noun = SINGULAR[kind].capitalize()
                message = f"{noun} already exists. Existing ID: {holder.id}"
                raise HubSpotError(409, "CONFLICT", message)
            on = own.id if own else "a new object"
            raise invalid(
                f"Cannot set PropertyValueCoordinates{{propertyName={name}, "
                f"value={values[name]}}} on {on}. {holder.id} already has that value."
            )


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
