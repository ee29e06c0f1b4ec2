"""What people do in the targets while the hub is at work: they edit, add and merge nothing of ours."""

from __future__ import annotations

import random
from typing import Any

from local.sandbox.process import SandboxProcess
from tests.laws.pipeline import Pipeline

_ENTITIES = {"shop": "customers", "crm": "Account", "support": "user"}
_PATHS = {
    "shop": "/wp-json/wc/v3/customers/{id}",
    "crm": "/api/v1/Account/{id}",
    "support": "/REST/2.0/user/{id}",
}
# Fields that the hub never writes, as each system names them.
_FIELDS = {"shop": "first_name", "crm": "description", "support": "Comments"}


class People:
    """Edits records by the systems' own interfaces and remembers what must stand there."""

    def __init__(self, sandbox: SandboxProcess, pipeline: Pipeline, dice: random.Random) -> None:
        """Act in the targets of `pipeline`."""
        self._sandbox = sandbox
        self._pipeline = pipeline
        self._dice = dice
        self._edits = 0
        self.said: dict[tuple[str, str], str] = {}

    def edit(self, channel: str) -> None:
        """Change a field of a record that is the target's own."""
        key = self._choose(channel)
        self._edits += 1
        text = f"note {self._edits}"
        self._write(channel, key, {_FIELDS[channel]: text})
        self.said[channel, key] = text

    def add_double(self) -> None:
        """Enter a customer of the shop in the CRM as well."""
        body = self._dice.choice(self._standing("shop"))
        if not body.get("email") or not body.get("last_name"):
            return
        name = f"{body['last_name']}{body['first_name']}"
        crm: Any = self._pipeline.open("crm")
        crm._http.write(
            "POST",
            "/api/v1/Account",
            body={"name": name, "emailAddress": body["email"], "cKind": "person"},
            accept=(409,),
        )

    def find_lost_edits(self) -> list[tuple[str, str]]:
        """Return the records that do not hold what a person wrote last."""
        return [
            (channel, key)
            for (channel, key), text in self.said.items()
            if self._records(channel)[key].get(_FIELDS[channel]) != text
        ]

    def _choose(self, channel: str) -> str:
        return str(self._dice.choice(self._standing(channel))["id"])

    def _standing(self, channel: str) -> list[dict[str, Any]]:
        records = self._sandbox.records(channel, _ENTITIES[channel]).values()
        return [record["body"] for record in records if not record["deleted"]]

    def _records(self, channel: str) -> dict[str, dict[str, Any]]:
        return {str(body["id"]): body for body in self._standing(channel)}

    def _write(self, channel: str, key: str, body: dict[str, Any]) -> None:
        opened: Any = self._pipeline.open(channel)
        opened._http.write("PUT", _PATHS[channel], ids={"id": key}, body=body)
