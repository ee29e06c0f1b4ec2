"""WooCommerce's orders: unlike customers, they can be asked for by modification time."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.sandbox.clock import SandboxClock
from local.sandbox.shop_records import change_body, stamp_body
from local.sandbox.shop_wire import WooError, list_response, read_ids, read_moment, read_paging
from local.sandbox.store import Clause, Record, Store, body_field
from local.sandbox.web import read_json

_ORDERINGS = {
    "date": body_field("date_created_gmt"),
    "id": "id",
    "include": "id",
    "title": "id",
    "slug": "id",
    "modified": "modified_at",
}
_READ_ONLY = frozenset({"id", "number", "total", "refunds"})
_BOUNDS = {
    "modified_after": "modified_at > ?",
    "modified_before": "modified_at < ?",
    "after": f"{body_field('date_created_gmt')} > ?",
    "before": f"{body_field('date_created_gmt')} < ?",
}


class Orders:
    """The orders of one shop."""

    def __init__(self, store: Store, clock: SandboxClock) -> None:
        """Serve the orders of `store`, stamping writes by `clock`."""
        self._store = store
        self._clock = clock

    async def list_orders(self, request: Request) -> Response:
        """Answer a page of orders; the bounds on times are exclusive."""
        query = request.query_params
        paging = read_paging(query, tuple(_ORDERINGS), "date")
        where = Clause()
        for name, condition in _BOUNDS.items():
            moment = read_moment(query, name)
            if moment is not None:
                where = where & Clause(condition, (moment,))
        if query.get("customer", "").isdigit():
            where = where & Clause(f"{body_field('customer_id')} = ?", (int(query["customer"]),))
        wanted = [status for status in query.get("status", "any").split(",") if status != "any"]
        if wanted:
            marks = ", ".join("?" * len(wanted))
            where = where & Clause(f"{body_field('status')} in ({marks})", tuple(wanted))
        included = read_ids(request, "include")
        if included is not None:
            where = where & Clause(f"id in ({', '.join('?' * len(included))})", tuple(included))
        order = paging.sort(_ORDERINGS[paging.orderby])
        found = self._store.find("orders", where, order, paging.per_page, paging.offset)
        total = self._store.count("orders", where)
        return list_response(request, [record.body for record in found], total, paging)

    async def read_order(self, request: Request) -> Response:
        """Answer one order, or 404."""
        return JSONResponse(self._standing(request.path_params["id"], 404).body)

    async def update_order(self, request: Request) -> Response:
        """Change the given fields of one order."""
        record = self._standing(request.path_params["id"], 400)
        given = await read_json(request)
        if not isinstance(given, dict):
            raise WooError("rest_invalid_json", "Invalid JSON body passed.", 400)
        writable = {
            name: value
            for name, value in given.items()
            if name in {*record.body, "meta_data"}
            and name not in _READ_ONLY
            and not name.startswith("date_")
        }
        body = change_body(record.body, writable, int(record.id))
        if body != record.body:
            stamp = self._clock.stamp()
            stamp_body(body, "modified", stamp)
            self._store.put("orders", Record(record.id, stamp, body))
        return JSONResponse(body)

    def _standing(self, order_id: int, status: int) -> Record:
        record = self._store.get("orders", order_id)
        if record is None or record.deleted:
            raise WooError("woocommerce_rest_shop_order_invalid_id", "Invalid ID.", status)
        return record
