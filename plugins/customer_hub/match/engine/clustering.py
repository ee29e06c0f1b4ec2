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
_AGAINST = 6  # what speaks against counts by one in so many


@dataclass(frozen=True, slots=True)
class Pairs:
    """Scored pairs of records, left below right; ``weight`` is the score above the threshold."""

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
    part, bound = np.zeros(size, np.int64), 0
    is_settled = np.zeros(size, np.bool_)
    while not is_settled.all():
        holds = (pairs.weight > bound) | (is_settled[pairs.left] & (pairs.weight > 0))
        inside = (part[pairs.left] == part[pairs.right]) & holds
        part = find_components(size, pairs.left[inside], pairs.right[inside])
        is_settled = np.bincount(part)[part] <= limit
        bound += _STEP
    order = np.argsort(part, kind="stable")
    ordered = part[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    counts = np.diff(np.append(starts, size))
    found = [np.zeros(0, np.int64)]
    for count in np.unique(counts[counts > 2]).tolist():
        members = order[starts[counts == count][:, None] + np.arange(count)]
        one, two = np.triu_indices(count, 1)
        found.append((members[:, one] * size + members[:, two]).ravel())
    wanted = np.sort(np.concatenate(found))
    known = np.sort(pairs.left * size + pairs.right)
    places = np.searchsorted(known, wanted)
    held = np.append(known, -1)[places] == wanted
    missing = wanted[~held]
    return missing // size, missing % size


def cluster(size: int, pairs: Pairs, must_left: Ints, must_right: Ints) -> Ints:
    """Return for each record the smallest record of its cluster.

    Args:
        size: number of records.
        pairs: all scored pairs; a pair that must not be joined weighs `NEVER`.
        must_left: records that a steward's word joins to ..
        must_right: .. these, before any pair speaks.
    """
    joined = find_components(size, must_left, must_right)
    root = _smallest_of(joined)
    left, right, weight = _relabel(pairs.left, pairs.right, pairs.weight, root)
    links = weight > 0
    component = find_components(size, left[links], right[links])
    torn = _find_torn(component, left, right, weight)
    whole = _smallest_of(component[root])
    inside = torn[component[left]] & (component[left] == component[right])
    contracted = _contract(size, left[inside], right[inside], weight[inside])
    return np.where(torn[component[root]], _smallest_of(contracted[root]), whole)


def _find_torn(component: Ints, left: Ints, right: Ints, weight: Ints) -> Mask:
    """Tell which components hold a pair that speaks against them."""
    torn = np.zeros(int(component.max(initial=0)) + 1, np.bool_)
    against = (weight < 0) & (component[left] == component[right])
    torn[component[left[against]]] = True
    return torn


def _contract(size: int, left: Ints, right: Ints, weight: Ints) -> Ints:
    """Return the cluster of each record: named by one of its members."""
    name = np.arange(size)
    weight = np.where((weight < 0) & (weight > NEVER // 2), -(-weight // _AGAINST), weight)
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
