"""Each failure that the sandbox can be told to show is really shown, and ends when it should."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests
from requests_oauthlib import OAuth1

from local.sandbox.process import SandboxProcess


@pytest.fixture(autouse=True)
def _lift_faults(sandbox: SandboxProcess) -> Iterator[None]:
    yield
    sandbox.control("DELETE", "/faults")


def crm(sandbox: SandboxProcess, method: str = "GET", body: Any = None, **params: Any) -> Any:
    headers = {"X-Api-Key": sandbox.secrets["crm"]["api_key"]}
    url = sandbox.url("crm", "/api/v1/Account")
    options = {"json": body, "params": params, "headers": headers}
    return requests.request(method, url, timeout=1, **options)


def shop(sandbox: SandboxProcess, **params: Any) -> requests.Response:
    consumer = sandbox.secrets["shop"]
    auth = OAuth1(
        consumer["consumer_key"],
        client_secret=consumer["consumer_secret"],
        signature_method="HMAC-SHA256",
        signature_type="query",
    )
    params = {"role": "all", "orderby": "id", "per_page": 10, **params}
    url = sandbox.url("shop", "/wp-json/wc/v3/customers")
    return requests.get(url, params=params, auth=auth, timeout=5)


def support(sandbox: SandboxProcess, **params: Any) -> dict[str, Any]:
    secrets = sandbox.secrets["support"]
    url = sandbox.url("support", "/REST/2.0/users")
    auth = (secrets["user"], secrets["password"])
    answer = requests.post(url, json=[], params={"per_page": 10, **params}, auth=auth, timeout=5)
    return dict(answer.json())


def names(sandbox: SandboxProcess) -> list[str]:
    return [record["body"]["name"] for record in sandbox.records("crm", "Account").values()]


def test_throttle_with_seconds_ends_after_its_count(sandbox: SandboxProcess) -> None:
    sandbox.fail("crm", "throttle", count=2, retry_after=7)
    answers = [crm(sandbox) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "7"


def test_throttle_with_a_date_speaks_the_sandbox_clock(sandbox: SandboxProcess) -> None:
    sandbox.fail("crm", "throttle", count=1, retry_after=60, variant="http_date")
    headers = crm(sandbox).headers
    gap = parsedate_to_datetime(headers["Retry-After"]) - parsedate_to_datetime(headers["Date"])
    assert 59 <= gap.total_seconds() <= 61


def test_error500_waits_for_its_turn_and_its_path(sandbox: SandboxProcess) -> None:
    sandbox.fail("crm", "error500", count=1, after=1, method="GET", path="/Account")
    assert [crm(sandbox).status_code for _ in range(3)] == [200, 500, 200]


def test_a_share_fails_some_calls(sandbox: SandboxProcess) -> None:
    sandbox.fail("crm", "error500", share=0.5)
    codes = [crm(sandbox, maxSize=1).status_code for _ in range(40)]
    assert 5 < codes.count(500) < 35


@pytest.mark.parametrize(
    ("kind", "error"),
    [("timeout", requests.Timeout), ("drop", requests.ConnectionError)],
)
@pytest.mark.parametrize("variant", ["before", "after_write"])
def test_a_lost_answer_tells_nothing_about_the_write(
    sandbox: SandboxProcess, kind: str, error: type[Exception], variant: str
) -> None:
    sandbox.fail("crm", kind, count=1, variant=variant)
    name = f"Lost {kind} {variant}"
    with pytest.raises(error):
        crm(sandbox, "POST", {"name": name})
    assert (name in names(sandbox)) is (variant == "after_write")
    assert crm(sandbox).status_code == 200


def test_drop_in_the_middle_of_the_body(sandbox: SandboxProcess) -> None:
    sandbox.fail("crm", "drop", count=1, variant="mid_body")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        crm(sandbox)
    assert crm(sandbox).json()["total"] > 0


@pytest.mark.parametrize("kind", ["invalid_json", "truncated"])
def test_a_spoilt_body_is_no_json(sandbox: SandboxProcess, kind: str) -> None:
    sandbox.fail("crm", kind, count=1)
    answer = crm(sandbox)
    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


def test_a_cut_archive_cannot_be_read(sandbox: SandboxProcess) -> None:
    sandbox.fail("crm", "gzip_truncated", count=1)
    with pytest.raises((requests.exceptions.ContentDecodingError, ValueError)):
        crm(sandbox).json()
    sandbox.fail("crm", "gzip_truncated", count=1)
    key = {"X-Api-Key": sandbox.secrets["crm"]["api_key"]}
    url = sandbox.url("crm", "/api/v1/Account")
    with requests.get(url, headers=key, stream=True, timeout=5) as answer:
        assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "gzip")
        packed = answer.raw.read(decode_content=False)
    assert len(packed) == int(answer.headers["Content-Length"])
    with pytest.raises(EOFError):
        gzip.decompress(packed)


@pytest.mark.parametrize(
    ("channel", "key"),
    [
        ("shop", "code"),
        ("crm", "messageTranslation"),
        ("support", "message"),
        ("hubspot", "correlationId"),
        ("zendesk", "error"),
    ],
)
def test_an_error_may_look_like_a_success(sandbox: SandboxProcess, channel: str, key: str) -> None:
    sandbox.fail(channel, "error_in_200", count=1)
    answer = requests.get(sandbox.url(channel, "/"), timeout=5)
    assert answer.status_code == 200
    assert key in answer.json()


def test_an_error_that_looks_like_a_success_wrote_nothing(sandbox: SandboxProcess) -> None:
    sandbox.fail("crm", "error_in_200", count=1)
    assert crm(sandbox, "POST", {"name": "Never"}).status_code == 200
    assert "Never" not in names(sandbox)


def test_duplicate_pages_lose_nothing(sandbox: SandboxProcess) -> None:
    first = [row["id"] for row in shop(sandbox).json()]
    second = [row["id"] for row in shop(sandbox, page=2).json()]
    sandbox.fail("shop", "duplicate_page", count=2)
    assert [row["id"] for row in shop(sandbox).json()] == first + first
    assert [row["id"] for row in shop(sandbox, page=2).json()] == first + second
    assert [row["id"] for row in shop(sandbox, page=2).json()] == second


def test_duplicate_pages_by_offset(sandbox: SandboxProcess) -> None:
    page = {"maxSize": 5, "orderBy": "id", "order": "asc"}
    first = crm(sandbox, **page).json()["list"]
    sandbox.fail("crm", "duplicate_page", count=1)
    rows = crm(sandbox, **page, offset=5).json()["list"]
    assert rows[:5] == first
    assert len(rows) == 10


def test_out_of_order_pages_hold_the_same_rows(sandbox: SandboxProcess) -> None:
    right = [row["id"] for row in shop(sandbox).json()]
    sandbox.fail("shop", "out_of_order_page", count=1)
    wrong = [row["id"] for row in shop(sandbox).json()]
    assert wrong != right
    assert sorted(wrong) == sorted(right)


def test_a_loop_never_ends(sandbox: SandboxProcess) -> None:
    first = shop(sandbox).json()
    sandbox.fail("shop", "loop_page")
    answer = shop(sandbox, page=500)
    assert answer.json() == first
    assert int(answer.headers["X-WP-TotalPages"]) > 500
    assert 'rel="next"' in answer.headers["Link"]
    sandbox.fail("support", "loop_page")
    page = support(sandbox, page=500)
    assert page["items"] == support(sandbox)["items"] != []
    assert "next_page" in page
    sandbox.fail("crm", "loop_page")
    looped = crm(sandbox, maxSize=5, offset=100_000).json()
    assert len(looped["list"]) == 5
    assert looped["total"] > 100_000


@pytest.mark.parametrize(
    "body",
    [
        {"channel": "crm", "kind": "nonsense"},
        {"channel": "nobody", "kind": "drop"},
        {"channel": "crm", "kind": "drop", "variant": "http_date"},
        {"channel": "crm", "kind": "drop", "share": 2},
        {"channel": "crm", "kind": "drop", "nonsense": 1},
        {"kind": "drop"},
    ],
)
def test_what_is_no_fault_is_refused(sandbox: SandboxProcess, body: dict[str, Any]) -> None:
    answer = sandbox.control("POST", "/faults", body)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert sandbox.control("GET", "/faults").json() == []


def test_swallowed_calls_are_counted_by_their_fault(sandbox: SandboxProcess) -> None:
    sandbox.control("POST", "/calls/reset")
    sandbox.fail("crm", "drop", count=1)
    with pytest.raises(requests.ConnectionError):
        crm(sandbox)
    crm(sandbox)
    rows = sandbox.control("GET", "/calls").json()
    assert {(row["status"], row["count"]) for row in rows} == {("drop", 1), ("200", 1)}
