"""A proxy before a target that notes when each request arrives and answers at an even pace."""

from __future__ import annotations

import http.client
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WINDOW_SECONDS = 60.0
_IDLE_SECONDS = 2.0  # servers close what is idle for 5 s
_HOP = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive"})


class Gauge(ThreadingHTTPServer):
    """Passes requests on to a port of this machine; every answer takes `seconds` at least."""

    daemon_threads = True

    def __init__(self, upstream: int, seconds: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = upstream
        self.seconds = seconds
        self.arrived: list[float] = []
        self.took: list[float] = []


class _Handler(BaseHTTPRequestHandler):
    server: Gauge
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    _upstream: http.client.HTTPConnection | None = None
    _used_at = 0.0

    def _pass_on(self) -> None:
        arrived = time.monotonic()
        self.server.arrived.append(arrived)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self._upstream is None or arrived - self._used_at > _IDLE_SECONDS:
            self._upstream = http.client.HTTPConnection("127.0.0.1", self.server.upstream)
        self._used_at = arrived
        self._upstream.request(self.command, self.path, body, dict(self.headers))
        got = self._upstream.getresponse()
        content = got.read()
        wait = arrived + self.server.seconds - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        self.send_response_only(got.status)
        for name, value in got.getheaders():
            if name.lower() not in _HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.server.took.append(time.monotonic() - arrived)

    do_GET = do_PUT = do_POST = do_PATCH = _pass_on  # noqa: N815 - the names that http.server calls

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def running_gauge(upstream: int, seconds: float) -> Iterator[Gauge]:
    """Run a gauge until the end of the block."""
    gauge = Gauge(upstream, seconds)
    thread = threading.Thread(target=gauge.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield gauge
    finally:
        gauge.shutdown()
        gauge.server_close()
        thread.join()


def count_windows(arrived: list[float], seconds: float = WINDOW_SECONDS) -> tuple[int, int]:
    """Return the fewest and the most requests of any stretch of so many seconds.

    The fewest are of the stretches that lie within the whole; the most are counted from each
    request on, a request exactly `seconds` later being of the next stretch.
    """
    moments = sorted(arrived)
    counts = [bisect_left(moments, at + seconds) - place for place, at in enumerate(moments)]
    # A stretch that begins just after a request holds fewest.
    fewest = [
        bisect_left(moments, at + seconds) - place - 1
        for place, at in enumerate(moments)
        if at + seconds <= moments[-1]
    ]
    return min(fewest, default=0), max(counts, default=0)
