"""Candidate pairs: records that share a key which is neither too frequent nor generic."""

import os
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from customer_hub.match.engine.column import Codes, Ints, find_distinct, find_starts, spread
from customer_hub.match.engine.keys import Key

_WAITING = 2  # keys that wait to be paired up: each is large
_LARGEST = 1 << 62  # what a number of 64 bits surely holds
_BITS = 5  # a pair's code has room for the number of the key that proposed it


@dataclass(frozen=True, slots=True)
class BlockingLimits:
    """A key value held by more records, or by more distinct names, proposes no pairs at all.

    ``broad_cap`` and ``broad_names`` are the limits of keys whose values many customers share by
    nature: there a few names tell that a value is no customer's own. Of a value made of parts so
    does chance: where the parts are frequent they meet, and ``chance`` is the share of the pairs
    beyond which such meetings are generic.
    """

    cap: int
    broad_cap: int
    distinct_names: int
    broad_names: int = 6
    chance: float = 0.2


@dataclass(frozen=True, slots=True)
class KeyReport:
    """What one kind of key did: values that proposed pairs, values dropped, and their records."""

    kind: str
    used: int
    dropped: int
    dropped_records: int
    pairs: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """Distinct pairs, left below right, ascending; bit i of ``proposed_by`` is key kind i."""

    left: Ints
    right: Ints
    proposed_by: Codes
    reports: tuple[KeyReport, ...]

    def renumber(self, left: Ints, right: Ints) -> "Candidates":
        """Return the same pairs as the first of some others, without a copy of their own."""
        size = len(self.left)
        return Candidates(left[:size], right[:size], self.proposed_by, self.reports)


def propose_pairs(
    keys: Iterable[Key], names: Ints, size: int, limits: BlockingLimits
) -> Candidates:
    """Return the pairs that the keys propose.

    Args:
        keys: at most 32 kinds.
        names: a number for each record's name, -1 for none.
        size: number of records, at most 2**29.
        limits: beyond which a value of a key is generic.
    """
    found: list[tuple[Ints, KeyReport]] = []
    waiting: deque[Future[tuple[Ints, KeyReport]]] = deque()

    def propose(number: int, key: Key) -> tuple[Ints, KeyReport]:
        holders, starts, counts, report = _group(key, names, limits)
        return (_pair_up(holders, starts, counts, size) << _BITS) | number, report

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, key in enumerate(keys):  # the next key is made while others are paired up
            waiting.append(pool.submit(propose, number, key))
            if len(waiting) > _WAITING:
                found.append(waiting.popleft().result())
        found += [each.result() for each in waiting]
    reports = tuple(report for _, report in found)
    codes = np.concatenate([np.zeros(0, np.int64), *(codes for codes, _ in found)])
    found.clear()
    waiting.clear()
    codes.sort()
    kinds = np.int32(1) << (codes & ((1 << _BITS) - 1)).astype(np.int32)
    codes >>= _BITS
    first = find_starts(codes)
    proposed = np.bitwise_or.reduceat(kinds, first) if len(first) else kinds
    distinct = codes[first]
    return Candidates(distinct // size, distinct % size, proposed, reports)


def _group(key: Key, names: Ints, limits: BlockingLimits) -> tuple[Ints, Ints, Ints, KeyReport]:
    """Return the holders of usable values, one value after the other, with starts and counts."""
    values, holders = _sort_holders(key)
    starts = find_starts(values)
    counts = np.diff(np.append(starts, len(values)))
    cap, most = (
        (limits.broad_cap, limits.broad_names) if key.is_broad
        else (limits.cap, limits.distinct_names)
    )  # fmt: skip
    usable = (counts >= 2) & (counts <= cap)
    many = np.flatnonzero(usable & (counts > most))
    group = np.repeat(np.arange(len(many)), counts[many])
    held = names[holders[spread(starts[many], counts[many])]]
    told = held >= 0
    span = int(names.max(initial=0)) + 1
    distinct = find_distinct(group[told] * span + held[told]) // span
    usable[many] = np.bincount(distinct, minlength=len(many)) <= most
    usable &= ~key.is_by_chance(values[starts], counts, names.size, limits.chance)
    dropped = (counts >= 2) & ~usable
    kept = counts[usable]
    report = KeyReport(
        key.kind, int(usable.sum()), int(dropped.sum()), int(counts[dropped].sum()),
        int((kept * (kept - 1) // 2).sum()),
    )  # fmt: skip
    return holders, starts[usable], kept, report


def _sort_holders(key: Key) -> tuple[Ints, Ints]:
    """Return each value with each of its holders once, both ascending."""
    width = int(key.records.max(initial=0)) + 1
    if int(key.values.max(initial=0)) < _LARGEST // width:
        order = find_distinct(key.values * width + key.records)
        values = order // width
        return values, order - values * width
    place = np.lexsort((key.records, key.values))
    values, holders = key.values[place], key.records[place]
    is_new = np.append(True, (values[1:] != values[:-1]) | (holders[1:] != holders[:-1]))
    return values[is_new], holders[is_new]


def _pair_up(holders: Ints, starts: Ints, counts: Ints, size: int) -> Ints:
    """Return left * size + right of all pairs within each group."""
    found: list[Ints] = [np.zeros(0, np.int64)]
    for count in np.flatnonzero(np.bincount(counts)).tolist():
        members = holders[starts[counts == count][:, None] + np.arange(count)]
        one, two = np.triu_indices(count, 1)
        found.append((members[:, one] * size + members[:, two]).ravel())
    return np.concatenate(found)
