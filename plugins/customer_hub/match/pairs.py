"""Score the pairs that touched records form with others, and replace their edges."""

import json
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from customer_hub.core import sql
from customer_hub.core.identity import blocking_key_hash
from customer_hub.core.seal import Sealer
from customer_hub.match.blocking import list_reach
from customer_hub.match.compare import Surroundings, compare
from customer_hub.match.features import Feature
from customer_hub.match.reading import cut, open_features
from customer_hub.match.rules import MatchRules, Model
from customer_hub.match.score import score_pair

PAIR_CHUNK = 50_000
_CACHE_LIMIT = 100_000
_EVIDENCE_FLOOR = 4_000  # 1/1000 bit below the link threshold; weaker edges decide nothing
_log = logging.getLogger(__name__)


class FeatureShelf:
    """Opened features of this run: given ones first, others opened when they are asked for."""

    def __init__(
        self, connection: Connection, sealer: Sealer, known: Mapping[str, Feature]
    ) -> None:
        self._connection = connection
        self._sealer = sealer
        self._features = dict(known)

    def fetch(self, keys: set[str]) -> Mapping[str, Feature]:
        """Return a mapping that holds the features of `keys`; unknown ones are absent."""
        if len(self._features) > _CACHE_LIMIT:
            self._features = {key: self._features[key] for key in keys & self._features.keys()}
        missing = sorted(keys - self._features.keys())
        if missing:
            self._features.update(open_features(self._connection, self._sealer, missing))
        return self._features


def replace_edges(
    connection: Connection,
    sealer: Sealer,
    rules: MatchRules,
    model: Model,
    touched: Sequence[str],
    shelf: FeatureShelf,
) -> tuple[set[str], dict[str, int]]:
    """Withdraw all edges of touched records and score them anew.

    Returns:
        The ends of every edge withdrawn or written, and counts: pairs, edges.
    """
    ends: set[str] = set()
    for part in cut(touched):
        for row in sql.run(connection, "match/delete_edges", keys=list(part)):
            ends |= {row.left_key, row.right_key}
    pair_count = edge_count = 0
    around = Surroundings.of(rules, read_shared(connection, sealer, rules, touched, shelf))
    proposed = sql.rows(
        connection,
        "match/candidates",
        keys=list(touched),
        cap=rules.cap,
        distinct_names=rules.distinct_names,
        silent_kinds=list(rules.silent_kinds),
    )
    for chunk in cut(proposed, PAIR_CHUNK):
        features = shelf.fetch({key for row in chunk for key in (row.left_key, row.right_key)})
        edges = list(_score_chunk(chunk, features, around, model))
        ends |= {key for edge in edges for key in edge[:2]}
        edge_count += sql.copy_in(connection, "match/copy_edges", edges)
        pair_count += len(chunk)
        _log.info("match: %s pairs compared, %s edges", pair_count, edge_count)
    return ends, {"pairs": pair_count, "edges": edge_count}


def _score_chunk(
    chunk: Sequence[Any], features: Mapping[str, Feature], around: Surroundings, model: Model
) -> Iterator[tuple[Any, ...]]:
    version = model.version
    for row in chunk:
        left, right = features.get(row.left_key), features.get(row.right_key)
        if left is None or right is None or left.kind != right.kind:
            continue
        score = score_pair(left, right, compare(left, right, around), model)
        bounds = model.thresholds
        is_conflict = score.is_veto or score.lowest <= bounds.conflict
        if not is_conflict and score.total < bounds.link - _EVIDENCE_FLOOR:
            continue  # neither joins nor separates, whatever stands around it
        yield (
            row.left_key, row.right_key, row.entity, score.total, score.is_veto,
            json.dumps(score.evidence, sort_keys=True), list(row.proposed_by), version,
        )  # fmt: skip


def read_shared(
    connection: Connection,
    sealer: Sealer,
    rules: MatchRules,
    keys: Sequence[str],
    shelf: FeatureShelf,
) -> dict[str, set[str]]:
    """Return, by kind of record, phones and mails that more distinct names hold than one has.

    A value may be shared among organisations and not among persons: kinds never meet, so what one
    does with a value is nothing to the other.
    """
    shared: dict[str, set[str]] = defaultdict(set)
    for part in cut(keys):
        hashes = {
            bytes(row.hash)
            for row in sql.rows(
                connection,
                "core/select_shared_keys",
                keys=list(part),
                shared_names=rules.shared_names,
            )
        }
        if not hashes:
            continue
        features = shelf.fetch(set(part))
        for feature in (features[key] for key in part if key in features):
            shared[feature.kind] |= {
                value
                for kind, value in list_reach(feature)
                if blocking_key_hash(sealer, feature.kind, kind, value) in hashes
            }
    return shared
