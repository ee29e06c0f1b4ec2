"""Airflow's public REST API, as far as the demo needs it: trigger runs and wait for them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import requests

from local.stack.errors import StackError

POLL_SECONDS = 0.7
TIMEOUT_SECONDS = 30
OPEN_STATES = ("queued", "running")


class AirflowClient:
    """A logged-in session.

    Args:
        url: the API server's address.
        user: a FAB user that may trigger runs.
        password: the user's password.
    """

    def __init__(self, url: str, user: str, password: str) -> None:
        self._url = url
        self._session = requests.Session()
        token = self._session.post(
            f"{url}/auth/token",
            json={"username": user, "password": password},
            timeout=TIMEOUT_SECONDS,
        )
        token.raise_for_status()
        self._session.headers["Authorization"] = f"Bearer {token.json()['access_token']}"

    def wait_for_dags(self, wanted: Iterable[str], seconds: float = 90) -> None:
        """Wait until all DAGs are known; an import error ends the wait.

        Raises:
            StackError: a DAG file cannot be imported, or a DAG does not appear.
        """
        missing = set(wanted)
        end = time.monotonic() + seconds
        while True:
            errors = self.get("/api/v2/importErrors")
            if errors["total_entries"]:
                files = ", ".join(sorted(str(e["filename"]) for e in errors["import_errors"]))
                raise StackError(f"Airflow cannot import {files}", "run `make lint`")
            known = {dag["dag_id"] for dag in self.get("/api/v2/dags?limit=100")["dags"]}
            missing -= known
            if not missing:
                return
            if time.monotonic() > end:
                raise StackError(f"Airflow does not show {sorted(missing)}", "see .local/logs")
            time.sleep(POLL_SECONDS)

    def unpause(self, dag_id: str) -> bool:
        """Let a DAG run; returns whether it was paused until now."""
        path = f"/api/v2/dags/{dag_id}"
        was_paused = bool(self.get(path)["is_paused"])
        if was_paused:
            answer = self._session.patch(
                self._url + path, json={"is_paused": False}, timeout=TIMEOUT_SECONDS
            )
            answer.raise_for_status()
        return was_paused

    def trigger(self, dag_id: str, logical_date: datetime | None) -> str:
        """Start a run; a dated one reads from its last complete interval on, up to its date."""
        body = {
            "logical_date": logical_date.isoformat() if logical_date else None,
            "conf": {},
        }
        return str(self._post(f"/api/v2/dags/{dag_id}/dagRuns", body)["dag_run_id"])

    def list_runs(self) -> list[dict[str, Any]]:
        """Return all runs of all DAGs."""
        runs: list[dict[str, Any]] = []
        while True:
            page = self.get(
                f"/api/v2/dags/~/dagRuns?limit=100&offset={len(runs)}&order_by=run_after"
            )
            runs += page["dag_runs"]
            if len(runs) >= page["total_entries"] or not page["dag_runs"]:
                return runs

    def wait_for_first_run(self, dag_id: str, seconds: float = 90) -> None:
        """Wait until a DAG that was unpaused has its first run.

        Raises:
            StackError: the scheduler makes none.
        """
        end = time.monotonic() + seconds
        while not self.get(f"/api/v2/dags/{dag_id}/dagRuns?limit=1")["total_entries"]:
            if time.monotonic() > end:
                raise StackError(f"the scheduler does not start {dag_id}", "see .local/logs")
            time.sleep(POLL_SECONDS)

    def wait_until_idle(self, seconds: float = 900) -> list[dict[str, Any]]:
        """Wait until nothing runs or is about to, and return all runs.

        About to run is what an asset's event waits for. Looked at between two looks at the runs:
        an event is there before the run that made it ends, and goes when the next run is there.

        Raises:
            StackError: it takes too long.
        """
        end = time.monotonic() + seconds
        while (busy := self._list_busy()) or self._has_queued_events() or self._list_busy():
            if time.monotonic() > end:
                raise StackError(
                    f"still running: {busy or 'a run that waits for the scheduler'}",
                    "see the Airflow UI",
                )
            time.sleep(POLL_SECONDS)
        return self.list_runs()

    def _list_busy(self) -> list[str]:
        path = "/api/v2/dags/~/dagRuns?limit=50&" + "&".join(f"state={s}" for s in OPEN_STATES)
        return sorted({run["dag_id"] for run in self.get(path)["dag_runs"]})

    def _has_queued_events(self) -> bool:
        assets = self.get("/api/v2/assets?limit=100")["assets"]
        waiting = {dag["dag_id"] for asset in assets for dag in asset["scheduled_dags"]}
        return any(
            self.get(f"/api/v2/dags/{dag_id}/assets/queuedEvents")["total_entries"]
            for dag_id in sorted(waiting)
        )

    def count_task_instances(self, since: datetime) -> int:
        """Return how many task instances ran (skipped ones did not) since a moment."""
        found = self.get(
            "/api/v2/dags/~/dagRuns/~/taskInstances?limit=1&state=success&state=failed"
            f"&start_date_gte={since.isoformat().replace('+', '%2B')}"
        )
        return int(found["total_entries"])

    def get(self, path: str) -> dict[str, Any]:
        """Return what the API answers at a path."""
        answer = self._session.get(self._url + path, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        content: dict[str, Any] = answer.json()
        return content

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._session.post(self._url + path, json=body, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        content: dict[str, Any] = answer.json()
        return content
