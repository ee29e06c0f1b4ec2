"""Running several HTTP applications in one event loop, and cutting a connection when asked."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any, ClassVar

import uvicorn
from starlette.types import ASGIApp, Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Peer = tuple[str, int]


class CuttableProtocol(HttpToolsProtocol):
    """HTTP over connections that a fault may abort, found again by the client's address."""

    open_connections: ClassVar[dict[Peer, asyncio.Transport]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the connection."""
        super().connection_made(transport)
        self.open_connections[transport.get_extra_info("peername")[:2]] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self.open_connections.pop(self.transport.get_extra_info("peername")[:2], None)
        super().connection_lost(exc)


def cut_connection(scope: Scope) -> None:
    """Abort the client's connection of one request at once, without an answer."""
    transport = CuttableProtocol.open_connections.get(tuple(scope["client"]))
    if transport is not None:
        transport.abort()


class LoopbackServer(uvicorn.Server):
    """A uvicorn server on 127.0.0.1 that leaves signals to the sandbox's own main loop."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        """Serve `app` on `port`, without uvicorn's own date, server name and access log."""
        settings: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": port,
            "http": CuttableProtocol,
            "lifespan": "off",
            "date_header": False,
            "server_header": False,
            "access_log": False,
            "log_level": "critical",
            "timeout_graceful_shutdown": 1,
        }
        super().__init__(uvicorn.Config(app, **settings))

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signals."""
        yield
