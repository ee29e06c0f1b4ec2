"""The sandbox's own port: moving the world on, looking into it, and making channels fail."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.sandbox.faults import Faults
from local.sandbox.settings import Settings, change_settings
from local.sandbox.store import Record
from local.sandbox.web import CallLog, read_json
from local.sandbox.world import World


class Control:
    """What tests, the demo and people steer the sandbox by; every call needs the token."""

    def __init__(
        self,
        world: World,
        log: CallLog,
        faults: Faults,
        settings: Mapping[str, Settings],
        token: str,
    ) -> None:
        """Steer `world`, `faults` and the channels' `settings`, and show `log`."""
        self._settings = settings
        self._faults = faults
        self._world = world
        self._log = log
        self._token = token

    def app(self) -> Starlette:
        """Return the ASGI application without its token check."""
        return Starlette(
            routes=[
                Route("/advance", self.advance, methods=["POST"]),
                Route("/state", self.show_state, methods=["GET"]),
                Route("/calls", self.show_calls, methods=["GET"]),
                Route("/calls/reset", self.reset_calls, methods=["POST"]),
                Route("/faults", self.show_faults, methods=["GET"]),
                Route("/faults", self.add_fault, methods=["POST"]),
                Route("/faults", self.clear_faults, methods=["DELETE"]),
                Route("/settings", self.show_settings, methods=["GET"]),
                Route("/settings", self.change_settings, methods=["POST"]),
                Route("/records/{channel}/{entity}", self.dump_records, methods=["GET"]),
            ]
        )

    def admit(self, request: Request) -> Response | None:
        """Return 401 unless the request carries `Authorization: Bearer <token>`."""
        given = request.headers.get("authorization", "")
        if secrets.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
            return None
        return _refuse(401, "the control token is missing or wrong")

    async def advance(self, request: Request) -> Response:
        """Apply everything up to the end of business day {"day": N}."""
        body = await read_json(request)
        day = body.get("day") if isinstance(body, dict) else None
        if not isinstance(day, int) or day < 1:
            return _refuse(422, 'expected {"day": N} with N from 1')
        applied = self._world.advance(day)
        return JSONResponse({**self._world.state(), "applied": applied})

    async def show_state(self, request: Request) -> Response:
        """Answer the clock, the day and the counts."""
        return JSONResponse(self._world.state())

    async def show_calls(self, request: Request) -> Response:
        """Answer how often each path was called, with which status."""
        return JSONResponse(self._log.rows())

    async def reset_calls(self, request: Request) -> Response:
        """Count from nought again."""
        self._log.clear()
        return JSONResponse([])

    async def show_faults(self, request: Request) -> Response:
        """Answer the faults that are set, with what is left of each."""
        return JSONResponse(self._faults.rows())

    async def add_fault(self, request: Request) -> Response:
        """Set one fault: {"channel", "kind"} and the options of faults.Fault; 201."""
        body = await read_json(request)
        if not isinstance(body, dict):
            return _refuse(422, 'expected {"channel": .., "kind": ..}')
        try:
            return JSONResponse(self._faults.add(body), 201)
        except ValueError as error:
            return _refuse(422, str(error))

    async def clear_faults(self, request: Request) -> Response:
        """Lift every fault."""
        self._faults.clear()
        return JSONResponse([])

    async def show_settings(self, request: Request) -> Response:
        """Answer the settings of the channels that have some."""
        return JSONResponse({name: asdict(held) for name, held in self._settings.items()})

    async def change_settings(self, request: Request) -> Response:
        """Change some settings of one channel: {"channel": .., "search_lag_seconds": 0}."""
        body = await read_json(request)
        channel = body.pop("channel", None) if isinstance(body, dict) else None
        if channel not in self._settings:
            return _refuse(422, f"channel must be one of {', '.join(self._settings)}")
        try:
            change_settings(self._settings[channel], body)
        except ValueError as error:
            return _refuse(422, str(error))
        return await self.show_settings(request)

    async def dump_records(self, request: Request) -> Response:
        """Answer every record of one entity, deleted ones included, by id."""
        channel = self._world.channels.get(request.path_params["channel"])
        if channel is None:
            return _refuse(404, f"no such channel, one of {', '.join(self._world.channels)}")
        records = channel.store.everything(request.path_params["entity"])
        return JSONResponse([_show(record) for record in records])


def _show(record: Record) -> dict[str, Any]:
    return {
        "id": record.id,
        "modified_at": record.modified_at,
        "deleted": record.deleted,
        "body": record.body,
    }


def _refuse(status: int, reason: str) -> Response:
    return JSONResponse({"error": reason}, status)
