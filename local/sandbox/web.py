"""The HTTP floor under every channel: log-in before routing, the Date header, the call counts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from local.sandbox.clock import SandboxClock

Admit = Callable[[Request], Response | None]


async def read_json(request: Request) -> Any:
    """Return the body as JSON, or None where it is no JSON (every caller refuses None)."""
    try:
        return json.loads(await request.body())
    except ValueError:
        return None


class Channel(Protocol):
    """One real system's HTTP side."""

    def app(self) -> Starlette:
        """Return the application without its log-in check."""
        ...

    def admit(self, request: Request) -> Response | None:
        """Return the refusal of a request that may not pass, None for one that may."""
        ...


class CallLog:
    """How often each (channel, method, path template, status) was called."""

    def __init__(self) -> None:
        """Begin with no calls."""
        self._counts: Counter[tuple[str, str, str, str]] = Counter()

    def add(self, channel: str, method: str, path: str, status: str) -> None:
        """Count one call; `status` is the HTTP status or the fault that stood in for it."""
        self._counts[channel, method, path, status] += 1

    def rows(self) -> list[dict[str, Any]]:
        """Return the counts, sorted."""
        names = ("channel", "method", "path", "status")
        return [
            {**dict(zip(names, call, strict=True)), "count": count}
            for call, count in sorted(self._counts.items())
        ]

    def clear(self) -> None:
        """Forget every call."""
        self._counts.clear()


class Guarded:
    """An application behind its log-in check."""

    def __init__(self, app: ASGIApp, admit: Admit) -> None:
        """Ask `admit` before each request reaches `app`."""
        self._app = app
        self._admit = admit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request or pass it on."""
        refusal = self._admit(Request(scope)) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)


class Observed:
    """An application whose answers carry the sandbox's date and are counted."""

    def __init__(
        self,
        app: ASGIApp,
        routes: Sequence[BaseRoute],
        channel: str,
        clock: SandboxClock,
        log: CallLog,
    ) -> None:
        """Count the calls of `app` under `channel`, by the paths of `routes`."""
        self._app = app
        self._routes = routes
        self._channel = channel
        self._clock = clock
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one request; one that gets no answer is counted by the fault that swallowed it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = ""

        async def send_dated(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = status or str(message["status"])
                date = self._clock.http_date().encode()
                message["headers"] = [*message["headers"], (b"date", date)]
            await send(message)

        try:
            await self._app(scope, receive, send_dated)
        finally:
            outcome = scope.get("sandbox_fault") or status or "aborted"
            path = _template(scope, self._routes)
            self._log.add(self._channel, scope["method"], path, outcome)


def _template(scope: Scope, routes: Sequence[BaseRoute]) -> str:
    """Return the path with its ids replaced by {id}, so that calls group."""
    plain = {key: value for key, value in scope.items() if key != "path_params"}
    for route in routes:
        match, found = route.matches(plain)
        if match is Match.FULL and "id" in found["path_params"]:
            wanted = str(found["path_params"]["id"])
            steps = scope["path"].split("/")
            return "/".join("{id}" if step == wanted else step for step in steps)
    return str(scope["path"])
