"""Say in plain tables what a run did: weights, thresholds, the closest calls, the quality."""

from collections.abc import Iterator, Set
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa

from customer_hub.match.engine.model import EngineModel
from customer_hub.match.engine.records import kind_of
from customer_hub.match.engine.resolving import Resolved
from customer_hub.match.engine.scales import SCALES
from customer_hub.match.files.matching import Matched
from customer_hub.match.files.quality import Verdict

_CURVE = (-5, -3, -1, 0, 1, 3, 5, 10, 15)  # bits
_CLOSEST = 10
_NONE = np.zeros(0, np.int64)


def describe(done: Matched) -> Iterator[str]:
    """Yield the whole report of a run: weights, threshold curve, closest calls, quality."""
    yield from describe_model(done.found.model, _list_met(done))
    yield ""
    yield from draw_curve(done.found)
    yield ""
    yield "closest calls:"
    yield from list_closest(done.found, done.keys, done.records.comparisons)
    if done.quality is not None:
        yield ""
        yield from describe_quality(done.quality, done.reach)


def sum_up(done: Matched) -> str:
    """Return the result in a line."""
    sizes = np.bincount(done.found.cluster)
    return (
        f"{len(done.keys):,} records are {np.count_nonzero(sizes):,} customers,"
        f" {np.count_nonzero(sizes > 1):,} of them of several records, at most"
        f" {int(sizes.max(initial=0)):,}"
    )


def _list_met(done: Matched) -> set[tuple[str, str]]:
    """Return the comparisons and levels that some pair has."""
    return {
        (name, SCALES[kind_of(name)].levels[level])
        for place, name in enumerate(done.records.comparisons)
        for level in np.unique(done.found.patterns[:, place]).tolist()
    }


def describe_model(model: EngineModel, met: Set[tuple[str, str]]) -> Iterator[str]:
    """Yield the weights in bits of the levels that were met, with m and u where known."""
    yield f"prior {model.prior / 1000:+.1f} bits"
    for name, levels in model.weights.items():
        for level in SCALES[kind_of(name)].levels[1:]:
            if (name, level) not in met:
                continue
            m, u = model.shares.get(name, {}).get(level, (None, None))
            known = f"  m {m:.4f}  u {u:.7f}" if m is not None and u is not None else ""
            yield f"{name:<24} {level:<14} {levels[level] / 1000:+6.1f} bits{known}"


def draw_curve(found: Resolved) -> Iterator[str]:
    """Yield how many compared pairs lie above each threshold, and how many are likely one."""
    yield "threshold  probability  pairs above  of them likely one customer"
    for each in measure_curve(found):
        yield (
            f"{each['bits']:+6d} bits  {each['probability']:10.3f}  {each['pairs']:11,}"
            f"  {each['likely']:7.2%}"
        )


def measure_curve(found: Resolved) -> Iterator[dict[str, Any]]:
    """Yield for each threshold: bits, probability, the pairs above, the share that is likely one."""
    scores = found.score[found.score >= _CURVE[0] * 1000]
    likely = 1 / (1 + np.exp2(-np.clip(scores / 1000, -60, 60)))
    for bits in _CURVE:
        above = scores >= bits * 1000
        share = float(likely[above].mean()) if above.any() else 1.0
        probability = 1 / (1 + 2.0**-bits)
        yield {"bits": bits, "probability": probability, "pairs": int(above.sum()), "likely": share}


def list_closest(found: Resolved, keys: pa.Array, comparisons: tuple[str, ...]) -> Iterator[str]:
    """Yield the pairs nearest the threshold as text: record ids and levels, no values."""
    for each in find_closest(found, keys, comparisons):
        told = " ".join(f"{name}={level}" for name, level in each["levels"].items())
        yield f"{each['left_id']} {each['right_id']} {each['bits']:+.1f} bits: {told}"


def find_closest(
    found: Resolved, keys: pa.Array, comparisons: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    """Yield the pairs nearest the threshold: left_id, right_id, bits, levels by comparison."""
    distance = np.abs(found.score)
    last = min(_CLOSEST, len(distance)) - 1
    near = np.flatnonzero(distance <= np.partition(distance, last)[last]) if last >= 0 else _NONE
    order = near[np.lexsort((found.right[near], found.left[near], distance[near]))][:_CLOSEST]
    for place in order.tolist():
        yield {
            "left_id": keys[int(found.left[place])].as_py(),
            "right_id": keys[int(found.right[place])].as_py(),
            "bits": float(found.score[place]) / 1000,
            "levels": dict(name_levels(found, place, comparisons)),
        }


def name_levels(
    found: Resolved, place: int, comparisons: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Yield what each comparison said of one pair; what nothing is known of is left out."""
    for name, number in zip(comparisons, found.patterns[place].tolist(), strict=True):
        if number:
            yield name, SCALES[kind_of(name)].levels[number]


def describe_quality(verdict: Verdict, reached: float) -> Iterator[str]:
    """Yield the quality report."""
    for what, score in (("pairs", verdict.pairwise), ("records (B-cubed)", verdict.b_cubed)):
        yield (
            f"{what:<18} precision {score.precision:.4f}  recall {score.recall:.4f}  "
            f"F1 {score.f1:.4f}"
        )
    yield f"{verdict.found_groups:,} clusters, {verdict.true_groups:,} true ones"
    yield f"{verdict.over_merged:,} clusters hold several customers (over-merged)"
    yield f"{verdict.under_merged:,} customers lie in several clusters (under-merged)"
    yield f"blocking recall {reached:.4f} of the true pairs were compared"


def summarise(done: Matched) -> dict[str, Any]:
    """Return the same as JSON values."""
    found, verdict = done.found, done.quality
    return {
        "model": found.model.model_dump(mode="json"),
        "pairs": len(found.left),
        "clusters": len(np.unique(found.cluster)),
        "keys": [asdict(report) for report in found.candidates.reports],
        "curve": list(measure_curve(found)),
        "closest": list(find_closest(found, done.keys, done.records.comparisons)),
        "quality": None if verdict is None else asdict(verdict) | {
            "pairwise_f1": verdict.pairwise.f1, "b_cubed_f1": verdict.b_cubed.f1,
            "reach": done.reach,
        },
    }  # fmt: skip
