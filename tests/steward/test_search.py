"""Search in its four ways, and what must not be seen of it."""

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from tests.steward.master_rows import (
    COMPANY,
    COMPANY_ID,
    CONTACT,
    FORMER,
    GOLDEN,
    MAIL,
    Source,
    build_master,
    golden_id,
    merge,
    url_of,
)

SAME_SITE = {"sec-fetch-site": "same-origin"}


def read_token(client: TestClient) -> str:
    found = re.search(r'name="token" value="([0-9a-f]{64})"', client.get("/hub/").text)
    assert found
    return found[1]


def search(client: TestClient, text: str) -> str:
    answer = client.post(
        "/hub/search", data={"q": text, "token": read_token(client)}, headers=SAME_SITE
    )
    assert answer.status_code == 200
    assert str(answer.url) == "http://hub.test/hub/search"
    return unescape(answer.text)


def found_ids(page: str) -> list[str]:
    return re.findall(r'href="/hub/customers/([0-9a-f-]{36})"', page)


FOUND = {
    "王建国": GOLDEN,
    "建国": GOLDEN,
    "wangjianguo": GOLDEN,
    "Wang Jianguo": GOLDEN,
    "jianguo wang": GOLDEN,
    "云帆": COMPANY_ID,
    "雲帆科技": COMPANY_ID,
    "深圳市云帆科技": COMPANY_ID,
    "yunfan": COMPANY_ID,
    "深圳市云凡科技有限公司": COMPANY_ID,
    str(GOLDEN): GOLDEN,
    str(GOLDEN).upper(): GOLDEN,
    str(FORMER): GOLDEN,
    "138 0001 2345": GOLDEN,
    "+86-13800012345": GOLDEN,
    "０７５５－２６００１２３４": COMPANY_ID,
    "WangJG88@Mail.Example": GOLDEN,
}
NOT_FOUND = (
    "13800012346", "1380001234", "nobody@mail.example", "%", "_", "\\", "孙悟空", "\0",
    "00000000-0000-5000-8000-000000000000", "'; drop table master.customer; --",
)  # fmt: skip


def test_customers_are_found_in_every_way(client: TestClient) -> None:
    build_master()
    assert {text: found_ids(search(client, text)) for text in FOUND} == {
        text: [str(golden)] for text, golden in FOUND.items()
    }


def test_nothing_else_is_found(client: TestClient) -> None:
    build_master()
    assert {text: found_ids(search(client, text)) for text in NOT_FOUND} == {
        text: [] for text in NOT_FOUND
    }


def test_a_contact_leads_to_its_customer(client: TestClient) -> None:
    build_master()
    page = search(client, CONTACT.phones[0])
    assert found_ids(page) == [str(COMPANY_ID)]
    assert "Contact: 李娜" in page
    contact = golden_id(CONTACT.key)
    assert (
        client.get(url_of(contact), follow_redirects=False)
        .headers["location"]
        .startswith(url_of(COMPANY_ID))
    )


def test_the_nearest_name_comes_first_and_long_lists_are_cut(client: TestClient) -> None:
    merge(
        *(
            Source(f"pos/customer/{n}", f"云帆{n}号店", kind="organisation", created=n)
            for n in range(60)
        ),
        Source("crm/customer/1", "云帆", kind="organisation"),
    )
    page = search(client, "云帆")
    assert len(found_ids(page)) == 50
    assert found_ids(page)[0] == str(golden_id("crm/customer/1"))
    assert "Only the first 50" in page


def test_what_is_searched_for_is_in_no_address_header_or_page(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    build_master()
    caplog.set_level(0)
    answer = client.post(
        "/hub/search",
        data={"q": MAIL, "token": read_token(client)},
        headers=SAME_SITE,
        follow_redirects=False,
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/hub/search"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert "path=/hub/search" in cookie.lower()
    page = client.get("/hub/search")
    assert found_ids(page.text) == [str(GOLDEN)]
    seen = str(answer.headers) + page.text + caplog.text
    assert MAIL not in seen
    assert MAIL.split("@")[0] not in seen


def test_a_search_is_only_its_readers(client: TestClient, open_client: object) -> None:
    build_master()
    search(client, "王建国")
    other = open_client("8")  # type: ignore[operator]
    other.cookies.set("hub_search", client.cookies["hub_search"], path="/hub/search")
    assert found_ids(other.get("/hub/search").text) == []
    other.cookies.set("hub_search", "bm90IHNlYWxlZA==", path="/hub/search")
    assert "Type what you are looking for" in other.get("/hub/search").text


def test_foreign_forms_are_refused(client: TestClient) -> None:
    data = {"q": "a", "token": read_token(client)}
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://hub.test"},
        {"origin": "http://evil.test"},
        {"origin": "null"},
        {},
    ):
        answer = client.post("/hub/search", data=data, headers=headers)
        assert answer.status_code == 403, headers
        assert "did not come from this page" in answer.text


def test_a_form_needs_the_readers_own_token(client: TestClient, open_client: object) -> None:
    other = read_token(open_client("8"))  # type: ignore[operator]
    for token in ("", "0" * 64, "é", other):
        data = {"q": "a", "token": token}
        assert client.post("/hub/search", data=data, headers=SAME_SITE).status_code == 403
    data = {"q": "a", "token": read_token(client)}
    old_browser = {"origin": "http://hub.test"}
    assert client.post("/hub/search", data=data, headers=old_browser).status_code == 200


def test_a_form_of_any_size_is_not_read(client: TestClient) -> None:
    data = {"q": "a" * 100_000, "token": read_token(client)}
    assert client.post("/hub/search", data=data, headers=SAME_SITE).status_code == 413


def test_names_are_found_through_indexes(client: TestClient) -> None:
    from customer_hub.core import db, sql

    merge(COMPANY)
    params = {
        "words": "云帆科技有限", "part": "%云帆科技%", "beginning": "云帆科技%",
        "latin": "%yunfan%", "latin_turned": None, "size": 51,
    }  # fmt: skip
    with db.begin() as connection:
        connection.exec_driver_sql("set local enable_seqscan = off")
        plan = "\n".join(
            row[0]
            for row in connection.exec_driver_sql(
                "explain " + sql.statement("steward/find_by_name"), params
            )
        )
    for index in ("name_trigram", "short_name_trigram", "pinyin_trigram"):
        assert f"customer_{index}" in plan
    assert "Seq Scan" not in plan
