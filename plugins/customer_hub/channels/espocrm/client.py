"""Reading and writing EspoCRM 8: Account as customer, Contact as contact; interactions are read.

Quirks that this module lives with: at most 200 rows a page (more is a 403), times of whole seconds
without a tie-breaker, writes of unknown fields answered with 200, likely duplicates with 409.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import requests

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import (
    Access,
    Capabilities,
    Page,
    RawRecord,
    Standard,
    WriteResult,
)
from customer_hub.channels.espocrm.interactions import ENTITY, Interactions, read_types
from customer_hub.channels.espocrm.queries import LIST, ONE, Queries, strange
from customer_hub.channels.hub_fields import (
    check_fields,
    compare_slots,
    prove_delete,
    settle_write,
)
from customer_hub.channels.record import as_text, read_moment, read_source_id
from customer_hub.channels.update_order import walk_updates
from customer_hub.channels.web_access import open_http
from customer_hub.core.abreast import do_abreast
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.http import HttpClient
from customer_hub.core.http_answer import Answer

CAPABILITIES = {
    "customer": Capabilities("updated_since", largest_page=200, shows_deletes=True, creates=True),
    "contact": Capabilities("updated_since", largest_page=200, shows_deletes=True),
    ENTITY: Capabilities("updated_since", largest_page=200, shows_deletes=True),
}
# When a record was last written, and by whom: our own log-in, after a write of ours.
_STAMPS = ("modifiedAt", "modifiedById", "modifiedByName")
STANDARD = {
    "customer": Standard(
        "Account", "current_state", "sweep", (*_STAMPS, "cHubId", "cHubLevel", "cHubRegion")
    ),
    "contact": Standard("Contact", "current_state", "sweep", (*_STAMPS, "cHubId")),
    ENTITY: Standard(
        "Call, Meeting, Email",
        "current_state",
        "sweep",
        # What EspoCRM changes without the interaction changing: flags of who reads, its counters.
        (
            *("modifiedAt", "versionNumber", "streamUpdatedAt", "isFollowed", "followersIds"),
            *("followersNames", "isRead", "isImportant", "isUsers", "inTrash", "inArchive"),
            *("folderId", "folderName", "isStarred"),
        ),
    ),
}
# The slots of the hub's alone, and those that people of the CRM fill as well.
_SLOTS = {
    "hub_id": "cHubId",
    "level_code": "cHubLevel",
    "region_code": "cHubRegion",
    "legal_name": "name",
    "short_name": "cShortName",
    "industry_code": "industry",
    "phone": "phoneNumber",
    "mail": "emailAddress",
    "website": "website",
}
_CREATE_SLOTS = {"kind": "cKind", "social_credit_code": "cSocialCreditCode"}
WRITABLE: dict[str, tuple[str, ...]] = {"customer": tuple(_SLOTS), "contact": ("hub_id",)}
CREATABLE: dict[str, tuple[str, ...]] = {"customer": (*_SLOTS, *_CREATE_SLOTS)}
DELETABLE = ("customer",)
_TYPES = {"customer": "Account", "contact": "Contact"}
_LARGEST_PAGE = 200
_IDS_A_QUESTION = 50


class _ApiKey(requests.auth.AuthBase):
    """EspoCRM's key in its own header; as `auth`, no .netrc entry can take its place."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["X-Api-Key"] = self._key
        return request


def open_channel(config: ChannelConfig, access: Access) -> "EspoCrm":
    """Return the channel; the API key is the password of the connection.

    Raises:
        ConfigurationError: no key, an address that cannot be used, or interactions of no known type.
    """
    if not access.password:
        raise ConfigurationError(
            "the connection has no API key",
            where=config.name,
            hint=f"set it as the password of the Airflow connection {config.connection}",
        )
    http = open_http(config, access, _ApiKey(access.password))
    page_size = min(config.page_size, _LARGEST_PAGE)
    types = read_types(config)
    return EspoCrm(http, config.name, page_size, Interactions(http, config.name, page_size, types))


