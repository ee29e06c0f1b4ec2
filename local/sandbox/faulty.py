"""The layer that makes an HTTP channel fail as it was told to."""

from __future__ import annotations

import asyncio
import gzip
import json
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from local.sandbox.clock import SandboxClock
from local.sandbox.fault_pages import PAGE_FORMS, Ask, Row, endless_figures, endless_headers
from local.sandbox.faults import Fault, Faults
from local.sandbox.servers import cut_connection

_PAGE_KINDS = frozenset({"duplicate_page", "out_of_order_page", "loop_page"})
# Longer than any client waits; a request that hangs ends when the client goes or the sandbox does.
_NEVER_SECONDS = 3600
_MESSAGE = "Internal server error"
# What each system words its failures with, shown as though the call had gone well.
_ERRORS = {
    "shop": {"code": "internal_server_error", "message": _MESSAGE, "data": {"status": 500}},
    "crm": {"messageTranslation": {"label": "error", "scope": None, "data": {}}},
    "support": {"message": _MESSAGE},
    "hubspot": {
        "status": "error",
        "message": _MESSAGE,
        "category": "INTERNAL_ERROR",
        "correlationId": "",
    },
    "zendesk": {"error": "InternalError", "description": _MESSAGE},
}
Headers = list[tuple[bytes, bytes]]


@dataclass
class Answer:
    """A whole answer, kept back until the fault has had its way with it."""

    status: int = 500
    headers: Headers = field(default_factory=list)
    body: bytes = b""

    async def keep(self, message: Message) -> None:
        """Take one message of the application instead of sending it."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        else:
            self.body += message.get("body", b"")

    async def send(self, send: Send, body: bytes | None = None) -> None:
        """Send the answer, with `body` in the place of its own."""
        shown = self.body if body is None else body
        length = (b"content-length", str(len(shown)).encode())
        headers = [pair for pair in self.headers if pair[0] != b"content-length"]
        start = {"type": "http.response.start", "status": self.status}
        await send({**start, "headers": [*headers, length]})
        await send({"type": "http.response.body", "body": shown})


class Faulty:
    """A channel's application that fails when its turn comes.

    `unguarded` is the same application without its log-in check: page faults fetch a neighbour
    page from it that the client's signature does not cover.
    """

    def __init__(
        self,
        app: ASGIApp,
        unguarded: ASGIApp,
        channel: str,
        faults: Faults,
        clock: SandboxClock,
    ) -> None:
        """Ask `faults` at each call of `channel`."""
        self._app = app
        self._unguarded = unguarded
        self._channel = channel
        self._faults = faults
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request as the channel would, or as the fault demands."""
        fault = None
        if scope["type"] == "http":
            fault = self._faults.take(self._channel, scope["method"], scope["path"])
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.kind in ("throttle", "error500", "error_in_200"):
            await self._refuse(fault, send)
        elif fault.kind in ("timeout", "drop"):
            await self._stay_silent(fault, scope, receive, send)
        elif fault.kind in _PAGE_KINDS:
            await self._falsify_page(fault, scope, receive, send)
        else:
            await self._spoil_body(fault, scope, receive, send)

    async def _refuse(self, fault: Fault, send: Send) -> None:
        answer = Answer(500, [(b"content-type", b"text/html")], b"<h1>Server error</h1>")
        if fault.kind == "throttle":
            seconds = fault.retry_after
            is_date = fault.variant == "http_date"
            wait = self._clock.http_date(seconds) if is_date else str(seconds)
            headers = [(b"content-type", b"text/plain"), (b"retry-after", wait.encode())]
            answer = Answer(429, headers, b"Too many requests")
        elif fault.kind == "error_in_200":
            body = json.dumps(_ERRORS[self._channel]).encode()
            answer = Answer(200, [(b"content-type", b"application/json")], body)
        await answer.send(send)

    async def _stay_silent(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        scope["sandbox_fault"] = fault.kind
        answer = Answer()
        if fault.variant != "before":
            await self._app(scope, receive, answer.keep)
        if fault.kind == "timeout":
            await _wait_for_disconnect(receive, _NEVER_SECONDS)
        elif fault.variant == "mid_body":
            start = {"type": "http.response.start", "status": answer.status}
            await send({**start, "headers": answer.headers})
            half = answer.body[: max(1, len(answer.body) // 2)]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            # Give the half body time to leave before the connection goes.
            await asyncio.sleep(0.05)
        cut_connection(scope)

    async def _spoil_body(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        answer = Answer()
        await self._app(scope, receive, answer.keep)
        if fault.kind == "truncated":
            await answer.send(send, answer.body[: len(answer.body) // 2])
        elif fault.kind == "gzip_truncated":
            answer.headers.append((b"content-encoding", b"gzip"))
            packed = gzip.compress(answer.body)
            await answer.send(send, packed[: len(packed) // 2])
        else:
            await answer.send(send, b"<br /><b>Warning</b>: notice before the JSON" + answer.body)

    async def _falsify_page(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        form = PAGE_FORMS[self._channel]
        ask = Ask(scope["query_string"], await _read_body(receive))
        answer = Answer()
        await self._app(scope, _replay(ask.body), answer.keep)
        rows = form.read_rows(answer.body)
        if rows is None or not form.is_list(scope["method"], scope["path"]):
            await answer.send(send)
            return
        figures = {}
        if fault.kind == "out_of_order_page":
            rows = (
                rows[::-1] if len(rows) < 3 else [*rows[len(rows) // 2 :], *rows[: len(rows) // 2]]
            )
        elif fault.kind == "duplicate_page":
            before = form.page_before(ask)
            again = rows if before is None else await self._fetch(scope, before)
            rows = [*again, *rows]
        else:
            url = _address(scope)
            rows = await self._fetch(scope, form.first_page(ask))
            figures = endless_figures(self._channel, ask, url, answer.body)
            answer.headers = endless_headers(self._channel, url, answer.headers)
        await answer.send(send, form.replace_rows(answer.body, rows, figures))

    async def _fetch(self, scope: Scope, ask: Ask) -> list[Row]:
        """Return the rows of another page of the same list."""
        answer = Answer()
        other = {key: value for key, value in scope.items() if key != "path_params"}
        asking = {**other, "query_string": ask.query}
        await self._unguarded(asking, _replay(ask.body), answer.keep)
        return PAGE_FORMS[self._channel].read_rows(answer.body) or []


def _address(scope: Scope) -> str:
    host, port = scope["server"]
    return f"http://{host}:{port}{scope['path']}?{scope['query_string'].decode()}"


async def _read_body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


def _replay(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _wait_for_disconnect(receive: Receive, seconds: float) -> None:
    async def listen() -> None:
        while (await receive())["type"] != "http.disconnect":
            continue

    try:
        await asyncio.wait_for(listen(), seconds)
    except TimeoutError:
        return
