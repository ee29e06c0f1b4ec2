"""What one field of one record holds in its target, by the newest that the hub knows of it."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, Self

from sqlalchemy import Row

from customer_hub.channels.hub_fields import HUB_SLOTS, normalise
from customer_hub.core.seal import Sealer


def digest_sent(sealer: Sealer, source_key: str, name: str, value: str | None) -> bytes:
    """Return the keyed digest of one sent field, bound to its record: none are comparable."""
    # UNKNOWN is empty text and no value at all: it equals none.
    return sealer.digest([source_key, name, normalise(name, value) if value else value])


@dataclass(frozen=True, slots=True)
class Shown:
    """One record as a read shows it: what stands in the hub's slots, and its update time then.

    `edited` are the fields that showed something else when the record was last gathered.
    """

    values: Mapping[str, str | None] = field(repr=False)
    version_at: datetime | None
    edited: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Held:
    """The target's own word as it was last gathered, what it acknowledged since, or a read of now.

    `own` is what its own record says, standardised: several phones, one of anything else. A slot
    that is the hub's alone has none. `acknowledged` is the digest of what it acknowledged last, if
    ever. `by` says which of them is the newest.
    """

    source_key: str
    name: str
    own: Set[str]
    acknowledged: bytes | None
    by: Literal["gathered", "acknowledged", "shown"]

    @classmethod
    def of(cls, row: Row[Any], name: str, sent: Row[Any] | None, points: Set[str]) -> Self:
        """Return it from a row of golden and own values, and what the target acknowledged."""
        digest = bytes(sent.digest) if sent is not None else None
        if name in HUB_SLOTS:
            by: Literal["gathered", "acknowledged"] = "gathered" if sent is None else "acknowledged"
            return cls(row.source_key, name, set(), digest, by)
        mine = normalise(name, getattr(row, f"own_{name}", None))
        shown_at = sent.version_at if sent is not None else None
        is_newer = shown_at is not None and shown_at >= row.version_at
        own = points | ({mine} if mine else set())
        return cls(row.source_key, name, own, digest, "acknowledged" if is_newer else "gathered")

    def see(self, sealer: Sealer, shown: Shown) -> Self:
        """Return what a read makes of it: itself, if the read tells nothing new."""
        if self.name not in shown.values:
            return self
        value = normalise(self.name, shown.values[self.name])
        if self.by == "acknowledged":
            is_news = not self.equals(sealer, value)
        else:
            is_news = value is not None if self.name in HUB_SLOTS else self.name in shown.edited
        return replace(self, own={value} if value else set(), by="shown") if is_news else self

    def equals(self, sealer: Sealer, value: str | None) -> bool:
        """Say whether the target holds a value, None: nothing. What nobody knows equals none."""
        if self.by == "acknowledged":
            return self._has_acknowledged(sealer, value)
        if self.by == "gathered" and self.name in HUB_SLOTS:
            return False
        return value in self.own if value else not self.own

    def has_agreed(self, sealer: Sealer, value: str | None) -> bool:
        """Say whether a value is the last agreed: acknowledged, or the target's own if none was."""
        if self.acknowledged is not None:
            return self._has_acknowledged(sealer, value)
        return value in self.own if value else not self.own

    def _has_acknowledged(self, sealer: Sealer, value: str | None) -> bool:
        return self.acknowledged == digest_sent(sealer, self.source_key, self.name, value)
