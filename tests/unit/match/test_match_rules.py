"""The rules and the model are checked whole, and the model's version names its content."""

import copy

import pytest

from customer_hub.channels.policy import read_policy
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.policy import make_policy
from customer_hub.match.rules import read_rules


def test_every_fault_of_both_files_is_named() -> None:
    content = copy.deepcopy(read_policy().content)
    content["match"]["cap"] = 1
    content["match"]["colour"] = "blue"
    del content["model"]["person"]["weights"]["given"]
    with pytest.raises(ConfigurationError) as error:
        read_rules(make_policy(content))
    for word in ("match.toml: cap", "colour", "person.weights"):
        assert word in str(error.value)


def test_another_weight_is_another_version() -> None:
    content = copy.deepcopy(read_policy().content)
    _, model = read_rules(make_policy(content))
    content["model"]["person"]["weights"]["given"]["equal"] += 1
    _, other = read_rules(make_policy(content))
    assert model.name == other.name
    assert model.version != other.version


def test_a_nickname_stands_in_one_row_only() -> None:
    rules, _ = read_rules(read_policy())
    names = [name for row in rules.nicknames for name in row]
    assert len(names) == len(set(names))
