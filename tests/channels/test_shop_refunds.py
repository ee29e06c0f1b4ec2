"""Refunds are read with the orders that name them: none is lost, and none costs more than a request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from customer_hub.channels.web_access import open_http
from customer_hub.channels.woocommerce.client import _choose_auth
from customer_hub.channels.woocommerce.refunds import complete_order
from customer_hub.core.errors import ChannelContentError
from customer_hub.core.http import HttpClient
from local.sandbox.process import SandboxProcess
from tests.channels.peers import PEERS
from tests.channels.test_contract import END, START, read_all

PATH = "/wp-json/wc/v3/orders/{id}"
WHOLE = {"amount": "5.25", "line_items": [{"id": 5001, "quantity": 1, "refund_total": 5.25}]}


@pytest.fixture
def http(sandbox: SandboxProcess) -> HttpClient:
    access = PEERS["shop"].access(sandbox)
    return open_http(PEERS["shop"].config(), access, _choose_auth(access))


def read_order(http: HttpClient, number: str) -> dict[str, Any]:
    body = http.read(PATH, ids={"id": number}).body
    assert isinstance(body, dict)
    return body


def refund(http: HttpClient, number: str, body: dict[str, Any]) -> str:
    made = http.write("POST", PATH + "/refunds", ids={"id": number}, body=body)
    return str(made.body["id"])


def delete(http: HttpClient, number: str, refund_id: str) -> None:
    path = PATH + "/refunds/{refund}?force=true"
    http.write("DELETE", path, ids={"id": number, "refund": refund_id})


def test_each_order_holds_the_refunds_that_it_names(sandbox: SandboxProcess) -> None:
    system = PEERS["shop"].config().load_system()
    found = {
        record.source_id: record.payload for record in read_all(sandbox, "shop", "sales_order")
    }
    for source_id, payload in found.items():
        shown = [row["id"] for row in payload.get("refund_records", [])]
        assert shown == [row["id"] for row in payload["refunds"]]
        mapped = system.map_record("sales_order", payload)
        assert len(mapped["lines"]) == 1 + len(shown)
        if shown:
            assert mapped["lines"][1]["returns"] == f"50{int(source_id) - 500:02d}"
            assert all(event["at"] for event in mapped["events"])
    assert sum("refund_records" in payload for payload in found.values()) == 8


def test_only_orders_with_refunds_cost_a_request(sandbox: SandboxProcess) -> None:
    sandbox.control("POST", "/calls/reset")
    read_all(sandbox, "shop", "sales_order")
    calls = sandbox.control("GET", "/calls").json()
    asked = sum(row["count"] for row in calls if "refunds" in str(row))
    assert asked == 8


def test_a_refund_that_comes_or_goes_between_two_reads_is_there_in_the_next_version(
    sandbox: SandboxProcess, http: HttpClient
) -> None:
    channel = PEERS["shop"].open(sandbox)
    before = read_order(http, "501")
    made = refund(http, "501", WHOLE)
    assert complete_order(http, "shop", before) == before  # the order did not name it yet
    one = read_order(http, "501")
    second = refund(http, "501", {"amount": "1.00"})
    assert [str(row["id"]) for row in complete_order(http, "shop", one)["refund_records"]] == [made]
    both = read_order(http, "501")
    assert before["date_modified_gmt"] < both["date_modified_gmt"]
    delete(http, "501", second)
    shown = complete_order(http, "shop", both)
    assert [str(row["id"]) for row in shown["refund_records"]] == [made]
    assert len(shown["refunds"]) == 2
    # Each of them moved the order, so that the next window has it as it is now.
    pages = channel.extract("sales_order", END, END + timedelta(days=1), None)
    [record] = [each for page in pages for each in page.records if each.source_id == "501"]
    assert [str(row["id"]) for row in record.payload["refunds"]] == [made]
    assert [str(row["id"]) for row in record.payload["refund_records"]] == [made]
    assert record.version_at is not None
    assert record.version_at > START
    delete(http, "501", made)
    one_read = channel.read_one("sales_order", "501")
    assert one_read is not None
    assert "refund_records" not in one_read.payload


def test_many_refunds_of_an_order_are_read_whole(sandbox: SandboxProcess, http: HttpClient) -> None:
    made = [refund(http, "502", {"amount": "0.01"}) for _ in range(130)]
    order = complete_order(http, "shop", read_order(http, "502"))
    assert [str(row["id"]) for row in order["refund_records"]] == made
    for refund_id in made:
        delete(http, "502", refund_id)


def test_an_order_that_went_meanwhile_has_no_refunds_and_a_strange_answer_fails(
    sandbox: SandboxProcess, http: HttpClient
) -> None:
    gone = {"id": 999_999, "refunds": [{"id": 1, "total": "-1.00"}]}
    assert complete_order(http, "shop", gone)["refund_records"] == []
    sandbox.fail("shop", "loop_page")
    named = [{"id": number} for number in range(90)]
    order = complete_order(http, "shop", {"id": 503, "refunds": [*named, {"id": 6003}]})
    assert [row["id"] for row in order["refund_records"]] == [6003]
    sandbox.control("DELETE", "/faults")
    sandbox.fail("shop", "invalid_json")
    with pytest.raises(ChannelContentError):
        complete_order(http, "shop", {"id": 503, "refunds": named})
