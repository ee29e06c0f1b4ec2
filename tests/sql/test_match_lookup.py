"""Asking the matcher: search before create, and how good it is."""

from pathlib import Path
from typing import Any

from customer_hub.core import db
from customer_hub.core.identity import golden_id
from customer_hub.match.lookup import find_candidates
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


def test_the_crosswalk_is_judged_by_a_truth_file(hub: str, tmp_path: Path) -> None:
    load(WANG, WANG_POS, STRANGER)
    truth = tmp_path / "truth.csv"
    rows = [(WANG.key, "C1"), (WANG_POS.key, "C2"), (STRANGER.key, "C2")]
    lines = ["source_key,true_customer_id,class", *(f"{key},{true},plain" for key, true in rows)]
    truth.write_text("\n".join(lines), encoding="utf-8")
    with db.begin() as connection:
        quality = evaluate_customers(connection, truth)
    assert (quality.precision, quality.recall) == (0.0, 0.0)
