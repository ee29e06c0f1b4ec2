"""What one field of one record holds in its target, by the newest that the hub knows of it."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Row

from customer_hub.channels.hub_fields import HUB_SLOTS, normalise
from customer_hub.core.seal import Sealer


def digest_sent(sealer: Sealer, source_key: str, name: str, value: str | None) -> bytes:
    """Return the keyed digest of one sent field, bound to its record: none are comparable."""
    # UNKNOWN is empty text and no value at all: it equals none.
    return sealer.digest([source_key, name, normalise(name, value) if value else value])


@dataclass(frozen=True, slots=True)
class Held:
    """The target's own word as it was last gathered, or what it acknowledged to us since then.

    `own` is what its own record says, standardised: several phones, one of anything else. A slot
    that is the hub's alone has none. `is_ours` says that what it acknowledged is the newer.
    """

    source_key: str
    name: str
    own: Set[str]
    sent_digest: bytes | None
    is_ours: bool

    @classmethod
    def of(cls, row: Row[Any], name: str, sent: Row[Any] | None, points: Set[str]) -> Self:
        """Return it from a row of golden and own values, and what the target acknowledged."""
        digest = bytes(sent.digest) if sent is not None else None
        if name in HUB_SLOTS:
            return cls(row.source_key, name, set(), digest, digest is not None)
        mine = normalise(name, getattr(row, f"own_{name}", None))
        shown_at = sent.version_at if sent is not None else None
        is_ours = shown_at is not None and shown_at >= row.version_at
        return cls(row.source_key, name, points | ({mine} if mine else set()), digest, is_ours)

    def equals(self, sealer: Sealer, value: str | None) -> bool:
        """Say whether the target holds a value, None: nothing. What nobody knows equals none."""
        if self.is_ours:
            return self.sent_digest == digest_sent(sealer, self.source_key, self.name, value)
        if self.name in HUB_SLOTS:
            return False
        return value in self.own if value else not self.own
