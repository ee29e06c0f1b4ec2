"""Judge pairs of records by judging each distinct pair of their values once."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from customer_hub.match.engine.column import Codes, Column, Ints, Levels, Mask, Texts, spread
from customer_hub.match.engine.scales import EQUAL, MISSING

Judge = Callable[[Codes, Codes], Levels]
"""Levels of unequal values, given by their codes; the same whichever is left."""
_NONE = np.int8(127)
_DENSE = 1 << 24  # pairs of values that a table has room for
_MANY = 10_000  # pairs from which it pays to start threads; the result is the same


def judge_pairs(column: Column, left: Ints, right: Ints, judge: Judge) -> Levels:
    """Return the level of each pair of records: the best that any two of their values reach."""
    if column.owners is None:
        return _judge_codes(column.codes[left], column.codes[right], len(column.values), judge)
    bounds = np.searchsorted(column.owners, np.arange(column.size + 1))
    counts_left, counts_right = np.diff(bounds)[left], np.diff(bounds)[right]
    combined = counts_left * counts_right
    pairs = np.repeat(np.arange(len(left)), combined)
    step = spread(np.zeros(len(left), np.int64), combined)
    width = counts_right[pairs]
    mine = column.codes[bounds[left][pairs] + step // np.maximum(width, 1)]
    theirs = column.codes[bounds[right][pairs] + step % np.maximum(width, 1)]
    found = _judge_codes(mine, theirs, len(column.values), judge)
    best = np.full(len(left), _NONE, np.int8)
    np.minimum.at(best, pairs, found)
    best[best == _NONE] = MISSING
    return best


def _judge_codes(mine: Codes, theirs: Codes, size: int, judge: Judge) -> Levels:
    levels = np.zeros(len(mine), np.int8)
    known = (mine >= 0) & (theirs >= 0)
    levels[known & (mine == theirs)] = EQUAL
    unequal = np.flatnonzero(known & (mine != theirs))
    one, two = mine[unequal], theirs[unequal]
    low, high = np.minimum(one, two), np.maximum(one, two)
    if size <= len(unequal):
        levels[unequal] = _judge_distinct(low, high, size, judge)
    elif len(unequal):
        levels[unequal] = judge(low, high)  # where values are many, pairs of them hardly repeat
    return levels


def _judge_distinct(low: Codes, high: Codes, size: int, judge: Judge) -> Levels:
    """Return the levels of pairs of values, each distinct pair judged once."""
    codes = low.astype(np.int64) * size + high
    if size * size <= _DENSE:
        is_there = np.zeros(size * size, np.bool_)
        is_there[codes] = True
        distinct = np.flatnonzero(is_there)
        table = np.zeros(size * size, np.int8)
        table[distinct] = judge(*_part(distinct, size))
        levels: Levels = table[codes]
        return levels
    distinct, places = np.unique(codes, return_inverse=True)
    judged: Levels = judge(*_part(distinct, size))[places]
    return judged


def _part(codes: Ints, size: int) -> tuple[Codes, Codes]:
    return (codes // size).astype(np.int32), (codes % size).astype(np.int32)


def count_shared(column: Column, mine: Codes, theirs: Codes) -> Codes:
    """Return how many characters two values may have in common: at most so many.

    A look at the letters alone, before the values are compared at any cost.
    """
    lost, gone = np.zeros(len(mine), np.int32), np.zeros(len(mine), np.int32)
    for letters in column.letters:
        one, two = letters[mine], letters[theirs]
        lost += np.bitwise_count(one & ~two)
        gone += np.bitwise_count(two & ~one)
    is_told = column.letters[0] != 0
    told = is_told[mine] & is_told[theirs]
    least: Codes = np.minimum(
        column.lengths[mine] - np.where(told, lost, 0),
        column.lengths[theirs] - np.where(told, gone, 0),
    )
    return least


def alike(left: Texts, right: Texts) -> NDArray[np.float32]:
    """Return the Jaro-Winkler similarity of texts, 0..1; 0 below .7."""
    return np.asarray(
        process.cpdist(
            left, right, scorer=JaroWinkler.similarity, score_cutoff=0.7, dtype=np.float32,
            workers=_count_workers(left),
        )
    )  # fmt: skip


def edits(left: Texts, right: Texts, most: int) -> NDArray[np.int32]:
    """Return the number of edits (swapped neighbours count one) between texts, up to most + 1."""
    return np.asarray(
        process.cpdist(
            left,
            right,
            scorer=OSA.distance,
            score_cutoff=most,
            dtype=np.int32,
            workers=_count_workers(left),
        )
    )


def ratio_of_words(
    left: Texts, right: Texts, scorer: Callable[..., float], least: float = 0
) -> NDArray[np.float32]:
    """Return one of rapidfuzz's word ratios of texts, 0..100; 0 below ``least``."""
    return np.asarray(
        process.cpdist(
            left,
            right,
            scorer=scorer,
            score_cutoff=least,
            dtype=np.float32,
            workers=_count_workers(left),
        )
    )


def _count_workers(texts: Texts) -> int:
    return -1 if len(texts) >= _MANY else 1  # all processors, or this one


def starts_with_other(left: Texts, right: Texts) -> Mask:
    """Tell of which pairs of texts one begins with the other."""
    return np.fromiter(
        (a.startswith(b) or b.startswith(a) for a, b in zip(left, right, strict=True)),
        np.bool_,
        len(left),
    )
