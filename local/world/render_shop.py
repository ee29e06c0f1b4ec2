"""Views as WooCommerce v3 customers, and the parts that its orders share with them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from local.world.addresses import Address
from local.world.calendar import BUSINESS_ZONE
from local.world.views import View

Record = dict[str, Any]


def render_customer(view: View, modified: datetime) -> Record:
    """Return the shop's customer; ``date_modified`` is null for some that were never modified."""
    number = int(view.key)
    # Some buyers who were never edited have no modification date in WooCommerce.
    untouched = view.created_at == modified and number % 3 == 0
    record: Record = {
        "id": number,
        **render_dates("created", view.created_at),
        **render_dates("modified", None if untouched else modified),
        "email": view.email,
        "first_name": view.given,
        "last_name": view.family,
        "role": "customer",
        "username": view.email.partition("@")[0] + str(number),
        "billing": render_block(view, view.address, with_mail=True),
        "shipping": render_block(view, view.shipping, with_mail=False) if view.shipping else {},
        "is_paying_customer": view.lifecycle not in {"", "prospect"},
        "avatar_url": f"https://avatar.test/{number}.png",
        "meta_data": _meta(view, number),
    }
    record.update(view.extra)
    return record


def show_gmt(moment: datetime) -> str:
    """Return a moment as WooCommerce shows it: UTC without a zone."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def render_dates(what: str, moment: datetime | None) -> Record:
    """Return a date in the shop's local time and in GMT."""
    local = moment.astimezone(BUSINESS_ZONE) if moment else None
    return {
        f"date_{what}_gmt": show_gmt(moment) if moment else None,
        f"date_{what}": show_gmt(local) if local else None,
    }


def render_block(view: View, address: Address | None, *, with_mail: bool) -> Record:
    """Return a billing or shipping block; only billing has a mail."""
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
