"""A proxy between the hub and a sandbox, which does to the answers what caches and portals do."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.serving import serving

# Where an answer keeps its records, where it is not itself their list.
_LISTS = ("list", "items", "results", "users", "tickets", "satisfaction_ratings")
_HOP = frozenset({"connection", "transfer-encoding", "content-length", "date", "server"})


@dataclass(frozen=True)
class Answer:
    """What the real server answered, or what the proxy makes of it."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def with_body(self, body: bytes) -> Answer:
        return replace(self, body=body)


Twist = Callable[[str, Answer], Answer]


def find_rows(body: Any) -> list[Any] | None:
    """Return the list of records in an answer of any system, None where it holds none."""
    if isinstance(body, list):
        return body
    held = (body.get(name) for name in _LISTS) if isinstance(body, dict) else ()
    return next((rows for rows in held if isinstance(rows, list)), None)


def honest(path: str, answer: Answer) -> Answer:
    """Change nothing."""
    return answer


class Liar(ThreadingHTTPServer):
    """Passes requests on to `upstream` (a port) and twists the answers."""

    def __init__(self, upstream: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = upstream
        self.twist: Twist = honest
        self.seen: list[tuple[str, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Liar

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.path, dict(self.headers)))
        # The Host header stays the client's, for OAuth signs it.
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.upstream, timeout=20)
        upstream.request(self.command, self.path, body, dict(self.headers))
        got = upstream.getresponse()
        headers = {name: value for name, value in got.getheaders() if name.lower() not in _HOP}
        headers["Date"] = got.headers["Date"]
        answer = self.server.twist(self.path, Answer(got.status, headers, got.read()))
        upstream.close()
        self.send_response_only(answer.status)
        for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_PUT = do_POST = do_PATCH = _pass_on  # noqa: N815 - the names that http.server calls

    def log_message(self, *args: Any) -> None:
        return


@contextmanager
def lying_to(upstream: int) -> Iterator[Liar]:
    """Run the proxy before a port until the end of the block."""
    with serving(Liar(upstream)) as running:
        yield running
