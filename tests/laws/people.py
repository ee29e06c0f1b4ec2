"""What people do in the targets while the hub is at work: they edit and add, also what is the hub's."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
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
_NOTES = {"shop": "first_name", "crm": "description", "support": "Comments"}
_INDUSTRIES = ("C14", "F51", "G54", "I65", "K70")
# Fields of the CRM that the hub may write as well, and what people write there, by a number. Some
# are emptied now and then.
_SHARED: dict[str, Callable[[int], str]] = {
    "website": lambda number: f"https://site{number}.example",
    "industry": lambda number: _INDUSTRIES[number % len(_INDUSTRIES)],
    "cShortName": lambda number: f"简称{number}",
    "phoneNumber": lambda number: f"0755-2600 {number:04d}",
}
_EMPTIED = ("website", "industry", "cShortName")
# The hub's own slots, filled with what is none of the hub's.
_HUBS: dict[str, Callable[[str], dict[str, Any]]] = {
    "shop": lambda text: {"meta_data": [{"key": "hub_level", "value": text}]},
    "crm": lambda text: {"cHubLevel": text, "cHubRegion": ""},
    "support": lambda text: {"CustomFields": {"HubId": text}},
}


@dataclass(frozen=True)
class Said:
    """What a person wrote last, and the update time that this gave the record."""

    text: str
    at: str


class People:
    """Edits records by the systems' own interfaces and remembers what was written."""

    def __init__(self, sandbox: SandboxProcess, pipeline: Pipeline, dice: random.Random) -> None:
        """Act in the targets of `pipeline`."""
        self._sandbox = sandbox
        self._pipeline = pipeline
        self._dice = dice
        self._edits = 0
        self.said: dict[tuple[str, str, str], Said] = {}

    def edit(self, channel: str) -> None:
        """Change a field of a record that the hub never writes."""
        self._say(channel, self._choose(channel), _NOTES[channel], f"note {self._next()}")

    def edit_shared(self) -> None:
        """Change or empty a field of an account that the hub may write as well."""
        slot, number = self._dice.choice(sorted(_SHARED)), self._next()
        is_emptied = slot in _EMPTIED and self._dice.random() < 0.2
        text = "" if is_emptied else _SHARED[slot](number)
        self._say("crm", self._choose("crm"), slot, text)

    def edit_hubs(self, channel: str) -> None:
        """Write into a slot that is the hub's alone."""
        text = f"edited {self._next()}"
        self._write(channel, self._choose(channel), _HUBS[channel](text))

    def add_double(self) -> None:
        """Enter a customer of the shop in the CRM as well."""
        body = self._dice.choice(self._standing("shop"))
        if not body.get("email") or not body.get("last_name"):
            return
        name = f"{body['last_name']}{body['first_name']}"
        self._add({"name": name, "emailAddress": body["email"], "cKind": "person"})

    def add_twin(self) -> None:
        """Enter an account of the CRM once more, though the CRM warns of the first."""
        body = self._dice.choice(self._standing("crm"))
        same = ("name", "cKind", "cSocialCreditCode", "emailAddress", "cMobile")
        self._add({name: body.get(name) for name in same}, {"X-Skip-Duplicate-Check": "true"})

    def choose_account(self) -> str:
        """Return the id of an account."""
        return self._choose("crm")

    def find_lost_edits(self) -> list[tuple[str, str]]:
        """Return the records that do not hold what a person wrote where the hub never writes."""
        return [
            (channel, key)
            for (channel, key, slot), said in self.said.items()
            if slot == _NOTES[channel] and self.read(channel)[key].get(slot) != said.text
        ]

    def read(self, channel: str) -> dict[str, dict[str, Any]]:
        """Return what stands in a target, by id, past the hub's own clients."""
        return {str(body["id"]): body for body in self._standing(channel)}

    def _next(self) -> int:
        self._edits += 1
        return self._edits

    def _choose(self, channel: str) -> str:
        return str(self._dice.choice(self._standing(channel))["id"])

    def _standing(self, channel: str) -> list[dict[str, Any]]:
        records = self._sandbox.records(channel, _ENTITIES[channel]).values()
        return [record["body"] for record in records if not record["deleted"]]

    def _say(self, channel: str, key: str, slot: str, text: str) -> None:
        self._write(channel, key, {slot: text})
        at = str(self.read(channel)[key].get("modifiedAt"))
        self.said[channel, key, slot] = Said(text, at)

    def _write(self, channel: str, key: str, body: dict[str, Any]) -> None:
        opened: Any = self._pipeline.open(channel)
        opened._http.write("PUT", _PATHS[channel], ids={"id": key}, body=body)

    def _add(self, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        crm: Any = self._pipeline.open("crm")
        crm._http.write("POST", "/api/v1/Account", body=body, headers=headers, accept=(409,))
