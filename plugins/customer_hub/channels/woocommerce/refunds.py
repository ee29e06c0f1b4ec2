"""The refunds of orders, which WooCommerce keeps as records of their own below each order.

An order names its refunds (id, reason, amount). What came back and when stands in the refunds
alone, so the reader asks for them and lays them into the payload of each order that names some.
"""

from collections.abc import Sequence
from typing import Any

from customer_hub.channels.record import read_source_id
from customer_hub.core.errors import ChannelContentError
from customer_hub.core.http import HttpClient

REFUND_RECORDS = "refund_records"
_PATH = "/wp-json/wc/v3/orders/{id}/refunds"
_NO_ORDER = "woocommerce_rest_order_invalid_id"
_PAGE = 100
Row = dict[str, Any]


def complete_order(http: HttpClient, name: str, order: Row) -> Row:
    """Return an order with the records of the refunds that it names; most orders name none.

    A refund that was made after the order was shown is left out, and one that was deleted since
    stays without its record: both moved the order's update time, so its next version has all of it.

    Raises:
        ChannelContentError: the shop answers with no list, or shows pages without end.
    """
    named = order.get("refunds")
    rows = named if isinstance(named, list) else []
    ids = {read_source_id(row) for row in rows if isinstance(row, dict)}
    order_id = read_source_id(order)
    if not ids or not order_id.isdecimal():
        return order
    shown = {read_source_id(row): row for row in _fetch_refunds(http, name, order_id, len(ids))}
    records = [shown[key] for key in sorted(ids, key=_by_number) if key in shown]
    return {**order, REFUND_RECORDS: records}


def _fetch_refunds(http: HttpClient, name: str, order_id: str, expected: int) -> Sequence[Row]:
    """Return all refunds of an order, oldest first: new ones come behind those that were shown."""
    found: dict[str, Row] = {}
    # Twice as many pages as the order lets expect: more have no end.
    for number in range(1, 2 * (expected // _PAGE + 1) + 1):
        params = [
            ("orderby", "id"), ("order", "asc"), ("per_page", str(_PAGE)), ("page", str(number))
        ]  # fmt: skip
        where = f"refunds, page {number}"
        answer = http.read(_PATH, ids={"id": order_id}, params=params, cursor=where, accept=(404,))
        rows = answer.body
        if answer.status == 404 and isinstance(rows, dict) and rows.get("code") == _NO_ORDER:
            return []  # the order went meanwhile
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise _strange(name, "refunds that are no list of records")
        found |= {read_source_id(row): row for row in rows}
        if len(rows) < _PAGE:
            return list(found.values())
    raise _strange(name, "the pages of an order's refunds do not end")


def _by_number(text: str) -> tuple[int, str]:
    return len(text), text


def _strange(name: str, what: str) -> ChannelContentError:
    return ChannelContentError(what, where=name, hint="see channels/woocommerce/README.md")
