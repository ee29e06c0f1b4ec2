"""The demo's story: let days pass, run the DAGs through the scheduler, count what happened."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from local.demo.airflow_client import AirflowClient
from local.demo.figures import read_figures
from local.demo.report import Outcome
from local.demo.sandbox_client import SandboxClient
from local.stack import airflow
from local.stack.errors import StackError
from local.stack.layout import PROJECT
from local.stack.lifecycle import Stack
from local.stack.ports import HOST
from local.world.calendar import BUSINESS_ZONE

CHANNELS = ("shop", "crm", "support", "pos")
TARGETS = ("shop", "crm", "support")
START = date(2026, 11, 16)  # the world's first business day
DAYS = 3
# The last gather sees what the hub itself created in the targets; after it nothing is left to push.
SETTLING_DAY = DAYS + 1


def run_days(stack: Stack, outcome: Outcome) -> Outcome:
    """Run the whole story against a running stack; fills in and returns `outcome`."""
    outcome.seconds["start"] = time.monotonic() - outcome.began
    user, password = airflow.read_login(stack.layout.secrets)
    client = AirflowClient(f"http://{HOST}:{stack.ports()['airflow']}", user, password)
    sandbox = SandboxClient(stack)
    followers = [*(f"publish_{name}" for name in TARGETS), "build_master", "backup_master"]
    gathers = [f"gather_{name}" for name in CHANNELS]
    client.wait_for_dags([*followers, *gathers, "restore_drill"])
    for dag_id in followers:
        client.unpause(dag_id)
    since = datetime.now(tz=UTC)
    for day in range(1, SETTLING_DAY + 1):
        name = f"day {day}" if day <= DAYS else "settling"
        with _timed(stack, outcome, name):
            before = datetime.now(tz=UTC)
            sandbox.advance(day)
            _gather(client, day)
            if day == 1:
                _enable_targets(stack)
                for target in TARGETS:
                    client.trigger(f"publish_{target}", None)
                client.wait_until_idle()
            outcome.task_instances[name] = client.count_task_instances(before)
    with _timed(stack, outcome, "backup"):
        client.trigger("backup_master", None)
        _check_runs(client.wait_until_idle(), since, outcome)
    with _timed(stack, outcome, "count"):
        read_figures(stack.layout, since, outcome)
    outcome.seconds["total"] = time.monotonic() - outcome.began
    return outcome


def _gather(client: AirflowClient, day: int) -> None:
    """Run the four gathers for one business day and wait until all that follows is done."""
    midnight = datetime.combine(START + timedelta(days=day), datetime.min.time(), BUSINESS_ZONE)
    # A run dated in the morning gets the day before; the seconds keep a second demo's date apart.
    dated = midnight + timedelta(hours=3, seconds=time.time() % 40_000)
    gathers = [f"gather_{name}" for name in CHANNELS]
    # The schedule's own first run, soon after unpausing, is the first load.
    fresh = [dag_id for dag_id in gathers if client.unpause(dag_id)]
    for dag_id in gathers:
        if dag_id in fresh:
            client.wait_for_first_run(dag_id)
        else:
            client.trigger(dag_id, dated)
    client.wait_until_idle()


def _enable_targets(stack: Stack) -> None:
    """Let the hub write to the targets: a person's step, taken here in the person's name."""
    finished = subprocess.run(
        [sys.executable, "-m", "customer_hub.cli", "channel", "enable", *TARGETS,
         "--author", "demo", "--reason", "the demo's explicit step"],
        cwd=PROJECT, env=stack.environment(), text=True, check=False,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    if finished.returncode:
        raise StackError("the targets could not be enabled", finished.stderr.strip())
    stack.say("the targets are enabled: from now on the hub writes to them")


def _check_runs(runs: list[dict[str, object]], since: datetime, outcome: Outcome) -> None:
    for run in runs:
        begun = run["start_date"] and datetime.fromisoformat(str(run["start_date"]))
        if run["state"] == "failed" and begun and begun >= since:
            outcome.failures.append(f"the run {run['dag_id']} {run['dag_run_id']} failed")


@contextmanager
def _timed(stack: Stack, outcome: Outcome, name: str) -> Iterator[None]:
    stack.say(f"{name} begins")
    began = time.monotonic()
    yield
    outcome.seconds[name.replace(" ", "_")] = time.monotonic() - began
