"""HubSpot's CRM v3 at /crm/v3/objects: contacts and companies, quirks included.

Kept from the real system: only the asked properties are shown, each as text or null; search sees a
write only after a while, no archived object ever, no more than 10,000 rows of a query, and sorts
without a tie-breaker; the id of an object that was merged away leads to the one it went into.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.sandbox.clock import SandboxClock
from local.sandbox.hubspot_access import TOKEN_PATH, RateLimited, Tokens
from local.sandbox.hubspot_batch import Batches
from local.sandbox.hubspot_index import SearchIndex
from local.sandbox.hubspot_objects import Objects
from local.sandbox.hubspot_records import KINDS, SHOWN_AT_FIRST, UNIQUE, show
from local.sandbox.hubspot_search import read_search
from local.sandbox.hubspot_wire import HubSpotError, invalid, read_body
from local.sandbox.settings import HubSpotSettings
from local.sandbox.store import Body, Store

BASE = "/crm/v3/objects/{kind:str}"
INDEXED = [(kind, f"properties.{name}") for kind, names in UNIQUE.items() for name in names]
_MAX_PAGE = 100
Handler = Callable[[Request], Awaitable[Response]]


class HubSpot:
    """One account behind a private app's token and an OAuth app."""

    def __init__(
        self,
        store: Store,
        index: SearchIndex,
        clock: SandboxClock,
        held: Mapping[str, str],
        settings: HubSpotSettings,
    ) -> None:
        """Serve the objects of `store`; `held` are the secrets that Tokens names."""
        self._objects = Objects(store, index, clock)
        self._batches = Batches(self._objects, clock)
        self._index = index
        self._settings = settings
        self._tokens = Tokens(held, settings)

    def app(self) -> Starlette:
        """Return the ASGI application without its log-in check."""
        routes: list[tuple[str, Handler, list[str]]] = [
            (TOKEN_PATH, self._tokens.issue, ["POST"]),
            (BASE, self.list_objects, ["GET"]),
            (BASE, self.create_object, ["POST"]),
            (BASE + "/search", self.search_objects, ["POST"]),
            (BASE + "/merge", self.merge_objects, ["POST"]),
            (BASE + "/batch/{act:str}", self.run_batch, ["POST"]),
            (BASE + "/{id:str}", self.read_object, ["GET"]),
            (BASE + "/{id:str}", self.update_object, ["PATCH"]),
            (BASE + "/{id:str}", self.archive_object, ["DELETE"]),
        ]
        return Starlette(
            routes=[Route(path, handler, methods=verbs) for path, handler, verbs in routes],
            exception_handlers={HubSpotError: _refuse, 404: _no_route, 405: _no_route},
            middleware=[Middleware(RateLimited, settings=self._settings)],
        )

    def admit(self, request: Request) -> Response | None:
        """Return the refusal of a request without a good token, None if it may go on."""
        return self._tokens.admit(request)

    async def list_objects(self, request: Request) -> Response:
        """Answer a page of objects by id."""
        kind, query = _kind(request), request.query_params
        limit, after = _number(query.get("limit"), 10), _number(query.get("after"), 0)
        if not 0 < limit <= _MAX_PAGE:
            raise invalid(f"Invalid limit {limit}: it must be between 1 and {_MAX_PAGE}")
        found = self._objects.page(kind, after, limit + 1, _wants_archived(request))
        page = found[:limit]
        answer: Body = {"results": [show(kind, record, _names(request)) for record in page]}
        if len(found) > limit:
            answer["paging"] = _next_page(request, str(page[-1].id))
        return JSONResponse(answer)

    async def search_objects(self, request: Request) -> Response:
        """Answer a page of what a search finds in the index."""
        kind = _kind(request)
        given = await read_body(request)
        search = read_search(kind, given)
        total, found = self._index.find(
            kind, search.where, search.order, search.limit, search.after
        )
        names = given.get("properties") or SHOWN_AT_FIRST[kind]
        shown = [show(kind, record, names, cleared=None) for record in found]
        answer: Body = {"total": total, "results": shown}
        reached = search.after + search.limit
        if reached < total:
            answer["paging"] = _next_page(request, str(reached))
        return JSONResponse(answer)

    async def read_object(self, request: Request) -> Response:
        """Answer one object, or 404."""
        kind = _kind(request)
        id_property = request.query_params.get("idProperty")
        archived = _wants_archived(request)
        record = self._objects.expect(kind, request.path_params["id"], id_property, archived)
        return JSONResponse(show(kind, record, _names(request)))

    async def create_object(self, request: Request) -> Response:
        """Create one object, 201; 409 for a mail that another contact has."""
        kind, given = _kind(request), await read_body(request)
        record = self._objects.create(kind, given.get("properties"))
        return JSONResponse(show(kind, record, given["properties"]), 201)

    async def update_object(self, request: Request) -> Response:
        """Set the given properties of one object."""
        kind, given = _kind(request), await read_body(request)
        id_property = request.query_params.get("idProperty")
        record = self._objects.expect(kind, request.path_params["id"], id_property)
        changed = self._objects.update(kind, record, given.get("properties"))
        return JSONResponse(show(kind, changed, given["properties"]))

    async def archive_object(self, request: Request) -> Response:
        """Archive one object, 204."""
        kind = _kind(request)
        self._objects.archive(kind, self._objects.expect(kind, request.path_params["id"]))
        return Response(status_code=204)

    async def merge_objects(self, request: Request) -> Response:
        """Merge one object into another of its type and answer the one that stays."""
        kind, given = _kind(request), await read_body(request)
        winner = self._objects.expect(kind, str(given.get("primaryObjectId")))
        loser = self._objects.expect(kind, str(given.get("objectIdToMerge")))
        if winner.id == loser.id:
            raise invalid("An object cannot be merged into itself")
        merged = self._objects.merge(kind, winner, loser)
        names = [*SHOWN_AT_FIRST[kind], "hs_merged_object_ids"]
        return JSONResponse(show(kind, merged, names))

    async def run_batch(self, request: Request) -> Response:
        """Answer a batch: 200 where all went, 207 where some did."""
        given = await read_body(request)
        return self._batches.run(_kind(request), request.path_params["act"], given)


def _kind(request: Request) -> str:
    given = request.path_params["kind"]
    if given not in KINDS:
        raise invalid(f"Unable to infer object type from: {given}")
    return KINDS[given]


def _names(request: Request) -> list[str]:
    given = ",".join(request.query_params.getlist("properties"))
    return given.split(",") if given else list(SHOWN_AT_FIRST[_kind(request)])


def _wants_archived(request: Request) -> bool:
    return request.query_params.get("archived", "").lower() == "true"


def _number(text: str | None, default: int) -> int:
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise invalid(f"{text} is no number")
    return int(text)


def _next_page(request: Request, after: str) -> Body:
    pairs = [pair for pair in request.query_params.multi_items() if pair[0] != "after"]
    link = f"{request.url.replace(query='')}?{urlencode([*pairs, ('after', after)])}"
    return {"next": {"after": after, "link": link}}


async def _refuse(request: Request, error: Any) -> Response:
    refusal: HubSpotError = error
    return refusal.response()


async def _no_route(request: Request, error: Exception) -> Response:
    return HubSpotError(404, "OBJECT_NOT_FOUND", "resource not found").response()
