"""Match and merge what waits, in a process of its own; prints what it took as JSON."""

from __future__ import annotations

import json
import time

from bench.matching.running import show_progress
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending


def main() -> None:
    """Match and merge in the hub of the environment."""
    show_progress()
    began = time.perf_counter()
    matched = match_pending("bench").counts
    between = time.perf_counter()
    merged = merge_pending("bench").counts
    ended = time.perf_counter()
    print(
        json.dumps(
            {
                "match_seconds": between - began,
                "merge_seconds": ended - between,
                "match": matched,
                "merge": merged,
            }
        )
    )


if __name__ == "__main__":
    main()
