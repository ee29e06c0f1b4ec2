"""``make bench-backup``: a backup of a million customers beside pg_dump (see bench/README.md)."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from pathlib import Path
from typing import Any

from bench.backup.base import build_base
from bench.backup.changing import change_golden, live_a_day
from bench.backup.multiply import multiply
from bench.matching import running
from bench.merging.hub import open_hub, running_server
from customer_hub.backup.archive import open_archive
from customer_hub.backup.manifest import read_manifest
from customer_hub.backup.reports import Report, write_report
from customer_hub.core import clock, db, settings
from local.stack.ports import find_free_port
from local.stack.postgres import Postgres
from local.stack.seaweed import Seaweed

PROJECT = Path(__file__).resolve().parents[2]
REPORT = PROJECT / "build" / "bench" / "backup.json"
BUCKET = "hub-bench"
_DAYS = 100  # the hub is so many times what a day brings
BARS = {"write": 1.3, "day": 0.15, "prove": 4.0, "memory_mb": 300.0}


def main(arguments: list[str] | None = None) -> int:
    """Build the hub, back it up, live a day, back it up again, prove it; 1 if a bar is missed."""
    parser = argparse.ArgumentParser(prog="bench.backup", description=__doc__)
    parser.add_argument("--records", type=int, default=2_500_000, help="source records")
    parser.add_argument("--runs", type=int, default=3, help="of the first backup and of the dump")
    parser.add_argument("--report", type=Path, default=REPORT, help="where the figures go as JSON")
    given = parser.parse_args(arguments)
    with running_server() as server:
        store = _start_store(server)
        try:
            figures = _measure(server, given.records, given.runs)
        finally:
            store.stop()
    given.report.parent.mkdir(parents=True, exist_ok=True)
    given.report.write_text(json.dumps({"cores": os.cpu_count(), **figures}, indent=1))
    return _judge(figures)


def _start_store(server: Postgres) -> Seaweed:
    open_hub(server, "hub")
    store = Seaweed(server.directory / "s3", find_free_port(8333))
    store.start()
    store.wait_until_ready(BUCKET)
    os.environ |= {
        "HUB_S3_ENDPOINT_URL": store.endpoint_url,
        "HUB_S3_BUCKET": BUCKET,
        "HUB_S3_ACCESS_KEY": store.access_key,
        "HUB_S3_SECRET_KEY": store.secret_key,
        "HUB_DRILL_DATABASE_URL": server.create_database(
            "hub_drill", "hub_drill", may_create_databases=True
        ),
    }
    settings.settings.cache_clear()
    return store


def _measure(server: Postgres, records: int, runs: int) -> dict[str, Any]:
    build_base(records // _DAYS)
    multiply(range(1, _DAYS))
    db.engine().dispose()
    writes, dumps = [], []
    for _ in range(runs):
        dumps.append(_run("dump"))
        _empty()
        writes.append(_run("write"))
    first = writes[-1]
    proof = _run("prove", first["backup_id"])
    added, changed = live_a_day(_DAYS)
    day = _run("write")
    _believe(day["backup_id"])
    golden_rows = change_golden(0.01)
    golden = _run("write")
    db.engine().dispose()
    return {
        "records": records, "writes": writes, "dumps": dumps, "proof": proof, "day": day,
        "golden": golden, "added_rows": added, "changed_rows": changed, "golden_rows": golden_rows,
    }  # fmt: skip


def _empty() -> None:
    bucket = open_archive().bucket
    for key in bucket.list(""):
        bucket.delete(key)


def _believe(backup_id: str) -> None:
    """Sign that a backup was proven: what a proof takes is told by the first one's."""
    archive = open_archive()
    manifest = read_manifest("data", backup_id, archive)
    report = Report(
        backup_id=backup_id, manifest_sha256=manifest.sha256, key_id=manifest.key_id,
        store_id=manifest.store_id, state="verified", run_id="bench", started_at=clock.now(),
        finished_at=clock.now(),
    )  # fmt: skip
    write_report(report, archive)


def _run(*step: str) -> dict[str, Any]:
    done = running.run([sys.executable, "-m", "bench.backup.once", *step], PROJECT, is_told=True)
    if done.exit_code:
        raise SystemExit(done.output)
    told: dict[str, Any] = json.loads(done.output.splitlines()[-1]) | {"peak_mb": done.peak_mb}
    print(
        f"{step[0]}: {told['wall_seconds']:.0f} s, {done.peak_mb:.0f} MB",
        flush=True,
    )
    return told


def _judge(figures: dict[str, Any]) -> int:
    first, proof, day, golden = (
        figures["writes"][-1], figures["proof"], figures["day"], figures["golden"],
    )  # fmt: skip
    dump = statistics.median(each["wall_seconds"] for each in figures["dumps"])
    write = statistics.median(each["wall_seconds"] for each in figures["writes"])
    shares = {
        "write": write / dump,
        "day": day["sent"] / first["sent"],
        "prove": proof["wall_seconds"] / dump,
        "memory_mb": max(each["peak_mb"] for each in (*figures["writes"], day, golden, proof)),
    }
    touched = figures["added_rows"] + figures["changed_rows"]
    print(
        f"\n{figures['records']:,} source records, {first['rows']:,} rows, {first['chunks']:,} chunks,"
        f" {first['sent'] / 1e6:,.0f} MB sent; pg_dump {figures['dumps'][-1]['bytes'] / 1e6:,.0f} MB\n"
        f"pg_dump -Fc -Z1 into one upload {dump:.0f} s, our backup {write:.0f} s\n"
        f"a day: {touched:,} rows ({touched / first['rows']:.2%}), {figures['added_rows'] / touched:.0%}"
        f" of them new, {day['sent'] / 1e6:,.0f} MB in {day['wall_seconds']:.0f} s\n"
        f"1 % golden rows at random: {golden['sent'] / first['sent']:.1%} of the bytes in"
        f" {golden['wall_seconds']:.0f} s\n"
        f"proof {proof['wall_seconds']:.0f} s, of it {_tell(proof['seconds'])};"
        f" restored {proof['rows'] / proof['seconds']['rows']:,.0f} rows/s,"
        f" RTO {proof['rto_seconds']:.0f} s\n"
    )
    for name, share in shares.items():
        verdict = "met   " if share <= BARS[name] else "MISSED"
        print(f"{verdict} {name} {share:.2f} (bar {BARS[name]})")
    return int(any(share > BARS[name] for name, share in shares.items()))


def _tell(seconds: dict[str, float]) -> str:
    return ", ".join(f"{step} {taken:.0f}" for step, taken in seconds.items())


if __name__ == "__main__":
    sys.exit(main())
