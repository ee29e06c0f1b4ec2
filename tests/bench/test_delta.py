"""The bench of changes runs, and tells what it says it tells."""

import json
import subprocess
import sys
from pathlib import Path

from bench.delta.__main__ import PROJECT


def test_it_builds_a_hub_changes_a_part_and_searches(tmp_path: Path) -> None:
    report = tmp_path / "delta.json"
    options = ["--records", "400", "--searches", "5", "--report", str(report)]
    done = subprocess.run(
        [sys.executable, "-m", "bench.delta", *options],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(report.read_text())
    assert (told["records"], told["changed"]) == (400, 4)
    assert told["full"]["match"]["pending"] == 398, "two come later"
    assert told["delta"]["match"]["pending"] >= 4
    assert told["delta"]["merge"]["changed"] + told["delta"]["merge"]["created"] >= 2
    assert 0 < told["find"]["p50_ms"] <= told["find"]["p95_ms"]
    assert told["find"]["found"] > 0
