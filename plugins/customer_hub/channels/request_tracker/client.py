"""Reading and writing Request Tracker 5: users as customer, tickets with their history as ticket.

Quirks that this module lives with: conditions on fields that cannot be searched are ignored without
a word; TicketSQL's bounds are exclusive and of whole seconds; a write of an unknown field answers
200 with an empty list; a ticket names its requestor by log-in, not by id.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from requests.auth import HTTPBasicAuth

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import (
    Access,
    Capabilities,
    Page,
    RawRecord,
    Standard,
    WriteResult,
)
from customer_hub.channels.hub_fields import check_fields, compare_slots, settle_write
from customer_hub.channels.overlap import walk_pages
from customer_hub.channels.record import read_moment, read_source_id
from customer_hub.channels.request_tracker import users
from customer_hub.channels.request_tracker.mapping import read_custom_fields
from customer_hub.channels.request_tracker.wire import (
    LARGEST_PAGE,
    TICKET,
    TICKET_FIELDS,
    TICKETS,
    USER,
    USER_FIELDS,
    Row,
    fetch_history,
    fetch_list,
    page_params,
    project,
    show_moment,
)
from customer_hub.channels.update_order import SECOND, Slice, walk_updates
from customer_hub.channels.web_access import open_http
from customer_hub.core.abreast import do_abreast
from customer_hub.core.errors import ChannelContentError, ConfigurationError
from customer_hub.core.http import HttpClient

CAPABILITIES = {
    "customer": Capabilities("updated_since", concurrency="etag"),
    "ticket": Capabilities("updated_since", shows_deletes=True, lists_ids=False),
}
STANDARD = {
    "customer": Standard(
        "users",
        "current_state",
        "sweep",
        ("LastUpdated", "CustomFields[HubId]", "CustomFields._url"),
    ),
    "ticket": Standard(
        "tickets",
        "current_state",
        "shown",
        (
            "LastUpdated",
            "CustomFields[HubId]",
            "CustomFields._url",
            "Queue._url",
            "Owner._url",
            "Requestor._url",
            "transactions._url",
            "transactions.Creator._url",
        ),
    ),
}
WRITABLE: dict[str, tuple[str, ...]] = {"customer": ("hub_id",)}
CREATABLE: dict[str, tuple[str, ...]] = {}
DELETABLE: tuple[str, ...] = ()
_SLOTS = {"hub_id": "HubId"}
_WRITE_ATTEMPTS = 3


def open_channel(config: ChannelConfig, access: Access) -> "RequestTracker":
    """Return the channel; login and password of the connection are a privileged user's.

    Raises:
        ConfigurationError: no log-in, or an address that cannot be used.
    """
    if not (access.login and access.password):
        raise ConfigurationError(
            "the connection lacks the log-in",
            where=config.name,
            hint=f"set login and password of the Airflow connection {config.connection}",
        )
    http = open_http(config, access, HTTPBasicAuth(access.login.encode(), access.password.encode()))
    return RequestTracker(http, config.name, min(config.page_size, LARGEST_PAGE))


class RequestTracker:
    """One support desk behind one log-in."""

    def __init__(self, http: HttpClient, name: str, page_size: int) -> None:
        self._http = http
        self._name = name
        self._page_size = page_size
        # Users as the last `read_many` read them singly, with their ETag; and all their log-ins.
        self._users: dict[str, tuple[Row, str | None]] = {}
        self._logins: dict[str, str] = {}

    def read_clock(self) -> datetime:
        """Return the server's clock (aware UTC, whole seconds)."""
        return users.fetch_users(self._http, [], page_params(1, 1)).seen_at

    def extract(
        self, entity: str, start: datetime, end: datetime, cursor: dict[str, Any] | None
    ) -> Iterator[Page]:
        """Yield users (newest change first) or tickets (oldest first) changed in [start, end)."""
        if entity == "customer":
            where = f"{self._name} users"
            for page in users.walk_users(self._http, self._page_size, start, end, where):
                yield Page([_make_user(row) for row in page.rows], page.seen_at, None)
            return
        queries = _Tickets(self._http, self._name, self._page_size)
        for page, after in walk_updates(queries, start, end, cursor):
            yield Page(self._complete_tickets(page.rows), page.seen_at, after)

    def sweep_ids(self, entity: str) -> Iterator[Sequence[str]]:
        """Yield the ids of all users, disabled ones included.

        Raises:
            ConfigurationError: asked for tickets, which are never swept.
        """
        if entity != "customer":
            raise ConfigurationError(
                "tickets cannot be swept: deleted ones are hidden, not gone",
                where=self._name,
                hint='set deletes = "shown" for tickets in include/channels',
            )

        def fetch(number: int, size: int) -> Slice:
            params = [("fields", "id"), ("orderby", "id"), ("order", "ASC")]
            return users.fetch_users(self._http, [], [*params, *page_params(number, size)])

        for page, _ in walk_pages(fetch, self._page_size, None, f"{self._name} users"):
            yield list(dict.fromkeys(read_source_id(row) for row in page.rows))

    def read_one(self, entity: str, source_id: str) -> RawRecord | None:
        """Return one record as it is now, None when Request Tracker does not have it."""
        found = self._read(entity, source_id)
        if found is None:
            return None
        row = found[0]
        return _make_user(row) if entity == "customer" else self._complete_tickets([row])[0]

    def read_hub_fields(self, record: RawRecord) -> dict[str, str | None]:
        """Return what stands in the custom field that the hub writes; empty counts as None."""
        fields = read_custom_fields(record.payload)
        names = WRITABLE.get(record.entity, ())
        return {name: fields.get(_SLOTS[name]) or None for name in names}

    def update(self, entity: str, source_id: str, fields: Mapping[str, str | None]) -> WriteResult:
        """Write the hub id to a user as he was read (If-Match), and read it back."""
        written = self._put(entity, source_id, fields, self._read(entity, source_id))
        if written.outcome != "updated":
            return written
        return settle_write(self, entity, source_id, fields, "updated")

    @property
    def write_size(self) -> int:
        """Request Tracker is written one user a request."""
        return 1

    def read_many(self, entity: str, source_ids: Sequence[str]) -> dict[str, RawRecord]:
        """Return the records that exist, by source id.

        Users are found by log-in only: one that was read before is searched for with many others,
        and whom that does not show is read singly, as tickets are.
        """
        self._users.clear()  # of the many before: who was to be written has been
        logins = self._logins if entity == "customer" else {}
        names = [logins[key] for key in source_ids if key in logins]
        shown = users.fetch_by_name(self._http, names, USER_FIELDS)
        rows = [project(row, USER_FIELDS) for row in shown]
        users.tell_disabled(self._http, rows)
        found = {
            each.source_id: each for each in map(_make_user, rows) if each.source_id in source_ids
        }
        unshown = [source_id for source_id in source_ids if source_id not in found]
        for source_id, answer in do_abreast(lambda key: self.read_one(entity, key), unshown):
            if one := answer.result():
                found[source_id] = one
        return found

    def write_many(
        self, entity: str, items: Mapping[str, Mapping[str, str | None]]
    ) -> dict[str, WriteResult]:
        """Write the hub id to users as `read_many` has read them (If-Match)."""
        results = {}
        for source_id, fields in items.items():
            found = self._users.pop(source_id, None) or self._read(entity, source_id)
            results[source_id] = self._put(entity, source_id, fields, found)
        return results

    def _put(
        self,
        entity: str,
        source_id: str,
        fields: Mapping[str, str | None],
        found: tuple[Row, str | None] | None,
    ) -> WriteResult:
        check_fields(self._name, entity, fields, WRITABLE)
        body = {"CustomFields": {_SLOTS[name]: value or "" for name, value in fields.items()}}
        for _ in range(_WRITE_ATTEMPTS):
            if found is None:
                return WriteResult("missing", source_id)
            row, tag = found
            before = _make_user(row)
            if not compare_slots(fields, self.read_hub_fields(before)):
                return WriteResult("unchanged", source_id, before.version_at)
            headers = {"If-Match": tag} if tag else {}
            answer = self._http.write(
                "PUT", USER, ids={"id": source_id}, body=body, headers=headers, accept=(404, 412)
            )
            if answer.status == 404:
                return WriteResult("missing", source_id)
            if answer.status != 412:
                return WriteResult("updated", source_id)
            found = self._read(entity, source_id)
        return WriteResult("failed", source_id, None, "the user changes faster than we can write")

    def create(self, entity: str, fields: Mapping[str, str | None]) -> WriteResult:
        """Refuse: Request Tracker makes a user of whoever writes to it."""
        return WriteResult("failed", None, None, "the hub makes no support users")

    def delete(self, entity: str, source_id: str) -> WriteResult:
        """Refuse: the hub makes no users, so that none is its own to delete."""
        return WriteResult("failed", source_id, None, "the hub deletes no support users")

    def find_by_hub_id(self, entity: str, hub_id: str) -> str | None:
        """Return the id of a user with this hub id, the smallest where several carry it.

        Only the first page is looked at: where the custom field does not exist, the condition is
        ignored and everybody is shown, which is no answer.
        """
        condition = {"field": "CustomField.{HubId}", "operator": "=", "value": hub_id}
        params = [("fields", "id,CustomFields"), *page_params(1, LARGEST_PAGE)]
        page = users.fetch_users(self._http, [condition], params)
        ids = [
            read_source_id(row)
            for row in page.rows
            if read_custom_fields(row).get("HubId") == hub_id
        ]
        return min(ids, key=lambda text: (len(text), text), default=None)

    def _read(self, entity: str, source_id: str) -> tuple[Row, str | None] | None:
        """Return a record's own fields and its ETag."""
        # A log-in may be all digits or not: by id only what is a number is asked for.
        if not source_id.isdecimal():
            return None
        path, fields = (USER, USER_FIELDS) if entity == "customer" else (TICKET, TICKET_FIELDS)
        params = [] if entity == "customer" else [("fields[Queue]", "Name")]
        answer = self._http.read(path, ids={"id": source_id}, params=params, accept=(404,))
        if answer.status == 404:
            return None
        if not isinstance(answer.body, dict):
            raise ChannelContentError(
                "a record that is no object",
                where=self._name,
                hint="see channels/request_tracker/README.md",
            )
        found = project(answer.body, fields), answer.headers.get("ETag")
        if entity == "customer":
            self._users[source_id] = found
            self._logins[source_id] = str(found[0].get("Name") or "")
        return found

    def _complete_tickets(self, rows: Sequence[Row]) -> list[RawRecord]:
        """Give each ticket its requestors' ids and its history."""
        shown = [row for row in rows if row.get("Status") != "deleted"]
        known = users.find_requestors(self._http, shown)
        return [_make_ticket(self._http, row, known) for row in rows]


