"""Reading and writing WooCommerce v3: customers as customer, orders as sales_order.

Quirks that this module lives with: customers ignore `modified_after` without a word, so they are
swept whole; the list hides every role but `customer` unless asked for all; over plain http only
OAuth 1.0a is taken, over TLS only Basic; hub ids stand in meta data and cannot be searched.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from requests.auth import AuthBase, HTTPBasicAuth
from requests_oauthlib import OAuth1

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import (
    Access,
    Capabilities,
    Page,
    RawRecord,
    Standard,
    WriteResult,
)
from customer_hub.channels.hub_fields import (
    check_fields,
    compare_slots,
    prove_delete,
    settle_write,
)
from customer_hub.channels.overlap import walk_pages
from customer_hub.channels.record import as_text, read_moment, read_source_id
from customer_hub.channels.update_order import SECOND, Slice, walk_updates
from customer_hub.channels.web_access import open_http
from customer_hub.channels.woocommerce.meta import read_meta
from customer_hub.channels.woocommerce.refunds import complete_order
from customer_hub.core.errors import ChannelContentError, ConfigurationError
from customer_hub.core.http import HttpClient, Params

CAPABILITIES = {
    "customer": Capabilities("full_sweep", batch_size=100),
    "sales_order": Capabilities("updated_since"),
}
STANDARD = {
    "customer": Standard(
        "customers",
        "full_sweep",
        "sweep",
        ("date_modified", "date_modified_gmt", "meta_data[hub_id]", "meta_data[hub_level]"),
    ),
    "sales_order": Standard(
        "orders", "current_state", volatile=("date_modified", "date_modified_gmt")
    ),
}
WRITABLE: dict[str, tuple[str, ...]] = {"customer": ("hub_id", "level_code")}
CREATABLE: dict[str, tuple[str, ...]] = {}
DELETABLE = ("customer",)
_SLOTS = {"hub_id": "hub_id", "level_code": "hub_level"}
_NAMES = {"customer": "customers", "sales_order": "orders"}
_LARGEST_PAGE = 100
_PATIENCE = 6
_LIST, _ONE = "/wp-json/wc/v3/{type}", "/wp-json/wc/v3/{type}/{id}"
_BATCH = _LIST + "/batch"
_UNKNOWN_ID = "woocommerce_rest_invalid_id"
_BY_ID = (("orderby", "id"), ("order", "asc"), ("role", "all"))


def open_channel(config: ChannelConfig, access: Access) -> "WooCommerce":
    """Return the channel; login and password of the connection are consumer key and secret.

    Raises:
        ConfigurationError: no key or secret, or an address that cannot be used.
    """
    if not (access.login and access.password):
        raise ConfigurationError(
            "the connection lacks the consumer key or secret",
            where=config.name,
            hint=f"set both as login and password of the Airflow connection {config.connection}",
        )
    http = open_http(config, access, _choose_auth(access))
    return WooCommerce(http, config.name, min(config.page_size, _LARGEST_PAGE))


class WooCommerce:
    """One shop behind one consumer key."""

    def __init__(self, http: HttpClient, name: str, page_size: int) -> None:
        self._http = http
        self._name = name
        self._page_size = page_size

    def read_clock(self) -> datetime:
        """Return the server's clock (aware UTC, whole seconds)."""
        params = [("per_page", "1"), ("_fields", "id")]
        return self._http.read(_LIST, ids={"type": "orders"}, params=params).read_clock()

    def extract(
        self, entity: str, start: datetime, end: datetime, cursor: dict[str, Any] | None
    ) -> Iterator[Page]:
        """Yield all customers by id whatever the bounds, or the orders changed in [start, end)."""
        if entity == "customer":
            walk = walk_pages(self._fetch_by_id, self._page_size, cursor, f"{self._name} customers")
        else:
            queries = _Orders(self._http, self._name, self._page_size)
            walk = walk_updates(queries, start, end, cursor)
        for page, after in walk:
            yield Page(self._make_records(entity, page.rows), page.seen_at, after)

    def sweep_ids(self, entity: str) -> Iterator[Sequence[str]]:
        """Yield the ids of all customers, or of all orders."""

        def fetch(number: int, size: int) -> Slice:
            params = [*_BY_ID, ("_fields", "id")]
            return _fetch_page(self._http, self._name, _NAMES[entity], params, number, size)

        for page, _ in walk_pages(fetch, self._page_size, None, f"{self._name} {_NAMES[entity]}"):
            yield list(dict.fromkeys(read_source_id(row) for row in page.rows))

    def read_one(self, entity: str, source_id: str) -> RawRecord | None:
        """Return one record as it is now, None when the shop does not have it."""
        if not source_id.isdecimal():
            return None
        ids = {"type": _NAMES[entity], "id": source_id}
        answer = self._http.read(_ONE, ids=ids, accept=(404,))
        if answer.status == 404:
            return None
        if not isinstance(answer.body, dict):
            raise _strange(self._name, "a record that is no object")
        return self._make_records(entity, [answer.body])[0]

    def read_hub_fields(self, record: RawRecord) -> dict[str, str | None]:
        """Return what stands in the meta data that the hub writes; empty counts as None."""
        meta = read_meta(record.payload)
        names = WRITABLE.get(record.entity, ())
        return {name: as_text(meta.get(_SLOTS[name])) or None for name in names}

    def update(self, entity: str, source_id: str, fields: Mapping[str, str | None]) -> WriteResult:
        """Write hub fields into a customer's meta data and read them back."""
        check_fields(self._name, entity, fields, WRITABLE)
        before = self.read_one(entity, source_id)
        if before is None:
            return WriteResult("missing", source_id)
        if not compare_slots(fields, self.read_hub_fields(before)):
            return WriteResult("unchanged", source_id, before.version_at)
        ids = {"type": _NAMES[entity], "id": source_id}
        body = {"meta_data": _make_meta(fields)}
        answer = self._http.write("PUT", _ONE, ids=ids, body=body, accept=(400, 404))
        code = answer.body.get("code") if isinstance(answer.body, dict) else None
        if answer.status == 404 or code == _UNKNOWN_ID:
            return WriteResult("missing", source_id)
        if answer.status >= 400:
            return WriteResult("failed", source_id, before.version_at, f"status {answer.status}")
        return settle_write(self, entity, source_id, fields, "updated")

    @property
    def write_size(self) -> int:
        """How many customers one batch takes."""
        return _LARGEST_PAGE

    def read_many(self, entity: str, source_ids: Sequence[str]) -> dict[str, RawRecord]:
        """Return the records that exist, by source id; a hundred a request."""
        known = [source_id for source_id in source_ids if source_id.isdecimal()]
        found: dict[str, RawRecord] = {}
        for place in range(0, len(known), _LARGEST_PAGE):
            included = ",".join(known[place : place + _LARGEST_PAGE])
            params = [("include", included), *(_BY_ID if entity == "customer" else _BY_ID[:2])]
            page = _fetch_page(self._http, self._name, _NAMES[entity], params, 1, _LARGEST_PAGE)
            records = self._make_records(entity, page.rows)
            found |= {record.source_id: record for record in records}
        return found

    def write_many(
        self, entity: str, items: Mapping[str, Mapping[str, str | None]]
    ) -> dict[str, WriteResult]:
        """Write hub fields to up to a hundred customers; each is taken or refused by itself."""
        for fields in items.values():
            check_fields(self._name, entity, fields, WRITABLE)
        results = {i: WriteResult("missing", i) for i in items if not i.isdecimal()}
        update = [
            {"id": int(source_id), "meta_data": _make_meta(fields)}
            for source_id, fields in items.items()
            if source_id not in results
        ]
        if not update:
            return results
        ids = {"type": _NAMES[entity]}
        answer = self._http.write("POST", _BATCH, ids=ids, body={"update": update})
        rows = answer.body.get("update") if isinstance(answer.body, dict) else None
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict):
                result = _read_batch_result(row)
                results[result.source_id or ""] = result
        return results

    def create(self, entity: str, fields: Mapping[str, str | None]) -> WriteResult:
        """Refuse: a shop account is the customer's own to open."""
        return WriteResult("failed", None, None, "the hub opens no shop accounts")

    def delete(self, entity: str, source_id: str) -> WriteResult:
        """Delete a customer for good (customers cannot be trashed) and see that it is gone."""
        if entity not in DELETABLE:
            return WriteResult("failed", source_id, None, "the hub deletes no such records there")
        if not source_id.isdecimal():
            return WriteResult("missing", source_id)
        ids = {"type": _NAMES[entity], "id": source_id}
        answer = self._http.write(
            "DELETE", _ONE, ids=ids, params=[("force", "true")], accept=(400, 404)
        )
        code = answer.body.get("code") if isinstance(answer.body, dict) else None
        if answer.status == 404 or code == _UNKNOWN_ID:
            return WriteResult("missing", source_id)
        if answer.status >= 400:
            return WriteResult("failed", source_id, None, f"status {answer.status}")
        return prove_delete(self, entity, source_id)

    def find_by_hub_id(self, entity: str, hub_id: str) -> str | None:
        """Return None: WooCommerce cannot search meta data, and nothing is ever created here."""
        return None

    def _make_records(self, entity: str, rows: Sequence[dict[str, Any]]) -> list[RawRecord]:
        if entity == "sales_order":
            rows = [complete_order(self._http, self._name, row) for row in rows]
        return [_make_record(entity, row) for row in rows]

    def _fetch_by_id(self, number: int, size: int) -> Slice:
        return _fetch_page(self._http, self._name, "customers", _BY_ID, number, size)


