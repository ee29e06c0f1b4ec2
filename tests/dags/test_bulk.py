"""The bulk DAGs: file references in, ids and counts out, by a real Airflow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from customer_hub.core.errors import BadDataError, ConfigurationError
from tests.sql.bulk_files import build, fill, hub_command, read_csv
from tests.sql.publish_world import execute
from tests.sql.test_import_apply import LIST, MANY

pytestmark = pytest.mark.airflow
PROJECT = Path(__file__).resolve().parents[2]
_RUN = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(dag_folder=sys.argv[1], collect_dags=True)
for name, conf in json.loads(sys.argv[2]):
    run = bag.dags[name].test(run_conf=conf)
    states = {each.task_id: str(each.state) for each in run.get_task_instances()}
    print("RUN " + json.dumps([name, str(run.state), states]))
"""


@pytest.fixture
def imports(hub: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of imports, below that of the upload connection."""
    connection = {"conn_type": "file", "login": "steward.lin", "extra": {"path": str(tmp_path)}}
    monkeypatch.setenv("AIRFLOW_CONN_HUB_MANUAL", json.dumps(connection))
    monkeypatch.setenv("HUB_EXPORT_DIR", str(tmp_path / "exports"))
    (tmp_path / "imports").mkdir()
    return tmp_path / "imports"


@pytest.fixture
def airflow(imports: Path, tmp_path: Path) -> dict[str, str]:
    """The environment of an Airflow that has read the DAGs."""
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(tmp_path / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "PYTHONPATH": f"{PROJECT / 'plugins'}:{PROJECT}",
    }
    for words in (["db", "migrate"], ["dags", "reserialize"]):
        python(environment, "-m", "airflow", *words)
    return environment


def python(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout + done.stderr


def run(airflow: dict[str, str], *runs: tuple[str, dict[str, Any]]) -> tuple[list[Any], str]:
    """Run DAGs by Airflow itself; returns what became of each, and all that it wrote."""
    text = python(airflow, "-c", _RUN, str(PROJECT / "dags"), json.dumps(runs))
    lines = [line for line in text.splitlines() if line.startswith("RUN ")]
    assert len(lines) == len(runs), text[-3000:]
    return [json.loads(line.removeprefix("RUN ")) for line in lines], text


@pytest.mark.slow
def test_a_file_is_looked_at_then_imported_and_exported(
    imports: Path, airflow: dict[str, str], tmp_path: Path
) -> None:
    fill(imports / "list.csv", *LIST)
    found, text = run(
        airflow,
        ("import_file", {"file": "list.csv", "dry_run": True}),
        ("import_file", {"file": "list.csv", "dry_run": False}),
    )
    assert found == [
        ["import_file", "success", {"check": "success", "apply": "skipped"}],
        ["import_file", "success", {"check": "skipped", "apply": "success"}],
    ]
    assert [row.state for row in execute("select state from hub.import")] == ["applied"]
    assert "7" in {row["line"] for row in read_csv(imports / "list.errors.csv")}
    build()
    found, more = run(airflow, ("export_customers", {"request": "active_customers"}))
    assert found == [["export_customers", "success", {"export": "success"}]]
    (manifest,) = (tmp_path / "exports").rglob("manifest.json")
    assert json.loads(manifest.read_text())["role"] == "sales"
    stored = b"".join(
        path.read_bytes() for path in (tmp_path / "airflow").rglob("*") if path.is_file()
    )
    for value in ("欧阳明月", "13800138002", "office@one.example", "no mail"):
        assert value not in text + more
        assert value.encode() not in stored


def test_a_large_import_fails_until_it_is_approved(imports: Path) -> None:
    from customer_hub.flows import bulk

    fill(imports / "many.csv", *MANY)
    with pytest.raises(BadDataError, match="25 rows need a second person") as error:
        bulk.apply_import("many.csv", "lin", "r1")
    token = error.value.where.split()[1]
    hub_command("import", "approve", token, "--reason", "looked at it", "--author", "wang")
    assert bulk.apply_import("many.csv", "lin", "r1")["state"] == "applied"
    assert bulk.apply_import("many.csv", None, "r2")["state"] == "nothing"


def test_only_a_plain_name_is_a_file_reference(
    imports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from customer_hub.flows import bulk

    for name in ("../list.csv", "/etc/passwd", "a/b.csv", ""):
        with pytest.raises(ConfigurationError, match="by its plain name"):
            bulk.check_import(name, "lin", "r1")
    with pytest.raises(ConfigurationError, match="as_of is no moment"):
        bulk.export_customers("active_customers", "yesterday", "lin", "r1")
