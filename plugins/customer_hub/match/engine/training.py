"""Learn weights from the records themselves, without labels (Fellegi and Sunter 1969).

How often values agree by chance (u) is counted on random pairs and on the frequencies of values;
how often they agree between records of one customer (m), and how many such pairs there are, comes
from expectation and maximisation over the counts of the distinct patterns (Winkler 1988). Pairs
that no key proposed count as two customers.
"""

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from customer_hub.match.engine.chunks import for_chunks
from customer_hub.match.engine.column import Codes, Column, Ints, Mask
from customer_hub.match.engine.comparing import Comparer, Patterns
from customer_hub.match.engine.model import EngineModel, Frequencies
from customer_hub.match.engine.records import Records, kind_of
from customer_hub.match.engine.scales import EQUAL, MISSING, SCALES, Scale
from customer_hub.match.engine.scoring import discount, number_patterns, sum_frequencies

Floats = NDArray[np.float64]
_RANDOM_PAIRS = 300_000
_SEED = 20_26
_TRUST_M, _TRUST_U = 20.0, 50.0  # pairs, or customers, that the usual shares are worth
_TRUST_PRIOR = 5_000.0  # pairs of which one is a customer, as far as nothing is known
_ROUNDS, _ENOUGH = 200, 1e-6
_MOST_LISTED = 20_000
_RAREST = 15  # bits
_LEAST_COUNT = 3  # a value of fewer customers is not listed: it is rare, and it may be personal
_RARE_COUNT = 1.5  # what a value that is not listed counts as
_CONFLICT_SHARE = 300
_SWAPPED = SCALES["family"].number("swapped")


@dataclass(frozen=True, slots=True)
class _Counted:
    """Distinct patterns, how many pairs have each, and what the values' frequencies add, in bits."""

    patterns: Patterns
    counts: Floats
    rarity: Floats


def train(
    records: Records, comparer: Comparer, patterns: Patterns, left: Ints, right: Ints
) -> EngineModel:
    """Return the model that explains the candidate pairs best.

    Args:
        records: what the pairs are of.
        comparer: compares random pairs for u.
        patterns: levels of the candidate pairs.
        left: their left records.
        right: their right records.
    """
    comparisons = comparer.comparisons
    u = _count_chance(records, comparer)
    tables = {
        name: table
        for place, name in enumerate(comparisons)
        if (table := _list_frequencies(
            name, records.columns[name], records.columns[name].counts.astype(float),
            float(u[place][EQUAL]),
        ))
    }  # fmt: skip
    counted, places = _count_patterns(
        patterns, comparisons, sum_frequencies(records, tables, patterns, left, right)
    )
    all_pairs = records.size * (records.size - 1) / 2
    m, prior, likely = _maximise(counted, comparisons, u, all_pairs)
    weights: dict[str, dict[str, int]] = {}
    shares: dict[str, dict[str, tuple[float, float]]] = {}
    for place, name in enumerate(comparisons):
        levels = SCALES[kind_of(name)].levels
        points = _points(_weigh(m[place], u[place], SCALES[kind_of(name)]))
        weights[name] = dict(zip(levels, points.tolist(), strict=True))
        shares[name] = {
            level: (round(float(m[place][number]), 6), round(float(u[place][number]), 9))
            for number, level in enumerate(levels) if number != MISSING
        }  # fmt: skip

    def list_frequencies(place: int) -> Frequencies | None:
        name, column = comparisons[place], records.columns[comparisons[place]]
        equal = patterns[:, place] == EQUAL
        holders = _count_holders(column, left, equal, places, likely)
        return _list_frequencies(name, column, holders, float(u[place][EQUAL]))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        listed = list(pool.map(list_frequencies, range(len(comparisons))))
    return EngineModel(
        prior=int(_points(np.array([math.log2(prior / (1 - prior))]))[0]),
        weights=weights,
        shares=shares,
        frequencies={name: table for name, table in zip(comparisons, listed, strict=True) if table},
        conflict_share=_CONFLICT_SHARE,
        trained_on={"records": records.size, "pairs": len(left), "patterns": len(counted.counts)},
    )


