"""Views and baskets as WooCommerce v3 JSON."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from local.world.activity import Basket
from local.world.addresses import Address
from local.world.calendar import BUSINESS_ZONE
from local.world.views import View

Record = dict[str, Any]
METHOD_TITLES = {
    "wechat": "微信支付",
    "alipay": "支付宝",
    "card": "银行卡",
    "transfer": "对公转账",
    "cash": "货到付款",
}


def render_customer(view: View, modified: datetime) -> Record:
    """Return the shop's customer; ``date_modified`` is null for some that were never modified."""
    number = int(view.key)
    # Some buyers who were never edited have no modification date in WooCommerce.
    untouched = view.created_at == modified and number % 3 == 0
    record: Record = {
        "id": number,
        **_dates("created", view.created_at),
        **_dates("modified", None if untouched else modified),
        "email": view.email,
        "first_name": view.given,
        "last_name": view.family,
        "role": "customer",
        "username": view.email.partition("@")[0] + str(number),
        "billing": _block(view, view.address, with_mail=True),
        "shipping": _block(view, view.shipping, with_mail=False) if view.shipping else {},
        "is_paying_customer": view.lifecycle not in {"", "prospect"},
        "avatar_url": f"https://avatar.test/{number}.png",
        "meta_data": _meta(view, number),
    }
    record.update(view.extra)
    return record


def render_order(
    view: View, basket: Basket, number: int, created: datetime, modified: datetime, *, guest: bool
) -> Record:
    """Return the shop's order; a guest order carries customer_id 0."""
    paid = created + timedelta(minutes=4)
    was_paid = basket.status in {"processing", "completed", "refunded"}
    is_complete = basket.status in {"completed", "refunded"}
    refunds = []
    if basket.status == "refunded":
        refunds = [{"id": number * 10 + 9, "reason": "7天无理由", "total": f"-{basket.total}"}]
    return {
        "id": number,
        "number": str(number),
        "status": basket.status,
        "currency": basket.currency,
        **_dates("created", created),
        **_dates("modified", modified),
        "date_paid_gmt": _gmt(paid) if was_paid else None,
        "date_completed_gmt": _gmt(modified) if is_complete else None,
        "total": str(basket.total),
        "customer_id": 0 if guest else int(view.key),
        "payment_method": basket.method,
        "payment_method_title": METHOD_TITLES[basket.method],
        "transaction_id": f"T{number:012d}" if was_paid else "",
        "billing": _block(view, view.address, with_mail=True),
        "shipping": _block(view, view.shipping or view.address, with_mail=False),
        "line_items": [
            {
                "id": number * 10 + index,
                "name": line.name,
                "product_id": line.product,
                "sku": f"SKU-{line.product}",
                "quantity": line.quantity,
                "price": float(line.price),
                "total": str(line.amount),
                "meta_data": [],
            }
            for index, line in enumerate(basket.lines)
        ],
        "refunds": refunds,
        "meta_data": [],
    }


def _gmt(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def _dates(what: str, moment: datetime | None) -> Record:
    local = moment.astimezone(BUSINESS_ZONE) if moment else None
    return {
        f"date_{what}_gmt": _gmt(moment) if moment else None,
        f"date_{what}": _gmt(local) if local else None,
    }


def _block(view: View, address: Address | None, *, with_mail: bool) -> Record:
    block: Record = {
        "first_name": view.given,
        "last_name": view.family,
        "company": view.company,
        "address_1": "",
        "address_2": "",
        "city": "",
        "state": "",
        "postcode": "",
        "country": "",
        "phone": view.mobile or view.phone,
    }
    if address is not None:
        block.update(
            address_1=address.district + address.street,
            address_2=address.room,
            city=address.city,
            state=address.province,
            postcode=address.postcode,
            country=address.country_code,
        )
    if with_mail:
        block["email"] = view.email
    return block


def _meta(view: View, number: int) -> list[Record]:
    values = {
        "kind": view.customer.kind,
        "birth_date": view.born,
        "identity_number": view.identity_number if view.is_person else "",
        "social_credit_code": view.social_credit_code,
        "language": view.language,
        "remark": view.remark,
        "tags": ",".join(view.tags),
        "level": view.level,
        "payment_method": view.payment_method,
    }
    held = [(key, value) for key, value in values.items() if value]
    return [
        {"id": number * 20 + index, "key": key, "value": value}
        for index, (key, value) in enumerate(held)
    ]
