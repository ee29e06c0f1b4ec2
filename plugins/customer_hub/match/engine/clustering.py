"""From scored pairs to clusters: conflict-aware, deterministic, decisions first.

Inside each component that links hold together, the two clusters that say most strongly that they
are one are joined first; what all pairs between two clusters say is added up, what speaks against
them by a share only, for errors in the data speak against true pairs much more often than chance
speaks for wrong ones (greedy correlation clustering; every pair that is the strongest at both of
its ends is contracted in one round, which gives one result whatever the order).
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from customer_hub.match.engine.column import Ints, Mask

NEVER = -(10**12)  # outweighs any sum of scores
_STEP = 2_000  # 1/1000 bit
_AGAINST = 6  # what speaks against counts by one in so many ..
_STRONG, _AGAINST_STRONG = 16_000, 2  # .. and, beyond so much, by one in so many more: twins
_CLEAR = 4_000  # 1/1000 bit beyond which a wrong call is rarer than 1 in 16


@dataclass(frozen=True, slots=True)
class Pairs:
    """Scored pairs of records, left below right; ``weight`` is the score: above 0 they are rather one."""

    left: Ints
    right: Ints
    weight: Ints


def find_components(size: int, left: Ints, right: Ints) -> Ints:
    """Return the number of each record's component under some links."""
    graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(size, size))
    labels: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def list_missing_pairs(size: int, pairs: Pairs, limit: int) -> tuple[Ints, Ints]:
    """Return the pairs inside components that are not among `pairs`.

    A component of more than `limit` records is taken apart by its weaker links first, until its
    parts are small enough: cost grows with the records, not with the square of the largest.
    """
    links = pairs.weight > 0
    left, right, weight = pairs.left[links], pairs.right[links], pairs.weight[links]
    part = _smallest_of(find_components(size, left, right))
    bound = _STEP
    while (too_large := np.bincount(part, minlength=size) > limit).any():
        held = too_large[part[left]] & (part[left] == part[right]) & (weight > bound)
        left, right, weight = left[held], right[held], weight[held]
        part = np.where(too_large[part], _smallest_of(find_components(size, left, right)), part)
        bound += _STEP
    order = np.argsort(part, kind="stable")
    order = order[np.bincount(part, minlength=size)[part[order]] > 2]
    ordered = part[order]
    starts = np.flatnonzero(np.concatenate(([len(order) > 0], ordered[1:] != ordered[:-1])))
    counts = np.diff(np.append(starts, len(order)))
    found = [np.zeros(0, np.int64)]
    for count in np.flatnonzero(np.bincount(counts)).tolist():
        members = order[starts[counts == count][:, None] + np.arange(count)]
        one, two = np.triu_indices(count, 1)
        found.append((members[:, one] * size + members[:, two]).ravel())
    wanted = np.sort(np.concatenate(found))
    inside = part[pairs.left] == part[pairs.right]
    known = np.sort(pairs.left[inside] * size + pairs.right[inside])
    places = np.searchsorted(known, wanted)
    held = np.append(known, -1)[places] == wanted
    missing = wanted[~held]
    return missing // size, missing % size


def cluster(size: int, pairs: Pairs, must_left: Ints, must_right: Ints, vague: Mask) -> Ints:
    """Return for each record the smallest record of its cluster.

    Args:
        size: number of records.
        pairs: all scored pairs; a pair that must not be joined weighs `NEVER`.
        must_left: records that a steward's word joins to ..
        must_right: .. these, before any pair speaks.
        vague: which records have half a name only (`records.find_vague`).
    """
    joined = find_components(size, must_left, must_right)
    root = _smallest_of(joined)
    left, right, weight = pairs.left, pairs.right, pairs.weight
    if vague.any():
        weight = _place_vague(size, pairs, vague, root)
    if len(must_left):
        left, right, weight = _relabel(left, right, weight, root)
    links = weight > 0
    component = find_components(size, left[links], right[links])
    torn = _find_torn(component, left, right, weight)
    whole = _smallest_of(component[root])
    inside = torn[component[left]] & (component[left] == component[right])
    # Among the torn ones alone, numbered anew in the same order.
    members = np.flatnonzero(torn[component])
    number = np.cumsum(torn[component]) - 1
    contracted = _contract(
        len(members), number[left[inside]], number[right[inside]], weight[inside]
    )
    name = np.arange(size)
    name[members] = members[contracted]
    return np.where(torn[component[root]], _smallest_of(name[root]), whole)


