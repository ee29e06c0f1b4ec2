"""The HTTP floor under the channels, against a server that answers as it is told."""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from requests import PreparedRequest
from requests.auth import AuthBase, HTTPBasicAuth

from customer_hub.core.errors import (
    ChannelContentError,
    ChannelRefusedError,
    ChannelUnavailableError,
    ConfigurationError,
    WriteUncertainError,
)
from customer_hub.core.http import HttpClient
from customer_hub.core.http_answer import read_json, read_retry_after
from customer_hub.core.patience import Patience

QUICK = Patience(attempts=3, first_wait=0.01, longest_wait=1, connect_timeout=1, read_timeout=1)
Reply = tuple[int, dict[str, str], bytes]


class Server(ThreadingHTTPServer):
    """Answers each request with the next reply (the last one again and again)."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies: list[Reply] = []
        self.requests: list[tuple[str, str, dict[str, str]]] = []

    def say(self, *replies: Reply) -> None:
        self.replies = list(replies)


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.requests.append((self.command, self.path, dict(self.headers)))
        replies = self.server.replies
        status, headers, body = replies.pop(0) if len(replies) > 1 else replies[0]
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = _answer  # noqa: N815 - the names that http.server calls

    def log_message(self, *args: object) -> None:
        return


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def client(server: Server) -> HttpClient:
    url = f"http://127.0.0.1:{server.server_port}/base"
    auth = HTTPBasicAuth("who", "secret-word")
    return HttpClient(
        "crm", url, auth=auth, allow_insecure=True, requests_per_second=1000, patience=QUICK
    )


class _Key(AuthBase):
    def __init__(self, key: str) -> None:
        self.key = key

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["X-Api-Key"] = self.key
        return request


@pytest.mark.parametrize("key", ["secret-word\n", "secret-word 密钥"])
def test_a_log_in_that_no_header_takes_is_named_and_not_shown(server: Server, key: str) -> None:
    url = f"http://127.0.0.1:{server.server_port}"
    client = HttpClient("crm", url, auth=_Key(key), allow_insecure=True, patience=QUICK)
    for ask in (lambda: client.read("/x"), lambda: client.write("PUT", "/x")):
        with pytest.raises(ConfigurationError, match="cannot be sent") as caught:
            ask()
        assert "secret-word" not in "".join(traceback.format_exception(caught.value))
    assert server.requests == []


def test_ids_are_quoted_into_the_path(server: Server, client: HttpClient) -> None:
    server.say((200, {}, b"{}"))
    client.read("/x/{id}", ids={"id": "a/../b?c=1 %"}, params=[("q", "1 2")])
    assert server.requests[0][1] == "/base/x/a%2F..%2Fb%3Fc%3D1%20%25?q=1+2"


def test_a_redirect_is_refused_and_not_followed(server: Server, client: HttpClient) -> None:
    server.say((302, {"Location": "/elsewhere"}, b""))
    with pytest.raises(ChannelRefusedError, match="redirects"):
        client.read("/x")
    assert len(server.requests) == 1


def test_throttling_is_recognised_in_the_body_of_a_403(server: Server, client: HttpClient) -> None:
    server.say((403, {}, b'[{"errorCode":"REQUEST_LIMIT_EXCEEDED"}]'), (200, {}, b"[1]"))
    assert client.read("/x").body == [1]
    server.say((403, {}, b'{"code":"no_right","message":"Li Na +86 10 5555 0000"}'))
    with pytest.raises(ChannelRefusedError, match="403 no_right") as caught:
        client.read("/x")
    assert "Li Na" not in str(caught.value)


def test_a_value_of_too_many_signs_is_refused_at_once(server: Server, client: HttpClient) -> None:
    server.say((400, {}, b'{"code":"invalid","message":"name: too many characters"}'))
    with pytest.raises(ChannelRefusedError, match="400 invalid"):
        client.write("PUT", "/x")
    assert len(server.requests) == 1


@pytest.mark.parametrize("code", ["+861055550000", "li@shop.example", "Li Na", "x" * 99, 7, None])
def test_a_code_that_may_be_a_value_is_not_shown(
    server: Server, client: HttpClient, code: object
) -> None:
    server.say((400, {}, json.dumps({"code": code}).encode()))
    with pytest.raises(ChannelRefusedError) as caught:
        client.read("/x")
    assert caught.value.what == "status 400"


def test_a_wait_that_is_too_long_ends_at_once(server: Server, client: HttpClient) -> None:
    server.say((429, {"Retry-After": "3600"}, b""))
    with pytest.raises(ChannelUnavailableError, match="3600 s"):
        client.read("/x", cursor="page 3")
    assert len(server.requests) == 1


def test_a_write_is_sent_once(server: Server, client: HttpClient) -> None:
    for reply in ((500, {}, b""), (502, {}, b""), (200, {}, b"{half")):
        server.say(reply)
        server.requests.clear()
        with pytest.raises(WriteUncertainError):
            client.write("PUT", "/x", body={"a": 1})
        assert len(server.requests) == 1


def test_a_refused_write_is_certain(server: Server, client: HttpClient) -> None:
    server.say((403, {}, b"{}"))
    with pytest.raises(ChannelRefusedError):
        client.write("PUT", "/x", body={})
    server.say((409, {}, b"<html>"))
    assert client.write("PUT", "/x", body={}, accept=(409,)).body is None


def test_a_throttled_write_is_sent_again(server: Server, client: HttpClient) -> None:
    server.say((429, {"Retry-After": "0"}, b""), (200, {}, b"[]"))
    assert client.write("PUT", "/x", body={}).body == []
    assert len(server.requests) == 2


def test_cookies_are_not_kept(server: Server, client: HttpClient) -> None:
    server.say((200, {"Set-Cookie": "session=1; Path=/"}, b"{}"))
    client.read("/x")
    client.read("/x")
    assert "Cookie" not in server.requests[1][2]


def test_an_answer_without_a_date_has_no_clock(server: Server, client: HttpClient) -> None:
    server.say((200, {}, b"{}"))
    answer = client.read("/x")
    answer.headers.pop("Date")  # type: ignore[attr-defined]
    with pytest.raises(ChannelContentError, match="Date"):
        answer.read_clock()


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("http://shop.example", "plain http"),
        ("ftp://shop.example", "no usable address"),
        ("shop.example", "no usable address"),
        ("https://who:word@shop.example", "log-in"),
    ],
)
def test_an_unusable_address_is_refused(url: str, what: str) -> None:
    with pytest.raises(ConfigurationError, match=what) as caught:
        HttpClient("shop", url, auth=HTTPBasicAuth("a", "b"))
    assert "word" not in caught.value.what.replace("password", "")


def test_json_is_read_without_loss() -> None:
    body = read_json(
        b'\xef\xbb\xbf{"a":1.10,"b":"\\ud800\\u0000","c":12345678901234567890,"a":1e2}'
    )
    assert body == {"a": "1e2", "b": "\ud800\x00", "c": 12345678901234567890}


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"a":NaN}', b'{"a":Infinity}', b"\xff{}", b"[" * 100_000, b"<html>"]
)
def test_what_is_no_json_is_refused_without_showing_it(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"not (JSON|UTF-8)") as caught:
        read_json(content)
    assert "html" not in str(caught.value)


def test_retry_after_counts_from_the_servers_clock() -> None:
    sent_at = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
    assert read_retry_after("Mon, 16 Nov 2026 01:00:07 GMT", sent_at) == 7
    assert read_retry_after("Mon, 16 Nov 2026 00:00:00 GMT", sent_at) == 0
    assert read_retry_after(" 12 ", sent_at) == 12
    assert read_retry_after("soon", sent_at) is None
    assert read_retry_after("Fri, 31 Dec 9999 23:59:59 -0100", sent_at) is None
    assert read_retry_after("9" * 5000, sent_at) == 1e9
    assert read_retry_after(None, sent_at) is None


def test_patience_names_every_wrong_value() -> None:
    read = Patience.from_extra({"attempts": "2", "read_timeout": "1.5", "other": "x"})
    assert (read.attempts, read.read_timeout) == (2, 1.5)
    with pytest.raises(ConfigurationError, match=r"attempts .*read_timeout"):
        Patience.from_extra({"attempts": "many", "read_timeout": "-1"})
