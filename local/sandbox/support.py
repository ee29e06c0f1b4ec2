"""Request Tracker 5 at /REST/2.0: users, tickets and their history, quirks included.

Kept from the real system: lists show only id, type and _url unless fields= asks for more; a page
over 100 is quietly cut; GET /users?query= filters nothing, POST /users does, and two conditions on
one field mean either; a write of an unknown field answers 200 with an empty message list.
"""

from __future__ import annotations

import base64
import binascii
import math
import secrets
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.sandbox.clock import SandboxClock
from local.sandbox.store import Clause, Record, Store, body_field, equal_text
from local.sandbox.support_records import (
    CUSTOM_FIELDS,
    WRITABLE,
    etag,
    reference,
    show_custom_fields,
    show_field,
)
from local.sandbox.support_writes import Writes
from local.sandbox.ticket_sql import TicketSqlError, read_ticket_sql
from local.sandbox.user_search import read_user_conditions
from local.sandbox.web import read_json

BASE = "/REST/2.0"
INDEXED = [("user", "Name"), ("user", "EmailAddress"), ("transaction", "Object.id")]
_DEFAULT_PAGE, _MAX_PAGE = 20, 100
_COLUMNS = {"id": "id", "LastUpdated": "modified_at"}
Handler = Callable[[Request], Awaitable[Response]]


