"""Features made by hand, the way the matcher makes them."""

from collections.abc import Set
from typing import Any

from customer_hub.channels.policy import read_policy
from customer_hub.match.engine.comparing import Surroundings
from customer_hub.match.features import Feature, build_contact, build_customer
from customer_hub.match.rules import read_rules
from customer_hub.match.scoring import Score, score_pairs

RULES, MODEL = read_rules(read_policy())


def person(name: str | None, **known: Any) -> Feature:
    return _build("person", name, known)


def company(name: str | None, **known: Any) -> Feature:
    return _build("organisation", name, known)


def contact(name: str, company_name: str, **known: Any) -> Feature:
    return build_contact({"name": name}, company_name, _points(known))


def _build(kind: str, name: str | None, known: dict[str, Any]) -> Feature:
    addresses = [
        {"region_code": region, "street": street} for region, street in known.get("addresses", ())
    ]
    row = {"kind": kind, "legal_name": name, "region_code": known.get("region")}
    return build_customer(row, known.get("identity", {}), _points(known), addresses)


def _points(known: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        *({"type": "mobile", "value": v, "is_masked": False} for v in known.get("phones", ())),
        *({"type": "mobile", "value": v, "is_masked": True} for v in known.get("masked", ())),
        *({"type": "mail", "value": v, "is_masked": False} for v in known.get("mails", ())),
    ]


def words(left: Feature, right: Feature, shared: Set[str] = frozenset()) -> dict[str, str]:
    """Return what each comparison says of two records."""
    said = score(left, right, shared).evidence
    return {name: str(each["level"]) for name, each in said.items() if name != "prior"}


def score(left: Feature, right: Feature, shared: Set[str] = frozenset()) -> Score:
    around = {left.kind: Surroundings(RULES.groups, shared, frozenset(RULES.public_domains))}
    (found,) = score_pairs([("a", "b")], {"a": left, "b": right}, around, MODEL)
    assert found is not None
    return found
