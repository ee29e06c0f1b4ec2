"""WooCommerce's refunds: records of their own below an order, which only names them.

Kept from the real system: making or deleting a refund moves the order's update time; the whole
amount turns the order to `refunded`, and deleting the refund does not turn it back; what came back
are line items of negative quantity and total whose meta data name the line of the order.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.sandbox.clock import SandboxClock
from local.sandbox.shop_records import stamp_body
from local.sandbox.shop_wire import WooError, list_response, read_paging
from local.sandbox.store import Body, Clause, Record, Store, body_field
from local.sandbox.web import read_json

_ORDERINGS = {"date": body_field("date_created_gmt"), "id": "id", "include": "id"}
# Ids made over the API start far above those of the synthetic world.
_FIRST_OWN_ID = 910_000_001
_LINES_PER_REFUND = 100


class Refunds:
    """The refunds of one shop's orders."""

    def __init__(self, store: Store, clock: SandboxClock) -> None:
        """Serve the refunds of `store`, stamping writes by `clock`."""
        self._store = store
        self._clock = clock

    async def list_refunds(self, request: Request) -> Response:
        """Answer a page of an order's refunds."""
        order = self._find_order(request)
        paging = read_paging(request.query_params, tuple(_ORDERINGS), "date")
        where = Clause(f"{body_field('parent_id')} = ?", (order.id,))
        ordering = paging.sort(_ORDERINGS[paging.orderby])
        found = self._store.find("refunds", where, ordering, paging.per_page, paging.offset)
        total = self._store.count("refunds", where)
        return list_response(request, [record.body for record in found], total, paging)

    async def read_refund(self, request: Request) -> Response:
        """Answer one refund, or 404."""
        return JSONResponse(self._find_refund(request, self._find_order(request)).body)

    async def create_refund(self, request: Request) -> Response:
        """Pay money back, and take lines back: `line_items` names the order's lines."""
        order = self._find_order(request)
        given = await read_json(request)
        amount = _read_amount(given.get("amount") if isinstance(given, dict) else None)
        refunded = -sum((Decimal(row["total"]) for row in order.body["refunds"]), Decimal(0))
        left = Decimal(str(order.body["total"])) - refunded
        if amount is None or not 0 < amount <= left:
            code = "woocommerce_rest_cannot_create_order_refund"
            raise WooError(code, "Invalid refund amount.", 500)
        refund_id = self._store.next_id("refunds", _FIRST_OWN_ID)
        body: Body = {
            "id": refund_id,
            "parent_id": order.id,
            "amount": f"{amount:.2f}",
            "reason": str(given.get("reason") or ""),
            "refunded_by": 1,
            "refunded_payment": False,
            "meta_data": [],
            "line_items": [
                _take_back(order.body, item, refund_id * _LINES_PER_REFUND + place)
                for place, item in enumerate(given.get("line_items") or ())
            ],
        }
        stamp = self._clock.stamp()
        stamp_body(body, "created", stamp)
        self._store.put("refunds", Record(refund_id, stamp, body))
        named = {"id": refund_id, "reason": body["reason"], "total": f"-{body['amount']}"}
        status = "refunded" if amount == left else order.body["status"]
        self._change_order(order, [*order.body["refunds"], named], status)
        return JSONResponse(body, 201)

    async def delete_refund(self, request: Request) -> Response:
        """Delete one refund for good, only with force=true."""
        order = self._find_order(request)
        refund = self._find_refund(request, order)
        if request.query_params.get("force", "").lower() not in ("1", "true"):
            message = "Order refunds do not support trashing."
            raise WooError("woocommerce_rest_trash_not_supported", message, 501)
        self._store.put("refunds", Record(refund.id, self._clock.stamp(), refund.body, True))
        kept = [row for row in order.body["refunds"] if row["id"] != refund.id]
        self._change_order(order, kept, order.body["status"])
        return JSONResponse(refund.body)

    def _change_order(self, order: Record, refunds: list[Body], status: str) -> None:
        body = {**order.body, "refunds": refunds, "status": status}
        stamp = self._clock.stamp()
        stamp_body(body, "modified", stamp)
        self._store.put("orders", Record(order.id, stamp, body))

    def _find_order(self, request: Request) -> Record:
        record = self._store.get("orders", request.path_params["id"])
        if record is None or record.deleted:
            raise WooError("woocommerce_rest_order_invalid_id", "Invalid order ID.", 404)
        record.body.setdefault("refunds", [])
        return record

    def _find_refund(self, request: Request, order: Record) -> Record:
        record = self._store.get("refunds", request.path_params["refund_id"])
        if record is None or record.deleted or record.body.get("parent_id") != order.id:
            message = "Invalid ID."
            raise WooError("woocommerce_rest_shop_order_refund_invalid_id", message, 404)
        return record


def _take_back(order: Body, item: dict[str, Any], line_id: int) -> Body:
    """Return a refund's line: it copies the order's, with negative quantity and total."""
    found = next((row for row in order.get("line_items", ()) if row["id"] == item.get("id")), None)
    if found is None:
        raise WooError("woocommerce_rest_invalid_item", "Invalid order item.", 400)
    total = Decimal(str(item.get("refund_total") or 0))
    return {
        **found,
        "id": line_id,
        "quantity": -int(item.get("quantity") or 0),
        "subtotal": f"{-total:.2f}",
        "total": f"{-total:.2f}",
        "meta_data": [{"id": line_id, "key": "_refunded_item_id", "value": str(found["id"])}],
    }


def _read_amount(raw: Any) -> Decimal | None:
    try:
        amount = Decimal(str(raw))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
