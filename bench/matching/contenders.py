"""Who is judged: the hub and its peers, as commands that write clusters of a file's records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from bench.matching import running
from bench.matching.sets import PEERS_PYTHON, PROJECT
from customer_hub.match.files.quality import reach

HUB = PROJECT / ".venv" / "bin" / "hub"
NAMES = ("hub", "splink", "goldenmatch")
PLAIN = "plain"  # without what minds conflicts, for the speed run
OURS = {
    "hub": [str(HUB)],
    PLAIN: [str(HUB.parent / "python"), "-m", "bench.matching.plain"],
}


@dataclass(frozen=True, slots=True)
class Contender:
    """A program that matches; ``groupings`` are its results: what they are called, which file."""

    name: str
    groupings: dict[str, str]

    def command(self, set_name: str, records: Path, out: Path, *, is_table: bool) -> list[str]:
        """Return the command that matches ``records`` and writes into ``out``.

        ``is_table`` says that the records are standardised already.
        """
        if self.name in OURS:
            clusters = str(out / "clusters.csv")
            return [*OURS[self.name], "match", str(records), "--out", clusters, "--id", "unique_id"]
        command = [str(PEERS_PYTHON), "-m", f"bench.peers.run_{self.name}"]
        return [*command, set_name, str(records), str(out), *(["--table"] if is_table else [])]


def list_contenders(*, is_table: bool = False) -> dict[str, Contender]:
    """Return the contenders by name; on a table Splink clusters once, at .95."""
    splink = {"splink .95": "clusters.csv"}
    if not is_table:
        splink["splink .5"] = "clusters_50.csv"
    return {
        "hub": Contender("hub", {"hub": "clusters.csv"}),
        PLAIN: Contender(PLAIN, {PLAIN: "clusters.csv"}),
        "splink": Contender("splink", splink),
        "goldenmatch": Contender("goldenmatch", {"goldenmatch": "clusters.csv"}),
    }


def find_absence(name: str) -> str:
    """Return why a contender cannot run here; empty if it can."""
    if name != "hub":
        return "" if PEERS_PYTHON.exists() else "its environment is missing: make bench-match"
    if not HUB.exists():
        return "the hub is not installed: make setup"
    asked = running.run([str(HUB), "match", "--help"], PROJECT)
    return "" if asked.exit_code == 0 else "this version of the hub has no command match"


def read_labels(clusters: Path, ids: pd.Series) -> np.ndarray:
    """Return the cluster of each record; one that the file leaves out stands alone.

    Raises:
        ValueError: a record twice, or one that was never given.
    """
    table = pd.read_csv(clusters, dtype="str", keep_default_na=False)
    found = table.set_index("record_id")["cluster_id"]
    if not found.index.is_unique:
        raise ValueError(f"{clusters.name}: a record stands in it twice")
    if not found.index.isin(ids).all():
        raise ValueError(f"{clusters.name}: a record that nobody gave")
    labels = found.reindex(ids)
    alone = pd.Series("alone " + ids.to_numpy(), index=labels.index)
    return labels.where(labels.notna(), alone).to_numpy(dtype="U")


def measure_reach(
    contender: Contender, set_name: str, records: Path, truth: pd.DataFrame, out: Path
) -> dict[str, float]:
    """Return blocking recall and compared pairs as far as the contender tells them; untimed."""
    is_table = records.suffix == ".parquet"
    command = contender.command(set_name, records, out, is_table=is_table)
    if contender.name == "splink":
        running.run([*command, "--pairs"], PROJECT)
        return _read_reach(out / "pairs.parquet", truth)
    if contender.name in OURS:
        told = out / f"told{records.suffix}"
        _join_truth(records, truth, told)
        command = contender.command(set_name, told, out, is_table=is_table)
        output = running.run([*command, "--truth", "cluster_id"], PROJECT).output
        share = re.search(r"blocking recall\D*?(\d*\.\d+|\d+)\s*(%?)", output, re.IGNORECASE)
        if share:
            return {"reach": float(share[1]) / (100 if share[2] else 1)}
    return {}


def _read_reach(path: Path, truth: pd.DataFrame) -> dict[str, float]:
    if not path.exists():
        return {}
    pairs = pd.read_parquet(path)
    numbers = pd.Index(truth["unique_id"])
    left, right = (numbers.get_indexer(pairs[side].astype("str")) for side in pairs.columns)
    labels = np.unique(truth["cluster_id"].to_numpy(), return_inverse=True)[1]
    return {"reach": reach(left, right, labels), "compared_pairs": float(len(pairs))}


def _join_truth(records: Path, truth: pd.DataFrame, path: Path) -> None:
    """Write the records with their truth, in the order of both."""
    labels = truth["cluster_id"].to_numpy()
    if records.suffix == ".parquet":
        pd.read_parquet(records).assign(cluster_id=labels).to_parquet(path, index=False)
    else:
        table = pd.read_csv(records, dtype="str", keep_default_na=False)
        table.assign(cluster_id=labels).to_csv(path, index=False)
