"""EspoCRM's calls, meetings and mails: three entity types of its own, one entity of the hub.

Its lists leave out a mail's body and everybody who took part, and cut long texts; so they only say
what changed, and each record is read by its id. Ids of two types may be the same, so the type
stands before them: ``Call-65a..``.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Page, RawRecord
from customer_hub.channels.espocrm.interaction_mapping import MEDIA, TYPE_FIELD, find_account
from customer_hub.channels.espocrm.queries import ONE, Queries, strange
from customer_hub.channels.record import Record, read_moment, read_source_id
from customer_hub.channels.update_order import walk_updates
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.http import HttpClient

ENTITY = "interaction"


def read_types(config: ChannelConfig) -> tuple[str, ...]:
    """Return which types the channel reads as interactions, by the entity's `remote`.

    Raises:
        ConfigurationError: one of them is none.
    """
    setting = config.entities.get(ENTITY)
    types = tuple(name.strip() for name in setting.remote.split(",")) if setting else ()
    unknown = [name for name in types if name not in MEDIA]
    if unknown or len(set(types)) < len(types):
        raise ConfigurationError(
            f"remote of {ENTITY} names {', '.join(unknown) or 'a type twice'}",
            where=f"include/channels/{config.name}.toml",
            hint=f'name some of them: "{", ".join(MEDIA)}"',
        )
    return types


class Interactions:
    """The interactions of one EspoCRM."""

    def __init__(self, http: HttpClient, name: str, page_size: int, types: Sequence[str]) -> None:
        """Read these types, in this order."""
        self._http = http
        self._name = name
        self._page_size = page_size
        self._types = types

    def extract(
        self, start: datetime, end: datetime, cursor: dict[str, Any] | None
    ) -> Iterator[Page]:
        """Yield what was last changed in [start, end): type by type, of each the oldest first."""
        reached = cursor or {}
        first = reached.get("type")
        place = self._types.index(first) if first in self._types else 0
        for name in self._types[place:]:
            queries = Queries(self._http, self._name, name, self._page_size, "id,modifiedAt")
            after = reached if name == first else None
            for page, at in walk_updates(queries, start, end, after):
                found = (self._complete(name, row) for row in page.rows)
                records = [record for record in found if record is not None]
                yield Page(records, page.seen_at, {"type": name, **at})

    def sweep_ids(self) -> Iterator[Sequence[str]]:
        """Yield the ids of all records of all types, by id."""
        for name in self._types:
            queries = Queries(self._http, self._name, name, self._page_size, "id")
            for page in queries.walk_ids([]):
                yield list(dict.fromkeys(_name_apart(name, row) for row in page.rows))

    def read_one(self, source_id: str) -> RawRecord | None:
        """Return one record as it is now, None when EspoCRM does not have it."""
        name, mark, own_id = source_id.partition("-")
        return self._read(name, own_id) if mark and name in self._types else None

    def _complete(self, name: str, row: dict[str, Any]) -> RawRecord | None:
        """Return the whole record behind a row of a list; None for one that has gone meanwhile."""
        own_id = read_source_id(row)
        return _make_record(name, row) if own_id.startswith("!") else self._read(name, own_id)

    def _read(self, name: str, own_id: str) -> RawRecord | None:
        answer = self._http.read(ONE, ids={"type": name, "id": own_id}, accept=(404,))
        if answer.status == 404:
            return None
        if not isinstance(answer.body, dict):
            raise strange(self._name, "a record that is no object")
        return _make_record(name, answer.body)


def _make_record(name: str, row: dict[str, Any]) -> RawRecord:
    is_deleted = row.get("deleted") is True
    # Who took part comes in any order.
    payload = {
        field: sorted(map(str, value))
        if field.endswith("Ids") and isinstance(value, list)
        else value
        for field, value in row.items()
    }
    return RawRecord(
        entity=ENTITY,
        source_id=_name_apart(name, row),
        op="delete" if is_deleted else "upsert",
        version_at=read_moment(row.get("modifiedAt")),
        created_at=read_moment(row.get("createdAt")),
        payload={} if is_deleted else {**payload, TYPE_FIELD: name},
        customer_id=find_account(Record(row)),
    )


def _name_apart(name: str, row: dict[str, Any]) -> str:
    own_id = read_source_id(row)
    return own_id if own_id.startswith("!") else f"{name}-{own_id}"
