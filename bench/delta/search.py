"""How long one search before create takes in process."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Iterator
from itertools import islice

from bench.merging.source import START, list_mapped
from customer_hub.core import db
from customer_hub.match.lookup import find_candidates
from customer_hub.standardise.preview import preview_customer
from customer_hub.standardise.rows import Record
from local.world.events import tell

_WARM, _SEED = 50, 7


def time_searches(count: int) -> dict[str, float]:
    """Return milliseconds of searches for customers of the world, and how many found somebody."""
    taken: list[float] = []
    found = 0
    # What the bench itself still holds (its world, the delta's rows) is not the searches' to collect.
    gc.collect()
    gc.freeze()
    with db.begin() as connection:
        for number, (channel, zone, record) in enumerate(islice(_read(count), _WARM + count)):
            began = time.perf_counter()
            candidates = find_candidates(connection, preview_customer(record, channel, zone))
            if number >= _WARM:
                taken.append(1000 * (time.perf_counter() - began))
                found += bool(candidates)
    gc.unfreeze()
    cuts = statistics.quantiles(taken, n=100)
    return {"p50_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98], "found": found / len(taken)}


def _read(count: int) -> Iterator[tuple[str, str, Record]]:
    for chapter in tell(count + _WARM, _SEED, START):
        yield from list_mapped(chapter)