class RequestTracker:
    """The support desk behind one log-in."""

    def __init__(self, store: Store, clock: SandboxClock, user: str, password: str) -> None:
        """Serve the records of `store`, stamping writes by `clock`."""
        self._store = store
        self._log_in = f"{user}:{password}".encode()
        self._writes = Writes(store, clock, user)

    def app(self) -> Starlette:
        """Return the ASGI application without its log-in check."""
        routes: list[tuple[str, Handler, list[str]]] = [
            ("/tickets", self.search_tickets, ["GET", "POST"]),
            ("/ticket", self.create_ticket, ["POST"]),
            ("/ticket/{id:int}/history", self.list_history, ["GET"]),
            ("/ticket/{id:int}/{kind:str}", self.write_message, ["POST"]),
            ("/users", self.search_users, ["GET", "POST"]),
            ("/user", self.create_user, ["POST"]),
            ("/{entity:str}/{id:str}", self.read_record, ["GET"]),
            ("/{entity:str}/{id:str}", self.update_record, ["PUT"]),
        ]
        return Starlette(
            routes=[Route(BASE + path, handler, methods=verbs) for path, handler, verbs in routes],
            exception_handlers={404: _not_found, 405: _not_found},
        )

    def admit(self, request: Request) -> Response | None:
        """Return 401 unless the request carries the log-in as Basic credentials."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        try:
            log_in = base64.b64decode(given, validate=True)
        except binascii.Error:
            log_in = b""
        if scheme.lower() == "basic" and secrets.compare_digest(log_in, self._log_in):
            return None
        refusal = _say(401, "Unauthorized")
        refusal.headers["WWW-Authenticate"] = 'Basic realm="RT API"'
        return refusal

    async def search_tickets(self, request: Request) -> Response:
        """Answer the tickets of a TicketSQL query."""
        query = request.query_params.get("query", "")
        if request.method == "POST":
            query = str((await request.form()).get("query", query))
        try:
            where = read_ticket_sql(query) if query.strip() else Clause()
        except TicketSqlError as error:
            return _say(400, str(error))
        return self._list(request, "ticket", where, "id")

    async def search_users(self, request: Request) -> Response:
        """Answer the users of a JSON list of conditions; a query in the address is ignored."""
        where = Clause()
        if request.method == "POST":
            conditions = await read_json(request)
            if not isinstance(conditions, list):
                return _say(400, "JSON object must be a ARRAY")
            where = read_user_conditions(conditions)
        if request.query_params.get("find_disabled_rows", "0") in ("", "0"):
            where = where & Clause(f"coalesce({body_field('Disabled')}, 0) = 0")
        return self._list(request, "user", where, body_field("Name"))

    async def list_history(self, request: Request) -> Response:
        """Answer the transactions of one ticket, oldest first."""
        ticket = self._find("ticket", str(request.path_params["id"]))
        if ticket is None:
            return _say(404, "Not Found")
        return self._list(request, "transaction", equal_text("Object.id", str(ticket.id)), "id")

    async def read_record(self, request: Request) -> Response:
        """Answer one ticket, transaction or user in full, with its ETag."""
        entity = request.path_params["entity"]
        record = self._find(entity, request.path_params["id"])
        if record is None:
            return _say(404, "Not Found")
        tag = etag(record)
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        shown = {name: show_field(entity, record.body, name) for name in WRITABLE.get(entity, ())}
        body = {**shown, **record.body}
        if entity in CUSTOM_FIELDS:
            body["CustomFields"] = show_custom_fields(entity, record.body)
        own = {**reference(_base(request), entity, record), "ref": "self"}
        return JSONResponse({**body, "_hyperlinks": [own]}, headers={"ETag": tag})

    async def update_record(self, request: Request) -> Response:
        """Change what is known of one ticket or user; answer the list of what was done."""
        entity = request.path_params["entity"]
        record = self._find(entity, request.path_params["id"])
        if record is None or entity not in WRITABLE:
            return _say(404, "Resource does not exist; use POST to create")
        expected = request.headers.get("if-match")
        if expected is not None and expected not in ("*", etag(record)):
            return _say(412, "Precondition Failed")
        given = await read_json(request)
        if not isinstance(given, dict):
            return _say(400, "JSON object must be a HASH")
        done = self._writes.change(entity, record, given)
        after = self._store.get(entity, record.id)
        headers = {"ETag": etag(after)} if after else {}
        return JSONResponse(done, headers=headers)

    async def create_user(self, request: Request) -> Response:
        """Create one user, 201."""
        return await self._create(request, "user", self._writes.create_user)

    async def create_ticket(self, request: Request) -> Response:
        """Create one ticket, 201; requestors that are not known become users."""
        return await self._create(request, "ticket", self._writes.create_ticket)

    async def write_message(self, request: Request) -> Response:
        """Add a comment or a reply to one ticket, 201."""
        kind = request.path_params["kind"]
        ticket = self._find("ticket", str(request.path_params["id"]))
        if ticket is None or kind not in ("comment", "correspond"):
            return _say(404, "Not Found")
        given = await read_json(request)
        if not isinstance(given, dict) or not given.get("Content"):
            return _say(400, "Content is a required field")
        return JSONResponse(self._writes.add_message(ticket, kind, given), 201)

    async def _create(
        self, request: Request, entity: str, create: Callable[[dict[str, Any]], Record | str]
    ) -> Response:
        given = await read_json(request)
        if not isinstance(given, dict):
            return _say(400, "JSON object must be a HASH")
        made = create(given)
        if isinstance(made, str):
            return _say(400, made)
        location = f"{_base(request)}/{entity}/{made.id}"
        shown = reference(_base(request), entity, made)
        return JSONResponse(shown, 201, headers={"Location": location})

    def _find(self, entity: str, text: str) -> Record | None:
        if text.isdigit():
            return self._store.get(entity, int(text))
        if entity != "user":
            return None
        found = self._store.find("user", equal_text("Name", text), limit=1)
        return found[0] if found else None

    def _list(self, request: Request, entity: str, where: Clause, default_order: str) -> Response:
        query = request.query_params
        per_page = min(_positive(query.get("per_page"), _DEFAULT_PAGE), _MAX_PAGE)
        page = _positive(query.get("page"), 1)
        try:
            order = _read_order(request, default_order)
        except ValueError:
            return _say(400, "Unknown orderby")
        found = self._store.find(entity, where, order, per_page, (page - 1) * per_page)
        fields = [name for name in query.get("fields", "").split(",") if name]
        items = []
        for record in found:
            item = reference(_base(request), entity, record)
            shown = {name: show_field(entity, record.body, name) for name in fields}
            items.append(item | {name: v for name, v in shown.items() if v is not None})
        total = self._store.count(entity, where)
        pages = math.ceil(total / per_page)
        envelope = {
            "count": len(items),
            "total": total,
            "page": page,
            "pages": pages,
            "per_page": per_page,
            "items": items,
        }
        if page < pages:
            envelope["next_page"] = _page_url(request, page + 1)
        if page > 1:
            envelope["prev_page"] = _page_url(request, min(page - 1, pages))
        return JSONResponse(envelope)


def _read_order(request: Request, default: str) -> str:
    directions = request.query_params.getlist("order")
    parts = []
    for number, name in enumerate(request.query_params.getlist("orderby")):
        given = directions[number] if number < len(directions) else "ASC"
        column = _COLUMNS.get(name) or body_field(name)
        parts.append(f"{column} {'desc' if given.upper() == 'DESC' else 'asc'}")
    return ", ".join([*(parts or [default]), "id"])


def _positive(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() and int(text) else default


def _base(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{BASE}"


def _page_url(request: Request, page: int) -> str:
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name != "page"]
    return f"{request.url.replace(query='')}?{urlencode([*pairs, ('page', str(page))])}"


def _say(status: int, message: str) -> Response:
    return JSONResponse({"message": message}, status)


async def _not_found(request: Request, error: Exception) -> Response:
    return _say(404, "Not Found")
