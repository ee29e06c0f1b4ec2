"""``python -m bench.peers.run_splink SET FILE OUT``: Splink, fast, with the settings of a set.

Writes OUT/clusters.csv (at .95), OUT/clusters_50.csv (at .5) and OUT/told.json (seconds by step).
``--table`` says that FILE is standardised already (Parquet) and that clusters at .95 are all that is
wanted; ``--pairs`` writes OUT/pairs.parquet, every pair that blocking proposes, and stops.
"""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from splink import DuckDBAPI, Linker

from bench.peers.tables import TABLES

_PAIRS = 1e6  # "fast": u from a million random pairs, EM on a million blocked ones


def main() -> None:
    """Run Splink as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set")
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--pairs", action="store_true")
    options = parser.parse_args()
    logging.getLogger("splink").setLevel(logging.ERROR)
    settings = importlib.import_module(f"bench.peers.splink_settings.{options.set}")
    told: dict[str, float] = {}
    with _timed(told, "read"):
        database = DuckDBAPI()
        if options.table:
            table = database._con.read_parquet(str(options.file))
        else:
            table = TABLES[options.set](pd.read_csv(options.file, dtype=str))
        linker = Linker(
            database.register(table, dataset_display_name="records"),
            settings.SETTINGS,
            log_level=logging.ERROR,
        )
    if options.pairs:
        _write_pairs(linker, options.out)
        return
    with _timed(told, "train"):
        _train(linker, settings)
    thresholds = (0.95,) if options.table else (0.95, 0.5)
    with _timed(told, "predict"):
        edges = linker.inference.predict(threshold_match_probability=min(thresholds))
    for threshold in thresholds:
        with _timed(told, f"cluster_{threshold * 100:.0f}"):
            clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
                edges, threshold_match_probability=threshold
            )
            name = "clusters.csv" if threshold == 0.95 else "clusters_50.csv"
            relation = clusters.as_duckdbpyrelation()
            relation.select("unique_id as record_id, cluster_id").write_csv(str(options.out / name))
    (options.out / "told.json").write_text(json.dumps({"seconds": told}))


def _train(linker: Linker, settings: Any) -> None:
    linker.training.estimate_probability_two_random_records_match(
        settings.DETERMINISTIC, recall=settings.RECALL
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=_PAIRS)
    for rule in settings.TRAINING:
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True, max_pairs=_PAIRS
        )


def _write_pairs(linker: Linker, out: Path) -> None:
    pairs = linker.inference.compute_blocked_pairs_for_predict().as_duckdbpyrelation()
    relation = pairs.select("join_key_l as left_id, join_key_r as right_id")
    relation.write_parquet(str(out / "pairs.parquet"))


@contextmanager
def _timed(told: dict[str, float], name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    told[name] = round(time.perf_counter() - began, 3)


if __name__ == "__main__":
    main()
