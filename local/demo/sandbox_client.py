"""The sandbox's control port: let business days pass, and look at what the channels hold."""

from __future__ import annotations

from typing import Any

import requests

from local.stack.lifecycle import Stack
from local.stack.ports import HOST
from local.stack.sandbox import read_server_secrets

TIMEOUT_SECONDS = 120


class SandboxClient:
    """The control port of a stack's sandbox."""

    def __init__(self, stack: Stack) -> None:
        token = read_server_secrets(stack.layout.secrets)["control"]["token"]
        self._url = f"http://{HOST}:{stack.ports()['control']}"
        self._headers = {"Authorization": f"Bearer {token}"}

    def advance(self, day: int) -> None:
        """Let business day `day` pass. Doing it again changes nothing."""
        self._call("POST", "/advance", {"day": day})

    def state(self) -> dict[str, Any]:
        """Return the clock, the day and the counts per channel and entity."""
        found: dict[str, Any] = self._call("GET", "/state")
        return found

    def records(self, channel: str, entity: str) -> list[dict[str, Any]]:
        """Return every record of one entity, deleted ones included."""
        found: list[dict[str, Any]] = self._call("GET", f"/records/{channel}/{entity}")
        return found

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = requests.request(
            method, self._url + path, json=body, headers=self._headers, timeout=TIMEOUT_SECONDS
        )
        answer.raise_for_status()
        return answer.json()
