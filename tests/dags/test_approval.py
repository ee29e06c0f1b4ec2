"""A push above the limits, in a real Airflow: the run asks, a person answers by the API, the CRM holds it."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import make_url

from customer_hub.publish.pushes import read_asked
from customer_hub.publish.targets import read_state, set_state
from local.sandbox.process import SandboxProcess
from tests.channels.peers import PEERS, SANDBOX_EXTRA
from tests.channels.synthetic import ROWS, make_events
from tests.sandboxes import calm, run_sandbox
from tests.sql.publish_world import complete_first_loads, execute, put_golden, put_record, states

pytestmark = [pytest.mark.airflow, pytest.mark.slow]
PROJECT = Path(__file__).resolve().parents[2]
# One process is scheduler, worker and API server; the person is a client of the real API.
_RUN = """
import json, sys, threading, time
from starlette.testclient import TestClient
from airflow.api_fastapi.app import create_app
from airflow.dag_processing.dagbag import DagBag

choice, asked = sys.argv[2], []
client = TestClient(create_app("core"), base_url="http://hub.test")
token = client.get("/auth/token").json()["access_token"]
client.headers["Authorization"] = f"Bearer {token}"

def answer():
    for _ in range(240):
        found = client.get("/api/v2/dags/~/dagRuns/~/hitlDetails").json().get("hitl_details", [])
        waiting = [each for each in found if each["task_instance"]["state"] == "awaiting_input"]
        if waiting:
            instance = waiting[0]["task_instance"]
            asked.append([waiting[0]["subject"], waiting[0]["body"], waiting[0]["options"]])
            path = f"/api/v2/dags/{instance['dag_id']}/dagRuns/{instance['dag_run_id']}"
            client.patch(
                f"{path}/taskInstances/{instance['task_id']}/-1/hitlDetails",
                json={"chosen_options": [choice], "params_input": {}},
            ).raise_for_status()
            return
        time.sleep(0.5)

threading.Thread(target=answer, daemon=True).start()
dag = DagBag(dag_folder=sys.argv[1], collect_dags=True).dags["publish_crm"]
run = dag.test()
instances = [[each.task_id, str(each.state)] for each in run.get_task_instances()]
print("RUN " + json.dumps({"state": str(run.state), "asked": asked, "instances": instances}))
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    with run_sandbox(tmp_path_factory.mktemp("approval"), make_events()) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def airflow(postgres_server: object, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of an Airflow with a database of its own."""
    home = tmp_path_factory.mktemp("airflow")
    url = make_url(postgres_server.create_database("airflow_approval", "airflow"))  # type: ignore[attr-defined]
    plain = url.set(drivername="postgresql+psycopg2").render_as_string(hide_password=False)
    manager = "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager"
    environment = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__AUTH_MANAGER": manager,
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": plain,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": plain.replace("psycopg2", "psycopg"),
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
        "PYTHONPATH": f"{PROJECT / 'plugins'}:{PROJECT}",
    }
    migrated = subprocess.run(
        [sys.executable, "-m", "airflow", "db", "migrate"],
        env={**os.environ, **environment}, check=False, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert migrated.returncode == 0, migrated.stderr[-2000:]
    return environment


def run_publish(airflow: dict[str, str], sandbox: SandboxProcess, choice: str) -> dict[str, Any]:
    access = PEERS["crm"].access(sandbox)
    place = urlsplit(access.base_url)
    connection = {
        "conn_type": "http", "schema": "http", "host": place.hostname, "port": place.port,
        "login": access.login, "password": access.password, "extra": dict(SANDBOX_EXTRA),
    }  # fmt: skip
    finished = subprocess.run(
        [sys.executable, "-c", _RUN, str(PROJECT / "dags"), choice],
        env={**os.environ, **airflow, "AIRFLOW_CONN_HUB_CRM": json.dumps(connection)},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    lines = [line for line in finished.stdout.splitlines() if line.startswith("RUN ")]
    assert lines, finished.stdout[-2000:] + finished.stderr[-3000:]
    content: dict[str, Any] = json.loads(lines[0].removeprefix("RUN "))
    return content


def load(sandbox: SandboxProcess) -> None:
    """Every account of the CRM is a golden record, and somebody enables it without a look."""
    complete_first_loads()
    for source_id in PEERS["crm"].rows(sandbox, "customer"):
        put_record(f"crm/customer/{source_id}")
        put_golden(f"crm/customer/{source_id}", level_code="A")
    set_state("crm", "enabled", "tester", "unseen")


@pytest.mark.parametrize(
    ("choice", "state", "left"),
    [
        ("Later", "enabled", {"pending": ROWS}),
        ("Reject", "observe", {"pending": ROWS}),
        ("Approve", "enabled", {"confirmed": ROWS}),
    ],
)
def test_a_person_is_asked_and_the_answer_holds(
    hub: str,
    airflow: dict[str, str],
    running: SandboxProcess,
    choice: str,
    state: str,
    left: dict[str, int],
) -> None:
    load(calm(running))
    told = run_publish(airflow, running, choice)
    assert told["state"] == "success"
    # One task instance, whatever is asked: a day's budget does not know the question.
    assert told["instances"] == [["publish", "success"]]
    ((subject, body, options),) = told["asked"]
    assert "to crm is above the limits" in subject
    assert f"customer: changed {ROWS} (100.0%) of {ROWS} known" in body
    assert options == ["Approve", "Reject", "Later"]
    assert (read_state("crm"), states()) == (state, left)
    assert len(read_asked("crm")) == (choice == "Later")
    if choice == "Approve":
        (entry,) = execute("select * from hub.audit_log where action = 'approve push'")
        assert entry.actor not in ("", "unknown")
        # The next run finds nothing to ask and nothing to send.
        assert run_publish(airflow, running, "Reject")["asked"] == []
