"""Who may call HubSpot, and how often: tokens and rate limits."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from local.sandbox.hubspot_wire import HubSpotError
from local.sandbox.settings import HubSpotSettings, Rate

TOKEN_PATH = "/oauth/v1/token"  # noqa: S105 - an address
_USUAL_BURST = 190


class Tokens:
    """The private app's token, which never ends, and access tokens, which do."""

    def __init__(self, held: Mapping[str, str], settings: HubSpotSettings) -> None:
        """Issue tokens for `held`: access_token, client_id, client_secret, refresh_token."""
        self._held = held
        self._settings = settings
        self._issued: dict[str, float] = {}

    def admit(self, request: Request) -> Response | None:
        """Return 401 unless the request carries a token that is good now."""
        if request.url.path == TOKEN_PATH:
            return None
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and _is_same(token, self._held["access_token"]):
            return None
        issued = self._issued.get(token)
        if issued is None:
            message = "Authentication credentials not found. This API supports OAuth 2.0."
            return HubSpotError(401, "INVALID_AUTHENTICATION", message).response()
        age = time.monotonic() - issued - self._settings.access_token_seconds
        if age < 0:
            return None
        message = f"The OAuth token used to make this call expired {int(age)} second(s) ago."
        return HubSpotError(401, "EXPIRED_AUTHENTICATION", message).response()

    async def issue(self, request: Request) -> Response:
        """Answer a fresh access token for the refresh token, which stays the same."""
        form = await request.form()
        given = {name: str(form.get(name, "")) for name in ("grant_type", *self._held)}
        if given["grant_type"] != "refresh_token":
            return _refuse("BAD_GRANT_TYPE", "missing or unknown grant type")
        for name, status in (
            ("client_id", "BAD_CLIENT_ID"),
            ("client_secret", "BAD_CLIENT_SECRET"),
            ("refresh_token", "BAD_REFRESH_TOKEN"),
        ):
            if not _is_same(given[name], self._held[name]):
                return _refuse(status, f"missing or invalid {name.replace('_', ' ')}")
        token = secrets.token_urlsafe(32)
        self._issued[token] = time.monotonic()
        answer = {
            "access_token": token,
            "expires_in": int(self._settings.access_token_seconds),
            "refresh_token": self._held["refresh_token"],
            "token_type": "bearer",
        }
        return JSONResponse(answer)


class RateLimited:
    """An application with HubSpot's limits; search has its own, and no headers about it."""

    def __init__(self, app: ASGIApp, settings: HubSpotSettings) -> None:
        """Count the calls of `app` in the account's two windows."""
        self._app = app
        self._settings = settings
        self._calls, self._searches = Rate(10), Rate(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429."""
        if scope["type"] != "http" or scope["path"] == TOKEN_PATH:
            await self._app(scope, receive, send)
            return
        is_search = scope["path"].endswith("/search")
        limit = self._settings.search_limit if is_search else self._settings.burst_limit
        # Without a limit the headers show an account that nobody else uses.
        left = _USUAL_BURST - 1
        if limit is not None:
            taken = (self._searches if is_search else self._calls).take(limit)
            if taken is None:
                policy = "SECONDLY" if is_search else "TEN_SECONDLY_ROLLING"
                await _too_many(policy)(scope, receive, send)
                return
            left = taken
        shown = _USUAL_BURST if limit is None else int(limit)

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start" and not is_search:
                told = {"max": shown, "remaining": left, "interval-milliseconds": 10_000}
                message["headers"] = [
                    *message["headers"],
                    *(
                        (f"x-hubspot-ratelimit-{k}".encode(), str(v).encode())
                        for k, v in told.items()
                    ),
                ]
            await send(message)

        await self._app(scope, receive, send_counted)


def _too_many(policy: str) -> Response:
    answer = {
        "status": "error",
        "message": f"You have reached your {policy.lower()} limit.",
        "errorType": "RATE_LIMIT",
        "correlationId": str(uuid.uuid4()),
        "policyName": policy,
    }
    return JSONResponse(answer, 429)


def _refuse(status: str, message: str) -> Response:
    answer = {"status": status, "message": message, "correlationId": str(uuid.uuid4())}
    return JSONResponse(answer, 400)


def _is_same(given: str, expected: str) -> bool:
    return secrets.compare_digest(given.encode(), expected.encode())
