"""A proxy before the S3 server that fails, drops or kills at a chosen call."""

from __future__ import annotations

import http.client
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import urlsplit

from tests.serving import serving

# What to do at a call: pass it on; answer that it is not allowed, or not now; hang up before or after
# the server has done it; kill the caller before or after that; change a bit of what is read, and leave
# the server's word on its checksum.
Deed = Literal["pass", "refuse", "busy", "drop", "drop after", "kill", "kill after", "spoil"]
_ANSWERS = {"refuse": (403, "AccessDenied"), "busy": (503, "SlowDown")}
_HOP = frozenset({"connection", "transfer-encoding", "content-length"})


class StoreProxy(ThreadingHTTPServer):
    """Passes S3 requests on; `decide` is asked at each, with its number from 1.

    Attributes:
        calls: method and path of each request.
        decide: what is to be done at a call.
        victim: the group of processes that is killed.
    """

    daemon_threads = True

    def __init__(self, endpoint: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = urlsplit(endpoint).netloc
        self.calls: list[str] = []
        self.decide: Callable[[int], Deed] = lambda _: "pass"
        self.victim = 0
        self._counting = threading.Lock()

    @property
    def url(self) -> str:
        """The endpoint to be set in the hub's place."""
        return f"http://127.0.0.1:{self.server_port}"

    def begin(self, decide: Callable[[int], Deed]) -> None:
        """Count from 1 again, and decide so."""
        self.calls, self.decide = [], decide

    def count(self, call: str) -> int:
        """Note a call; returns its number."""
        with self._counting:
            self.calls.append(call)
            return len(self.calls)

    def kill(self) -> None:
        """Kill the caller as a full machine does."""
        with suppress(ProcessLookupError):
            os.killpg(self.victim, signal.SIGKILL)

    def handle_error(self, *_: Any) -> None:
        """A caller that is gone is what the tests want."""


class _Handler(BaseHTTPRequestHandler):
    server: StoreProxy
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        deed = self.server.decide(self.server.count(f"{self.command} {self.path}"))
        if deed in _ANSWERS:
            status, code = _ANSWERS[deed]
            self._answer(status, {}, f"<Error><Code>{code}</Code></Error>".encode())
            return
        if deed in ("drop", "kill"):
            if deed == "kill":
                self.server.kill()
            self.close_connection = True
            return
        # The Host header stays the client's: it is signed.
        headers = {name: value for name, value in self.headers.items() if name != "Expect"}
        upstream = http.client.HTTPConnection(self.server.upstream, timeout=30)
        upstream.request(self.command, self.path, body, headers)
        got = upstream.getresponse()
        found = {name: value for name, value in got.getheaders() if name.lower() not in _HOP}
        content = got.read()
        upstream.close()
        if deed in ("drop after", "kill after"):
            if deed == "kill after":
                self.server.kill()
            self.close_connection = True
            return
        if deed == "spoil" and self.command == "GET" and content:
            content = bytes([content[0] ^ 1]) + content[1:]
        self._answer(got.status, found, content)

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass_on  # noqa: N815 - http.server's names

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def proxied(endpoint: str) -> Iterator[StoreProxy]:
    """Run the proxy before an endpoint until the end of the block."""
    with serving(StoreProxy(endpoint)) as running:
        yield running
