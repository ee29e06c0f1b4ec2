"""Zendesk's incremental exports: everything that the system touched, in the order of touching.

They leave out the last minute; deleted records are in them; a record that is touched while a
reader goes on comes again. The cursor after the end goes on with what comes later.
"""

from __future__ import annotations

import math
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.sandbox.clock import STAMP_FORMAT, SandboxClock
from local.sandbox.settings import Rate, ZendeskSettings
from local.sandbox.store import Body, Clause, Record, Store, body_field
from local.sandbox.zendesk_records import GENERATED, seconds, show_ticket, show_user
from local.sandbox.zendesk_wire import (
    ZendeskError,
    address,
    make_cursor,
    read_cursor,
    read_number,
    show_base,
)

_DELAY = timedelta(seconds=60)
_MAX_PAGE = 1000
_MOVED = body_field(GENERATED)
_SHOW = {"users": show_user, "tickets": show_ticket}


class Exports:
    """The cursor exports of users and tickets."""

    def __init__(self, store: Store, clock: SandboxClock, settings: ZendeskSettings) -> None:
        """Export the records of `store` as of a minute ago."""
        self._store = store
        self._clock = clock
        self._settings = settings
        self._calls = Rate(60)

    async def show_page(self, request: Request) -> Response:
        """Answer a page of one export, 422 for a start within the last minute."""
        entity = request.path_params["entity"]
        limit = self._settings.incremental_limit
        if limit is not None and self._calls.take(limit) is None:
            return _too_many(self._calls.wait_seconds())
        newest = seconds((self._clock.now() - _DELAY).strftime(STAMP_FORMAT))
        where, start = _read_start(request, newest)
        size = max(1, min(read_number(request, "per_page", _MAX_PAGE), _MAX_PAGE))
        where = where & Clause(f"{_MOVED} <= ?", (newest,))
        order = f"{_MOVED}, id"
        found = self._store.find(entity, where, order, size + 1, deleted=None)
        return JSONResponse(_frame(request, entity, found, size, start))


def _read_start(request: Request, newest: int) -> tuple[Clause, str]:
    """Return what comes after the request's position, and the cursor of that position."""
    cursor = request.query_params.get("cursor")
    if cursor:
        moved, last_id = read_cursor(cursor, 2)
        after = Clause(f"{_MOVED} > ? or ({_MOVED} = ? and id > ?)", (moved, moved, last_id))
        return after, cursor
    start_time = read_number(request, "start_time")
    if start_time > newest:
        description = "Too recent start_time. Use a start_time older than 60 seconds"
        raise ZendeskError(422, "InvalidValue", description)
    return Clause(f"{_MOVED} >= ?", (start_time,)), make_cursor(start_time, 0)


def _frame(request: Request, entity: str, found: list[Record], size: int, start: str) -> Body:
    page = found[:size]
    after = make_cursor(page[-1].body[GENERATED], int(page[-1].id)) if page else start
    kept = [(n, v) for n, v in request.query_params.multi_items() if n == "per_page"]
    return {
        entity: [_SHOW[entity](show_base(request), record) for record in page],
        "after_url": address(request, [("cursor", after), *kept]),
        "after_cursor": after,
        "before_url": None,
        "before_cursor": None,
        "end_of_stream": len(found) <= size,
    }


def _too_many(wait_seconds: float) -> Response:
    description = "Number of allowed incremental export API requests per minute exceeded"
    refusal = ZendeskError(429, "APIRateLimitExceeded", description).response()
    refusal.headers["Retry-After"] = str(math.ceil(wait_seconds))
    return refusal
