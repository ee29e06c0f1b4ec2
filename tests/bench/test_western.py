"""The Western table: as large as asked, the same for a seed, and as messy as it says."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench.matching import western


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    paths = western.write_western(30_000, tmp_path_factory.mktemp("western"))
    records, truth = (pd.read_parquet(path) for path in paths)
    assert list(records["unique_id"]) == list(truth["unique_id"])
    return records.assign(cluster_id=truth["cluster_id"])


def test_the_size_is_exact_and_chunks_do_not_meet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(western, "_CHUNK", 500)
    records, truth = (pd.read_parquet(path) for path in western.write_western(3_001, tmp_path))
    assert len(records) == len(truth) == 3_001
    assert records["unique_id"].is_unique
    assert truth["cluster_id"].max() > 1_000


def test_a_seed_gives_one_table(tmp_path: Path) -> None:
    first, again, other = (
        pd.read_parquet(western.write_western(2_000, tmp_path / name, seed)[0])
        for name, seed in (("a", 3), ("b", 3), ("c", 4))
    )
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


def test_persons_have_records_and_households_share(table: pd.DataFrame) -> None:
    sizes = table.groupby("cluster_id").size()
    assert 2.1 < sizes.mean() < 2.3
    assert sizes.max() == 5
    line = table.dropna(subset=["phone"]).groupby("phone")["cluster_id"].nunique()
    assert (line > 1).mean() > 0.02


def test_names_are_skewed_and_values_are_missing(table: pd.DataFrame) -> None:
    shares = table["surname"].value_counts(normalize=True)
    assert shares.iloc[0] > 20 * shares.iloc[len(shares) // 4]
    missing = table[list(western.COLUMNS)].isna().mean()
    assert missing["mail"] > missing["birth_date"] > missing["surname"] > 0
    assert not (table[list(western.COLUMNS)] == "").any().any()


def test_records_of_a_person_differ(table: pd.DataFrame) -> None:
    pairs = table.merge(table, on="cluster_id")
    pairs = pairs[pairs["unique_id_x"] < pairs["unique_id_y"]]
    for name in ("given_name", "surname", "birth_date", "phone", "mail", "street"):
        both = pairs.dropna(subset=[f"{name}_x", f"{name}_y"])
        equal = float(np.mean(both[f"{name}_x"] == both[f"{name}_y"]))
        assert 0.55 < equal < 0.97, name
    swapped = pairs["given_name_x"] == pairs["surname_y"]
    assert swapped.any()