@dataclass(frozen=True, slots=True)
class _Orders:
    """The list requests for orders by update time. Bounds are exclusive in WooCommerce."""

    http: HttpClient
    name: str
    page_size: int
    update_field: str = "date_modified_gmt"

    @property
    def where(self) -> str:
        return f"{self.name} orders"

    def fetch_from(self, lower: datetime, upper: datetime) -> Slice:
        """Return the oldest orders of [lower, upper)."""
        return self._fetch(lower - SECOND, upper, [("orderby", "modified")], 1)

    def fetch_second(self, second: datetime) -> Iterator[Slice]:
        """Yield all orders of one second by id; from the first page again if one of them went."""
        for _ in range(_PATIENCE):
            shown: set[str] = set()
            total, number = None, 1
            while True:
                page = self._fetch(second - SECOND, second + SECOND, [("orderby", "id")], number)
                ids = {read_source_id(row) for row in page.rows}
                total = page.total if total is None else total
                is_end = not page.is_full and number * self.page_size >= (total or 0)
                if page.total != total or not (ids - shown or is_end):
                    break
                shown |= ids
                yield page
                if is_end:
                    return
                number += 1
        raise _strange(self.name, "the pages loop: one second's orders do not end")

    def _fetch(self, after: datetime, before: datetime, more: Params, number: int) -> Slice:
        params = [
            ("modified_after", _show_moment(after)),
            ("modified_before", _show_moment(before)),
            ("dates_are_gmt", "true"),
            ("order", "asc"),
            *more,
        ]
        return _fetch_page(self.http, self.name, "orders", params, number, self.page_size)


