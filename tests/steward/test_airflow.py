"""The pages in Airflow's own API server app: its log-in answers, and its roles decide."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.airflow, pytest.mark.slow]

_SERVE = """
import json, sys
from types import SimpleNamespace
from fastapi import HTTPException
from starlette.testclient import TestClient
from airflow.api_fastapi.app import create_app

client = TestClient(create_app("core"), base_url="http://hub.test")
ask = lambda method, path, **more: client.request(method, path, follow_redirects=False, **more)
statuses = {
    f"{method} {path}": ask(method, path).status_code
    for path in json.loads(sys.argv[1]) for method in ("GET", "POST", "DELETE")
}
forged = {"_token": "e30.e30.e30"}

from customer_hub.steward.auth import require_steward
def admit(*roles):
    user = SimpleNamespace(roles=[SimpleNamespace(name=role) for role in roles], get_id=lambda: 7)
    try:
        return require_steward(user, None).user_id
    except HTTPException as error:
        return error.status_code

print("ANSWER " + json.dumps({
    "statuses": statuses,
    "forged": ask("GET", "/hub/", cookies=forged).status_code,
    "policy": ask("GET", "/hub/").headers.get("content-security-policy", ""),
    "mounted": [route.path for route in client.app.routes if route.path == "/hub"],
    "roles": {
        "none": admit(), "Viewer": admit("Viewer"), "Op": admit("Op", "User"),
        "Data Steward": admit("Data Steward"), "Admin": admit("Viewer", "Admin"),
    },
}))
"""
PATHS = (
    "/hub/", "/hub/search", "/hub/runs", "/hub/backups/a", "/hub/reports/a/1.html", "/hub/static/hub.css",
    "/hub/static/icon.svg", "/hub/customers/00000000-0000-5000-8000-000000000000", "/hub/none",
    "/hub/openapi.json", "/hub/docs",
)  # fmt: skip


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What an API server with our plugins folder answers without a log-in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    finished = subprocess.run(
        [sys.executable, "-c", _SERVE, json.dumps(PATHS)],
        env={
            **kept,
            "AIRFLOW_HOME": str(tmp_path_factory.mktemp("airflow")),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
            "AIRFLOW__API_AUTH__JWT_SECRET": os.urandom(32).hex(),
            "AIRFLOW__API__SECRET_KEY": os.urandom(32).hex(),
            "PYTHONPATH": str(PROJECT / "plugins"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in finished.stdout.splitlines() if line.startswith("ANSWER ")]
    assert lines, finished.stderr[-3000:]
    content: dict[str, Any] = json.loads(lines[0].removeprefix("ANSWER "))
    return content


def test_every_address_is_401_without_a_log_in(answer: dict[str, Any]) -> None:
    assert answer["mounted"] == ["/hub"]
    assert len(answer["statuses"]) == 3 * len(PATHS)
    assert set(answer["statuses"].values()) == {401}
    assert answer["policy"].startswith("default-src 'none'")


def test_a_forged_log_in_is_refused(answer: dict[str, Any]) -> None:
    assert answer["forged"] in (401, 403)


def test_the_role_decides(answer: dict[str, Any]) -> None:
    assert answer["roles"] == {
        "none": 403, "Viewer": 403, "Op": 403, "Data Steward": "7", "Admin": "7",
    }  # fmt: skip
