"""Features made by hand, the way the matcher makes them."""

from typing import Any

from customer_hub.channels.policy import read_policy
from customer_hub.match.compare import Levels, Surroundings, compare
from customer_hub.match.features import Feature, build_customer
from customer_hub.match.rules import LEVELS, read_rules
from customer_hub.match.score import Score, score_pair

RULES, MODEL = read_rules(read_policy())
AROUND = Surroundings.of(RULES, {})


def person(name: str | None, **known: Any) -> Feature:
    return _build("person", name, known)


def company(name: str | None, **known: Any) -> Feature:
    return _build("organisation", name, known)


def _build(kind: str, name: str | None, known: dict[str, Any]) -> Feature:
    points = [
        *({"type": "mobile", "value": v, "is_masked": False} for v in known.get("phones", ())),
        *({"type": "mobile", "value": v, "is_masked": True} for v in known.get("masked", ())),
        *({"type": "mail", "value": v, "is_masked": False} for v in known.get("mails", ())),
    ]
    addresses = [
        {"region_code": region, "street": street} for region, street in known.get("addresses", ())
    ]
    row = {"kind": kind, "legal_name": name, "region_code": known.get("region")}
    return build_customer(row, known.get("identity", {}), points, addresses)


def name_level(left: Feature, right: Feature) -> str:
    return words(left, right)["name"]


def words(left: Feature, right: Feature, around: Surroundings = AROUND) -> dict[str, str]:
    levels: Levels = compare(left, right, around)
    return {name: LEVELS[left.kind][name][index] for name, index in levels.items()}


def score(left: Feature, right: Feature, around: Surroundings = AROUND) -> Score:
    return score_pair(left, right, compare(left, right, around), MODEL)
