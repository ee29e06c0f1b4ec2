"""Turn the levels of a pair into a score in 1/1000 bit, with the evidence that made it."""

from dataclasses import dataclass
from typing import Any

from customer_hub.match.compare import Levels
from customer_hub.match.features import Feature
from customer_hub.match.rules import LEVELS, Model

_REACH = ("phone", "mail", "address")


@dataclass(frozen=True, slots=True)
class Score:
    """A pair's score, its lowest weight, whether a veto stands, and what each comparison said."""

    total: int
    lowest: int
    is_veto: bool
    evidence: dict[str, Any]


def score_pair(left: Feature, right: Feature, levels: Levels, model: Model) -> Score:
    """Sum the model's weights over the levels of a pair.

    Names and shared phones are not independent: a household or an office shares what reaches it.
    So where the names contradict each other, the ways to reach both count by a share only.
    """
    weights = model.weights[left.kind]
    words = {name: LEVELS[left.kind][name][index] for name, index in levels.items()}
    is_conflict = words["name"] in model.name_conflicts[left.kind]
    evidence: dict[str, Any] = {}
    total = 0
    for comparison, word in words.items():
        weight = weights[comparison][word]
        frequency = ""
        if comparison == "name" and word in model.frequency.levels:
            frequency, change = adjust_for_frequency(left, right, model)
            weight += change
        if is_conflict and comparison in _REACH and weight > 0:
            weight = weight * model.conflict_share // 1000
        if word != "missing":
            evidence[comparison] = {"level": word, "weight": weight}
            if frequency:
                evidence[comparison]["frequency"] = frequency
        total += weight
    lowest = min((each["weight"] for each in evidence.values()), default=0)
    return Score(total, lowest, words.get("identity") == "veto", evidence)


def adjust_for_frequency(left: Feature, right: Feature, model: Model) -> tuple[str, int]:
    """Return the class of the pair's surname and what it adds to the name's weight.

    Organisations have no class: brands are rare enough.
    """
    if left.kind == "organisation":
        return "", 0
    frequency = model.frequency
    surnames = (left.surname_key, right.surname_key)
    share = max(frequency.surname.get(name, frequency.floor) for name in surnames)
    given = min(left.given_key, right.given_key, key=len)
    change = frequency.short_given if 0 < len(given) <= 4 and left.given_key else 0
    reached = [(least, name) for name, least in frequency.classes.items() if share >= least]
    if not reached:
        return "", change
    _, name = max(reached)
    return name, change + frequency.adjustments[name]
