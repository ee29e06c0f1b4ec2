"""The bench of merging runs, and tells what it says it tells."""

import json
import subprocess
import sys
from pathlib import Path

from bench.merging.__main__ import PROJECT


def test_it_merges_and_copies_hubs_of_each_size(tmp_path: Path) -> None:
    report = tmp_path / "merging.json"
    done = subprocess.run(
        [sys.executable, "-m", "bench.merging", "--records", "60,120", "--report", str(report)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    small, large = json.loads(report.read_text())["sizes"]
    assert (small["records"], large["records"]) == (60, 120)
    assert small["golden_records"] < 60
    assert large["rows"] > small["rows"] > 5 * small["golden_records"]
    assert large["ratio"] == large["merge_seconds"] / large["copy_seconds"] > 0
    assert "growth: records to the power of" in done.stdout
