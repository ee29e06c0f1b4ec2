"""The shop sandbox behaves as WooCommerce does, quirks included."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from requests_oauthlib import OAuth1

from local.sandbox.process import SandboxProcess


def signer(sandbox: SandboxProcess, **other: Any) -> OAuth1:
    consumer = sandbox.secrets["shop"]
    settings = {"signature_method": "HMAC-SHA256", "signature_type": "query", **other}
    secret = settings.pop("client_secret", consumer["consumer_secret"])
    return OAuth1(consumer["consumer_key"], client_secret=secret, **settings)


def call(
    sandbox: SandboxProcess, method: str, path: str, body: Any = None, **options: Any
) -> requests.Response:
    options.setdefault("auth", signer(sandbox))
    url = sandbox.url("shop", "/wp-json/wc/v3/" + path)
    return requests.request(method, url, json=body, timeout=10, **options)


@pytest.mark.parametrize("place", ["query", "auth_header"])
def test_a_signed_request_is_accepted(sandbox: SandboxProcess, place: str) -> None:
    params = {"role": "all", "search": "a b&c=d/[é]"}
    auth = signer(sandbox, signature_type=place)
    assert call(sandbox, "GET", "customers", params=params, auth=auth).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"client_secret": "cs_wrong"}, "Invalid signature"),
        ({"timestamp": "1000000000"}, "Invalid timestamp"),
        ({"signature_method": "PLAINTEXT"}, "signature method is invalid"),
    ],
)
def test_a_bad_signature_is_refused(
    sandbox: SandboxProcess, wrong: dict[str, str], message: str
) -> None:
    answer = call(sandbox, "GET", "customers", auth=signer(sandbox, **wrong))
    assert answer.status_code == 401
    assert answer.json()["code"] == "woocommerce_rest_authentication_error"
    assert message in answer.json()["message"]


def test_a_changed_query_breaks_the_signature(sandbox: SandboxProcess) -> None:
    signed = requests.Request("GET", sandbox.url("shop", "/wp-json/wc/v3/customers")).prepare()
    signed = signer(sandbox)(signed)
    answer = requests.get(f"{signed.url}&page=2", timeout=10)
    assert answer.status_code == 401


def test_a_nonce_serves_once(sandbox: SandboxProcess) -> None:
    signed = requests.Request("GET", sandbox.url("shop", "/wp-json/wc/v3/customers")).prepare()
    signed = signer(sandbox)(signed)
    with requests.Session() as session:
        assert session.send(signed, timeout=10).status_code == 200
        again = session.send(signed, timeout=10)
    assert again.status_code == 401
    assert "nonce" in again.json()["message"]


def test_basic_is_taken_only_when_the_proxy_says_tls(sandbox: SandboxProcess) -> None:
    consumer = sandbox.secrets["shop"]
    basic = (consumer["consumer_key"], consumer["consumer_secret"])
    plain = call(sandbox, "GET", "customers", auth=basic)
    assert plain.status_code == 401
    assert plain.json() == {
        "code": "woocommerce_rest_cannot_view",
        "message": "Sorry, you cannot list resources.",
        "data": {"status": 401},
    }
    secure = {"X-Forwarded-Proto": "https"}
    assert call(sandbox, "GET", "customers", auth=basic, headers=secure).status_code == 200
    wrong = (basic[0], "cs_wrong")
    assert call(sandbox, "GET", "customers", auth=wrong, headers=secure).status_code == 401


def test_the_list_hides_other_roles(sandbox: SandboxProcess) -> None:
    def roles(**params: str) -> set[str]:
        options = {"per_page": 100, **params}
        rows = call(sandbox, "GET", "customers", params=options).json()
        return {row["role"] for row in rows}

    assert roles() == {"customer"}
    assert roles(role="all") == {"customer", "administrator"}


def test_customers_ignore_modified_after(sandbox: SandboxProcess) -> None:
    params = {"modified_after": "2030-01-01T00:00:00", "role": "all", "dates_are_gmt": "true"}
    everyone = call(sandbox, "GET", "customers", params={"role": "all"})
    filtered = call(sandbox, "GET", "customers", params=params)
    assert filtered.headers["X-WP-Total"] == everyone.headers["X-WP-Total"] != "0"


@pytest.mark.parametrize("params", [{"orderby": "modified"}, {"per_page": 101}, {"page": 0}])
def test_parameters_outside_the_schema_are_refused(
    sandbox: SandboxProcess, params: dict[str, Any]
) -> None:
    answer = call(sandbox, "GET", "customers", params=params)
    assert answer.status_code == 400
    assert answer.json()["code"] == "rest_invalid_param"
    assert answer.json()["data"]["params"].keys() == params.keys()


def test_pages_are_counted_and_linked(sandbox: SandboxProcess) -> None:
    params = {"role": "all", "orderby": "id", "order": "asc", "per_page": 10}
    first = call(sandbox, "GET", "customers", params=params)
    total, pages = int(first.headers["X-WP-Total"]), int(first.headers["X-WP-TotalPages"])
    assert pages == -(-total // 10)
    assert 'rel="next"' in first.headers["Link"]
    ids = [row["id"] for row in first.json()]
    for page in range(2, pages + 1):
        answer = call(sandbox, "GET", "customers", params={**params, "page": page})
        ids += [row["id"] for row in answer.json()]
    assert ids == sorted(set(ids))
    assert len(ids) == total
    assert 'rel="next"' not in answer.headers["Link"]
    assert call(sandbox, "GET", "customers", params={**params, "page": pages + 1}).json() == []


def test_the_world_changed_and_deleted_customers(sandbox: SandboxProcess) -> None:
    assert call(sandbox, "GET", "customers/3").json()["first_name"] == "Wang"
    gone = call(sandbox, "GET", "customers/4")
    assert (gone.status_code, gone.json()["code"]) == (404, "woocommerce_rest_invalid_id")
    assert call(sandbox, "GET", "customers/30").json()["date_modified_gmt"] is None


def test_a_mail_is_unique_and_found_exactly(sandbox: SandboxProcess) -> None:
    given = {"email": "unique@shop.example", "first_name": "Zhao"}
    made = call(sandbox, "POST", "customers", given)
    assert made.status_code == 201
    assert made.json()["date_modified_gmt"].startswith("2026-11-18T16:")
    assert made.json()["date_modified"].startswith("2026-11-19T00:")
    again = call(sandbox, "POST", "customers", {**given, "email": "Unique@shop.example"})
    assert (again.status_code, again.json()["code"]) == (400, "registration-error-email-exists")
    found = call(sandbox, "GET", "customers", params={"email": "unique@shop.example"}).json()
    assert [row["id"] for row in found] == [made.json()["id"]]
    assert call(sandbox, "GET", "customers", params={"email": "nique@shop.example"}).json() == []


def test_meta_data_is_kept_by_key_and_gets_ids(sandbox: SandboxProcess) -> None:
    before = call(sandbox, "GET", "customers/7").json()
    write = {"meta_data": [{"key": "hub_id", "value": "g-7"}]}
    after = call(sandbox, "PUT", "customers/7", write).json()
    kept = {item["key"]: item for item in after["meta_data"]}
    assert kept["level"] == before["meta_data"][0]
    assert kept["hub_id"]["value"] == "g-7"
    assert after["date_modified_gmt"] > before["date_modified_gmt"]
    again = call(sandbox, "PUT", "customers/7", {"meta_data": [{"key": "hub_id", "value": "g-8"}]})
    changed = {item["key"]: item for item in again.json()["meta_data"]}
    assert changed["hub_id"] == {**kept["hub_id"], "value": "g-8"}
    removed = call(sandbox, "PUT", "customers/7", {"meta_data": [{"key": "hub_id", "value": None}]})
    assert [item["key"] for item in removed.json()["meta_data"]] == ["level"]


def test_an_address_changes_by_field(sandbox: SandboxProcess) -> None:
    answer = call(sandbox, "PUT", "customers/8", {"billing": {"company": "Example Ltd"}}).json()
    assert (answer["billing"]["company"], answer["billing"]["city"]) == ("Example Ltd", "Beijing")


def test_delete_needs_force(sandbox: SandboxProcess) -> None:
    made = call(sandbox, "POST", "customers", {"email": "leaving@shop.example"}).json()
    path = f"customers/{made['id']}"
    assert call(sandbox, "DELETE", path).status_code == 501
    assert call(sandbox, "DELETE", path, params={"force": "true"}).json()["id"] == made["id"]
    assert call(sandbox, "GET", path).status_code == 404


def test_a_batch_answers_200_with_errors_by_item(sandbox: SandboxProcess) -> None:
    batch = {
        "create": [{"email": "batch@shop.example"}, {"email": "customer9@shop.example"}],
        "update": [{"id": 10, "first_name": "Sun"}, {"id": 99999, "first_name": "Nobody"}],
        "delete": [99998],
    }
    answer = call(sandbox, "POST", "customers/batch", batch)
    assert answer.status_code == 200
    rows = answer.json()
    assert rows["create"][0]["id"] > 30
    assert rows["create"][1]["error"]["code"] == "registration-error-email-exists"
    assert rows["update"][0]["first_name"] == "Sun"
    assert rows["update"][1]["id"] == 99999
    assert rows["update"][1]["error"]["code"] == "woocommerce_rest_invalid_id"
    assert rows["delete"][0]["error"]["data"]["status"] == 400
    too_many = {"update": [{"id": number} for number in range(101)]}
    assert call(sandbox, "POST", "customers/batch", too_many).status_code == 413


def test_orders_are_asked_for_by_modification_time(sandbox: SandboxProcess) -> None:
    params = {
        "modified_after": "2026-11-16T02:00:02",
        "modified_before": "2026-11-17T02:00:02",
        "dates_are_gmt": "true",
        "orderby": "modified",
        "order": "asc",
    }
    rows = call(sandbox, "GET", "orders", params=params).json()
    assert [row["id"] for row in rows] == [103, 104, 200, 201]
    local = {**params, "dates_are_gmt": "false"}
    local |= {"modified_after": "2026-11-16T10:00:02", "modified_before": "2026-11-17T10:00:02"}
    assert call(sandbox, "GET", "orders", params=local).json() == rows
    bad = call(sandbox, "GET", "orders", params={"modified_after": "yesterday"})
    assert (bad.status_code, bad.json()["code"]) == (400, "rest_invalid_param")


def test_an_order_is_changed_and_moves(sandbox: SandboxProcess) -> None:
    write = {"meta_data": [{"key": "hub_id", "value": "g-1"}], "status": "completed"}
    answer = call(sandbox, "PUT", "orders/204", write).json()
    assert answer["status"] == "completed"
    assert answer["date_modified_gmt"].startswith("2026-11-18T16:")
    missing = call(sandbox, "GET", "orders/99999")
    assert missing.json()["code"] == "woocommerce_rest_shop_order_invalid_id"


def test_an_unknown_route_has_wordpress_words(sandbox: SandboxProcess) -> None:
    answer = call(sandbox, "GET", "nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "rest_no_route")
