"""Ask the matcher how alike two records are, and whom a new one looks like. Writes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from customer_hub.channels.policy import read_policy
from customer_hub.core import sql
from customer_hub.core.errors import HubError
from customer_hub.core.keys import sealer as open_sealer
from customer_hub.match.blocking import build_keys
from customer_hub.match.compare import Surroundings, compare
from customer_hub.match.features import Feature, build_customer
from customer_hub.match.pairs import FeatureShelf, read_shared
from customer_hub.match.reading import open_features
from customer_hub.match.rules import read_rules
from customer_hub.match.score import Score, score_pair

_CANDIDATE_FLOOR = 4_000  # 1/1000 bit: below this a record is no candidate worth a person's time


@dataclass(frozen=True, slots=True)
class Candidate:
    """A source record that a new one looks like; ``reasons`` are ``comparison: level``."""

    source_key: str
    golden_id: UUID
    score: int
    is_match: bool
    reasons: tuple[str, ...]


def score_now(connection: Connection, left: str, right: str) -> Score:
    """Return the score of two source records as their features stand, stored or not.

    Raises:
        HubError: a record is not known to the matcher, or they are of different kinds.
    """
    sealer = open_sealer()
    rules, _ = read_rules(read_policy())
    features = open_features(connection, sealer, [left, right])
    if len(features) != 2 or features[left].kind != features[right].kind:
        raise HubError(
            "only two matched records of one kind can be compared",
            where=f"{left} and {right}",
            hint="run build_master first; persons, organisations and contacts never meet",
        )
    shelf = FeatureShelf(connection, sealer, features)
    around = Surroundings.of(rules, read_shared(connection, sealer, rules, [left, right], shelf))
    return _score(features[left], features[right], around)


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
    keys = sorted(
        (key.kind, key.hash)
        for key in build_keys(feature, rules, sealer)
        if key.kind not in rules.silent_kinds
    )
    holders = sql.rows(
        connection,
        "match/select_usable_holders",
        kinds=[kind for kind, _ in keys],
        key_hashes=[hash_ for _, hash_ in keys],
        cap=rules.cap,
        distinct_names=rules.distinct_names,
    )
    golden = {row.source_key: row.golden_id for row in holders}
    found = open_features(connection, sealer, sorted(golden))
    shelf = FeatureShelf(connection, sealer, found)
    around = Surroundings.of(rules, read_shared(connection, sealer, rules, sorted(golden), shelf))
    candidates = []
    for key, other in found.items():
        if other.kind != feature.kind:
            continue
        score = _score(feature, other, around)
        if score.total >= _CANDIDATE_FLOOR and not score.is_veto:
            reasons = tuple(f"{name}: {each['level']}" for name, each in score.evidence.items())
            is_match = score.total >= model.thresholds.link
            candidates.append(Candidate(key, golden[key], score.total, is_match, reasons))
    return sorted(candidates, key=lambda each: (-each.score, each.source_key))[:limit]


def _score(left: Feature, right: Feature, around: Surroundings) -> Score:
    _, model = read_rules(read_policy())
    return score_pair(left, right, compare(left, right, around), model)
