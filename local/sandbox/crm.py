"""EspoCRM 8 at /api/v1/Account, Contact, Call, Meeting and Email, quirks included.

Kept from the real system: a page over 200 is a 403; times have whole seconds; sorting by
modifiedAt has no tie-breaker, so equal rows move between pages; unknown fields in a write are
ignored with 200; a likely duplicate is refused with 409 and the records it resembles. Lists leave
out who took part and a mail's body and addresses, and mails are not counted.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.sandbox.clock import SandboxClock
from local.sandbox.crm_query import BadQueryError, column_of, nest_parameters, read_conditions
from local.sandbox.crm_records import (
    DEEDS,
    NOT_LISTED,
    READ_ONLY,
    REQUIRED,
    UNCOUNTED,
    WRITABLE,
    espo_time,
    show_alone,
)
from local.sandbox.store import Body, Clause, Record, Store, equal_text
from local.sandbox.web import read_json

_MAX_PAGE = 200
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\Z")


class EspoCrm:
    """The entity types behind one API key."""

    def __init__(self, store: Store, clock: SandboxClock, api_key: str) -> None:
        """Serve the records of `store`, stamping writes by `clock`."""
        self._store = store
        self._clock = clock
        self._api_key = api_key

    def app(self) -> Starlette:
        """Return the ASGI application without its log-in check."""
        base = "/api/v1/{entity:str}"
        return Starlette(
            routes=[
                Route(base, self.list_records, methods=["GET"]),
                Route(base, self.create_record, methods=["POST"]),
                Route(base + "/{id:str}", self.read_record, methods=["GET"]),
                Route(base + "/{id:str}", self.update_record, methods=["PUT", "PATCH"]),
                Route(base + "/{id:str}", self.delete_record, methods=["DELETE"]),
            ]
        )

    def admit(self, request: Request) -> Response | None:
        """Return the refusal of a request without the right key, None if it may go on."""
        if secrets.compare_digest(request.headers.get("x-api-key", ""), self._api_key):
            return None
        return Response(status_code=401)

    async def list_records(self, request: Request) -> Response:
        """Answer a page: {"total", "list"}."""
        entity = request.path_params["entity"]
        if entity not in WRITABLE:
            return _refuse(404, f"Entity type {entity} does not exist.")
        attributes = WRITABLE[entity] | READ_ONLY
        try:
            query = nest_parameters(request.query_params.multi_items())
            where = read_conditions(query.get("where") or query.get("whereGroup") or {}, attributes)
            order = _read_order(query, attributes)
            offset, size = int(query.get("offset") or 0), int(query.get("maxSize") or _MAX_PAGE)
        except ValueError as error:
            return _refuse(400, str(error))
        if size > _MAX_PAGE:
            return _refuse(403, f"maxSize should not exceed {_MAX_PAGE}. Use offset and limit.")
        found = self._store.find(entity, where, order, size, offset)
        shown = [_select(entity, record.body, query.get("select")) for record in found]
        total = self._store.count(entity, where)
        if entity in UNCOUNTED:
            total = -1 if total > offset + size else -2
        return JSONResponse({"total": total, "list": shown})

    async def read_record(self, request: Request) -> Response:
        """Answer one record, or 404."""
        record = self._standing(request)
        if record is None:
            return _missing()
        more = show_alone(request.path_params["entity"], record.body)
        return JSONResponse({**record.body, **more})

    async def create_record(self, request: Request) -> Response:
        """Create one record unless it is invalid or resembles others."""
        entity = request.path_params["entity"]
        if entity not in WRITABLE:
            return _refuse(404, f"Entity type {entity} does not exist.")
        given = await read_json(request)
        if not isinstance(given, dict):
            return _refuse(400, "Bad data: body should be a JSON object.")
        body: Body = dict.fromkeys(sorted(WRITABLE[entity]))
        body |= {name: value for name, value in given.items() if name in WRITABLE[entity]}
        problem = _find_problem(entity, body)
        if problem:
            return problem
        self._complete(entity, body)
        if request.headers.get("x-skip-duplicate-check", "").lower() != "true":
            resembling = self._find_duplicates(entity, body)
            if resembling:
                headers = {"X-Status-Reason": "duplicate"}
                return JSONResponse(resembling, 409, headers)
        body["id"] = secrets.token_hex(9)[:17]
        body["createdAt"] = espo_time(self._clock.stamp())
        saved = self._save(entity, body)
        return JSONResponse({**saved, **show_alone(entity, saved)})

    async def update_record(self, request: Request) -> Response:
        """Change the named fields that exist; the others are ignored without a word."""
        entity = request.path_params["entity"]
        record = self._standing(request)
        if record is None:
            return _missing()
        given = await read_json(request)
        if not isinstance(given, dict):
            return _refuse(400, "Bad data: body should be a JSON object.")
        known = {name: value for name, value in given.items() if name in WRITABLE[entity]}
        body = {**record.body, **known}
        problem = _find_problem(entity, body)
        if problem:
            return problem
        if {"firstName", "lastName", "accountId", "parentType", "parentId"} & known.keys():
            self._complete(entity, body)
        return JSONResponse(self._save(entity, body))

    async def delete_record(self, request: Request) -> Response:
        """Hide one record from every list and look-up."""
        record = self._standing(request)
        if record is None:
            return _missing()
        stamp = self._clock.stamp()
        body = {**record.body, "deleted": True, "modifiedAt": espo_time(stamp)}
        self._store.put(request.path_params["entity"], Record(record.id, stamp, body, True))
        return JSONResponse(True)

    def _standing(self, request: Request) -> Record | None:
        record = self._store.get(request.path_params["entity"], request.path_params["id"])
        return None if record is None or record.deleted else record

    def _save(self, entity: str, body: Body) -> Body:
        stamp = self._clock.stamp()
        body = {**body, "modifiedAt": espo_time(stamp), "deleted": False}
        self._store.put(entity, Record(body["id"], stamp, body))
        return body

    def _complete(self, entity: str, body: Body) -> None:
        """Fill in what EspoCRM derives by itself: full names, account names, whose a deed is."""
        if entity in DEEDS:
            body["accountId"] = self._find_account(body)
        elif entity == "Contact":
            parts = (body.get("firstName"), body.get("lastName"))
            body["name"] = " ".join(part for part in parts if part)
        else:
            return
        account = self._store.get("Account", body["accountId"]) if body.get("accountId") else None
        body["accountName"] = account.body["name"] if account else None

    def _find_account(self, body: Body) -> str | None:
        kind, parent_id = body.get("parentType"), body.get("parentId")
        if kind == "Account":
            return parent_id
        parent = self._store.get(kind, parent_id) if kind and parent_id else None
        return parent.body.get("accountId") if parent else None

    def _find_duplicates(self, entity: str, body: Body) -> list[Body]:
        if entity in DEEDS:
            return []
        resembles = Clause("0")
        for name in ("name", "emailAddress", "phoneNumber"):
            if body.get(name):
                resembles = resembles | equal_text(name, body[name])
        found = self._store.find(entity, resembles, limit=20)
        return [record.body for record in found]


def _read_order(query: Mapping[str, Any], attributes: frozenset[str]) -> str:
    attribute = query.get("orderBy") or "createdAt"
    if attribute not in attributes:
        raise BadQueryError(f"Bad orderBy: {attribute}.")
    descending = str(query.get("order", "desc" if "orderBy" not in query else "asc")).lower()
    column = "modified_at" if attribute == "modifiedAt" else column_of(attribute)
    # The real system leaves the order of equal rows to the database: it may differ every time.
    return f"{column} {'desc' if descending in ('desc', 'true') else 'asc'}, random()"


def _select(entity: str, body: Body, select: str | None) -> Body:
    if not select:
        return {name: v for name, v in body.items() if name not in NOT_LISTED.get(entity, ())}
    wanted = {"id", *(name.strip() for name in select.split(","))}
    return {name: value for name, value in body.items() if name in wanted}


def _find_problem(entity: str, body: Body) -> Response | None:
    name = REQUIRED[entity]
    if not body.get(name):
        return _invalid(entity, name, "required")
    if body.get("emailAddress") and not _MAIL.match(str(body["emailAddress"])):
        return _invalid(entity, "emailAddress", "emailAddress")
    return None


def _invalid(entity: str, name: str, kind: str) -> Response:
    data = {"field": name, "type": kind}
    reason = f"Field validation failure; entityType: {entity}, field: {name}, type: {kind}."
    body = {"messageTranslation": {"label": "validationFailure", "scope": None, "data": data}}
    return JSONResponse(body, 400, {"X-Status-Reason": reason})


def _refuse(status: int, reason: str) -> Response:
    return Response(status_code=status, headers={"X-Status-Reason": reason})


def _missing() -> Response:
    return _refuse(404, "Record does not exist.")