def _fetch_page(
    http: HttpClient, name: str, kind: str, params: Params, number: int, size: int
) -> Slice:
    paging = [("per_page", str(size)), ("page", str(number))]
    answer = http.read(
        _LIST, ids={"type": kind}, params=[*params, *paging], cursor=f"page {number} of {size}"
    )
    total = answer.headers.get("X-WP-Total", "")
    if not isinstance(answer.body, list) or not all(isinstance(row, dict) for row in answer.body):
        raise _strange(name, "a page that is no list of records")
    if not total.isdecimal():
        raise _strange(name, "a page without X-WP-Total: a cache or proxy strips it")
    return Slice(answer.body, int(total), answer.read_clock(), len(answer.body) >= size)


def _make_record(entity: str, row: dict[str, Any]) -> RawRecord:
    customer = row.get("customer_id") if entity == "sales_order" else None
    # 0 is a guest. Only a whole number can be a customer's id.
    is_known = isinstance(customer, int) and not isinstance(customer, bool) and customer > 0
    return RawRecord(
        entity=entity,
        source_id=read_source_id(row),
        op="upsert",
        version_at=read_moment(row.get("date_modified_gmt")),
        created_at=read_moment(row.get("date_created_gmt")),
        payload=row,
        customer_id=str(customer) if is_known else None,
    )


def _make_meta(fields: Mapping[str, str | None]) -> list[dict[str, str | None]]:
    return [{"key": _SLOTS[name], "value": value} for name, value in fields.items()]


def _read_batch_result(row: dict[str, Any]) -> WriteResult:
    """Return what became of one item: a batch answers 200 and puts errors beside the ids."""
    source_id = read_source_id(row)
    error = row.get("error")
    if not isinstance(error, dict):
        return WriteResult("updated", source_id, read_moment(row.get("date_modified_gmt")))
    if error.get("code") == _UNKNOWN_ID:
        return WriteResult("missing", source_id)
    return WriteResult("failed", source_id, None, "the batch refuses this customer")


def _choose_auth(access: Access) -> AuthBase:
    if access.base_url.lower().startswith("https:"):
        return HTTPBasicAuth(access.login, access.password)
    # In the query, because Apache hides the Authorization header from PHP in many set-ups.
    oauth: AuthBase = OAuth1(
        access.login,
        client_secret=access.password,
        signature_method="HMAC-SHA256",
        signature_type="QUERY",
    )
    return oauth


def _show_moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def _strange(name: str, what: str) -> ChannelContentError:
    return ChannelContentError(what, where=name, hint="see channels/woocommerce/README.md")
