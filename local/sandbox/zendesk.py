"""Zendesk Support at /api/v2: users, tickets, their comments and ratings, quirks included.

Kept from the real system: incremental exports leave out the last minute and go by what the system
touched, not by updated_at; many users are written by a job that fails item by item; unknown keys
are ignored with 200; addresses may end in .json.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from local.sandbox.clock import SandboxClock
from local.sandbox.settings import ZendeskSettings
from local.sandbox.store import Body, Clause, Record, Store, body_field, equal_text
from local.sandbox.zendesk_export import Exports
from local.sandbox.zendesk_jobs import Jobs
from local.sandbox.zendesk_records import (
    GENERATED,
    show_comment,
    show_rating,
    show_ticket,
    show_user,
    stamp_of,
)
from local.sandbox.zendesk_wire import (
    ZendeskError,
    bad_attribute,
    not_found,
    page_frame,
    page_size,
    page_start,
    read_number,
    read_part,
    show_base,
)
from local.sandbox.zendesk_writes import Writes, write_many

BASE = "/api/v2"
INDEXED = [
    ("users", "email"),
    ("users", "external_id"),
    ("users", GENERATED),
    ("tickets", GENERATED),
    ("tickets", "requester_id"),
    ("comments", "ticket_id"),
]
_MAX_MANY = 100
_SHOW = {"users": show_user, "tickets": show_ticket}
Handler = Callable[[Request], Awaitable[Response]]


class Zendesk:
    """One help desk behind an agent's API token."""

    def __init__(
        self,
        store: Store,
        clock: SandboxClock,
        user: str,
        api_token: str,
        settings: ZendeskSettings,
    ) -> None:
        """Serve the records of `store`; `user` is the agent's mail and `/token`."""
        self._store = store
        self._log_in = f"{user}:{api_token}".encode()
        self._writes = Writes(store, clock)
        self._jobs = Jobs(settings)
        self._exports = Exports(store, clock, settings)

    def app(self) -> Starlette:
        """Return the ASGI application without its log-in check."""
        routes: list[tuple[str, Handler, list[str]]] = [
            ("/incremental/{entity:str}/cursor", self._export, ["GET"]),
            ("/users", self.list_users, ["GET"]),
            ("/users", self.create_user, ["POST"]),
            ("/users/search", self.search_users, ["GET"]),
            ("/users/update_many", self.update_users, ["PUT"]),
            ("/users/create_or_update", self.create_or_update_user, ["POST"]),
            ("/users/create_or_update_many", self.create_or_update_users, ["POST"]),
            ("/{entity:str}/show_many", self.show_many, ["GET"]),
            ("/users/{id:int}", self.update_user, ["PUT"]),
            ("/users/{id:int}", self.delete_user, ["DELETE"]),
            ("/users/{id:int}/merge", self.merge_user, ["PUT"]),
            ("/tickets/{id:int}", self.update_ticket, ["PUT"]),
            ("/tickets/{id:int}/comments", self.list_comments, ["GET"]),
            ("/satisfaction_ratings", self.list_ratings, ["GET"]),
            ("/job_statuses/{id:str}", self._jobs.show, ["GET"]),
            ("/{entity:str}/{id:int}", self.read_record, ["GET"]),
        ]
        return Starlette(
            routes=[Route(BASE + path, handler, methods=verbs) for path, handler, verbs in routes],
            exception_handlers={ZendeskError: _refuse, 404: _no_route, 405: _no_route},
            middleware=[Middleware(_Suffixless)],
        )

    def admit(self, request: Request) -> Response | None:
        """Return 401 unless the request carries `mail/token` and the API token as Basic."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        try:
            log_in = base64.b64decode(given, validate=True)
        except binascii.Error:
            log_in = b""
        if scheme.lower() == "basic" and secrets.compare_digest(log_in, self._log_in):
            return None
        return ZendeskError(401, "Couldn't authenticate you").response()

    async def list_users(self, request: Request) -> Response:
        """Answer a page of the users who are not deleted, by id."""
        return self._page(
            request, "users", Clause(), lambda one: show_user(show_base(request), one)
        )

    async def list_comments(self, request: Request) -> Response:
        """Answer a page of one ticket's comments, oldest first."""
        ticket = self._ticket(request.path_params["id"])
        return self._page(request, "comments", equal_text("ticket_id", ticket.id), show_comment)

    async def list_ratings(self, request: Request) -> Response:
        """Answer a page of ratings, filtered by when they were last changed and by score."""
        where = Clause()
        for name, sign in (("start_time", ">="), ("end_time", "<=")):
            if name in request.query_params:
                moment = stamp_of(read_number(request, name))
                where = where & Clause(f"{body_field('updated_at')} {sign} ?", (moment,))
        score = request.query_params.get("score")
        if score == "received":  # given, whichever way: not merely offered
            where = where & (equal_text("score", "good") | equal_text("score", "bad"))
        elif score:
            where = where & equal_text("score", score)
        base = show_base(request)
        return self._page(
            request, "satisfaction_ratings", where, lambda one: show_rating(base, one)
        )

    async def read_record(self, request: Request) -> Response:
        """Answer one user, deleted ones included, one ticket that is not deleted, or one rating."""
        entity, record_id = request.path_params["entity"], request.path_params["id"]
        if entity == "satisfaction_ratings":
            rating = self._store.get(entity, record_id)
            if rating is None or rating.deleted:
                raise not_found()
            return JSONResponse({"satisfaction_rating": show_rating(show_base(request), rating)})
        if entity == "tickets":
            shown = show_ticket(show_base(request), self._ticket(record_id))
            return JSONResponse({"ticket": shown})
        record = self._store.get("users", record_id) if entity == "users" else None
        if record is None:
            raise not_found()
        return self._answer_user(request, record)

    async def show_many(self, request: Request) -> Response:
        """Answer up to 100 records by ids or (users) external_ids, those that are there."""
        entity, query = request.path_params["entity"], request.query_params
        if entity not in _SHOW:
            raise not_found()
        by = "external_ids" if query.get("external_ids") else "ids"
        given = [part.strip() for part in query.get(by, "").split(",") if part.strip()]
        if not given:
            raise bad_attribute("ids", "present")
        _check_count(given)
        if by == "ids":
            if not all(part.isdigit() for part in given):
                raise bad_attribute("ids", "a list of integers")
            where = Clause(f"id in ({', '.join('?' * len(given))})", tuple(map(int, given)))
        else:
            where = Clause("0")
            for external_id in given:
                where = where | equal_text("external_id", external_id)
        return self._answer_list(request, entity, self._store.find(entity, where))

    async def search_users(self, request: Request) -> Response:
        """Answer the users of an external id, or of `query=email:..` (or a bare mail)."""
        query = request.query_params
        if query.get("external_id"):
            where = equal_text("external_id", query["external_id"])
        elif query.get("query"):
            mail = query["query"].split("email:")[-1].strip().strip('"')
            where = equal_text("email", mail)
        else:
            raise ZendeskError(400, "InvalidQuery", "query or external_id must be given")
        found = self._store.find("users", where, limit=_MAX_MANY)
        return self._answer_list(request, "users", found)

    async def create_user(self, request: Request) -> Response:
        """Create one user, 201."""
        record = self._writes.create_user(await read_part(request, "user", dict))
        return self._answer_user(request, record, 201)

    async def update_user(self, request: Request) -> Response:
        """Set the known fields of one user."""
        given = await read_part(request, "user", dict)
        record = self._writes.active_user(request.path_params["id"])
        return self._answer_user(request, self._writes.update_user(record, given))

    async def create_or_update_user(self, request: Request) -> Response:
        """Update the user of an external id or a mail (200), or create one (201)."""
        given = await read_part(request, "user", dict)
        record, is_new = self._writes.create_or_update_user(given)
        return self._answer_user(request, record, 201 if is_new else 200)

    async def update_users(self, request: Request) -> Response:
        """Queue the update of up to 100 users, each by its id."""
        users = _listed(await read_part(request, "users", list))
        writes = self._writes

        def write(given: Body) -> tuple[Record, bool]:
            return writes.update_user(writes.active_user(given.get("id")), given), False

        return self._jobs.start(request, len(users), lambda: write_many(write, users))

    async def create_or_update_users(self, request: Request) -> Response:
        """Queue the create or update of up to 100 users."""
        users = _listed(await read_part(request, "users", list))
        write = self._writes.create_or_update_user
        return self._jobs.start(request, len(users), lambda: write_many(write, users))

    async def delete_user(self, request: Request) -> Response:
        """Make one user inactive."""
        record = self._writes.active_user(request.path_params["id"])
        return self._answer_user(request, self._writes.delete_user(record))

    async def merge_user(self, request: Request) -> Response:
        """Merge the user of the address into the one of the body, and answer the latter."""
        given = await read_part(request, "user", dict)
        source = self._writes.active_user(request.path_params["id"])
        target = self._writes.active_user(given.get("id"))
        return self._answer_user(request, self._writes.merge_users(source, target))

    async def update_ticket(self, request: Request) -> Response:
        """Set the known fields of one ticket, safely where it asks for that."""
        given = await read_part(request, "ticket", dict)
        record = self._writes.update_ticket(request.path_params["id"], given)
        return JSONResponse({"ticket": show_ticket(show_base(request), record)})

    async def _export(self, request: Request) -> Response:
        if request.path_params["entity"] not in _SHOW:
            raise not_found()
        return await self._exports.show_page(request)

    def _ticket(self, ticket_id: int) -> Record:
        record = self._store.get("tickets", ticket_id)
        if record is None or record.deleted:
            raise not_found()
        return record

    def _page(
        self, request: Request, entity: str, where: Clause, show: Callable[[Record], Body]
    ) -> Response:
        size, start = page_size(request), page_start(request)
        where = where & Clause("id > ?", (start,))
        found = self._store.find(entity, where, limit=size + 1)
        page = found[:size]
        last_id = int(page[-1].id) if page else start
        frame = page_frame(request, last_id, len(found) > size)
        return JSONResponse({entity: [show(record) for record in page], **frame})

    def _answer_user(self, request: Request, record: Record, status: int = 200) -> Response:
        return JSONResponse({"user": show_user(show_base(request), record)}, status)

    def _answer_list(self, request: Request, entity: str, found: list[Record]) -> Response:
        rows = [_SHOW[entity](show_base(request), record) for record in found]
        frame = {"next_page": None, "previous_page": None, "count": len(rows)}
        return JSONResponse({entity: rows, **frame})


class _Suffixless:
    """An application whose addresses may end in .json."""

    def __init__(self, app: ASGIApp) -> None:
        """Serve `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on without the suffix."""
        if scope["type"] == "http" and scope["path"].endswith(".json"):
            scope = {**scope, "path": scope["path"].removesuffix(".json")}
        await self._app(scope, receive, send)


def _listed(users: list[Any]) -> list[Body]:
    if not all(isinstance(user, dict) for user in users):
        raise bad_attribute("users", "an array of objects")
    _check_count(users)
    return users


def _check_count(given: list[Any]) -> None:
    if len(given) > _MAX_MANY:
        raise ZendeskError(400, "TooManyItems", f"At most {_MAX_MANY} are allowed in one request")


async def _refuse(request: Request, error: Any) -> Response:
    refusal: ZendeskError = error
    return refusal.response()


async def _no_route(request: Request, error: Exception) -> Response:
    return ZendeskError(404, "InvalidEndpoint", "Not found").response()
