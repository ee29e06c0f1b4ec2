"""What contenders are given tells no truth; what is absent is named; labels are read strictly."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench.matching import contenders, hard_cases, sets, world
from bench.matching.__main__ import main
from bench.matching.likeness import find_alike


@pytest.fixture(scope="module")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return world.read_records(tmp_path_factory.mktemp("world"), customers=300)


def test_a_set_hides_its_truth_and_its_order(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "unique_id": [f"a-{number}" for number in range(50)],
            "cluster_id": [number // 2 for number in range(50)],
            "TEST_GROUP": "x",
            "name": [f"n{number // 2}" for number in range(50)],
        }
    )
    labelled = sets.write("any", table, tmp_path)
    told, truth = pd.read_csv(labelled.records), pd.read_csv(labelled.truth)
    assert list(told.columns) == ["unique_id", "name"]
    assert list(told["unique_id"]) == list(truth["unique_id"])
    assert not set(told["unique_id"]) & set(table["unique_id"])
    assert list(told["name"]) != list(table["name"])
    assert list(told["name"]) == [f"n{each}" for each in truth["cluster_id"]]
    before = labelled.records.read_bytes()
    sets.write("any", table, tmp_path)
    assert labelled.records.read_bytes() == before


def test_absent_sets_are_named_and_how_to_point_to_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MATCH_DATA", str(tmp_path / "nowhere"))
    monkeypatch.setattr(sets, "BUILD", tmp_path)
    monkeypatch.setattr(sets, "PROJECT", tmp_path)
    assert sets.list_absent(["fake_1000", "febrl3"]) == ["fake_1000"]
    assert main(["--sets", "fake_1000", "--contenders", "", "--speed", "0"]) == 0
    shown = capsys.readouterr().out
    assert "Absent: fake_1000. Set MATCH_DATA" in shown
    folder = tmp_path / "fake_1000"
    folder.mkdir()
    (folder / "records.csv.gz").touch()
    monkeypatch.setenv("MATCH_DATA", str(tmp_path))
    assert sets.list_absent(["fake_1000", "historical_50k"]) == ["historical_50k"]


def test_the_world_is_one_row_a_record_with_its_truth(small_world: pd.DataFrame) -> None:
    assert set(small_world["source"]) == {"shop", "crm", "support", "pos"}
    assert small_world["cluster_id"].notna().all()
    assert small_world["cluster_id"].nunique() < len(small_world)
    is_person = small_world["kind"] == "person"
    assert (small_world.loc[~is_person, "company"] != "").all()
    assert (small_world.loc[is_person, "company"] == "").all()
    branches = small_world[small_world["parent_id"].notna()]
    assert set(branches["parent_id"]) & set(small_world["cluster_id"])
    assert small_world["birth_date"].str.fullmatch(r"|\d{4}-\d\d-\d\d").all()


def test_hard_cases_count_only_what_the_truth_keeps_apart(small_world: pd.DataFrame) -> None:
    truth = small_world[["cluster_id", *world.TOLD]]
    rows = len(small_world)
    right = hard_cases.count_mistakes(small_world, truth, truth["cluster_id"].to_numpy(dtype="U"))
    assert {each.merged for each in right.values()} == {0}
    wrong = hard_cases.count_mistakes(small_world, truth, np.zeros(rows, dtype=np.int64))
    assert all(each.merged == each.pairs for each in wrong.values())
    for name in ("sister", "family_phone", "branch_parent"):
        assert wrong[name].pairs > 0
    assert all(
        each.alike_merged == each.alike < each.pairs for each in wrong.values() if each.pairs
    )
    left, other = hard_cases.pair_by_keys(small_world)
    assert (left < other).all()


def test_pairs_that_nothing_separates_are_told_apart() -> None:
    told = ["name", "company", "birth_date", "mobile", "phone", "mail", "address", "city"]
    told += ["social_credit_code", "identity_number"]
    rows = [
        {
            "name": "王国强",
            "mobile": "13800012345",
            "mail": "a@b.example",
            "address": "人民路18号3栋",
        },
        {"name": "王先生", "mobile": "+86 138-0001-2345", "address": "人民路18号"},
        {"name": "Wang Guoqiang", "phone": "13800012345", "city": "深圳"},
        {"name": "王国明", "mobile": "13800012345"},
        {"name": "王先生", "mobile": "13800012345", "mail": "c@d.example"},
    ]
    table = pd.DataFrame(rows, columns=told, dtype="str")
    found = find_alike(table, np.array([0, 0, 0, 0, 1, 3]), np.array([1, 2, 3, 4, 3, 4]))
    assert found.tolist() == [True, True, False, False, True, True]


def test_labels_of_left_out_records_stand_alone(tmp_path: Path) -> None:
    path = tmp_path / "clusters.csv"
    path.write_text("record_id,cluster_id\na,1\nc,1\n")
    labels = contenders.read_labels(path, pd.Series(["a", "b", "c", "d"]))
    assert labels[0] == labels[2]
    assert len({*labels}) == 3
    for rows, told in (("a,1\na,2\n", "twice"), ("z,1\n", "nobody gave")):
        path.write_text("record_id,cluster_id\n" + rows)
        with pytest.raises(ValueError, match=told):
            contenders.read_labels(path, pd.Series(["a", "b"]))
