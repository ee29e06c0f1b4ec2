"""Score the pairs that touched records form with others, and replace their edges."""

import json
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection

from customer_hub.core import sql
from customer_hub.core.identity import blocking_key_hash
from customer_hub.core.seal import Sealer
from customer_hub.match.blocking import list_reach, name_of
from customer_hub.match.cluster import Ends
from customer_hub.match.engine.column import Ints, Mask
from customer_hub.match.engine.comparing import Surroundings
from customer_hub.match.features import Feature
from customer_hub.match.reading import MANY, cut, open_features
from customer_hub.match.rules import MatchRules, Model
from customer_hub.match.scoring import Score, score_pairs, weigh_pairs

PAIR_CHUNK = 50_000
_CACHE_LIMIT = 200_000  # features in memory, of some 1.5 kB each
_FLOOR = -16_000  # 1/1000 bit: an edge below neither joins, nor is it worth a question
_log = logging.getLogger(__name__)


class Scorer:
    """Scores pairs of source records as the database knows them: opens what it is asked for."""

    def __init__(
        self,
        connection: Connection,
        sealer: Sealer,
        rules: MatchRules,
        model: Model,
    ) -> None:
        self._connection, self._sealer = connection, sealer
        self._rules, self._model = rules, model
        self._features: dict[str, Feature] = {}
        self._shared: dict[str, set[str]] = defaultdict(set)
        self._looked_up: set[str] = set()

    def remember(self, features: Mapping[str, Feature]) -> None:
        """Take features as they are now, as far as there is room: they need not be opened."""
        if len(self._features) < _CACHE_LIMIT:
            self._features |= features

    def fetch(self, keys: set[str]) -> Mapping[str, Feature]:
        """Return a mapping that holds the features of `keys`; unknown ones are absent."""
        if len(self._features) > _CACHE_LIMIT:
            self._features = {key: self._features[key] for key in keys & self._features.keys()}
        missing = sorted(keys - self._features.keys())
        if missing:
            self._features.update(open_features(self._connection, self._sealer, missing))
        return self._features

    def score(self, pairs: Sequence[Ends], least: int | None = None) -> list[Score | None]:
        """Return the scores of pairs of known records, with their evidence; see `score_pairs`."""
        return score_pairs(pairs, *self._surround(pairs), self._model, least)

    def weigh(self, pairs: Sequence[Ends]) -> Ints:
        """Return the scores of pairs of known records as the clustering counts them."""
        found = [np.zeros(0, np.int64)]
        for part in cut(pairs, PAIR_CHUNK):
            found.append(weigh_pairs(part, *self._surround(part), self._model))
        return np.concatenate(found)

    def find_vague(self, records: Sequence[str]) -> Mask:
        """Tell which records have half a name only; of a deleted one nothing is known."""
        found: list[bool] = []
        for part in cut(records):
            features = self.fetch(set(part))
            found += [key in features and features[key].is_vague for key in part]
        return np.array(found, np.bool_)

    def has_hub_value(self, members: Sequence[str]) -> bool:
        """Tell whether one phone or mail has too many names among the members."""
        names: dict[tuple[str, str], set[str]] = defaultdict(set)
        features = self.fetch(set(members))
        for key in members:
            name = name_of(features[key])
            for value in list_reach(features[key]) if name else ():
                names[value].add(name)
        return any(len(each) > self._rules.hub_names for each in names.values())

    def _surround(
        self, pairs: Sequence[Ends]
    ) -> tuple[Mapping[str, Feature], Mapping[str, Surroundings]]:
        keys = {key for pair in pairs for key in pair}
        features = self.fetch(keys)
        self._look_up(sorted(keys - self._looked_up), features)
        kinds = {features[key].kind for key in keys}
        return features, {
            kind: self._rules.surround(frozenset(self._shared[kind])) for kind in kinds
        }

    def _look_up(self, keys: Sequence[str], features: Mapping[str, Feature]) -> None:
        """Find, by kind of record, the phones and mails that more names hold than one has.

        A value may be shared among organisations and not among persons: kinds never meet, so what
        one does with a value is nothing to the other.
        """
        for part in cut(keys):
            rows = sql.rows(
                self._connection,
                "core/select_shared_keys",
                keys=list(part),
                shared_names=self._rules.shared_names,
            )
            hashes = {bytes(row.hash) for row in rows}
            for feature in (features[key] for key in part) if hashes else ():
                self._shared[feature.kind] |= {
                    value
                    for kind, value in list_reach(feature)
                    if blocking_key_hash(self._sealer, feature.kind, kind, value) in hashes
                }
        self._looked_up.update(keys)


def replace_edges(
    connection: Connection,
    rules: MatchRules,
    model: Model,
    touched: Sequence[str],
    scorer: Scorer,
) -> tuple[set[str], dict[str, int]]:
    """Withdraw all edges of touched records and score them anew.

    Returns:
        The ends of every link withdrawn, and counts: pairs, edges. What speaks against a pair says
        nothing of the component of its other end, and a link that stands leads to it.
    """
    ends: set[str] = set()
    for part in cut(touched):
        for row in sql.run(connection, "match/delete_edges", keys=list(part)):
            if row.is_link:
                ends |= {row.left_key, row.right_key}
    pair_count = edge_count = 0
    proposed = sql.stream(
        connection,
        "match/candidates",
        chunk=PAIR_CHUNK,
        keys=list(touched),
        cap=rules.cap,
        distinct_names=rules.distinct_names,
        silent_kinds=list(rules.silent_kinds),
    )
    for chunk in proposed:
        edges = list(_score_chunk(chunk, scorer, model.version))  # it reads by the same connection
        edge_count += sql.copy_in(connection, "match/copy_edges", edges)
        pair_count += len(chunk)
        _log.info("match: %s pairs compared, %s edges", pair_count, edge_count)
    if edge_count > MANY:
        sql.run(connection, "match/analyze_edges")
    return ends, {"pairs": pair_count, "edges": edge_count}


def _score_chunk(
    chunk: Sequence[Any], scorer: Scorer, model_version: str
) -> Iterator[tuple[Any, ...]]:
    features = scorer.fetch({key for row in chunk for key in (row.left_key, row.right_key)})
    rows = [
        row
        for row in chunk
        if row.left_key in features
        and row.right_key in features
        and features[row.left_key].kind == features[row.right_key].kind
    ]
    scores = scorer.score([(row.left_key, row.right_key) for row in rows], _FLOOR)
    for row, score in zip(rows, scores, strict=True):
        if score is not None:
            if _share_proof(features[row.left_key], features[row.right_key]):
                score.evidence["identity"]["is_proven"] = 1
            yield (
                row.left_key, row.right_key, row.entity, score.total, score.is_veto,
                json.dumps(score.evidence, sort_keys=True), list(row.proposed_by), model_version,
            )  # fmt: skip


def _share_proof(left: Feature, right: Feature) -> bool:
    """Tell whether two records have an identity number in common that its check digit proves."""
    return any(number.startswith("!") for number in {*left.ids} & {*right.ids})
