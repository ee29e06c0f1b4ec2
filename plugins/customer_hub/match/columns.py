"""From features to the engine's columns. Pure."""

from collections.abc import Mapping, Sequence

from customer_hub.match.engine.column import Column
from customer_hub.match.engine.records import Records
from customer_hub.match.features import Feature

COMPARISONS: Mapping[str, tuple[str, ...]] = {
    "person": ("family", "given", "phone", "mail", "identity", "birth", "address", "region"),
    "organisation": ("company", "phone", "mail", "identity", "address", "region"),
    "contact": ("family", "given", "phone", "mail", "text:employer"),
}
"""What the records of each kind are compared by."""


def stack(features: Sequence[Feature]) -> Records:
    """Return features of one kind, one or more, as columns: in the order of their source keys."""
    single = {
        "family": [each.family for each in features],
        "given": [each.given for each in features],
        "company": [each.company for each in features],
        "birth": [each.birth_on for each in features],
        "text:employer": [each.employer for each in features],
    }
    several: dict[str, list[Sequence[str]]] = {
        "phone": [each.phones for each in features],
        "mail": [each.mails for each in features],
        "identity": [each.ids for each in features],
        "address": [list_streets(each) for each in features],
        "region": [list_regions(each) for each in features],
    }
    columns = {
        name: Column.of_values(single[name]) if name in single else Column.of_lists(several[name])
        for name in COMPARISONS[features[0].kind]
    }
    generations = Column.of_values(each.generation for each in features)
    return Records(len(features), columns, generations)


def list_streets(feature: Feature) -> list[str]:
    """Return road and number of each address, with its city: every town has a 人民路."""
    return sorted({f"{street} {region[:4]}".strip() for region, street in feature.places if street})


def list_regions(feature: Feature) -> list[str]:
    """Return the region code of each address."""
    return sorted({region for region, _ in feature.places if region})
