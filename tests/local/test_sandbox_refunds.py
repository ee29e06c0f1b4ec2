"""The shop sandbox refunds as WooCommerce does: records below an order, which they move."""

from __future__ import annotations

from typing import Any

from local.sandbox.process import SandboxProcess
from tests.local.test_sandbox_shop import call

ORDER = "orders/203"


def name(order: dict[str, Any]) -> list[tuple[int, str]]:
    return [(row["id"], row["total"]) for row in order["refunds"]]


def test_a_refund_is_a_record_that_its_order_names(sandbox: SandboxProcess) -> None:
    before = call(sandbox, "PUT", ORDER, {"meta_data": [{"key": "a", "value": "1"}]}).json()
    assert call(sandbox, "GET", ORDER + "/refunds").json() == []
    made = call(sandbox, "POST", ORDER + "/refunds", {"amount": "4.00", "reason": "late"})
    assert (made.status_code, made.json()["amount"]) == (201, "4.00")
    order = call(sandbox, "GET", ORDER).json()
    assert name(order) == [(made.json()["id"], "-4.00")]
    assert order["status"] == "processing"
    assert order["date_modified_gmt"] >= before["date_modified_gmt"]
    one = call(sandbox, "GET", f"{ORDER}/refunds/{made.json()['id']}")
    assert one.json() == made.json()
    listed = call(sandbox, "GET", ORDER + "/refunds", params={"per_page": 1})
    assert (listed.headers["X-WP-Total"], listed.json()) == ("1", [made.json()])
    too_much = call(sandbox, "POST", ORDER + "/refunds", {"amount": "6.01"})
    assert too_much.json()["code"] == "woocommerce_rest_cannot_create_order_refund"
    unknown = {"amount": "1.00", "line_items": [{"id": 72, "quantity": 1}]}
    refused = call(sandbox, "POST", ORDER + "/refunds", unknown).json()
    assert refused["code"] == "woocommerce_rest_invalid_item"


def test_all_of_it_turns_the_order_and_deleting_does_not_turn_it_back(
    sandbox: SandboxProcess,
) -> None:
    path = "orders/202/refunds"
    made = call(sandbox, "POST", path, {"amount": "10.00"}).json()
    assert call(sandbox, "GET", "orders/202").json()["status"] == "refunded"
    trashed = call(sandbox, "DELETE", f"{path}/{made['id']}")
    assert (trashed.status_code, trashed.json()["code"]) == (
        501,
        "woocommerce_rest_trash_not_supported",
    )
    moved = call(sandbox, "GET", "orders/202").json()["date_modified_gmt"]
    deleted = call(sandbox, "DELETE", f"{path}/{made['id']}", params={"force": "true"})
    assert deleted.json()["id"] == made["id"]
    order = call(sandbox, "GET", "orders/202").json()
    assert (order["refunds"], order["status"]) == ([], "refunded")
    assert order["date_modified_gmt"] >= moved
    missing = call(sandbox, "GET", f"{path}/{made['id']}")
    assert missing.json()["code"] == "woocommerce_rest_shop_order_refund_invalid_id"
    nobody = call(sandbox, "GET", "orders/99999/refunds")
    assert (nobody.status_code, nobody.json()["code"]) == (404, "woocommerce_rest_order_invalid_id")
