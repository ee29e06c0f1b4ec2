"""``python -m bench.peers.run_goldenmatch SET FILE OUT``: goldenmatch with the settings of a set.

Writes OUT/clusters.csv and OUT/told.json (seconds by step). ``--table`` says that FILE is
standardised already (Parquet).
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import time
from pathlib import Path

# What an earlier run learned must not help a later one, and nothing is sent anywhere.
os.environ.setdefault("GOLDENMATCH_AUTOCONFIG_MEMORY", "0")
os.environ.setdefault("GOLDENMATCH_SUGGEST_ON_DEDUPE", "0")

import goldenmatch
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from goldenmatch.config.schemas import BlockingConfig, GoldenMatchConfig, MatchkeyConfig

from bench.peers.tables import TABLES


def main() -> None:
    """Run goldenmatch as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set")
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    began = time.perf_counter()
    settings = importlib.import_module(f"bench.peers.goldenmatch_settings.{options.set}")
    if options.table:
        table = pq.read_table(options.file)
    else:
        frame = TABLES[options.set](pd.read_csv(options.file, dtype=str))
        table = pa.Table.from_pandas(frame, preserve_index=False)
    read = time.perf_counter()
    config = GoldenMatchConfig(
        matchkeys=[
            MatchkeyConfig(
                name="all",
                type="probabilistic",
                fields=settings.FIELDS,
                missing=getattr(settings, "MISSING", "unobserved"),
                link_cut_rule=getattr(settings, "CUT", None),
            )
        ],
        blocking=BlockingConfig(strategy="multi_pass", passes=settings.PASSES),
    )
    result = goldenmatch.dedupe_df(table, config=config)
    _write_clusters(result.clusters, table["unique_id"].to_pylist(), options.out)
    told = {"read": read - began, "match": time.perf_counter() - read}
    rounded = {name: round(seconds, 3) for name, seconds in told.items()}
    (options.out / "told.json").write_text(json.dumps({"seconds": rounded}))


def _write_clusters(clusters: dict[int, dict], ids: list[str], out: Path) -> None:
    """Write the clusters; a record in none is its own."""
    found = {
        ids[member]: str(number) for number, each in clusters.items() for member in each["members"]
    }
    rows = [(each, found.get(each, f"alone-{each}")) for each in ids]
    pd.DataFrame(rows, columns=["record_id", "cluster_id"]).to_csv(
        out / "clusters.csv", index=False
    )


if __name__ == "__main__":
    main()
