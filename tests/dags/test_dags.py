"""The DAGs as Airflow reads them: a golden list, the house's rules, quick and light to parse."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from customer_hub.core import errors

PROJECT = Path(__file__).resolve().parents[2]
GOLDEN = {
    "backup_master",
    "build_master",
    "export_customers",
    "gather_crm",
    "gather_manual",
    "gather_pos",
    "gather_shop",
    "gather_support",
    "import_file",
    "publish_crm",
    "publish_shop",
    "publish_support",
    "reconcile_crm",
    "reconcile_shop",
    "reconcile_support",
    "restore_drill",
}
HEAVY = (
    "pandas",
    "great_expectations",
    "splink",
    "duckdb",
    "boto3",
    "paramiko",
    "numpy",
    "openpyxl",
)
_READ = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
import airflow.sdk, airflow.sdk.definitions.decorators
heavy_before = set(sys.modules)
bag = DagBag(dag_folder=sys.argv[1], collect_dags=True)
from customer_hub.core import errors
from customer_hub.flows.defaults import RETRY_POLICY
print("DAGS " + json.dumps({
    "fail_at_once": sorted(
        name for name, kind in vars(errors).items()
        if isinstance(kind, type)
        and RETRY_POLICY.evaluate(kind("what"), 1, 3).action.value == "fail"
    ),
    "errors": {name: str(text) for name, text in bag.import_errors.items()},
    "heavy": sorted(
        {name.split(".")[0] for name in set(sys.modules) - heavy_before} & set(sys.argv[2:])
    ),
    "dags": {
        dag.dag_id: {
            "doc": dag.doc_md or "",
            "tags": sorted(str(tag) for tag in dag.tags),
            "catchup": dag.catchup,
            "max_active_runs": dag.max_active_runs,
            "schedule": type(dag.timetable).__name__,
            "times": getattr(getattr(dag.timetable, "timetable", None), "expression", None),
            "tasks": {
                task.task_id: {
                    "owner": task.owner,
                    "retries": task.retries,
                    "has_policy": task.retry_policy is not None,
                    "timeout": task.execution_timeout.total_seconds()
                    if task.execution_timeout else None,
                    "has_alert": bool(task.on_failure_callback),
                }
                for task in dag.tasks
            },
        }
        for dag in bag.dags.values()
    },
}))
"""


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Everything about the DAGs, read once by a fresh Airflow process."""
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(tmp_path_factory.mktemp("airflow")),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PYTHONPATH": str(PROJECT / "plugins"),
    }
    finished = subprocess.run(
        [sys.executable, "-c", _READ, str(PROJECT / "dags"), *HEAVY],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in finished.stdout.splitlines() if line.startswith("DAGS ")]
    assert lines, finished.stderr[-2000:]
    content: dict[str, object] = json.loads(lines[0].removeprefix("DAGS "))
    return content


def test_the_golden_list(bag: dict) -> None:
    assert bag["errors"] == {}
    assert set(bag["dags"]) == GOLDEN


def test_parsing_imports_nothing_heavy(bag: dict) -> None:
    assert bag["heavy"] == []


def test_what_trying_again_cannot_mend_fails_at_once(bag: dict) -> None:
    assert bag["fail_at_once"] == [
        "BackupError",
        "BackupRefusedError",
        "BadDataError",
        "ChannelAccessError",
        "ChannelContentError",
        "ChannelForbiddenError",
        "ChannelRefusedError",
        "ConfigurationError",
        "SealError",
        "WindowGoneError",
    ]


@pytest.mark.parametrize("dag_id", sorted(GOLDEN))
def test_the_house_rules_hold(bag: dict, dag_id: str) -> None:
    dag = bag["dags"][dag_id]
    assert "**If it fails**" in dag["doc"]
    assert "**Safe to run again**" in dag["doc"]
    assert "customer-master" in dag["tags"]
    assert dag["catchup"] is False
    assert dag["max_active_runs"] == 1
    for task in dag["tasks"].values():
        assert task["owner"] == "customer-hub"
        assert task["retries"] >= 1
        assert task["has_policy"]
        assert task["timeout"]
        assert task["has_alert"]


@pytest.mark.parametrize("dag_id", sorted(GOLDEN))
def test_each_dag_has_a_runbook(bag: dict, dag_id: str) -> None:
    name = dag_id if dag_id in ("backup_master", "build_master", "restore_drill") else None
    runbook = PROJECT / "docs" / "runbooks" / f"{name or dag_id.split('_')[0]}.md"
    assert runbook.is_file(), runbook.name
    assert f"docs/runbooks/{runbook.name}" in bag["dags"][dag_id]["doc"]


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        ("BackupStoreError", "retry"),
        ("ChannelUnavailableError", "retry"),
        ("WriteUncertainError", "retry"),
        ("BackupError", "fail"),
        ("BadDataError", "fail"),
        ("ChannelAccessError", "fail"),
        ("ConfigurationError", "fail"),
        ("SealError", "fail"),
    ],
)
def test_only_what_heals_by_itself_is_tried_again(kind: str, action: str) -> None:
    from customer_hub.flows.defaults import RETRY_POLICY

    error = getattr(errors, kind)("what")
    assert RETRY_POLICY.evaluate(error, 1, 3).action.value == action


@pytest.mark.parametrize(
    "dag_id", sorted(name for name in GOLDEN if "build" in name or "publish" in name)
)
def test_who_follows_an_asset_has_a_time_of_its_own_for_a_quiet_day(bag: dict, dag_id: str) -> None:
    dag = bag["dags"][dag_id]
    assert dag["schedule"] == "AssetOrTimeSchedule"
    assert dag["times"] == ("30 6 * * *" if dag_id == "build_master" else "30 7 * * *")


def test_a_business_day_stays_within_its_tasks(bag: dict) -> None:
    daily = [dag["tasks"] for name, dag in bag["dags"].items() if name != "restore_drill"]
    assert sum(map(len, daily)) <= 25
    # A question to a person costs no task of its own.
    assert {len(bag["dags"][name]["tasks"]) for name in GOLDEN if "publish" in name} == {1}


def test_dag_files_are_shape_only() -> None:
    files = list((PROJECT / "dags").glob("*.py"))
    assert files
    for path in files:
        assert len(path.read_text().splitlines()) <= 80, path.name
