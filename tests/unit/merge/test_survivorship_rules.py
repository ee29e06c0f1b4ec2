"""The survivorship file is checked whole."""

import copy

import pytest

from customer_hub.channels.policy import read_policy
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.policy import make_policy
from customer_hub.merge.rules import read_survivorship


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda file: file["customer"].pop("website"), "website"),
        (lambda file: file["customer"].update(colour={"criteria": ["trust"]}), "colour"),
        (lambda file: file["customer"]["status"].update(criteria=["luck"]), "criteria"),
        (lambda file: file["contact"]["name_pinyin"].update(follows="rumour"), "rumour"),
        (lambda file: file["contact"]["title"].update(follows="name"), "either"),
        (lambda file: file["customer"]["level_code"].update(trust={"crmm": 9}), "crmm"),
        (lambda file: file["customer"]["website"].update(half_life_days=-1), "half_life_days"),
        (lambda file: file["customer"]["website"].update(aggregate="sum"), "website cannot be"),
        (
            lambda file: file["customer"]["free_text.remark"].update(aggregate="max"),
            "remark cannot",
        ),
        (lambda file: file["customer"]["status"].update(warned_percent=101), "warned_percent"),
        (lambda file: file.update(completeness=["fone"]), "fone"),
    ],
)
def test_faults_are_named(change, word: str) -> None:  # type: ignore[no-untyped-def]
    content = copy.deepcopy(read_policy().content)
    change(content["survivorship"])
    with pytest.raises(ConfigurationError, match=word):
        read_survivorship(make_policy(content))


def test_all_faults_are_named_at_once() -> None:
    content = copy.deepcopy(read_policy().content)
    rules = content["survivorship"]
    rules["customer"]["status"].update(criteria=["luck"], trust={"crmm": 9})
    rules["contact"]["name_pinyin"].update(follows="rumour")
    rules["customer"].pop("website")
    with pytest.raises(ConfigurationError) as caught:
        read_survivorship(make_policy(content))
    for word in ("criteria", "crmm", "rumour", "website"):
        assert word in str(caught.value)


def test_a_follower_of_what_is_put_together_has_nobody_to_follow() -> None:
    content = copy.deepcopy(read_policy().content)
    rules = content["survivorship"]["customer"]
    rules["finance.credit_limit_amount"]["aggregate"] = "sum"
    read_survivorship(make_policy(content))
    rules["finance.credit_rating_code"] = {"follows": "finance.credit_limit_amount"}
    with pytest.raises(ConfigurationError, match="must be chosen by criteria"):
        read_survivorship(make_policy(content))
