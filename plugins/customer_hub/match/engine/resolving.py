"""Resolve a whole set of records at once: block, compare, train or score, cluster."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from customer_hub.match.engine.blocking import BlockingLimits, Candidates, propose_pairs
from customer_hub.match.engine.chunks import for_chunks
from customer_hub.match.engine.clustering import (
    NEVER,
    Pairs,
    cluster,
    list_missing_pairs,
)
from customer_hub.match.engine.column import Column, Ints, find_distinct
from customer_hub.match.engine.comparing import Comparer, Patterns, Surroundings
from customer_hub.match.engine.keys import make_keys, name_numbers
from customer_hub.match.engine.model import EngineModel
from customer_hub.match.engine.records import Records, find_vague, kind_of
from customer_hub.match.engine.repeats import find_first
from customer_hub.match.engine.scoring import score
from customer_hub.match.engine.training import train

_OWN = frozenset(("identity", "phone", "mail"))  # one would expect to be found by
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds the work, each local to one value or one component.

    Attributes:
        blocking: beyond which a key value is generic.
        shared_names: a phone or mail with more distinct names counts as shared.
        component: components of at most so many records are compared completely.
    """

    blocking: BlockingLimits = field(default_factory=lambda: BlockingLimits(100, 20, 30))
    shared_names: int = 4
    component: int = 500


@dataclass(frozen=True, slots=True)
class Resolved:
    """Clusters, and why.

    Attributes:
        cluster: smallest record of each record's cluster.
        left: left record of each compared pair, with ..
        right: .. its right record, ..
        patterns: .. the levels of its comparisons, ..
        score: .. and its score in 1/1000 bit; at 0 it is as likely as not that they are one.
        candidates: what blocking proposed, and what it dropped.
        model: the weights that made the scores.
        own_patterns: the levels beside itself of each distinct record that is repeated, ..
        own_score: .. and their score: whether repeats of it are one customer.
        first: for each record the first one that says the same in every column.
    """

    cluster: Ints
    left: Ints
    right: Ints
    patterns: Patterns
    score: Ints
    candidates: Candidates
    model: EngineModel
    own_patterns: Patterns
    own_score: Ints
    first: Ints


def resolve(
    records: Records,
    nicknames: Mapping[str, str],
    limits: Limits,
    model: EngineModel | None = None,
    tell: Callable[[str], None] = _log.info,
) -> Resolved:
    """Return the clusters of records.

    Args:
        records: all of them, in the order of their keys.
        nicknames: folded given name -> the name of its group.
        limits: what bounds the work.
        model: a frozen model; without one, weights are learned from the records.
        tell: is told how far the work is.
    """
    first = find_first(records)
    kept = np.flatnonzero(first == np.arange(records.size))
    if len(kept) < records.size:
        tell(f"{records.size - len(kept):,} records repeat another one in every column")
    is_repeated = np.bincount(first, minlength=records.size)[kept] > 1
    found = _resolve_distinct(
        records.take(kept), np.flatnonzero(is_repeated), nicknames, limits, model, tell
    )
    labels, joined = _join_repeats(first, kept, found)
    tell(f"{int((labels == np.arange(records.size)).sum()):,} clusters")
    repeats = np.flatnonzero(first != np.arange(records.size))
    left = np.concatenate((kept[found.left], first[repeats]))
    right = np.concatenate((kept[found.right], repeats))
    return replace(
        found,
        cluster=labels,
        first=first,
        left=left,
        right=right,
        candidates=found.candidates.renumber(left, right),
        patterns=np.concatenate((found.patterns, joined.patterns)),
        score=np.concatenate((found.score, joined.score)),
    )


@dataclass(frozen=True, slots=True)
class _Repeats:
    """What records say of their own repeats."""

    patterns: Patterns
    score: Ints


def _resolve_distinct(
    records: Records,
    repeated: Ints,
    nicknames: Mapping[str, str],
    limits: Limits,
    model: EngineModel | None,
    tell: Callable[[str], None],
) -> Resolved:
    compared = compare_candidates(records, Surroundings(nicknames), limits, tell)
    candidates, comparer, patterns = compared.candidates, compared.comparer, compared.patterns
    left, right = candidates.left, candidates.right
    if model is None:
        model = train(records, comparer, patterns, left, right)
        tell(f"weights learned from {model.trained_on['patterns']:,} patterns")
    weight = _weigh(records, model, patterns, left, right)
    more_left, more_right = list_missing_pairs(
        records.size, Pairs(left, right, weight), limits.component
    )
    more_patterns = _compare_in_chunks(comparer, more_left, more_right, tell)
    more = _weigh(records, model, more_patterns, more_left, more_right)
    own = np.zeros((records.size, patterns.shape[1]), np.int8)
    own[repeated] = comparer.compare(repeated, repeated)
    own_score = np.zeros(records.size, np.int64)
    own_score[repeated] = _weigh(records, model, own[repeated], repeated, repeated)
    size, vague = records.size, find_vague(records)
    # With all that was worked out of their values: clusters need the room.
    del records, comparer, compared
    left, right = np.concatenate((left, more_left)), np.concatenate((right, more_right))
    candidates = candidates.renumber(left, right)
    patterns = np.concatenate((patterns, more_patterns))
    weight = np.concatenate((weight, more))
    none = np.zeros(0, np.int64)
    found = cluster(size, Pairs(left, right, weight), none, none, vague)
    return Resolved(
        found, left, right, patterns, weight, candidates, model, own, own_score, np.arange(size)
    )