def _place_vague(size: int, pairs: Pairs, vague: Mask, root: Ints) -> Ints:
    """Return the weights of pairs without those by which vague records would bridge others.

    A vague record (王先生 with the family's phone) goes by the name of the record that it fits best,
    or that a steward told, and no longer links with what contradicts that one. If it fits such
    another nearly as well, nobody can tell whose it is: it links with nobody, and a person is asked.
    One that fits other vague records alone is left to the clustering.

    Args:
        size: number of records.
        pairs: all scored pairs.
        vague: which records have half a name only.
        root: for each record the first of those that must be one with it: they are placed as one.
    """
    is_named = np.zeros(size, np.bool_)
    is_named[root[~vague]] = True
    links = np.flatnonzero((pairs.weight > 0) & (vague[pairs.left] | vague[pairs.right]))
    left, right, weight = root[pairs.left[links]], root[pairs.right[links]], pairs.weight[links]
    one, other = np.concatenate((left, right)), np.concatenate((right, left))
    fit = np.concatenate((weight, weight))
    near = np.zeros(size, np.bool_)
    near[one] = True
    against = np.flatnonzero(pairs.weight <= -_CLEAR)
    first, second = root[pairs.left[against]], root[pairs.right[against]]
    heard = near[first] & near[second]

    def name(one: Ints, two: Ints) -> Ints:
        return np.minimum(one, two) * size + np.maximum(one, two)

    contradictions = name(first[heard], second[heard])

    def contradict(one: Ints, two: Ints) -> Mask:
        return np.isin(name(one, two), contradictions)

    order = np.lexsort((other, -fit, one))
    order = order[~is_named[one[order]] & is_named[other[order]]]
    one, other, fit = one[order], other[order], fit[order]
    placed, start = np.unique(one, return_index=True)
    best, most = np.arange(size), np.zeros(size, np.int64)
    best[placed], most[placed] = other[start], fit[start]
    is_open = np.zeros(size, np.bool_)
    is_open[one[(fit > most[one] - _CLEAR) & contradict(best[one], other)]] = True
    let_go = is_open[left] | is_open[right] | contradict(best[left], best[right])
    kept = pairs.weight.copy()
    kept[links[let_go]] = 0
    return kept


def _find_torn(component: Ints, left: Ints, right: Ints, weight: Ints) -> Mask:
    """Tell which components hold a pair that speaks against them."""
    torn = np.zeros(int(component.max(initial=0)) + 1, np.bool_)
    against = (weight < 0) & (component[left] == component[right])
    torn[component[left[against]]] = True
    return torn


def _contract(size: int, left: Ints, right: Ints, weight: Ints) -> Ints:
    """Return the cluster of each record: named by one of its members."""
    name = np.arange(size)
    against = -weight
    against = against // _AGAINST + np.maximum(against - _STRONG, 0) // _AGAINST_STRONG
    weight = np.where((weight < 0) & (weight > NEVER // 2), -against, weight)
    while True:
        links = np.flatnonzero(weight > 0)
        if not len(links):
            return name
        order = links[np.lexsort((right[links], left[links], -weight[links]))]
        rank = np.arange(len(order))
        best = np.full(size, len(order))
        np.minimum.at(best, left[order], rank)
        np.minimum.at(best, right[order], rank)
        strongest = order[(best[left[order]] == rank) & (best[right[order]] == rank)]
        step = np.arange(size)
        step[right[strongest]] = left[strongest]
        name = step[name]
        left, right, weight = _relabel(left, right, weight, step)


def _relabel(left: Ints, right: Ints, weight: Ints, name: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the pairs between renamed clusters, the weights of equal ones added up."""
    size = len(name)
    one, two = name[left], name[right]
    code = np.minimum(one, two) * size + np.maximum(one, two)
    apart = one != two
    distinct, places = np.unique(code[apart], return_inverse=True)
    # Whole numbers below 2**53: the sums are exact and do not depend on the order.
    total = np.bincount(places, weights=weight[apart], minlength=len(distinct)).astype(np.int64)
    return distinct // size, distinct % size, total


def _smallest_of(label: Ints) -> Ints:
    """Return for each record the smallest record with the same label."""
    first = np.full(int(label.max(initial=0)) + 1, len(label))
    np.minimum.at(first, label, np.arange(len(label)))
    return first[label]
