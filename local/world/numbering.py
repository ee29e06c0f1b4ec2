"""Native ids: unique in a channel, unlike across channels, from the customer number alone."""

from __future__ import annotations

from hashlib import sha256

from local.world.dice import Shuffle

RECORDS_EACH = 2  # records of one customer in one channel
ORDERS_EACH = 8  # orders, receipts or tickets of one record


class Numbering:
    """Hands out native ids of one world."""

    def __init__(self, customers: int, seed: int) -> None:
        """Size the number ranges for ``customers`` true customers."""
        self._seed = seed
        records = customers * RECORDS_EACH
        self._records = {name: Shuffle(records, seed, name) for name in ("shop", "support", "pos")}
        self._events = {
            name: Shuffle(records * ORDERS_EACH, seed, name) for name in ("order", "sale", "ticket")
        }

    def record(self, channel: str, customer: int, repeat: int) -> str:
        """Return the id of a customer's record: an integer, a member number or 17 hex digits."""
        if channel == "crm":
            return self.crm("Account", customer, repeat)
        place = self._records[channel].place(customer * RECORDS_EACH + repeat)
        return f"M{10_000_000 + place}" if channel == "pos" else str(100 + place)

    def crm(self, *thing: object) -> str:
        """Return 17 hex digits for anything in the CRM."""
        text = ":".join(map(str, (self._seed, *thing)))
        return sha256(text.encode()).hexdigest()[:17]

    def happening(self, kind: str, customer: int, repeat: int, index: int) -> int:
        """Return the number of a record's order, sale or ticket; ``index`` is below ORDERS_EACH."""
        slot = (customer * RECORDS_EACH + repeat) * ORDERS_EACH + index
        return 1000 + self._events[kind].place(slot)