def _weigh(
    records: Records, model: EngineModel, patterns: Patterns, left: Ints, right: Ints
) -> Ints:
    scored = score(records, model, patterns, left, right)
    return np.where(scored.is_veto, NEVER, scored.total)


def _join_repeats(first: Ints, kept: Ints, found: Resolved) -> tuple[Ints, _Repeats]:
    """Return the cluster of every record, and what those that repeat another have to do with it.

    Repeats are one customer if what they say is enough for that, or if it joins them to another
    record: so it joins all of them. A bare name, however often, is nobody in particular.
    """
    place = np.full(len(first), -1)
    place[kept] = np.arange(len(kept))
    leader = place[first]
    labels = kept[found.cluster[leader]]
    repeats = np.flatnonzero(first != np.arange(len(first)))
    sizes = np.bincount(found.cluster, minlength=len(kept))
    alone = sizes[found.cluster[leader[repeats]]] == 1
    apart = repeats[alone & (found.own_score[leader[repeats]] <= 0)]
    labels[apart] = apart
    return labels, _Repeats(found.own_patterns[leader[repeats]], found.own_score[leader[repeats]])


@dataclass(frozen=True, slots=True)
class Compared:
    """What blocking proposed, the levels of these pairs, and what compared them."""

    candidates: Candidates
    patterns: Patterns
    comparer: Comparer


def compare_candidates(
    records: Records, around: Surroundings, limits: Limits, tell: Callable[[str], None]
) -> Compared:
    """Compare the pairs that keys propose.

    Args:
        records: all of them, in the order of their keys.
        around: what is known beside them; which values are shared is found out here.
        limits: what bounds the work.
        tell: is told how far the work is.
    """
    names = name_numbers(records)
    candidates = propose_pairs(make_keys(records), names, records.size, limits.blocking)
    tell(f"{len(candidates.left):,} candidate pairs by {len(candidates.reports)} kinds of keys")
    common = [
        f"{each.kind} {each.dropped:,} (in {each.dropped_records:,} records)"
        for each in candidates.reports
        if each.dropped and kind_of(each.kind) in _OWN
    ]
    if common:
        tell(f"values of too many records or names to propose a pair: {', '.join(common)}")
    shared = _find_shared(records, names, limits.shared_names)
    comparer = Comparer(records, replace(around, shared=shared))
    patterns = _compare_in_chunks(comparer, candidates.left, candidates.right, tell)
    return Compared(candidates, patterns, comparer)


def _compare_in_chunks(
    comparer: Comparer, left: Ints, right: Ints, tell: Callable[[str], None]
) -> Patterns:
    """Return the levels of pairs, however many there are, in bounded memory."""
    found = np.zeros((len(left), len(comparer.comparisons)), np.int8, order="F")  # read by column

    def compare(part: slice) -> None:
        found[part] = comparer.compare(left[part], right[part])

    for_chunks(len(left), compare, lambda done: tell(f"{done:,} of {len(left):,} pairs compared"))
    return found


def _find_shared(records: Records, names: Ints, most: int) -> frozenset[str]:
    """Return phones and mails that more distinct names hold than one customer has."""
    found: set[str] = set()
    for name, column in records.columns.items():
        if kind_of(name) in ("phone", "mail") and not column.is_empty:
            found |= _shared_values(column, names, most)
    return frozenset(found)


def _shared_values(column: Column, names: Ints, most: int) -> set[str]:
    held = column.codes >= 0
    owners, codes = column.entry_owners[held], column.codes[held].astype(np.int64)
    named = names[owners] >= 0
    width = int(names.max(initial=0)) + 1
    distinct = find_distinct(codes[named] * width + names[owners[named]]) // width
    counts = np.bincount(distinct, minlength=len(column.values))
    return set(column.values.take(np.flatnonzero(counts > most)).to_pylist())
