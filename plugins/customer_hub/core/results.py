"""What a step reports: counts and ids only, small enough for XCom and free of personal data."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from customer_hub.core.errors import BadDataError


@dataclass(frozen=True, slots=True)
class Receipt:
    """The balance of one gathered window: nothing is lost (law 1).

    ``received = accepted + duplicate + quarantined + refused + outside``.
    """

    channel: str
    entity: str
    window_id: int
    received: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    refused: int = 0
    outside: int = 0
    state: str = "closed"

    def check_balance(self) -> "Receipt":
        """Return self if the counts balance.

        Raises:
            BadDataError: they do not; the caller's transaction must not commit.
        """
        parts = self.accepted + self.duplicate + self.quarantined + self.refused + self.outside
        if parts != self.received:
            raise BadDataError(
                f"received {self.received} but accounted for {parts}",
                where=f"{self.channel}/{self.entity} window {self.window_id}",
                hint="nothing was committed; see docs/runbooks/gather.md, 'receipt does not balance'",
            )
        return self

    def as_dict(self) -> dict[str, Any]:
        """Return the receipt as plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The counted outcome of a step that is not a gather."""

    step: str
    counts: dict[str, int] = field(default_factory=dict)
    ids: tuple[str, ...] = ()

    def add(self, **counts: int) -> "BatchResult":
        """Return a copy with `counts` added."""
        merged = dict(self.counts)
        for name, count in counts.items():
            merged[name] = merged.get(name, 0) + count
        return replace(self, counts=merged)

    def as_dict(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return {"step": self.step, "counts": dict(self.counts), "ids": list(self.ids)}
