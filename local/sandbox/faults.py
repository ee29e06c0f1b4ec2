"""Which failures the sandbox has been told to show, and whose turn it is."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass
from typing import Any

KINDS = frozenset(
    {
        "throttle",
        "error500",
        "timeout",
        "drop",
        "duplicate_page",
        "out_of_order_page",
        "loop_page",
        "invalid_json",
        "truncated",
        "gzip_truncated",
        "error_in_200",
    }
)
VARIANTS = {
    "throttle": ("seconds", "http_date"),
    "timeout": ("before", "after_write"),
    "drop": ("before", "after_write", "mid_body"),
}
_CHANNELS = ("shop", "crm", "support", "pos", "hubspot", "zendesk")


@dataclass
class Fault:
    """One failure: for `count` calls, or for a `share` of all calls, after the first `after`.

    `method` and `path` (a part of the path) narrow it. `variant`: throttle says Retry-After in
    seconds or as http_date; timeout and drop come before the call takes effect, or after_write,
    or (drop) mid_body. `retry_after` is in seconds. `loop_page` lasts until it is lifted.
    """

    channel: str
    kind: str
    count: int | None = None
    share: float = 1.0
    after: int = 0
    variant: str = ""
    retry_after: int = 1
    method: str = ""
    path: str = ""
    shown: int = 0

    def __post_init__(self) -> None:
        """Refuse what no channel can show; raises ValueError."""
        if self.channel not in _CHANNELS:
            raise ValueError(f"channel must be one of {', '.join(_CHANNELS)}")
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(sorted(KINDS))}")
        variants = VARIANTS.get(self.kind, ("",))
        self.variant = self.variant or variants[0]
        if self.variant not in variants:
            raise ValueError(f"variant of {self.kind} must be one of {', '.join(variants)}")
        if not 0 <= self.share <= 1:
            raise ValueError("share must lie between 0 and 1")

    def concerns(self, channel: str, method: str, path: str) -> bool:
        """Tell whether a call is of the kind this fault is for."""
        return (
            self.channel == channel
            and self.method.upper() in ("", method)
            and self.path in path
            and (self.count is None or self.count > 0)
        )


class Faults:
    """The faults that are set, asked once for each call."""

    def __init__(self) -> None:
        """Begin with none; the shares are drawn from a fixed seed, so runs can be repeated."""
        self._set: list[Fault] = []
        self._random = random.Random(1)

    def add(self, options: dict[str, Any]) -> dict[str, Any]:
        """Set a fault and return it in full; raises ValueError for options that make none."""
        try:
            fault = Fault(**options)
        except TypeError as error:
            raise ValueError(f"not a fault: {error}") from None
        self._set.append(fault)
        return asdict(fault)

    def rows(self) -> list[dict[str, Any]]:
        """Return every fault with what is left of it and how often it was shown."""
        return [asdict(fault) for fault in self._set]

    def clear(self) -> None:
        """Lift every fault."""
        self._set.clear()

    def take(self, channel: str, method: str, path: str) -> Fault | None:
        """Return the fault that this call must show, and count it; None for a call that works."""
        for fault in self._set:
            if not fault.concerns(channel, method, path):
                continue
            if fault.after > 0:
                fault.after -= 1
            elif self._random.random() < fault.share:
                if fault.count is not None:
                    fault.count -= 1
                fault.shown += 1
                return fault
        return None
