"""Write clusters, pairs and models: whole or not at all, and never a cell that a sheet would run."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv
import pyarrow.parquet as pq

from customer_hub.match.engine.column import Ints
from customer_hub.match.engine.model import EngineModel
from customer_hub.match.engine.resolving import Resolved
from customer_hub.match.files.describing import name_levels


def write_clusters(path: Path, keys: pa.Array, found: Resolved, order: Ints) -> None:
    """Write record_id and cluster_id, in the order of the file; a cluster bears its first id."""
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    table = pa.table({"record_id": keys.take(place), "cluster_id": keys.take(found.cluster[place])})
    write_table(path, table)


def write_pairs(path: Path, keys: pa.Array, found: Resolved, comparisons: tuple[str, ...]) -> None:
    """Write the pairs that link or nearly do: ids, score in bits, probability, keys, evidence."""
    near = np.flatnonzero(found.score > _NEAR)
    order = near[np.lexsort((found.right[near], found.left[near], -found.score[near]))]
    bits = found.score[order] / 1000
    kinds = [report.kind for report in found.candidates.reports]
    proposed = np.concatenate(
        (found.candidates.proposed_by,
         np.zeros(len(found.left) - len(found.candidates.left), np.int64))
    )[order]  # fmt: skip
    table = pa.table(
        {
            "left_id": keys.take(found.left[order]),
            "right_id": keys.take(found.right[order]),
            "score_bits": pa.array(bits),
            "probability": pa.array(1 / (1 + np.exp2(-np.clip(bits, -60, 60)))),
            "is_joined": pa.array(found.cluster[found.left[order]] == found.cluster[found.right[order]]),
            "proposed_by": pa.array([_name_keys(mask, kinds) for mask in proposed.tolist()]),
            "evidence": pa.array(
                [" ".join(f"{name}={level}" for name, level in name_levels(found, place, comparisons))
                 for place in order.tolist()]
            ),
        }
    )  # fmt: skip
    write_table(path, table)


_NEAR = -5_000  # 1/1000 bit: below it a pair is nobody's question


def _name_keys(mask: int, kinds: list[str]) -> str:
    return " ".join(kind for number, kind in enumerate(kinds) if mask >> number & 1)


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table as Parquet or CSV, by the file's ending; the file appears when it is whole."""
    path = path.resolve()  # a link stays one
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        if path.suffix == ".parquet":
            pq.write_table(table, unfinished)
        else:
            pv.write_csv(table, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file, whole or not at all."""
    path = path.resolve()
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    unfinished.replace(path)


def read_model(path: Path) -> EngineModel:
    """Read a model that `write_json` wrote.

    Raises:
        ConfigurationError: names every fault of the file.
    """
    from pydantic import ValidationError

    from customer_hub.core.errors import ConfigurationError

    try:
        return EngineModel.model_validate_json(path.read_text())
    except ValidationError as error:
        if any(len(fault["loc"]) <= 1 for fault in error.errors()):
            raise ConfigurationError(
                "this is no saved model", where=path.name, hint="give what --save-model wrote"
            ) from None
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc']))} {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False)
        )
        raise ConfigurationError(faults, where=path.name, hint="save it anew") from None
