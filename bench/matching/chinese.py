"""Customers of the demo's world in any number, as the four channels wrote them: nothing is standard.

Memory is bounded by a chapter of the world.
"""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

import pandas as pd

from bench.matching import world
from bench.merging.source import list_customers, spread_chapters
from customer_hub.core.landing import source_key
from local.world.events import Chapter

_BLOCK = 100_000  # rows that are shuffled among each other
_SEED = 11
# What `hub match` says at the end of each of its stages.
_STAGES = (
    ("read", r"\S+ +\S+ +[\d.]+% filled"),
    ("standardise", r"compared by .*"),
    ("propose", r"[\d,]+ candidate pairs by .*"),
    ("compare", r"[\d,]+ of [\d,]+ pairs compared"),
    ("learn", r"weights learned from .*"),
    ("cluster", r"[\d,]+ clusters"),
)


def write_chinese(records: int, folder: Path) -> tuple[Path, Path]:
    """Write exactly ``records`` records (unique_id, columns) and their truth; return both paths.

    The same number gives the same files, as CSV; rows are shuffled in blocks.

    Raises:
        RuntimeError: the world told of fewer.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / "records.csv", folder / "truth.csv"
    rows, first = islice(spread_chapters(records, _list_rows), records), 0
    while block := list(islice(rows, _BLOCK)):
        table = pd.DataFrame(block).sample(frac=1, random_state=_SEED)
        ids = [f"r{first + number:09d}" for number in range(len(table))]
        table.insert(0, "unique_id", ids)
        told = {"index": False, "mode": "a" if first else "w", "header": not first}
        table.drop(columns="cluster_id").to_csv(paths[0], **told)
        table[["unique_id", "cluster_id"]].to_csv(paths[1], **told)
        first += len(table)
    if first < records:
        raise RuntimeError(f"the world tells of {first:,} records only")
    return paths


def split_stages(output: str, seconds: float) -> dict[str, float]:
    """Return the seconds of each stage of a run of ``hub match``, as its progress tells them.

    Args:
        output: what the run printed.
        seconds: of the whole run, from the start of its process.
    """
    ends: dict[str, float] = {}
    for told, line in re.findall(r"^ *([\d.]+) s  (.*)$", output, re.MULTILINE):
        for name, pattern in _STAGES:
            # Pairs within clusters are compared once more, after the weights were learned.
            if re.fullmatch(pattern, line) and not (name == "compare" and "learn" in ends):
                ends[name] = float(told)
    found, last = {}, 0.0
    for name, end in ends.items():
        found[name], last = round(end - last, 1), end
    return found | {"start and write": round(seconds - last, 1)}


def _list_rows(chapter: Chapter, _number: int) -> list[dict[str, object]]:
    truth = {each.source_key: each.true_customer_id for each in chapter.truth}
    return [
        world.READERS[event.channel](event.record)
        | {"cluster_id": truth[source_key(event.channel, "customer", event.key)]}
        for event in list_customers(chapter)
    ]
