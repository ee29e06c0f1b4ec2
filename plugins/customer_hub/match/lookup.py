"""Ask the matcher how alike two records are, and whom a new one looks like. Writes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from customer_hub.channels.policy import read_policy
from customer_hub.core import sql
from customer_hub.core.errors import HubError
from customer_hub.core.identity import blocking_key_hash
from customer_hub.core.keys import sealer as open_sealer
from customer_hub.match.blocking import build_keys, list_reach
from customer_hub.match.cluster import Ends
from customer_hub.match.features import build_customer
from customer_hub.match.pairs import Scorer
from customer_hub.match.reading import open_features
from customer_hub.match.rules import read_rules
from customer_hub.match.scoring import Score, score_pairs

_CANDIDATE_FLOOR = -10_000  # 1/1000 bit: below this a record is no candidate worth a person's time
_NEW = ""  # stands for the new record: below every source key


@dataclass(frozen=True, slots=True)
class Candidate:
    """A source record that a new one looks like; ``reasons`` are ``comparison: level``."""

    source_key: str
    golden_id: UUID
    score: int
    is_match: bool
    reasons: tuple[str, ...]


def score_now(connection: Connection, pair: Ends, others: Iterable[str]) -> dict[Ends, Score]:
    """Return the scores of all pairs among source records as they stand, stored or not.

    Args:
        connection: any connection; nothing is written.
        pair: two records that must be known.
        others: records beside which they are looked at; those unknown, or of another kind, are
            left out.

    Raises:
        HubError: a record of the pair is not known to the matcher, or they are of different kinds.
    """
    sealer = open_sealer()
    features = open_features(connection, sealer, sorted({*pair, *others}))
    unknown = [key for key in pair if key not in features]
    if unknown:
        raise HubError(
            "not known to the matcher",
            where=" and ".join(unknown),
            hint="name source records, channel/entity/id; a new one is known after build_master",
        )
    if len({features[key].kind for key in pair}) > 1:
        raise HubError(
            "only two records of one kind can be compared",
            where=" and ".join(pair),
            hint="persons, organisations and contacts never meet",
        )
    scorer = Scorer(connection, sealer, *read_rules(read_policy()))
    scorer.remember(features)
    kind = features[pair[0]].kind
    pairs = list(combinations(sorted(key for key in features if features[key].kind == kind), 2))
    scores = zip(pairs, scorer.score(pairs), strict=True)
    return {ends: score for ends, score in scores if score is not None}


def find_candidates(
    connection: Connection, record: Mapping[str, Any], limit: int = 10
) -> list[Candidate]:
    """Return the source customers that a record looks like, the likeliest first.

    Search before create: nothing is stored, and generic values propose nobody.

    Args:
        connection: any connection; nothing is written.
        record: standardised values: kind, legal_name, region_code, website; identity (a dict of
            social_credit_code, identity_type, identity_number, birth_on); points (dicts of type,
            value, is_masked); addresses (dicts of region_code, country_code, street, postcode).
        limit: how many at most.
    """
    sealer = open_sealer()
    rules, model = read_rules(read_policy())
    feature = build_customer(
        record, record.get("identity") or {}, record.get("points") or (),
        record.get("addresses") or (),
    )  # fmt: skip
    keys = sorted((key.kind, key.hash) for key in build_keys(feature, rules, sealer))
    holders = sql.rows(
        connection,
        "match/select_usable_holders",
        kinds=[kind for kind, _ in keys],
        key_hashes=[hash_ for _, hash_ in keys],
        cap=rules.cap,
        distinct_names=rules.distinct_names,
    )
    golden = {row.source_key: row.golden_id for row in holders if row.golden_id}
    crowded = {bytes(row.hash) for row in holders if row.name_count > rules.shared_names}
    shared = {
        value
        for kind, value in list_reach(feature)
        if blocking_key_hash(sealer, feature.kind, kind, value) in crowded
    }
    features = open_features(connection, sealer, sorted(golden)) | {_NEW: feature}
    pairs = [(_NEW, key) for key in sorted(golden) if features[key].kind == feature.kind]
    around = {feature.kind: rules.surround(frozenset(shared))}
    scores = score_pairs(pairs, features, around, model, _CANDIDATE_FLOOR)
    candidates = [
        Candidate(
            key,
            golden[key],
            score.total,
            score.total > 0,
            tuple(f"{name}: {each['level']}" for name, each in score.evidence.items()),
        )
        for (_, key), score in zip(pairs, scores, strict=True)
        if score is not None and not score.is_veto
    ]
    return sorted(candidates, key=lambda each: (-each.score, each.source_key))[:limit]
