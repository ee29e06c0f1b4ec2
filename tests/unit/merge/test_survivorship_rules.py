"""The survivorship file is checked whole."""

import copy

import pytest

from customer_hub.channels.policy import read_policy
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.policy import Policy
from customer_hub.merge.rules import read_survivorship


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda file: file["customer"].pop("website"), "website"),
        (lambda file: file["customer"].update(colour={"criteria": ["trust"]}), "colour"),
        (lambda file: file["customer"]["status"].update(criteria=["luck"]), "criteria"),
        (lambda file: file["contact"]["name_pinyin"].update(follows="rumour"), "rumour"),
        (lambda file: file["contact"]["title"].update(follows="name"), "either"),
    ],
)
def test_faults_are_named(change, word: str) -> None:  # type: ignore[no-untyped-def]
    content = copy.deepcopy(read_policy().content)
    change(content["survivorship"])
    with pytest.raises(ConfigurationError, match=word):
        read_survivorship(Policy(content, b""))
