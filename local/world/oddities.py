"""Odd values that are not wrong: emoji, rare characters, very long remarks, unknown fields."""

from __future__ import annotations

from random import Random

from local.world.views import View

_SHARE = 0.012
_RARE = ("𠮷", "䶮", "㛃", "𬭎")
_LONG_REMARK = (
    "客户要求每次发货前三天电话确认收货人、收货地址与到货时间,并在送货单上注明合同编号。" * 90
)
_UNKNOWN_FIELDS: dict[str, dict[str, object]] = {
    "shop": {"loyalty_app_version": "3.2.1"},
    "crm": {"cFavouriteColour": "blue"},
    "support": {"PreferredLoginMethod": "sso"},
    "pos": {},
}


def add_oddity(rng: Random, view: View) -> None:
    """Give a small share of views one odd value; a suite must let them pass."""
    if rng.random() >= _SHARE:
        return
    match rng.choice(("emoji", "rare", "long", "unknown")):
        case "emoji" if view.is_person:
            view.full_name += rng.choice("😀🌸🐼🎉")
            view.given += view.full_name[-1]
        case "rare" if view.full_name and not view.full_name.isascii():
            rare = rng.choice(_RARE)
            view.full_name, view.given = view.full_name[:-1] + rare, view.given[:-1] + rare
        case "long":
            view.remark = _LONG_REMARK
        case _:
            view.extra = dict(_UNKNOWN_FIELDS[view.channel])