class EspoCrm:
    """One EspoCRM behind one API key."""

    def __init__(
        self, http: HttpClient, name: str, page_size: int, interactions: Interactions
    ) -> None:
        self._http = http
        self._name = name
        self._page_size = page_size
        self._interactions = interactions

    def read_clock(self) -> datetime:
        """Return the server's clock (aware UTC, whole seconds)."""
        params = [("select", "id"), ("maxSize", "1")]
        return self._http.read(LIST, ids={"type": "Account"}, params=params).read_clock()

    def extract(
        self, entity: str, start: datetime, end: datetime, cursor: dict[str, Any] | None
    ) -> Iterator[Page]:
        """Yield the records that were last changed in [start, end), oldest first."""
        if entity == ENTITY:
            yield from self._interactions.extract(start, end, cursor)
            return
        queries = Queries(self._http, self._name, _TYPES[entity], self._page_size)
        for page, after in walk_updates(queries, start, end, cursor):
            yield Page([_make_record(entity, row) for row in page.rows], page.seen_at, after)

    def sweep_ids(self, entity: str) -> Iterator[Sequence[str]]:
        """Yield the ids of all records, by id, so that no row can slip while rows go."""
        if entity == ENTITY:
            yield from self._interactions.sweep_ids()
            return
        queries = Queries(self._http, self._name, _TYPES[entity], self._page_size, "id")
        for page in queries.walk_ids([]):
            yield list(dict.fromkeys(read_source_id(row) for row in page.rows))

    def read_one(self, entity: str, source_id: str) -> RawRecord | None:
        """Return one record as it is now, None when EspoCRM does not have it.

        An account or a contact is asked for as a list of one: by itself it would show more (teams,
        all numbers and addresses), and be taken for one that was changed since it was gathered.
        """
        if entity == ENTITY:
            return self._interactions.read_one(source_id)
        return self.read_many(entity, [source_id]).get(source_id)

    def read_hub_fields(self, record: RawRecord) -> dict[str, str | None]:
        """Return what stands in the slots that the hub writes; empty counts as None."""
        names = WRITABLE.get(record.entity, ())
        return {name: as_text(record.payload.get(_SLOTS[name]) or None) for name in names}

    def update(self, entity: str, source_id: str, fields: Mapping[str, str | None]) -> WriteResult:
        """Write hub fields to one record and read them back."""
        check_fields(self._name, entity, fields, WRITABLE)
        before = self.read_one(entity, source_id)
        if before is None or before.op == "delete":
            return WriteResult("missing", source_id)
        if not compare_slots(fields, self.read_hub_fields(before)):
            return WriteResult("unchanged", source_id, before.version_at)
        written = self._put(entity, source_id, fields)
        if written.outcome != "updated":
            return written
        return settle_write(self, entity, source_id, fields, "updated")

    @property
    def write_size(self) -> int:
        """EspoCRM has no batches: one record a request."""
        return 1

    def read_many(self, entity: str, source_ids: Sequence[str]) -> dict[str, RawRecord]:
        """Return the records that exist, by source id; fifty a request keep the address short.

        Interactions are read one by one: a list leaves out too much of them.
        """
        if entity == ENTITY:
            asked = do_abreast(self._interactions.read_one, source_ids)
            return {key: record for key, told in asked if (record := told.result())}
        queries = Queries(self._http, self._name, _TYPES[entity], self._page_size)
        found: dict[str, RawRecord] = {}
        for place in range(0, len(source_ids), _IDS_A_QUESTION):
            wanted = list(source_ids[place : place + _IDS_A_QUESTION])
            for page in queries.walk_ids([("in", "id", wanted)]):
                records = (_make_record(entity, row) for row in page.rows)
                found |= {record.source_id: record for record in records}
        return found

    def write_many(
        self, entity: str, items: Mapping[str, Mapping[str, str | None]]
    ) -> dict[str, WriteResult]:
        """Write hub fields without looking before or after."""
        results = {}
        for source_id, fields in items.items():
            check_fields(self._name, entity, fields, WRITABLE)
            results[source_id] = self._put(entity, source_id, fields)
        return results

    def create(self, entity: str, fields: Mapping[str, str | None]) -> WriteResult:
        """Create an Account; one that EspoCRM holds for the same is a `conflict` with its id.

        A conflict with several resembling records names none of them: a person decides.
        """
        check_fields(self._name, entity, fields, CREATABLE)
        slots = {**_SLOTS, **_CREATE_SLOTS}
        body = {slots[name]: value for name, value in fields.items() if value is not None}
        ids = {"type": _TYPES[entity]}
        answer = self._http.write("POST", LIST, ids=ids, body=body, accept=(400, 409))
        if answer.status == 409:
            return _read_conflict(answer, fields.get("hub_id"))
        if answer.status >= 400:
            return WriteResult("failed", None, None, _read_cause(answer))
        if not isinstance(answer.body, dict) or not answer.body.get("id"):
            raise strange(self._name, "a created record without its id")
        written = {name: value for name, value in fields.items() if name in _SLOTS}
        return settle_write(self, entity, str(answer.body["id"]), written, "created")

    def delete(self, entity: str, source_id: str) -> WriteResult:
        """Delete an Account and see that it is gone; without the right it is `failed`."""
        if entity not in DELETABLE:
            return WriteResult("failed", source_id, None, "the hub deletes no such records there")
        ids = {"type": _TYPES[entity], "id": source_id}
        answer = self._http.write("DELETE", ONE, ids=ids, accept=(400, 403, 404))
        if answer.status == 404:
            return WriteResult("missing", source_id)
        if answer.status >= 400:
            return WriteResult("failed", source_id, None, f"status {answer.status}")
        return prove_delete(self, entity, source_id)

    def _put(self, entity: str, source_id: str, fields: Mapping[str, str | None]) -> WriteResult:
        body = {_SLOTS[name]: value for name, value in fields.items()}
        ids = {"type": _TYPES[entity], "id": source_id}
        answer = self._http.write("PUT", ONE, ids=ids, body=body, accept=(400, 404, 409))
        if answer.status == 404:
            return WriteResult("missing", source_id)
        if answer.status >= 400:
            return WriteResult("failed", source_id, None, _read_cause(answer))
        shown = answer.body if isinstance(answer.body, dict) else {}
        return WriteResult("updated", source_id, read_moment(shown.get("modifiedAt")))

    def find_by_hub_id(self, entity: str, hub_id: str) -> str | None:
        """Return the id of a record with this hub id, the smallest where several carry it."""
        queries = Queries(self._http, self._name, _TYPES[entity], self._page_size, "id,cHubId")
        pages = queries.walk_ids([("equals", "cHubId", hub_id)])
        found = [
            str(row["id"]) for page in pages for row in page.rows if row.get("cHubId") == hub_id
        ]
        return min(found, default=None)


