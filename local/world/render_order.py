"""Baskets as WooCommerce v3 orders with their refunds, shipments and approvals.

What an order has beside its basket follows from its number, so that it is the same in each version.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from local.world.activity import Basket, Line
from local.world.render_shop import Record, render_block, render_dates, show_gmt
from local.world.views import View

METHOD_TITLES = {
    "wechat": "微信支付",
    "alipay": "支付宝",
    "card": "银行卡",
    "transfer": "对公转账",
    "cash": "货到付款",
}


_SHIPPING = Decimal("12.00")
_LINES_PER_REFUND = 10
_CARRIERS = ("sf-express", "yto", "ems")


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that was paid back for an order; `back` are the lines (from 0) and how many came back."""

    number: int
    order: int
    at: datetime
    reason: str
    amount: Decimal
    back: tuple[tuple[int, int, Decimal], ...]


def find_shipping(number: int) -> Decimal:
    """Return what the shipping of an order costs."""
    return _SHIPPING if number % 7 == 3 else Decimal("0.00")


def make_refund(basket: Basket, number: int, earlier: Decimal, at: datetime) -> Refund | None:
    """Return the refund that an order's state asks for, if it does.

    Part of a completed order now and then: one piece of its first line. All of what is left of a
    refunded one: line by line, or (as when a clerk sets the state by hand) the bare amount.
    """
    left = basket.total + find_shipping(number) - earlier
    if basket.status == "refunded":
        lines = enumerate(basket.lines) if not earlier and number % 2 == 0 else ()
        back = tuple((place, line.quantity, line.amount) for place, line in lines)
        return Refund(number * 10 + 9, number, at, "7天无理由", left, back)
    if basket.status == "completed" and number % 11 == 4 and not earlier:
        amount = _price_of_one(basket.lines[0])
        if amount < left:
            return Refund(number * 10 + 8, number, at, "少一件", amount, ((0, 1, amount),))
    return None


def render_refund(refund: Refund, basket: Basket) -> Record:
    """Return the refund's own record."""
    first = refund.number * _LINES_PER_REFUND
    return {
        "id": refund.number,
        "parent_id": refund.order,
        **render_dates("created", refund.at),
        "amount": str(refund.amount),
        "reason": refund.reason,
        "refunded_by": 1,
        "refunded_payment": False,
        "meta_data": [],
        "line_items": [
            {
                **_render_line(basket.lines[place], refund.order, place),
                "id": first + place,
                "quantity": -quantity,
                "total": f"-{amount}",
                "meta_data": [
                    {
                        "id": first + place,
                        "key": "_refunded_item_id",
                        "value": str(refund.order * 10 + place),
                    }
                ],
            }
            for place, quantity, amount in refund.back
        ],
    }


def render_order(
    view: View,
    basket: Basket,
    number: int,
    created: datetime,
    modified: datetime,
    refunds: list[Refund],
    *,
    guest: bool,
) -> Record:
    """Return the shop's order; a guest order carries customer_id 0."""
    paid = created + timedelta(minutes=4)
    was_paid = basket.status in {"processing", "completed", "refunded"}
    is_complete = basket.status in {"completed", "refunded"}
    shipping = find_shipping(number)
    return {
        "id": number,
        "number": str(number),
        "status": basket.status,
        "currency": basket.currency,
        **render_dates("created", created),
        **render_dates("modified", modified),
        "date_paid_gmt": show_gmt(paid) if was_paid else None,
        "date_completed_gmt": show_gmt(modified) if is_complete else None,
        "shipping_total": str(shipping),
        "total_tax": "0.00",
        "total": str(basket.total + shipping),
        "customer_id": 0 if guest else int(view.key),
        "payment_method": basket.method,
        "payment_method_title": METHOD_TITLES[basket.method],
        "transaction_id": f"T{number:012d}" if was_paid else "",
        "billing": render_block(view, view.address, with_mail=True),
        "shipping": render_block(view, view.shipping or view.address, with_mail=False),
        "line_items": [
            _render_line(line, number, place) for place, line in enumerate(basket.lines)
        ],
        "fee_lines": [],
        "refunds": [
            {"id": refund.number, "reason": refund.reason, "total": f"-{refund.amount}"}
            for refund in refunds
        ],
        "meta_data": _render_meta(view, basket, number, created, is_complete=is_complete),
    }


def _render_line(line: Line, number: int, place: int) -> Record:
    return {
        "id": number * 10 + place,
        "name": line.name,
        "product_id": line.product,
        "sku": f"SKU-{line.product}",
        "quantity": line.quantity,
        "price": float(line.price),
        "total": str(line.amount),
        "meta_data": [],
    }


def _render_meta(
    view: View, basket: Basket, number: int, created: datetime, *, is_complete: bool
) -> list[Record]:
    """Return the approval of a company's larger order, and the parcels of one that was sent."""
    held: list[tuple[str, object]] = []
    if is_complete and not view.is_person and number % 3 == 0:
        held.append(("approved_at", show_gmt(created)))
    if is_complete and number % 5 == 0:
        parcels = [
            {
                "tracking_provider": _CARRIERS[number % len(_CARRIERS)],
                "tracking_number": f"P{number * 10 + place:010d}",
                "date_shipped": str(int((created + timedelta(minutes=15 + place)).timestamp())),
                "products_list": [{"item_id": str(number * 10 + place), "qty": str(line.quantity)}],
            }
            for place, line in enumerate(basket.lines)
        ]
        held.append(("_wc_shipment_tracking_items", parcels))
    return [
        {"id": number * 20 + place, "key": key, "value": value}
        for place, (key, value) in enumerate(held)
    ]


def _price_of_one(line: Line) -> Decimal:
    return line.amount if line.quantity == 1 else min(line.price, line.amount)
