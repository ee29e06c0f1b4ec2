"""Dice: one independent stream of random numbers per thing, from the seed and the thing's number.

No list of all customers exists anywhere: whatever asks twice for the same thing gets the same dice.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Item = TypeVar("Item")


def dice(seed: int, *thing: object) -> Random:
    """Return the random stream of a thing, for example ``dice(7, "view", 12, "shop")``."""
    return Random(":".join(map(str, (seed, *thing))))


class Weighted(Generic[Item]):
    """A weighted choice whose sums are computed once."""

    def __init__(self, items: Sequence[tuple[Item, float]]) -> None:
        """Take (item, weight) pairs; weights need not add up to one."""
        self._items = [item for item, _ in items]
        self._sums = list(accumulate(weight for _, weight in items))

    def draw(self, rng: Random) -> Item:
        """Draw one item."""
        at = bisect(self._sums, rng.random() * self._sums[-1])
        return self._items[min(at, len(self._items) - 1)]


class Shuffle:
    """A fixed one-to-one walk over 0..size-1, so that numbers look random and never collide."""

    def __init__(self, size: int, seed: int, name: str) -> None:
        """Make the walk of one name; ``size`` is the number of places."""
        rng = dice(seed, "shuffle", name)
        self._size = size
        self._bits = max(2, (size - 1).bit_length())
        self._half = (self._bits + 1) // 2
        self._keys = [rng.getrandbits(32) | 1 for _ in range(3)]

    def place(self, index: int) -> int:
        """Return the place of an index below ``size`` (a Feistel walk until it falls inside)."""
        if not 0 <= index < self._size:
            raise ValueError(f"index {index} is outside 0..{self._size - 1}")
        low_bits = self._half
        high_bits = self._bits - low_bits
        low_mask, high_mask = (1 << low_bits) - 1, (1 << high_bits) - 1
        value = index
        while True:
            high, low = value >> low_bits, value & low_mask
            for turn, key in enumerate(self._keys):
                if turn % 2:
                    low ^= _mix(high, key) & low_mask
                else:
                    high ^= _mix(low, key) & high_mask
            value = (high << low_bits) | low
            if value < self._size:
                return value


def _mix(value: int, key: int) -> int:
    value = (value + 0x9E3779B9) * key & 0xFFFFFFFF
    value ^= value >> 15
    value = value * 0x2C1B3C6D & 0xFFFFFFFF
    return value ^ (value >> 13)
