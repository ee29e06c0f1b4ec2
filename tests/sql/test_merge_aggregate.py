"""Sums and sets of inputs on a real database: chosen by policy, traced, rebuilt, shown as of a day."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

import customer_hub.match.run as matching
import customer_hub.merge.run as merging
import customer_hub.rebuild as rebuilding
import customer_hub.standardise.run as standardising
import tests.laws.lineage as tracing
from customer_hub.channels.config import read_channels
from customer_hub.channels.policy import complete_policy
from customer_hub.core.policy import read_policy_files
from customer_hub.match.decisions import decide
from tests.sql.test_history import FIRST, as_of, texts
from tests.sql.test_pins import (
    KEYS,
    build,
    execute,
    expect_the_same_from_a_rebuild,
    gather,
    lineage,
    two_people,
)


@pytest.fixture
def aggregating(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the policy add up credit limits and unite remarks."""
    files = copy.deepcopy(read_policy_files())
    rules: dict[str, Any] = files["survivorship"]["customer"]
    rules["finance.credit_limit_amount"]["aggregate"] = "sum"
    rules["free_text.remark"]["aggregate"] = "union"
    policy = complete_policy(files, read_channels())
    for module in (standardising, matching, merging, rebuilding, tracing):
        monkeypatch.setattr(module, "read_policy", lambda: policy)


def test_what_several_records_say_is_put_together(hub: str, aggregating: None) -> None:
    two_people()
    gather(0, hour=3, cCreditLimit=100.5, description="first")
    gather(1, hour=4, name="欧阳娜娜", cCreditLimit=20, description="second")
    decide("must-link", *KEYS, "lin", "one person")
    build()
    now = datetime.now(tz=UTC)
    assert texts(as_of(FIRST, now), "finance.credit_limit_amount") == ["120.5000"]
    assert texts(as_of(FIRST, now), "free_text.remark") == ["second\nfirst"]
    row = lineage("finance.credit_limit_amount")
    assert (row.rule, {row.source_key, *row.input_keys}, row.losers) == ("sum", set(KEYS), [])
    expect_the_same_from_a_rebuild()
    gather(1, hour=5, name="欧阳娜娜", cCreditLimit=20, cCreditLimitCurrency="USD")
    build()
    row = lineage("finance.credit_limit_amount")
    assert [loser["lost_by"] for loser in row.losers] == ["currency"]
    expect_the_same_from_a_rebuild()
    # What the lineage test looks for, it finds.
    execute("update master.cell_lineage set input_keys = '{}' where rule = 'union' returning 1")
    with pytest.raises(AssertionError, match="remark is not what its inputs give"):
        expect_the_same_lineage()


def expect_the_same_lineage() -> None:
    from customer_hub.core import db

    with db.begin() as connection:
        assert tracing.find_faults(tracing.read_hub(connection)) == []
