"""One full merge in a process of its own; prints what it took as JSON."""

from __future__ import annotations

import json
import time

from bench.matching.running import show_progress
from customer_hub.merge.run import merge_pending


def main() -> None:
    """Merge what is pending in the hub of the environment."""
    show_progress()
    began = time.perf_counter()
    counts = merge_pending("bench").counts
    print(json.dumps({"seconds": time.perf_counter() - began, **counts}))


if __name__ == "__main__":
    main()
