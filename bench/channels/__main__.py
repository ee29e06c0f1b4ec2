"""``make bench-channels``: gather, land and publish beside the least they could cost (bench/README.md)."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.channels.copying import copy_landed
from bench.channels.gauge import WINDOW_SECONDS, count_windows, running_gauge
from bench.channels.ready import make_ready
from bench.channels.worlds import make_accounts, make_shop, running_sandbox
from bench.matching import running
from bench.merging.hub import open_hub, running_server
from customer_hub.core import db
from local.stack.postgres import Postgres

PROJECT = Path(__file__).resolve().parents[2]
REPORT = PROJECT / "build" / "bench" / "channels.json"
LEAST_GATHER, LEAST_LAND, MOST_MB = 0.70, 0.60, 400
LEAST_RATE, MOST_RATE = 0.95, 1.00
# Long enough that many stretches of a minute lie within it.
_PUBLISH_SECONDS = WINDOW_SECONDS + 20

Figures = dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """Measure; non-zero if a bar is missed."""
    parser = argparse.ArgumentParser(prog="bench.channels", description=__doc__)
    parser.add_argument("--records", type=int, default=200_000, help="customers; orders are twice")
    parser.add_argument("--rates", default="10,50", help="requests a second of the publish runs")
    parser.add_argument("--latency", type=float, default=0.04, help="seconds of a target's answer")
    parser.add_argument("--report", type=Path, default=REPORT, help="where the figures go as JSON")
    options = parser.parse_args(arguments)
    told: Figures = {"cores": os.cpu_count(), "load": os.getloadavg()[0]}
    with running_server() as server, tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        if options.records:
            told["gather"] = _measure_gather(server, Path(folder), options.records)
        told["publish"] = [
            _measure_publish(server, Path(folder), float(rate), options.latency)
            for rate in filter(None, options.rates.split(","))
        ]
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(json.dumps(told, indent=1))
    return 0 if _judge(told) else 1


def _measure_gather(server: Postgres, folder: Path, customers: int) -> Figures:
    orders, log = 2 * customers, folder / "asked"
    open_hub(server, "hub_gather")
    with running_sandbox(folder / "shop", make_shop(customers, orders), 3 * customers) as sandbox:
        secrets = sandbox.secrets["shop"]
        place = {
            "url": sandbox.url("shop", ""),
            "key": secrets["consumer_key"],
            "secret": secrets["consumer_secret"],
        }
        gathered, peak = _run(place, "gather", str(log))
        bare, _ = _run(place, "bare", str(log))
        db.engine().dispose()
        server.drop_database("hub_gather")
        open_hub(server, "hub_land")
        landed, _ = _run(place, "land")
    if (gathered["customer"], gathered["sales_order"]) != (customers, orders):
        raise SystemExit(f"not everything landed: {gathered}")
    if landed["landed"] != customers + orders:
        raise SystemExit(f"not everything landed: {landed}")
    copied = copy_landed(server.url("hub_land", driver=""))
    db.engine().dispose()
    server.drop_database("hub_land")
    return {
        **gathered,
        **landed,
        "peak_mb": peak,
        "bare": bare,
        "share_of_bare": bare["seconds"] / gathered["seconds"],
        "copy_seconds": copied.seconds,
        "copied_mb": copied.megabytes,
        "share_of_copy": copied.seconds / landed["landing_seconds"],
    }


def _measure_publish(server: Postgres, folder: Path, rate: float, latency: float) -> Figures:
    name = f"hub_publish_{rate:g}"
    # Records are read many at once: what is asked of the CRM is hardly more than the writes.
    count = int(rate * _PUBLISH_SECONDS)
    open_hub(server, name)
    with running_sandbox(folder / name, make_accounts(count), count) as sandbox:
        key = sandbox.secrets["crm"]["api_key"]
        make_ready(sandbox.url("crm", ""), key)
        with running_gauge(sandbox.ports["crm"], latency) as gauge:
            place = {"url": f"http://127.0.0.1:{gauge.server_port}", "key": key}
            told, _ = _run(place, "publish", f"{rate:g}")
            fewest, most = count_windows(gauge.arrived)
            took = sorted(gauge.took)
    if told.get("confirmed") != count:
        raise SystemExit(f"not everything was published: {told}")
    db.engine().dispose()
    server.drop_database(name)
    budget = rate * WINDOW_SECONDS
    return {
        "rate": rate,
        "records": count,
        "requests": len(took),
        "answer_ms": {"median": took[len(took) // 2] * 1000, "most": took[-1] * 1000},
        "least_share": fewest / budget,
        "most_share": most / budget,
        **told,
    }


def _run(place: Mapping[str, str], *words: str) -> tuple[Figures, float]:
    """Run one piece of work in a process of its own; returns what it told and its peak memory."""
    os.environ["BENCH_PLACE"] = json.dumps(place)
    command = [sys.executable, "-m", "bench.channels.once", *words]
    done = running.run(command, PROJECT, is_told=True)
    if done.exit_code:
        raise SystemExit(done.output)
    return json.loads(done.output.splitlines()[-1]), done.peak_mb


def _judge(told: Figures) -> bool:
    """Print every figure with its bar; returns whether all are met."""
    lines: list[tuple[str, bool]] = []
    if gathered := told.get("gather"):
        records = gathered["customer"] + gathered["sales_order"]
        seconds, bare = gathered["seconds"], gathered["bare"]["seconds"]
        print(
            f"\n{records:,} records on {gathered['pages']:,} pages, {gathered['bare']['requests']:,}"
            f" requests: gather {seconds:.1f} s, bare loop {bare:.1f} s"
            f"\nsealing (digests, hashes, salts, encryption) {gathered['sealing_seconds']:.1f} s, landing"
            f" {gathered['landing_seconds']:.1f} s, COPY {gathered['copy_seconds']:.1f} s of"
            f" {gathered['copied_mb']:.0f} MB; memory early {gathered['early_mb']:.0f} MB, at the end"
            f" {gathered['late_mb']:.0f} MB\n"
        )
        share, land, peak = (
            gathered[each] for each in ("share_of_bare", "share_of_copy", "peak_mb")
        )
        lines += [
            (
                f"gather {share:.0%} of a bare loop (at least {LEAST_GATHER:.0%})",
                share >= LEAST_GATHER,
            ),
            (f"landing {land:.0%} of a COPY (at least {LEAST_LAND:.0%})", land >= LEAST_LAND),
            (f"peak memory {peak:.0f} MB (under {MOST_MB})", peak < MOST_MB),
        ]
    for each in told["publish"]:
        least, most = each["least_share"], each["most_share"]
        within = f"{each['rate']:g}/s, answers in {each['answer_ms']['median']:.0f} ms"
        lines += [
            (f"publish {within}: any 60 s {least:.1%} (at least 95 %)", least >= LEAST_RATE),
            (f"publish {within}: any 60 s {most:.1%} (at most 100 %)", most <= MOST_RATE),
        ]
    for line, is_met in lines:
        print(f"{'met   ' if is_met else 'MISSED'} {line}")
    return all(is_met for _, is_met in lines)


if __name__ == "__main__":
    sys.exit(main())
