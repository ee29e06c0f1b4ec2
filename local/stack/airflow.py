"""Airflow on one machine: its environment, its four processes and how to tell that they are well.

The same metadata database, keys and addresses go to all of them through `airflow_environment`;
no airflow.cfg is written.
"""

from __future__ import annotations

import base64
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from local.stack.health import ask, ask_json
from local.stack.layout import PROJECT, Layout
from local.stack.ports import HOST
from local.stack.postgres import Postgres
from local.stack.secrets import Secrets
from local.stack.supervise import Service

DATABASE = "airflow"
ADMIN_USER = "admin"
STEWARD_USER = "steward"
AUTH_MANAGER = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
PRELOAD_FOLDER = Path(__file__).with_name("airflow_preload")
# Service name -> Airflow's command. Logs are read from the disk, so nobody serves them.
COMPONENTS = {
    "airflow-api-server": ("api-server",),
    "airflow-scheduler": ("scheduler", "--skip-serve-logs"),
    "airflow-dag-processor": ("dag-processor",),
    "airflow-triggerer": ("triggerer", "--skip-serve-logs"),
}
HEALTH_KEYS = {
    "airflow-scheduler": "scheduler",
    "airflow-dag-processor": "dag_processor",
    "airflow-triggerer": "triggerer",
}
HEALTH_PATH = "/api/v2/monitor/health"
# What tasks talk to. Its first request builds it, for seconds: better before the first task.
EXECUTION_PATH = "/execution/health"


def airflow_environment(layout: Layout, postgres: Postgres, port: int) -> dict[str, str]:
    """Return the environment that all Airflow processes share, secrets included.

    Args:
        layout: where Airflow's home is.
        postgres: the server that holds the metadata database.
        port: the API server's port on loopback.
    """
    secrets = layout.secrets
    url = f"http://{HOST}:{port}"
    home = layout.airflow_home
    return base_environment() | {
        "AIRFLOW_HOME": str(home),
        # Airflow sets process titles; without this they overwrite the environment that marks us.
        "SPT_NOENV": "1",
        "PYTHONPATH": os.pathsep.join([str(PROJECT / "plugins"), str(PRELOAD_FOLDER)]),
        "AIRFLOW__CORE__AUTH_MANAGER": AUTH_MANAGER,
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
        "AIRFLOW__CORE__FERNET_KEY": _url_safe(secrets.key("airflow_fernet_key")),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": postgres.url(
            DATABASE, driver="psycopg2", owner=DATABASE
        ),
        # psycopg 3 speaks both ways; the driver that Airflow would take by itself is one more.
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": postgres.url(DATABASE, owner=DATABASE),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__SECRET_KEY": secrets.password("airflow_api_secret"),
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.password("airflow_jwt_secret", 64),
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(home / "logs/parsing"),
        # A run that is triggered starts at once; an idle stack costs little.
        "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.25",
        "AIRFLOW__SCHEDULER__JOB_HEARTBEAT_SEC": "2",
        "AIRFLOW__SCHEDULER__MAX_CALLBACKS_PER_LOOP": "5",
        "AIRFLOW__TRIGGERER__JOB_HEARTBEAT_SEC": "5",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        # Rarely: a run that ends while its DAG's file is read can block the next one until it is
        # read again (docs/runbooks/build_master.md), and each time costs seconds of a processor.
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "AIRFLOW__DAG_PROCESSOR__PRINT_STATS_INTERVAL": "600",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "SCARF_ANALYTICS": "false",
        "GX_ANALYTICS_ENABLED": "false",
    }


def base_environment() -> dict[str, str]:
    """Return the caller's environment without what would leak into the stack.

    Settings of another Airflow or hub go, and so does the switch that keeps Python from caching
    byte code: with the cache, start-up takes half the time. Loopback never goes through a proxy.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "HUB_"))
        and name not in {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME"}
    }
    local = ",".join(filter(None, [kept.get("NO_PROXY"), HOST, "localhost"]))
    return kept | {"NO_PROXY": local, "no_proxy": local}


def build_services(layout: Layout, environment: dict[str, str]) -> list[Service]:
    """Return how the four processes are started."""
    return [
        Service(
            name=name,
            command=(sys.executable, "-m", "airflow", *arguments),
            environment=environment,
            directory=layout.airflow_home,
            log=layout.logs / f"{name}.log",
        )
        for name, arguments in COMPONENTS.items()
    ]


def read_health(port: int, *, since: datetime | None = None) -> dict[str, bool]:
    """Ask the API server how the four are; every one is False when it does not answer.

    Args:
        port: the API server's port.
        since: ignore signs of life from before this moment: Airflow counts the last heartbeat
            of a process that is gone as healthy for half a minute.
    """
    health = dict.fromkeys(COMPONENTS, False)
    answer = ask_json(port, HEALTH_PATH)
    if answer is None or ask(port, EXECUTION_PATH) is None:
        return health
    health["airflow-api-server"] = True
    for name, key in HEALTH_KEYS.items():
        part = answer.get(key)
        if isinstance(part, dict) and part.get("status") == "healthy":
            seen = part.get(f"latest_{key}_heartbeat")
            health[name] = since is None or _read_moment(seen) >= since
    return health


def _read_moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text)) if text else datetime.min.replace(tzinfo=UTC)


def read_login(secrets: Secrets) -> tuple[str, str]:
    """Return the administrator's name and password."""
    return ADMIN_USER, secrets.password("airflow_admin_password")


def read_steward_login(secrets: Secrets) -> tuple[str, str]:
    """Return the name and password of the user with the role Data Steward."""
    return STEWARD_USER, secrets.password("airflow_steward_password")


def _url_safe(key: str) -> str:
    return base64.urlsafe_b64encode(base64.b64decode(key)).decode("ascii")
