"""Somebody who works in the CRM while the stack runs, and who looks into the targets."""

from __future__ import annotations

from typing import Any

import requests

from local.demo.sandbox_client import TIMEOUT_SECONDS, SandboxClient
from local.stack.lifecycle import Stack
from local.stack.ports import HOST
from local.stack.sandbox import read_server_secrets

Levels = dict[str, tuple[str | None, str | None]]


class CrmUser:
    """Edits accounts over the CRM's own API."""

    def __init__(self, stack: Stack) -> None:
        self.sandbox = SandboxClient(stack)
        secrets = read_server_secrets(stack.layout.secrets)
        self._url = f"http://{HOST}:{stack.ports()['crm']}/api/v1/Account"
        self._headers = {"X-Api-Key": secrets["crm"]["api_key"]}

    def set_level(self, account: str, level: str) -> None:
        """Give an account another level."""
        answer = requests.put(
            f"{self._url}/{account}",
            json={"cLevel": level},
            headers=self._headers,
            timeout=TIMEOUT_SECONDS,
        )
        answer.raise_for_status()

    def read_hub_levels(self) -> Levels:
        """Return the hub's id and level in every standing record that holds both."""
        accounts = {
            f"crm/{row['id']}": (row["body"].get("cHubId"), row["body"].get("cHubLevel"))
            for row in self._standing("crm", "Account")
        }
        meta = {
            f"shop/{row['id']}": {each["key"]: each["value"] for each in row["body"]["meta_data"]}
            for row in self._standing("shop", "customers")
        }
        shoppers = {key: (each.get("hub_id"), each.get("hub_level")) for key, each in meta.items()}
        return accounts | shoppers

    def _standing(self, channel: str, entity: str) -> list[dict[str, Any]]:
        rows = self.sandbox.records(channel, entity)
        return [row for row in rows if not row["deleted"]]
