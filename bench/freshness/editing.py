"""People who edit the records of two channels: each one once, at a steady rate."""

from __future__ import annotations

import random
from collections.abc import Sequence

import requests
from requests_oauthlib import OAuth1

from local.stack.lifecycle import Stack
from local.stack.ports import HOST
from local.stack.sandbox import read_server_secrets

EDITED = ("shop/customer/", "crm/customer/")
"""What is edited: the customers of the shop, and the accounts and persons of the CRM."""

_TIMEOUT_SECONDS = 30


class Editor:
    """Whoever works in the shop and in the CRM: gives customers new phone numbers."""

    def __init__(self, stack: Stack) -> None:
        secrets, ports = read_server_secrets(stack.layout.secrets), stack.ports()
        shop = secrets["shop"]
        self._signature = OAuth1(shop["consumer_key"], shop["consumer_secret"])
        self._key = {"X-Api-Key": secrets["crm"]["api_key"]}
        self._shop = f"http://{HOST}:{ports['shop']}/wp-json/wc/v3/customers"
        self._crm = f"http://{HOST}:{ports['crm']}/api/v1/Account"
        self._session = requests.Session()
        self._number = 0

    def edit(self, source_key: str) -> None:
        """Give the customer of a source key a phone number that nobody has."""
        channel, _, record_id = source_key.split("/", 2)
        self._number += 1
        phone = f"+86 10 5555 {self._number:04d}"
        if channel == "shop":
            answer = self._session.put(
                f"{self._shop}/{record_id}",
                json={"billing": {"phone": phone}},
                auth=self._signature,
                timeout=_TIMEOUT_SECONDS,
            )
        else:
            answer = self._session.put(
                f"{self._crm}/{record_id}",
                json={"phoneNumber": phone},
                headers=self._key,
                timeout=_TIMEOUT_SECONDS,
            )
        answer.raise_for_status()


def draw_keys(known: Sequence[str], count: int) -> list[str]:
    """Draw `count` of the source keys that can be edited, as many of each channel as there are.

    Raises:
        SystemExit: there are not so many.
    """
    drawn = random.Random(7)
    piles = [[key for key in known if key.startswith(prefix)] for prefix in EDITED]
    share = -(-count // len(piles))
    if min(map(len, piles)) < share:
        raise SystemExit(
            f"{share} customers of each channel are wanted: a larger world, or fewer edits"
        )
    chosen = [key for pile in piles for key in drawn.sample(sorted(pile), share)]
    drawn.shuffle(chosen)
    return chosen[:count]
