"""``make bench-freshness``: from an edit in a channel to the golden record (bench/README.md)."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.freshness.watching import Journey

PROJECT = Path(__file__).resolve().parents[2]
REPORT = PROJECT / "build" / "bench" / "freshness.json"
MOST_SECONDS = 300.0
CHANNELS = ("shop", "crm")
_NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv*", ".local", ".*_cache", "__pycache__", "build", "docs", "tests"
)
_SPANS = {
    "landed": "edit to landed",
    "built": "landed to golden",
    "golden": "edit to golden",
}

Figures = dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """Measure; non-zero if the bar is missed or an edit does not arrive."""
    parser = argparse.ArgumentParser(prog="bench.freshness", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long people edit")
    parser.add_argument("--rate", type=float, default=1.0, help="edits a second")
    parser.add_argument("--every", type=int, default=2, help="minutes from gather to gather")
    parser.add_argument("--report", type=Path, default=REPORT, help="where the figures go as JSON")
    options = parser.parse_args(arguments)
    told: Figures = {"every": options.every, "rate": options.rate, "cores": os.cpu_count()}
    folder = Path(tempfile.mkdtemp(prefix="hub-bench-"))
    folder.chmod(0o711)  # under root the database's own user has to come in
    try:
        told |= _run(_copy_project(folder, options.every), folder, options)
    finally:
        shutil.rmtree(folder)
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(json.dumps(told, indent=1))
    return 0 if _judge(told) else 1


def _copy_project(folder: Path, every: int) -> Path:
    """Return a copy whose shop and CRM are gathered all day long, as their TOML would say it."""
    copy = folder / "project"
    shutil.copytree(PROJECT, copy, ignore=_NOT_COPIED)
    for name in CHANNELS:
        path = copy / "include" / "channels" / f"{name}.toml"
        text = path.read_text(encoding="utf-8")
        for setting, value in (("schedule", f"*/{every} * * * *"), ("windows", "interval")):
            text, count = re.subn(f'(?m)^{setting} = ".*"$', f'{setting} = "{value}"', text)
            if count != 1:
                raise SystemExit(f"{path.name} says nothing of {setting}")
        path.write_text(text, encoding="utf-8")
    return copy


def _run(copy: Path, folder: Path, options: argparse.Namespace) -> Figures:
    """Let the copy's stack live, and return what became of the edits."""
    report, places = folder / "journeys.json", os.pathsep.join(map(str, (copy / "plugins", copy)))
    command = ("-m", "bench.freshness.living", str(folder / "stack"), str(report))
    subprocess.run(
        [sys.executable, *command, str(options.minutes), str(options.rate)],
        cwd=copy, check=True, env={**os.environ, "PYTHONPATH": places},
    )  # fmt: skip
    told: Figures = json.loads(report.read_text())
    return told | _summarise([Journey(**each) for each in told.pop("journeys")])


def _summarise(journeys: list[Journey]) -> Figures:
    arrived = [each for each in journeys if each.golden]
    spans = {
        "landed": [each.landed - each.edited for each in arrived],
        "built": [each.golden - each.landed for each in arrived],
        "golden": [each.golden - each.edited for each in arrived],
    }
    return {
        "edits": len(journeys),
        "lost": len(journeys) - len(arrived),
        **{name: _tell(seconds) for name, seconds in spans.items() if len(seconds) > 1},
    }


def _tell(seconds: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return {"p50": cuts[49], "p95": cuts[94], "most": max(seconds)}


def _judge(told: Figures) -> bool:
    for name, meaning in _SPANS.items():
        if name in told:
            p50, p95, most = (round(told[name][each]) for each in ("p50", "p95", "most"))
            print(f"{meaning:17} p50 {p50} s, p95 {p95} s, most {most} s")
    print(f"{told['edits']} edits of {told['records']} records, {told['lost']} lost")
    is_met = not told["lost"] and told.get("golden", {}).get("p95", MOST_SECONDS) < MOST_SECONDS
    print(f"bar: p95 under {MOST_SECONDS:.0f} s, nothing lost: {'met' if is_met else 'MISSED'}")
    return is_met


if __name__ == "__main__":
    sys.exit(main())
