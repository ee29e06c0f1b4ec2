"""``make bench-merge``: a full build of the master beside a bare COPY (see bench/README.md)."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from pathlib import Path

from bench.matching import running
from bench.merging.copying import copy_again
from bench.merging.hub import open_hub, running_server
from bench.merging.source import fill
from customer_hub.core import db

PROJECT = Path(__file__).resolve().parents[2]
REPORT = PROJECT / "build" / "bench" / "merging.json"


def main(arguments: list[str] | None = None) -> int:
    """Measure each size; non-zero if a merge failed."""
    parser = argparse.ArgumentParser(prog="bench.merging", description=__doc__)
    parser.add_argument("--records", default="25000,100000", help="source records, by comma")
    parser.add_argument("--report", type=Path, default=REPORT, help="where the figures go as JSON")
    options = parser.parse_args(arguments)
    sizes = sorted(int(size) for size in options.records.split(","))
    figures = []
    with running_server() as server:
        for size in sizes:
            name = f"hub_{size}"
            open_hub(server, name)
            fill(size)
            db.engine().dispose()
            figures.append(_measure(size, server.url(name, driver="")))
            server.drop_database(name)
    print(
        f"\n{'records':>10} {'merge s':>8} {'COPY s':>7} {'ratio':>6} {'MB':>6} {'records/s':>10}"
    )
    for each in figures:
        print(
            f"{each['records']:>10,} {each['merge_seconds']:>8.1f} {each['copy_seconds']:>7.1f}"
            f" {each['ratio']:>6.1f} {each['peak_mb']:>6.0f} {each['records_per_second']:>10,.0f}"
        )
    if len(figures) > 1:
        first, last = figures[0], figures[-1]
        exponent = math.log(last["merge_seconds"] / first["merge_seconds"]) / math.log(
            last["records"] / first["records"]
        )
        print(f"growth: records to the power of {exponent:.2f}")
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(json.dumps({"cores": os.cpu_count(), "sizes": figures}, indent=1))
    return 0


def _measure(size: int, url: str) -> dict[str, float]:
    done = running.run([sys.executable, "-m", "bench.merging.once"], PROJECT, is_told=True)
    if done.exit_code:
        raise SystemExit(done.output)
    told = json.loads(done.output.splitlines()[-1])
    copied = copy_again(url)
    return {
        "records": size,
        "golden_records": told["created"],
        "rows": copied.rows,
        "copied_mb": copied.megabytes,
        "merge_seconds": told["seconds"],
        "copy_seconds": copied.seconds,
        "ratio": told["seconds"] / copied.seconds,
        "peak_mb": done.peak_mb,
        "records_per_second": size / told["seconds"],
    }


if __name__ == "__main__":
    sys.exit(main())
