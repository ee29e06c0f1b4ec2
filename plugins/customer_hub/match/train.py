"""Learn a candidate model from the hub's own records, without labels. Nothing uses it by itself."""

from collections.abc import Callable, Iterable, Mapping
from math import log2

from customer_hub.match.columns import COMPARISONS, stack
from customer_hub.match.engine.model import EngineModel
from customer_hub.match.engine.records import kind_of
from customer_hub.match.engine.resolving import Limits, compare_candidates
from customer_hub.match.engine.scales import MISSING, SCALES
from customer_hub.match.engine.training import train
from customer_hub.match.features import Feature
from customer_hub.match.rules import MatchRules, Model

_CLEAR = ("family", "given", "company")  # columns that stand in clear in the hub's own tables
_USUAL_PRIOR = -12_000  # 1/1000 bit


def learn(
    features: Mapping[str, Feature],
    rules: MatchRules,
    name: str,
    dated_on: str,
    tell: Callable[[str], None],
) -> Model:
    """Return the model that explains the records of each kind best.

    Args:
        features: source key -> feature, all of them.
        rules: nicknames, public domains and limits.
        name: of the model.
        dated_on: YYYY-MM-DD.
        tell: is told how far the work is.
    """
    models: dict[str, EngineModel] = {}
    counts: dict[str, int] = {}
    for kind in COMPARISONS:
        found = [features[key] for key in sorted(features) if features[key].kind == kind]
        tell(f"{kind}: {len(found):,} records")
        models[kind] = _complete(kind, _learn_kind(found, rules, tell) if found else None)
        counts[kind] = len(found)
    return Model(name=name, dated_on=dated_on, trained_on=counts, **models)


def _learn_kind(
    features: list[Feature], rules: MatchRules, tell: Callable[[str], None]
) -> EngineModel:
    records = stack(features)
    around = rules.surround(frozenset())
    found = compare_candidates(records, around, Limits(shared_names=rules.shared_names), tell)
    pairs = found.candidates
    learned = train(records, found.comparer, found.patterns, pairs.left, pairs.right)
    # A model is a policy file, read by many: it never holds what is sealed everywhere else.
    kept = {name: table for name, table in learned.frequencies.items() if name in _CLEAR}
    return learned.model_copy(update={"frequencies": kept})


def _complete(kind: str, learned: EngineModel | None) -> EngineModel:
    """Return a model with the usual weights for what the records said nothing about."""
    usual = {name: _usual_weights(name) for name in COMPARISONS[kind]}
    if learned is None:
        return EngineModel(prior=_USUAL_PRIOR, weights=usual)
    return learned.model_copy(update={"weights": usual | learned.weights})


def _usual_weights(comparison: str) -> dict[str, int]:
    scale = SCALES[kind_of(comparison)]
    shares: Iterable[tuple[str, int, int]] = zip(
        scale.levels, scale.usual_m, scale.usual_u, strict=True
    )
    weights = {level: round(1000 * log2(1000 * m / u)) if m else 0 for level, m, u in shares}
    return weights | dict(scale.fixed) | {scale.levels[MISSING]: 0}
