"""Chinese customers in any number; and where a run of `hub match` on them spends its time."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench.matching import chinese, plain, running
from bench.matching.contenders import HUB, PLAIN, list_contenders
from bench.matching.sets import PROJECT
from customer_hub.match.engine.clustering import Pairs


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return chinese.write_chinese(1_500, tmp_path_factory.mktemp("chinese"))


def test_the_size_is_exact_and_only_the_truth_names_the_customer(
    written: tuple[Path, Path],
) -> None:
    records, truth = (pd.read_csv(path, dtype="str") for path in written)
    assert len(records) == len(truth) == 1_500
    assert list(records["unique_id"]) == list(truth["unique_id"])
    assert records["unique_id"].is_unique
    assert not {"cluster_id", *chinese.world.TOLD} & set(records.columns)
    assert 500 < truth["cluster_id"].nunique() < 900
    assert records["name"].str.contains("[一-龥]", na=False).mean() > 0.3


def test_a_size_gives_one_table(written: tuple[Path, Path], tmp_path: Path) -> None:
    again = chinese.write_chinese(1_500, tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in written]


def test_each_stage_of_a_run_is_told(written: tuple[Path, Path], tmp_path: Path) -> None:
    command = [str(HUB), "match", str(written[0]), "--out", str(tmp_path / "c.csv")]
    run = running.run([*command, "--id", "unique_id"], PROJECT)
    stages = chinese.split_stages(run.output, run.seconds)
    # So few pairs are compared at one go, without a word.
    assert list(stages) == ["read", "standardise", "propose", "learn", "cluster", "start and write"]
    assert min(stages.values()) >= 0
    assert sum(stages.values()) == pytest.approx(run.seconds, abs=0.2)


def test_without_conflicts_what_links_is_one() -> None:
    left, right, weight = np.array([[0, 1, 3, 0], [1, 2, 4, 2], [9_000, 1, -5, -(10**12)]])
    assert plain.connect(5, Pairs(left, right, weight)).tolist() == [0, 0, 0, 3, 4]
    command = list_contenders()[PLAIN].command("western", Path("r"), Path("o"), is_table=True)
    assert command[:3] == [sys.executable, "-m", "bench.matching.plain"]
