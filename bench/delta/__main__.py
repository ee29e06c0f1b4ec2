"""``make bench-delta``: 1 % new and changed records beside a full build (see bench/README.md)."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from bench.delta.load import load_base, load_delta
from bench.delta.search import time_searches
from bench.matching import running
from bench.merging.copying import copy_again
from bench.merging.hub import open_hub, running_server
from customer_hub.core import db

PROJECT = Path(__file__).resolve().parents[2]
REPORT = PROJECT / "build" / "bench" / "delta.json"
BARS = {"match": 0.03, "golden": 0.06, "merge_copies": 5.0, "find_p95_ms": 20.0}


def main(arguments: list[str] | None = None) -> int:
    """Build a hub, change 1 % of it, search in it; prints shares of the full build."""
    parser = argparse.ArgumentParser(prog="bench.delta", description=__doc__)
    parser.add_argument("--records", type=int, default=100_000, help="source records")
    parser.add_argument("--searches", type=int, default=1000, help="searches that are timed")
    parser.add_argument("--report", type=Path, default=REPORT, help="where the figures go")
    given = parser.parse_args(arguments)
    count = given.records
    with running_server() as server:
        open_hub(server, "hub")
        waiting = load_base(count)
        full = _build("full build")
        copied = copy_again(server.url("hub", driver=""))
        changed = load_delta(waiting)
        delta = _build(f"delta of {changed:,} records")
        find = time_searches(given.searches)
        db.engine().dispose()
    match = delta["match_seconds"] / full["match_seconds"]
    golden = _sum(delta) / _sum(full)
    copies = full["merge_seconds"] / copied.seconds
    print(f"\n{count:,} source records, {changed:,} of them new or changed")
    print(f"candidates to clusters  {match:7.2%} of the full build (bar {BARS['match']:.0%})")
    print(f"to golden versions      {golden:7.2%} of the full build (bar {BARS['golden']:.0%})")
    print(
        f"merge of the full build {copies:7.1f} x a bare COPY of its {copied.rows:,} rows"
        f" (bar {BARS['merge_copies']:.0f})"
    )
    print(
        f"hub find, in process    p50 {find['p50_ms']:.1f} ms, p95 {find['p95_ms']:.1f} ms"
        f" (bar {BARS['find_p95_ms']:.0f} ms), {find['found']:.0%} found somebody"
    )
    figures = {
        "cores": os.cpu_count(), "load": os.getloadavg(), "records": count, "changed": changed,
        "match_share": match, "golden_share": golden, "full": full, "delta": delta, "find": find,
        "merge_copies": copies, "copy_seconds": copied.seconds, "copied_rows": copied.rows,
    }  # fmt: skip
    given.report.parent.mkdir(parents=True, exist_ok=True)
    given.report.write_text(json.dumps(figures, indent=1))
    return 0


def _build(title: str) -> dict[str, Any]:
    done = running.run([sys.executable, "-m", "bench.delta.once"], PROJECT, is_told=True)
    if done.exit_code:
        raise SystemExit(done.output)
    told: dict[str, Any] = json.loads(done.output.splitlines()[-1]) | {"peak_mb": done.peak_mb}
    print(
        f"{title}: match {told['match_seconds']:.1f} s, merge {told['merge_seconds']:.1f} s,"
        f" {done.peak_mb:.0f} MB",
        flush=True,
    )
    return told


def _sum(told: dict[str, Any]) -> float:
    return float(told["match_seconds"] + told["merge_seconds"])


if __name__ == "__main__":
    sys.exit(main())
