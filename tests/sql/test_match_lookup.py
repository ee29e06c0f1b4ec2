"""Asking the matcher: search before create, and how good it is."""

import csv
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from customer_hub.channels.manual.candidates import read_candidate_records
from customer_hub.channels.manual.template import COLUMNS, TITLE
from customer_hub.cli import app
from customer_hub.core import db
from customer_hub.core.identity import golden_id
from customer_hub.match.lookup import find_candidates
from customer_hub.match.rules import Model
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


def test_a_number_of_many_names_says_less_of_a_new_record(hub: str) -> None:
    load(WANG)
    with db.begin() as connection:
        (own,) = find_candidates(connection, NEW)
    crowd = ("李明", "张伟", "刘洋", "陈静", "杨帆", "赵磊", "黄勇", "周涛", "吴刚")
    for count in (3, len(crowd)):
        load(
            *(
                Source(f"pos/customer/{number}", name, phones=WANG.phones)
                for number, name in enumerate(crowd[:count])
            )
        )
        with db.begin() as connection:
            (shared,) = find_candidates(connection, NEW)
        assert "phone: shared" in shared.reasons, "also where it proposes nobody any more"
        assert (shared.source_key, shared.score < own.score) == (WANG.key, True)


def test_a_person_finds_no_organisation(hub: str) -> None:
    load(Source("crm/customer/1", "王建国商行", "organisation", phones=["+8613800012345"]))
    with db.begin() as connection:
        assert find_candidates(connection, NEW) == []


@pytest.mark.parametrize(
    ("name", "written", "reason"),
    [
        ("深圳泰盛科技有限公司", "深圳市泰盛科技有限责任公司", "company: equal"),
        ("深圳泰盛科技有限公司", "深圳太盛科技有限公司", "company: pinyin"),
        ("深圳泰盛科技有限公司", "泰盛", "company: brand"),
        ("深圳泰盛信息技术有限公司", "深圳泰盛信息枝术有限公司", "company: close"),
    ],
)
def test_a_company_is_found_however_it_is_written(
    hub: str, name: str, written: str, reason: str
) -> None:
    firm = Source("crm/customer/1", name, "organisation")
    load(firm, STRANGER)
    with db.begin() as connection:
        (found,) = find_candidates(connection, {"kind": "organisation", "legal_name": written})
    assert (found.source_key, found.is_match) == (firm.key, reason == "company: equal")
    assert reason in found.reasons


def test_a_person_is_looked_for_from_a_terminal(hub: str) -> None:
    load(WANG, STRANGER)
    lines = "kind: person\nname: 王建國\n\nmobile: 138 0001 2345\n"
    header, *shown = [
        line.split("\t")
        for line in CliRunner().invoke(app, ["find"], input=lines).stdout.splitlines()
    ]
    assert [line[:3] for line in shown] == [["1", str(golden_id(WANG.key)), WANG.key]]
    with db.begin() as connection:
        (found,) = find_candidates(connection, NEW)
    assert shown[0][header.index("score")] == f"+{found.score / 1000:.3f}", "bits, as elsewhere"
    wrong = CliRunner().invoke(app, ["find"], input="nmae: 王建国\n")
    assert "line 1" in str(wrong.exception)
    assert "王建国" not in str(wrong.exception)


def test_a_row_that_looks_like_nobody_is_named_beside_the_table(hub: str, tmp_path: Path) -> None:
    load(WANG)
    file = tmp_path / "customers.csv"
    rows = [
        {"name": "钱多多", "mobile": "13900000000"},
        {"name": "王建国", "mobile": "13800012345"},
    ]
    with file.open("w", encoding="utf-8", newline="") as opened:
        opened.write(f"{TITLE} 1\n")
        writer = csv.DictWriter(opened, list(COLUMNS))
        writer.writeheader()
        writer.writerows({"action": "add", "kind": "person", **row} for row in rows)
    asked = CliRunner().invoke(app, ["find", str(file)])
    nobody, somebody = (row for row, _ in read_candidate_records(file))
    assert asked.stderr == f"row {nobody}: nobody\n"
    header, *table = [line.split("\t") for line in asked.stdout.splitlines()]
    assert [(line[0], len(line)) for line in table] == [(str(somebody), len(header))]


def test_a_candidate_model_is_learned_and_changes_nothing(hub: str, tmp_path: Path) -> None:
    load(WANG, WANG_SHOP, WANG_POS, STRANGER)
    out = tmp_path / "model.json"
    shown = CliRunner().invoke(app, ["model", "train", "--out", str(out), "--name", "ours"])
    assert "holds for nothing yet" in shown.stdout
    learned = Model.model_validate_json(out.read_text(encoding="utf-8"))
    assert learned.trained_on == {"person": 4, "organisation": 0, "contact": 0}
    assert learned.version in shown.stdout
    assert learned.person.weights["phone"]["equal"] > 0
    assert {*learned.person.frequencies} <= {"family", "given"}, "nothing that is sealed elsewhere"
    with db.begin() as connection:
        models = connection.exec_driver_sql("select model_version from match.model").scalars()
        assert learned.version not in list(models)


def test_the_crosswalk_is_judged_by_a_truth_file(hub: str, tmp_path: Path) -> None:
    load(WANG, WANG_POS, STRANGER)
    truth = tmp_path / "truth.csv"
    rows = [(WANG.key, "C1"), (WANG_POS.key, "C2"), (STRANGER.key, "C2")]
    lines = ["source_key,true_customer_id,class", *(f"{key},{true},plain" for key, true in rows)]
    truth.write_text("\n".join(lines), encoding="utf-8")
    with db.begin() as connection:
        quality = evaluate_customers(connection, truth)
    assert (quality.precision, quality.recall) == (0.0, 0.0)
