"""The world as the sandbox has lived it: every channel's store, moved on day by day together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.sandbox.clock import SandboxClock
from local.sandbox.events import read_events
from local.sandbox.store import Absorb, Event, Key, Store

DropFiles = Callable[[list[Event], int, int], None]


@dataclass(frozen=True)
class ChannelState:
    """One channel's store and how the world's events enter it.

    `read_key` makes the channel's kind of id from the event's key text. `drop` is for a channel
    that shows its records as files: it gets the days' events, and the days as (after, up to],
    before they count as applied.
    """

    store: Store
    absorb: Absorb
    read_key: Callable[[str], Key]
    drop: DropFiles | None = None


class World:
    """All channels over one file of events."""

    def __init__(
        self, events: Path, channels: Mapping[str, ChannelState], clock: SandboxClock
    ) -> None:
        """Read from `events` whenever the world is told to move on."""
        self._events = events
        self._clock = clock
        self.channels = channels

    def day(self) -> int:
        """Return the last business day that every channel has lived through."""
        return min(channel.store.applied_day() for channel in self.channels.values())

    def advance(self, day: int) -> dict[str, int]:
        """Apply what happened up to the end of business day `day`; return channel -> events.

        A channel that is already there applies nothing. The clock moves to the midnight after,
        unless the world has been as far before.
        """
        has_moved = day > self.day()
        applied = {name: self._advance(name, day) for name in self.channels}
        if has_moved:
            self._clock.open_after(day)
        return applied

    def state(self) -> dict[str, Any]:
        """Return the clock, the day and the number of records per channel and entity."""
        return {
            "clock": self._clock.now().isoformat(),
            "day": self.day(),
            "channels": {name: c.store.totals() for name, c in self.channels.items()},
        }

    def _advance(self, name: str, day: int) -> int:
        channel = self.channels[name]
        reached = channel.store.applied_day()
        if day <= reached:
            return 0
        events = read_events(self._events, name, reached, day, channel.read_key)
        if channel.drop is not None:
            listed = list(events)
            channel.drop(listed, reached, day)
            return channel.store.absorb_events(listed, channel.absorb, day)
        return channel.store.absorb_events(events, channel.absorb, day)