@dataclass(frozen=True, slots=True)
class _Tickets:
    """The searches for tickets by update time."""

    http: HttpClient
    name: str
    page_size: int
    update_field: str = "LastUpdated"

    @property
    def where(self) -> str:
        return f"{self.name} tickets"

    def fetch_from(self, lower: datetime, upper: datetime) -> Slice:
        """Return the oldest tickets of [lower, upper)."""
        return self._search(lower, upper, "", "LastUpdated")

    def fetch_second(self, second: datetime) -> Iterator[Slice]:
        """Yield all tickets of one second by id, each query going on after the last id."""
        last = 0
        while True:
            page = self._search(second, second + SECOND, f" AND id > {last}", "id")
            ids = [int(text) for text in map(read_source_id, page.rows) if text.isdecimal()]
            if page.is_whole():
                yield page
                return
            if max(ids, default=0) <= last:
                raise ChannelContentError(
                    "the pages loop: ids do not advance",
                    where=f"{self.where} after id {last}",
                    hint="see channels/request_tracker/README.md; running again is safe",
                )
            yield page
            last = max(ids)

    def _search(self, lower: datetime, upper: datetime, more: str, order: str) -> Slice:
        # Bounds are exclusive. Deleted tickets are shown only to a query that speaks of them.
        after, before = show_moment(lower - SECOND), show_moment(upper)
        query = (
            f"LastUpdated > '{after}' AND LastUpdated < '{before}'{more}"
            " AND (Status = 'deleted' OR Status != 'deleted')"
        )
        params = [
            ("query", query),
            ("fields", ",".join(TICKET_FIELDS)),
            ("fields[Queue]", "Name"),
            ("orderby", order),
            ("order", "ASC"),
            *page_params(1, self.page_size),
        ]
        page = fetch_list(self.http, TICKETS, params, cursor=f"{lower.isoformat()}{more}")
        rows = [project(row, TICKET_FIELDS) for row in page.rows]
        return Slice(rows, page.total, page.seen_at, page.is_full)


def _make_user(row: Row) -> RawRecord:
    return RawRecord(
        entity="customer",
        source_id=read_source_id(row),
        op="upsert",
        version_at=read_moment(row.get("LastUpdated")),
        created_at=read_moment(row.get("Created")),
        payload=row,
    )


def _make_ticket(http: HttpClient, row: Row, known: Mapping[str, Row]) -> RawRecord:
    source_id = read_source_id(row)
    is_deleted = row.get("Status") == "deleted"
    found = [known[name] for name in users.read_requestors(row) if name in known]
    payload: Row = {}
    if not is_deleted:
        history = fetch_history(http, source_id) if source_id.isdecimal() else []
        payload = {**row, "RequestorUsers": found, "transactions": history}
    return RawRecord(
        entity="ticket",
        source_id=source_id,
        op="delete" if is_deleted else "upsert",
        version_at=read_moment(row.get("LastUpdated")),
        created_at=read_moment(row.get("Created")),
        payload=payload,
        customer_id=str(found[0]["id"]) if found else None,
    )
