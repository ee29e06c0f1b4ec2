"""A push above the limits, in a real Airflow: the run asks, a person answers by the API, the CRM holds it."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
from tests.sandboxes import run_sandbox
from tests.sql.publish_world import complete_first_loads, execute, put_golden, put_record, states

pytestmark = [pytest.mark.airflow, pytest.mark.slow]
PROJECT = Path(__file__).resolve().parents[2]
# One process is scheduler, worker and API server; the person is a client of the real API.
_RUN = """
import json, sys, threading, time
from starlette.testclient import TestClient
from airflow.api_fastapi.app import create_app
from airflow.dag_processing.dagbag import DagBag

client = TestClient(create_app("core"), base_url="http://hub.test")
token = client.get("/auth/token").json()["access_token"]
client.headers["Authorization"] = f"Bearer {token}"

def answer(choice, asked):
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

dag = DagBag(dag_folder=sys.argv[1], collect_dags=True).dags["publish_crm"]
for choice in map(str.strip, sys.stdin):
    asked = []
    threading.Thread(target=answer, args=(choice, asked), daemon=True).start()
    run = dag.test()
    instances = [[each.task_id, str(each.state)] for each in run.get_task_instances()]
    content = {"state": str(run.state), "asked": asked, "instances": instances}
    print("RUN " + json.dumps(content), flush=True)
"""


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxProcess]:
    with run_sandbox(tmp_path, make_events()) as running:
        yield running


@pytest.fixture
def airflow(postgres_server: object, tmp_path: Path) -> dict[str, str]:
    """The environment of an Airflow with a database of its own."""
    home = tmp_path / "airflow"
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


@contextmanager
def publishing(
    airflow: dict[str, str], sandbox: SandboxProcess, log: Path
) -> Iterator[Callable[[str], dict[str, Any]]]:
    """Yield what runs the DAG once, a person making this choice if one is asked."""
    access = PEERS["crm"].access(sandbox)
    place = urlsplit(access.base_url)
    connection = {
        "conn_type": "http", "schema": "http", "host": place.hostname, "port": place.port,
        "login": access.login, "password": access.password, "extra": dict(SANDBOX_EXTRA),
    }  # fmt: skip
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [sys.executable, "-c", _RUN, str(PROJECT / "dags")],
            env={**os.environ, **airflow, "AIRFLOW_CONN_HUB_CRM": json.dumps(connection)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
        ) as process,
    ):  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        asking, telling = process.stdin, process.stdout

        def run(choice: str) -> dict[str, Any]:
            asking.write(f"{choice}\n")
            asking.flush()
            told = next((line for line in telling if line.startswith("RUN ")), "")
            assert told, log.read_text()[-3000:]
            content: dict[str, Any] = json.loads(told.removeprefix("RUN "))
            return content

        try:
            yield run
        finally:
            process.kill()


def load(sandbox: SandboxProcess) -> None:
    """Every account of the CRM is a golden record."""
    complete_first_loads()
    for source_id in PEERS["crm"].rows(sandbox, "customer"):
        put_record(f"crm/customer/{source_id}")
        put_golden(f"crm/customer/{source_id}", level_code="A")


CHOICES: tuple[tuple[str, str, dict[str, int]], ...] = (
    ("Later", "enabled", {"pending": ROWS}),
    ("Reject", "observe", {"pending": ROWS}),
    ("Approve", "enabled", {"confirmed": ROWS}),
)


def test_a_person_is_asked_and_the_answer_holds(
    hub: str, airflow: dict[str, str], sandbox: SandboxProcess, tmp_path: Path
) -> None:
    load(sandbox)
    with publishing(airflow, sandbox, tmp_path / "airflow.log") as publish:
        for choice, state, left in CHOICES:
            set_state("crm", "enabled", "tester", "unseen")
            told = publish(choice)
            assert told["state"] == "success"
            # One task instance, whatever is asked: a day's budget does not know the question.
            assert told["instances"] == [["publish", "success"]]
            ((subject, body, options),) = told["asked"]
            assert "to crm is above the limits" in subject
            assert f"customer: changed {ROWS} (100.0%) of {ROWS} known" in body
            assert options == ["Approve", "Reject", "Later"]
            assert (read_state("crm"), states()) == (state, left), choice
            assert len(read_asked("crm")) == (choice == "Later")
        (entry,) = execute("select * from hub.audit_log where action = 'approve push'")
        assert entry.actor not in ("", "unknown")
        # The next run finds nothing to ask and nothing to send.
        assert publish("Reject")["asked"] == []
