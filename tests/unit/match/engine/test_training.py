"""Training: what weights may say, learned from small made-up people."""

import numpy as np

from customer_hub.match.engine.column import Column
from customer_hub.match.engine.model import EngineModel
from customer_hub.match.engine.records import Records
from customer_hub.match.engine.resolving import Limits, resolve

SYLLABLES = ("ba", "de", "ki", "lo", "mu", "na", "po", "ri", "sa", "tu")


def word(number: int) -> str:
    return "".join(SYLLABLES[int(digit)] for digit in f"{number * 7919 % 9973:04}")


def learn() -> EngineModel:
    """Learn from 300 persons with two records each, every tenth with the names turned about."""
    rows = []
    for person in range(300):
        family, given = word(person // 3), word(5000 + person % 40)
        street = f"{person} oak st"
        rows.append((family, given, f"19{person % 60 + 20}-01-{person % 27 + 1:02}", street))
        turned = (given, family) if person % 10 == 0 else (family, given)
        rows.append((*turned, rows[-1][2], street))
    names = ("family", "given", "birth", "address")
    columns = zip(*rows, strict=True)
    made = {name: Column.of_values(each) for name, each in zip(names, columns, strict=True)}
    found = resolve(Records(len(rows), made), {}, Limits(), tell=lambda _line: None)
    assert np.unique(found.cluster).size > 1
    return found.model


def test_to_be_alike_never_says_more_than_to_be_equal() -> None:
    for name, levels in learn().weights.items():
        others = {level: weight for level, weight in levels.items() if level != "swapped"}
        assert max(others.values()) == levels["equal"], name


def test_turned_names_say_about_what_both_names_say() -> None:
    weights = learn().weights
    both = weights["family"]["equal"] + weights["given"]["equal"]
    assert both < weights["family"]["swapped"] < both + 8000


def test_to_differ_never_speaks_for_one_customer() -> None:
    """Where all mails are of one domain, chance draws no pair whose domains differ."""
    rows = []
    for person in range(120):
        name, mail = f"{word(person)} {word(person + 500)}", f"{word(person)}{person}@mail.example"
        rows += [
            (*name.split(), mail),
            (*name.split(), mail if person % 4 else f"x{person}@y.example"),
        ]
    columns = zip(*rows, strict=True)
    made = {
        name: Column.of_values(each)
        for name, each in zip(("family", "given", "mail"), columns, strict=True)
    }
    model = resolve(Records(len(rows), made), {}, Limits(), tell=lambda _line: None).model
    assert model.weights["mail"]["different"] <= 0 < model.weights["mail"]["equal"]