def _count_patterns(
    patterns: Patterns, comparisons: tuple[str, ...], points: Ints
) -> tuple[_Counted, Codes]:
    """Return the patterns, told apart by how rare the equal values are, and which each pair has.

    Two pairs of equal names are not alike if one name is rare and the other is everybody's:
    training that took them for one would take people of one name for one customer.
    """
    distinct, of_pattern = number_patterns(patterns, comparisons)
    width = 2 * _RAREST + 1
    places = np.clip((points + 500) // 1000, -_RAREST, _RAREST) + of_pattern * width + _RAREST
    met = np.bincount(places, minlength=len(distinct) * width)
    codes = np.flatnonzero(met)
    number = np.zeros(len(met), np.int32)
    number[codes] = np.arange(len(codes), dtype=np.int32)
    counts = met[codes].astype(float)
    rarity = (codes % width - _RAREST).astype(float)
    return _Counted(distinct[codes // width], counts, rarity), number[places]


def _count_chance(records: Records, comparer: Comparer) -> list[Floats]:
    """Return u of each comparison by level."""
    random = np.random.default_rng(_SEED)
    one = random.integers(0, records.size, _RANDOM_PAIRS)
    two = random.integers(0, records.size, _RANDOM_PAIRS)
    apart = one != two
    one, two = one[apart], two[apart]
    drawn = np.empty((len(one), len(comparer.comparisons)), np.int8)

    def compare(part: slice) -> None:
        drawn[part] = comparer.compare(one[part], two[part])

    for_chunks(len(one), compare)
    found = []
    for place, name in enumerate(comparer.comparisons):
        scale = SCALES[kind_of(name)]
        usual = np.array(scale.usual_u, float) / 1_000_000
        counts = np.bincount(drawn[:, place], minlength=len(scale.levels)).astype(float)
        counts[MISSING] = 0
        u = (counts + usual * _TRUST_U) / (counts.sum() + _TRUST_U)
        u[EQUAL] = _count_equal(records.columns[name], scale)
        u[MISSING] = 1.0
        found.append(np.maximum(u, 1e-9))
    if {"family", "given"} <= set(comparer.comparisons):
        # Names in each other's field agree by chance if both do, and one record is turned about.
        family, given = (found[comparer.comparisons.index(name)] for name in ("family", "given"))
        turned = SCALES["family"].usual_m[_SWAPPED] / 1000
        family[_SWAPPED] = max(turned * family[EQUAL] * given[EQUAL], 1e-9)
    return found


def _count_equal(column: Column, scale: Scale) -> float:
    """Return how often two records have the same value by chance.

    Values that records of one customer repeat are counted as if they were chance: so no single
    agreement decides alone.
    """
    held = float(column.counts.sum()) + _TRUST_U
    share = float(((column.counts / held) ** 2).sum())
    usual = scale.usual_u[EQUAL] / 1_000_000 * _TRUST_U / held
    return max((share + usual) / scale.naming, 1e-9)


def _maximise(
    counted: _Counted, comparisons: tuple[str, ...], u: Sequence[Floats], all_pairs: float
) -> tuple[list[Floats], float, Floats]:
    """Return m of each comparison by level, the share of all pairs that are one customer, and how
    likely the pairs of each pattern are.
    """
    scales = [SCALES[kind_of(name)] for name in comparisons]
    usual = [np.array(scale.usual_m, float) / 1000 for scale in scales]
    m = [np.maximum(each, 1e-6) for each in usual]
    prior = (counted.counts.sum() / 10 + 1) / (all_pairs + _TRUST_PRIOR)
    for _ in range(_ROUNDS):
        said = np.empty(counted.patterns.shape)
        for place in range(len(comparisons)):
            said[:, place] = _weigh(m[place], u[place], scales[place])[counted.patterns[:, place]]
        discount(said, counted.patterns, comparisons, _CONFLICT_SHARE / 1000)
        odds = said.sum(axis=1) + counted.rarity + math.log2(prior / (1 - prior))
        likely = 1 / (1 + np.exp2(-np.clip(odds, -700, 700)))
        met = likely * counted.counts
        for place in range(len(comparisons)):
            seen = np.bincount(counted.patterns[:, place], weights=met, minlength=len(usual[place]))
            seen[MISSING] = 0
            weighed = seen + usual[place] * _TRUST_M
            m[place] = _hold_back(np.maximum(weighed / weighed.sum(), 1e-6), scales[place])
        following = min((met.sum() + 1) / (all_pairs + _TRUST_PRIOR), 0.5)
        if abs(following - prior) <= _ENOUGH * prior:
            break
        prior = following
    return m, prior, likely


def _weigh(m: Floats, u: Floats, scale: Scale) -> Floats:
    """Return the weight of each level in bits.

    To be alike never says more than to be equal, and to differ never speaks for one customer: where
    all values of a small file are alike, chance draws hardly a pair that differs.
    """
    weights: Floats = np.log2(m / u)
    is_above = weights > weights[EQUAL]
    if scale is SCALES["family"]:
        is_above[_SWAPPED] = False  # it speaks for the given name as well
    weights[is_above] = weights[EQUAL]
    last = scale.number("different")
    weights[last] = min(weights[last], 0.0)
    weights[MISSING] = 0
    for level, points in scale.fixed.items():
        weights[scale.number(level)] = points / 1000
    return weights


def _hold_back(m: Floats, scale: Scale) -> Floats:
    """Return m with no more than its scale allows on ``different``."""
    last, most = scale.number("different"), scale.most_different / 1000
    if m[last] <= most:
        return m
    held: Floats = m * (1 - most) / (1 - m[last])
    held[last] = most
    return held


def _count_holders(
    column: Column, left: Ints, equal: Mask, places: Codes, likely: Floats
) -> Floats:
    """Return how many customers hold each value, as far as the pairs tell.

    Records of one customer repeat its values: c records of which M pairs are likely one customer
    are c * c / (c + 2 * M) customers (one if all pairs are, c if none is).
    """
    counts = column.counts.astype(float)
    if column.owners is not None:
        return counts
    at = np.flatnonzero(equal)
    codes = column.codes[left[at]]
    held = codes >= 0  # a lone word may equal the other record's family name
    same = np.bincount(codes[held], weights=likely[places[at[held]]], minlength=len(counts))
    return np.asarray(counts**2 / np.maximum(counts + 2 * same, 1e-9))


def _list_frequencies(
    name: str, column: Column, holders: Floats, u_equal: float
) -> Frequencies | None:
    if not SCALES[kind_of(name)].is_frequent or column.is_empty:
        return None
    total = float(holders.sum()) + _TRUST_U
    listed = np.flatnonzero(holders >= _LEAST_COUNT)
    if len(listed) > _MOST_LISTED:
        order = np.lexsort((listed, -holders[listed]))
        listed = listed[order[:_MOST_LISTED]]
    texts = column.values
    common = u_equal * SCALES[kind_of(name)].naming * total
    points = _points(np.log2(common / holders[listed]))
    # As many as hold a value that is met by chance, of those that are not listed.
    rest = np.delete(holders, listed)
    usual = float((rest**2).sum() / max(rest.sum(), 1))
    rare = _points(np.log2(np.array([common / max(usual, _RARE_COUNT)])))
    return Frequencies(
        points=dict(sorted(zip(texts.take(listed).to_pylist(), points.tolist(), strict=True))),
        unlisted=int(rare[0]),
    )


def _points(bits: Floats) -> Ints:
    return np.rint(bits * 1000).astype(np.int64)
