"""What the scheduler reads ahead for its tasks: code, and nothing that a person may have edited since."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from local.stack.airflow import PRELOAD_FOLDER
from local.stack.layout import PROJECT

_READ = """
import json, sys
sys.argv = ["airflow", "scheduler"]
import airflow_local_settings as preload
from customer_hub.channels.config import read_channels
from customer_hub.channels.policy import read_standing_policy
from customer_hub.core import keys, settings, sql
from customer_hub.validate.suites import read_suite
kept = (read_channels, read_standing_policy, keys.sealer, settings.settings, sql.statement, read_suite)
print("PRELOAD " + json.dumps({
    "missing": [name for name in (*preload.HEAVY, *preload.ROOMS) if name not in sys.modules],
    "kept": [each.__name__ for each in kept if each.cache_info().currsize],
}))
"""


def test_tasks_get_the_code_and_read_the_files_themselves(tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HUB_")},
        "AIRFLOW_HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join([str(PROJECT / "plugins"), str(PRELOAD_FOLDER)]),
    }
    finished = subprocess.run(
        [sys.executable, "-c", _READ],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    lines = [line for line in finished.stdout.splitlines() if line.startswith("PRELOAD ")]
    assert lines, finished.stderr[-2000:]
    assert json.loads(lines[0].removeprefix("PRELOAD ")) == {"missing": [], "kept": []}
