"""The peers' settings: one of each tool for each set, over a table that has what they name."""

import ast
from pathlib import Path

import pandas as pd
import pytest

from bench.matching import sets
from bench.peers import standardise as std
from bench.peers.tables import TABLES

PEERS = Path(__file__).resolve().parents[2] / "bench" / "peers"


@pytest.mark.parametrize("tool", ["splink_settings", "goldenmatch_settings"])
def test_each_set_has_settings(tool: str) -> None:
    names = {path.stem for path in (PEERS / tool).glob("[a-z]*.py")}
    assert names == {*sets.SETS, "western"}
    assert set(TABLES) == set(sets.SETS)


@pytest.mark.parametrize("tool", ["splink_settings", "goldenmatch_settings"])
def test_each_set_has_at_least_eight_blocking_rules(tool: str) -> None:
    calls = {"splink_settings": "block_on", "goldenmatch_settings": "block"}[tool]
    where = {
        "splink_settings": "blocking_rules_to_generate_predictions=",
        "goldenmatch_settings": "PASSES = ",
    }[tool]
    for name in {*sets.SETS, "western"} - {"febrl4"}:
        text = (PEERS / tool / f"{name}.py").read_text(encoding="utf-8").partition(where)[2]
        rules = ast.parse(
            text[: text.index("\n    ]" if "block_on" in calls else "\n]")].strip() + "]"
        )
        found = [
            each
            for each in ast.walk(rules)
            if isinstance(each, ast.Call) and getattr(each.func, "id", "") == calls
        ]
        assert len(found) >= 8, name


def test_phones_lose_their_country_and_masked_ones_are_none() -> None:
    written = pd.Series(
        ["+86 138-0001-2345", "008613800012345", "138****2345", "(702) 919-1300", ""]
    )
    assert [each if isinstance(each, str) else None for each in std.phones(written)] == [
        "13800012345",
        "13800012345",
        None,
        "7029191300",
        None,
    ]


def test_names_are_standardised_in_both_scripts() -> None:
    assert list(std.companies(pd.Series(["Acme Trading Co., Ltd.", "深圳市华为技术有限公司"]))) == [
        "acme trading",
        "深圳市华为技术",
    ]
    assert list(std.given_names(pd.Series(["张伟明", "mary ann lee"]))) == ["伟明", "mary ann"]
    assert list(std.streets(pd.Series(["12 North  Oak Street"]))) == ["12 n oak st"]
