"""Asking the matcher: search before create, why a pair, and how good it is."""

from pathlib import Path
from typing import Any

import pytest

from customer_hub.core import db
from customer_hub.core.errors import HubError
from customer_hub.core.identity import golden_id
from customer_hub.match.decisions import decide
from customer_hub.match.lookup import explain_pair, find_candidates
from local.demo.quality import evaluate_customers
from tests.sql.source_rows import Source
from tests.sql.test_match_pending import STRANGER, WANG, WANG_POS, WANG_SHOP, load

NEW: dict[str, Any] = {
    "kind": "person",
    "legal_name": "王建国",
    "points": [{"type": "mobile", "value": "+8613800012345", "is_masked": False}],
}


def test_a_new_record_finds_whom_it_looks_like_and_nothing_is_stored(hub: str) -> None:
    load(WANG, WANG_SHOP, STRANGER)
    with db.begin() as connection:
        found = find_candidates(connection, NEW)
        count = connection.exec_driver_sql("select count(*) from match.feature").scalar_one()
    assert [each.source_key for each in found] == [WANG.key, WANG_SHOP.key]
    assert all(each.is_match and each.golden_id == golden_id(WANG_SHOP.key) for each in found)
    assert "phone: equal" in found[0].reasons
    assert count == 3


def test_a_person_finds_no_organisation(hub: str) -> None:
    load(Source("crm/customer/1", "王建国商行", "organisation", phones=["+8613800012345"]))
    with db.begin() as connection:
        assert find_candidates(connection, NEW) == []


def test_a_pair_is_explained_without_values(hub: str) -> None:
    load(WANG, WANG_POS, STRANGER)
    with db.begin() as connection:
        why = explain_pair(connection, WANG_POS.key, WANG.key)
        assert (why.is_same_golden, why.decision) == (True, "")
        assert why.evidence["name"]["level"] == "titled"
        assert "phone" in why.proposed_by
        assert why.score >= why.threshold
        assert "138" not in str(why)
        apart = explain_pair(connection, WANG.key, STRANGER.key)
        assert not apart.is_same_golden
        assert apart.proposed_by == ()
    decide("cannot-link", WANG.key, WANG_POS.key, "steward", "two people")
    with db.begin() as connection:
        assert explain_pair(connection, WANG.key, WANG_POS.key).decision == "cannot-link"
        with pytest.raises(HubError, match="only two matched records"):
            explain_pair(connection, WANG.key, "crm/customer/none")


def test_the_crosswalk_is_judged_by_a_truth_file(hub: str, tmp_path: Path) -> None:
    load(WANG, WANG_POS, STRANGER)
    truth = tmp_path / "truth.csv"
    rows = [(WANG.key, "C1"), (WANG_POS.key, "C2"), (STRANGER.key, "C2")]
    lines = ["source_key,true_customer_id,class", *(f"{key},{true},plain" for key, true in rows)]
    truth.write_text("\n".join(lines), encoding="utf-8")
    with db.begin() as connection:
        quality = evaluate_customers(connection, truth)
    assert (quality.precision, quality.recall) == (0.0, 0.0)