def _make_record(entity: str, row: dict[str, Any]) -> RawRecord:
    is_deleted = row.get("deleted") is True
    account = row.get("accountId") if entity == "contact" else None
    return RawRecord(
        entity=entity,
        source_id=read_source_id(row),
        op="delete" if is_deleted else "upsert",
        version_at=read_moment(row.get("modifiedAt")),
        created_at=read_moment(row.get("createdAt")),
        payload={} if is_deleted else row,
        customer_id=account if isinstance(account, str) and account else None,
    )


def _read_conflict(answer: Answer, hub_id: str | None) -> WriteResult:
    rows = [row for row in answer.body or [] if isinstance(row, dict) and row.get("id")]
    own = [row for row in rows if hub_id and row.get("cHubId") == hub_id]
    candidates = own or rows
    if len(candidates) != 1:
        return WriteResult("conflict", None, None, f"resembles {len(candidates)} records")
    row = candidates[0]
    return WriteResult("conflict", str(row["id"]), read_moment(row.get("modifiedAt")))


def _read_cause(answer: Answer) -> str:
    """Return status and field of a refused write; EspoCRM's texts may repeat values."""
    body = answer.body if isinstance(answer.body, dict) else {}
    translation = body.get("messageTranslation")
    data = translation.get("data") if isinstance(translation, dict) else None
    named = data.get("field") if isinstance(data, dict) else None
    field = named if isinstance(named, str) and named in _FIELD_NAMES else "unnamed field"
    return f"status {answer.status}, {field}"


_FIELD_NAMES = frozenset((*_SLOTS.values(), *_CREATE_SLOTS.values()))
