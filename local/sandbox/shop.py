"""WooCommerce's REST API v3 at /wp-json/wc/v3: log-in, customers and their batches.

Kept from the real system: customers have no modified_after (it is ignored without a word) and no
orderby=modified; the list hides every role but `customer`; a batch answers 200 with errors by item.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.sandbox.clock import SandboxClock
from local.sandbox.oauth1 import OAuth1Verifier, SignatureError, read_header
from local.sandbox.shop_orders import Orders
from local.sandbox.shop_records import change_body, empty_customer, stamp_body
from local.sandbox.shop_refunds import Refunds
from local.sandbox.shop_wire import (
    WooError,
    invalid_parameter,
    list_response,
    read_ids,
    read_paging,
)
from local.sandbox.store import Body, Clause, Record, Store, body_field, equal_text
from local.sandbox.web import read_json

BASE = "/wp-json/wc/v3"
INDEXED = [("customers", "email"), ("orders", "customer_id"), ("refunds", "parent_id")]
_ORDERINGS = {
    "id": "id",
    "include": "id",
    "name": body_field("username"),
    "registered_date": body_field("date_created_gmt"),
}
_READ_ONLY = frozenset({"id", "role", "is_paying_customer", "avatar_url", "password"})
_MAX_BATCH = 100
# Ids of customers made over the API start far above those of the synthetic world.
_FIRST_OWN_ID = 900_000_001
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
_REFUSALS = {
    "GET": ("woocommerce_rest_cannot_view", "Sorry, you cannot list resources."),
    "POST": (
        "woocommerce_rest_cannot_create",
        "Sorry, you are not allowed to create resources.",
    ),
    "PUT": ("woocommerce_rest_cannot_edit", "Sorry, you are not allowed to edit this resource."),
    "DELETE": (
        "woocommerce_rest_cannot_delete",
        "Sorry, you are not allowed to delete this resource.",
    ),
}
Handler = Callable[[Request], Awaitable[Response]]


class WooCommerce:
    """The shop behind one consumer key."""

    def __init__(self, store: Store, clock: SandboxClock, key: str, secret: str) -> None:
        """Serve the records of `store`, stamping writes by `clock`."""
        self._store = store
        self._clock = clock
        self._key = key
        self._secret = secret
        self._verifier = OAuth1Verifier(key, secret)
        self._orders = Orders(store, clock)
        self._refunds = Refunds(store, clock)

    def app(self) -> Starlette:
        """Return the ASGI application without its log-in check."""
        customers, orders = BASE + "/customers", BASE + "/orders"
        refunds = orders + "/{id:int}/refunds"
        routes: list[tuple[str, Handler, list[str]]] = [
            (customers, self.list_customers, ["GET"]),
            (customers, self.create_customer, ["POST"]),
            (customers + "/batch", self.change_batch, ["POST", "PUT", "PATCH"]),
            (customers + "/{id:int}", self.read_customer, ["GET"]),
            (customers + "/{id:int}", self.update_customer, ["PUT", "PATCH", "POST"]),
            (customers + "/{id:int}", self.delete_customer, ["DELETE"]),
            (orders, self._orders.list_orders, ["GET"]),
            (orders + "/{id:int}", self._orders.read_order, ["GET"]),
            (orders + "/{id:int}", self._orders.update_order, ["PUT", "PATCH", "POST"]),
            (refunds, self._refunds.list_refunds, ["GET"]),
            (refunds, self._refunds.create_refund, ["POST"]),
            (refunds + "/{refund_id:int}", self._refunds.read_refund, ["GET"]),
            (refunds + "/{refund_id:int}", self._refunds.delete_refund, ["DELETE"]),
        ]
        return Starlette(
            routes=[Route(path, handler, methods=methods) for path, handler, methods in routes],
            exception_handlers={WooError: _refuse, 404: _no_route, 405: _no_route},
        )

    def admit(self, request: Request) -> Response | None:
        """Return the refusal of a request without a right to the shop, None if it may go on."""
        header = request.headers.get("authorization", "")
        is_secure = request.headers.get("x-forwarded-proto", "").lower() == "https"
        pairs = [*request.query_params.multi_items(), *read_header(header)]
        if any(name == "oauth_consumer_key" for name, _ in pairs) and not is_secure:
            try:
                url = str(request.url.replace(query="", scheme="http"))
                self._verifier.verify(request.method, url, pairs)
            except SignatureError as error:
                code = "woocommerce_rest_authentication_error"
                return WooError(code, str(error), 401).response()
            return None
        if is_secure and self._knows_key(header, request):
            return None
        code, message = _REFUSALS.get(request.method, _REFUSALS["PUT"])
        return WooError(code, message, 401).response()

    async def list_customers(self, request: Request) -> Response:
        """Answer a page of customers; filters by modification time are not known and ignored."""
        query = request.query_params
        paging = read_paging(query, tuple(_ORDERINGS), "name")
        where = Clause()
        role = query.get("role", "customer")
        if role != "all":
            where = where & equal_text("role", role)
        if query.get("email"):
            where = where & equal_text("email", query["email"])
        included = read_ids(request, "include")
        if included is not None:
            marks = ", ".join("?" * len(included))
            where = where & Clause(f"id in ({marks})", tuple(included))
        order = paging.sort(_ORDERINGS[paging.orderby])
        found = self._store.find("customers", where, order, paging.per_page, paging.offset)
        total = self._store.count("customers", where)
        return list_response(request, [record.body for record in found], total, paging)

    async def read_customer(self, request: Request) -> Response:
        """Answer one customer, or 404."""
        return JSONResponse(self._standing(request.path_params["id"], 404).body)

    async def create_customer(self, request: Request) -> Response:
        """Create one customer, 201."""
        body = self._create(await _read_body(request))
        headers = {"Location": str(request.url.replace(query="")) + f"/{body['id']}"}
        return JSONResponse(body, 201, headers)

    async def update_customer(self, request: Request) -> Response:
        """Change the given fields of one customer."""
        return JSONResponse(self._update(request.path_params["id"], await _read_body(request)))

    async def delete_customer(self, request: Request) -> Response:
        """Delete one customer for good, only with force=true."""
        if request.query_params.get("force", "").lower() not in ("1", "true"):
            message = "Customers do not support trashing."
            raise WooError("woocommerce_rest_trash_not_supported", message, 501)
        return JSONResponse(self._delete(request.path_params["id"]))

    async def change_batch(self, request: Request) -> Response:
        """Create, update and delete up to 100 customers; each fails or succeeds by itself."""
        given = await _read_body(request)
        if sum(len(given.get(part) or []) for part in ("create", "update", "delete")) > _MAX_BATCH:
            message = f"Unable to accept more than {_MAX_BATCH} items for this request."
            raise WooError("woocommerce_rest_request_entity_too_large", message, 413)
        answer: dict[str, list[Body]] = {}
        for item in given.get("create") or []:
            answer.setdefault("create", []).append(_attempt(0, self._create, item))
        for item in given.get("update") or []:
            known = int(item.get("id") or 0)
            outcome = _attempt(known, self._update, known, item)
            answer.setdefault("update", []).append(outcome)
        for known in given.get("delete") or []:
            answer.setdefault("delete", []).append(_attempt(known, self._delete, known))
        return JSONResponse(answer)

    def _knows_key(self, header: str, request: Request) -> bool:
        key = request.query_params.get("consumer_key", "")
        secret = request.query_params.get("consumer_secret", "")
        if header.lower().startswith("basic "):
            try:
                key, _, secret = base64.b64decode(header[6:]).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                return False
        given, expected = f"{key}:{secret}".encode(), f"{self._key}:{self._secret}".encode()
        return secrets.compare_digest(given, expected)

    def _standing(self, customer_id: int, status: int) -> Record:
        record = self._store.get("customers", customer_id)
        if record is None or record.deleted:
            raise WooError("woocommerce_rest_invalid_id", "Invalid resource ID.", status)
        return record

    def _check_mail(self, mail: Any, own_id: int | None) -> None:
        if not isinstance(mail, str) or not _MAIL.match(mail):
            message = "Invalid email address."
            raise invalid_parameter("email", message, "rest_invalid_email")
        holders = self._store.find("customers", equal_text("email", mail), limit=2)
        if all(record.id == own_id for record in holders):
            return
        if own_id is not None:
            message = "Email address is invalid."
            raise WooError("woocommerce_rest_customer_invalid_email", message, 400)
        message = (
            "An account is already registered with your email address. "
            '<a href="#" class="showlogin">Please log in.</a>'
        )
        raise WooError("registration-error-email-exists", message, 400)

    def _create(self, given: Body) -> Body:
        if not given.get("email"):
            message = "Missing parameter(s): email"
            raise WooError("rest_missing_callback_param", message, 400, params=["email"])
        self._check_mail(given["email"], None)
        writable = {name: value for name, value in given.items() if name not in _READ_ONLY}
        customer_id = self._store.next_id("customers", _FIRST_OWN_ID)
        body = {"id": customer_id, **change_body(empty_customer(), writable, customer_id)}
        body.setdefault("username", f"{given['email'].split('@')[0]}-{customer_id}")
        stamp_body(body, "created", self._clock.stamp())
        return self._save(body)

    def _update(self, customer_id: int, given: Body) -> Body:
        record = self._standing(customer_id, 400)
        if "email" in given:
            self._check_mail(given["email"], customer_id)
        if given.get("username", record.body.get("username")) != record.body.get("username"):
            message = "Username isn't editable."
            raise WooError("woocommerce_rest_customer_invalid_argument", message, 400)
        writable = {
            name: value
            for name, value in given.items()
            if name in record.body and name not in _READ_ONLY and not name.startswith("date_")
        }
        body = change_body(record.body, writable, customer_id)
        return record.body if body == record.body else self._save(body)

    def _delete(self, customer_id: int) -> Body:
        record = self._standing(int(customer_id), 400)
        gone = Record(record.id, self._clock.stamp(), record.body, True)
        self._store.put("customers", gone)
        return record.body

    def _save(self, body: Body) -> Body:
        stamp = self._clock.stamp()
        stamp_body(body, "modified", stamp)
        self._store.put("customers", Record(body["id"], stamp, body))
        return body


def _attempt(item_id: int, act: Callable[..., Body], *given: Any) -> Body:
    try:
        return act(*given)
    except WooError as error:
        return {"id": item_id, "error": error.body}


async def _read_body(request: Request) -> Body:
    given = await read_json(request)
    if not isinstance(given, dict):
        raise WooError("rest_invalid_json", "Invalid JSON body passed.", 400)
    return given


async def _refuse(request: Request, error: Any) -> Response:
    refusal: WooError = error
    return refusal.response()


async def _no_route(request: Request, error: Exception) -> Response:
    message = "No route was found matching the URL and request method."
    return WooError("rest_no_route", message, 404).response()
