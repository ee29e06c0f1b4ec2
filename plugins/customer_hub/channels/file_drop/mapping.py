"""Members and receipts of the tills to the hub's raw fields. Cleaning is left to standardise."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from customer_hub.channels.contract import RAW_FIELDS
from customer_hub.channels.record import (
    Record,
    make_address,
    make_contact_points,
    make_mails,
)

_LISTS = frozenset(
    {"tags", "phones", "mails", "addresses", "lines", "payments", "events", "unknown", "cleared"}
)
_SEPARATOR = re.compile("[,;|、\uff0c\uff1b]")
_RETURNED = "1"
_ORIGIN = "来源订单"  # optional: the order of the shop that this receipt hands over


def map_record(entity: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Map a member (customer) or a receipt (sales_order) to RAW_FIELDS[entity]; pure, total.

    A ragged row has no fields: all are None or empty.
    """
    if payload.get("_ragged"):
        return {name: [] if name in _LISTS else None for name in RAW_FIELDS[entity]}
    if entity == "customer":
        return _map_member(Record(payload))
    return _map_receipt(payload)


def _map_member(record: Record) -> dict[str, Any]:
    take = record.take
    phones = (("mobile", take("手机")), ("phone", take("固定电话")), ("fax", take("传真")))
    address = make_address(
        "billing",
        province=take("省"),
        city=take("市"),
        district=take("区"),
        street=take("地址"),
        postcode=take("邮编"),
    )
    mapped = {
        "kind": take("会员类型"),
        "name": take("姓名"),
        "company": take("公司名称"),
        "social_credit_code": take("统一社会信用代码"),
        "identity_type": take("证件类型"),
        "identity_number": take("证件号码"),
        "birth_date": take("生日"),
        "industry": take("行业"),
        "level": take("等级"),
        "remark": take("备注"),
        "status": take("状态"),
        "created": take("开卡时间"),
        "modified": take("更新时间"),
        "tags": [tag for tag in _SEPARATOR.split(take("标签") or "") if tag.strip()],
        "phones": make_contact_points(phones, preferred="mobile"),
        "mails": make_mails(take("邮箱")),
        "addresses": address,
        "cleared": [],
    }
    record.ignore(("会员号",))
    mapped["unknown"] = record.leftovers()
    return {name: mapped.get(name) for name in RAW_FIELDS["customer"]}


def _map_receipt(payload: dict[str, Any]) -> dict[str, Any]:
    lines = Record(payload).take_rows("lines")
    sold = [_map_line(line) for line in lines]
    changes = [line.take("更新时间") for line in lines]
    # A row that is flagged was bought, and has come back since.
    returned = [(line, at) for line, at in zip(sold, changes, strict=True) if line["is_return"]]
    total = _add_amounts([line["amount"] for line in sold])
    first = lines[0] if lines else Record({})
    number, ordered, modified = first.take("小票号"), first.take("交易时间"), _last_change(lines)
    # Lines that disagree on the currency show all of it, which no rule takes for a currency.
    currency = "/".join(dict.fromkeys(line.take("币种") or "" for line in lines))
    shared = {"method": first.take("支付方式"), "currency": currency}
    origins = [line.take(_ORIGIN) for line in lines]
    for line in lines:
        line.ignore(("小票号", "交易时间", "会员号", "币种", "支付方式", "门店", "优惠"))
    return {
        "number": number,
        "customer": first.take("会员号") or None,
        "status": "refunded" if returned and len(returned) == len(sold) else "completed",
        "ordered": ordered,
        "currency": currency,
        "total": total,
        "discount": None,  # the amounts of the lines are those after it
        "shipping": None,
        "fee": None,
        "tax": None,
        "origin": next(filter(None, origins), None),
        "created": ordered,
        "modified": modified,
        "lines": [
            *({**line, "is_return": False, "returns": None} for line in sold),
            *(
                {**line, "line_no": _name_return(line), "returns": line["line_no"]}
                for line, _ in returned
            ),
        ],
        "payments": [
            {"payment_no": number, **shared, "amount": total, "at": ordered},
            *(
                {
                    "payment_no": f"{number}/{_name_return(line)}",
                    **shared,
                    "amount": _negate(line["amount"]),
                    "at": at,
                }
                for line, at in returned
            ),
        ],
        "events": [
            _make_event("completed", ordered),
            *(
                _make_event("returned", at, line["line_no"], line["quantity"])
                for line, at in returned
            ),
            *(_make_event("refunded", at, line["line_no"]) for line, at in returned),
        ],
        "unknown": sorted({name for line in lines for name in line.leftovers()}),
    }


def _map_line(line: Record) -> dict[str, Any]:
    return {
        "line_no": line.take("行号"),
        "product_code": line.take("商品编码"),
        "product_name": line.take("商品名称"),
        "category": line.take("类别"),
        "quantity": line.take("数量"),
        "price": line.take("单价"),
        "amount": line.take("金额"),
        "is_return": (line.take("退货标志") or "").strip() == _RETURNED,
    }


def _make_event(
    code: str, at: str | None, line_no: str | None = None, quantity: str | None = None
) -> dict[str, Any]:
    place = {"line_no": line_no, "quantity": quantity}
    return {"code": code, "at": at, **place, "document_no": None, "carrier": None}


def _name_return(line: dict[str, Any]) -> str:
    return f"{line['line_no']}-return"


def _negate(amount: str | None) -> str | None:
    """Return an amount as one that is paid back; what is no number stays as it is."""
    return f"-{amount}" if amount and amount.strip()[:1].isdecimal() else amount


def _last_change(lines: list[Record]) -> str | None:
    """The texts have one form, so the greatest text is the latest."""
    return max((line.take("更新时间") or "" for line in lines), default="") or None


def _add_amounts(amounts: list[str | None]) -> str | None:
    """Return the sum as text, None when one of them is no number (the gate then asks for it)."""
    try:
        values = [Decimal((amount or "").strip()) for amount in amounts]
        total = sum(values, Decimal(0))
    except InvalidOperation:
        return None
    return format(total, "f") if total.is_finite() else None
