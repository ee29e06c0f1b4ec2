"""An order without a fault, what breaks each rule of its suites, and what is only odd."""

from typing import Any

Record = dict[str, Any]
TIMES = {"created": "2025-03-01 02:00:00", "modified": "2026-11-15 17:00:00"}
LINE = {
    "line_no": "1", "product_code": "SKU-1", "product_name": "茶", "category": None,
    "quantity": "2", "price": "15.00", "amount": "30.00", "is_return": False, "returns": None,
}  # fmt: skip
PAYMENT = {
    "payment_no": "1", "method": "alipay", "currency": "CNY", "amount": "30.00",
    "at": "2026-11-15 16:30:00",
}  # fmt: skip
EVENT = {
    "code": "paid", "at": "2026-11-15 16:30:00", "line_no": None, "quantity": None,
    "document_no": None, "carrier": None,
}  # fmt: skip
LATER = {"at": "2026-11-15 16:40:00"}
SHIPPED = {**EVENT, "code": "shipped", "line_no": "1", "quantity": "2", **LATER}
RETURN = {
    **LINE, "line_no": "2", "quantity": "-1", "amount": "-15.00", "is_return": True, "returns": "1",
}  # fmt: skip
REFUND = {**PAYMENT, "payment_no": "r1", "amount": "-15.00", **LATER}
# Two at 15.00, sent and one of them taken back, with 5.00 for shipping, 1.00 fee, 2.00 tax, 3.00 off.
ORDER: Record = {
    "number": "1001", "customer": "c1", "status": "completed", "ordered": "2026-11-15 16:30:00",
    "currency": "CNY", "total": "35.00", "discount": "3.00", "shipping": "5.00", "fee": "1.00",
    "tax": "2.00", "origin": "tmall/9", **TIMES, "lines": [LINE, RETURN],
    "payments": [{**PAYMENT, "amount": "35.00"}, REFUND],
    "events": [
        EVENT, {**EVENT, "code": "approved"}, SHIPPED, {**EVENT, "code": "returned", **LATER},
    ],
    "unknown": [],
}  # fmt: skip
ORDER_BREAKS: dict[str, Record] = {
    "number_present": {"number": None},
    "status_known": {"status": "teleported"},
    "ordered_is_time": {"ordered": "noon"},
    "currency_present": {"currency": None},
    "currency_known": {"currency": "ZZZ"},
    "total_present": {"total": None},
    "total_is_number": {"total": "n/a"},
    "total_not_negative": {"total": "-30.00"},
    "lines_are_numbers": {"lines": [{**LINE, "amount": "1O0.00"}]},
    "price_not_negative": {"lines": [{**LINE, "price": "-15.00"}]},
    "total_equals_parts": {"total": "35.03"},
    "total_is_exact": {"total": "35.01"},
    "total_fits_currency": {"currency": "JPY", "total": "35.01"},
    "refunds_within_total": {"payments": [{**REFUND, "amount": "-35.01"}]},
    "refunds_timed": {"payments": [{**REFUND, "at": None}]},
    "shipped_within_ordered": {"events": [{**SHIPPED, "quantity": "3"}]},
    "returned_within_ordered": {"lines": [LINE, {**RETURN, "quantity": "-3"}]},
    "returned_within_shipped": {"status": "processing", "events": [EVENT]},
    "approved_before_shipped": {
        "events": [
            {**SHIPPED, **LATER},
            {**EVENT, "code": "approved", "at": "2026-11-15 16:40:01"},
        ]
    },
    "nothing_after_cancel": {"events": [SHIPPED, {**EVENT, "code": "cancelled"}]},
    "returns_name_lines": {"lines": [LINE, {**RETURN, "returns": "9"}]},
    "has_lines": {"lines": []},
    "payment_method_known": {"payments": [{**PAYMENT, "method": "barter"}]},
    "events_timed": {"events": [{"code": "paid", "at": None}]},
}
ORDER_ODD: list[Record] = [
    {"customer": None},
    {"currency": "人民币"},
    {"payments": [], "events": []},
    {"total": "35.01"},
    {"events": [EVENT]},
    {"events": [{**EVENT, "code": "cancelled"}, {**EVENT, "code": "refunded", **LATER}]},
    {"lines": [{**RETURN, "returns": None}, {**LINE, "quantity": None}]},
]
