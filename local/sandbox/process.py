"""The sandbox as a process of its own, for whoever tests against it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from local.sandbox.credentials import EXPECTED, Secrets, make_secrets

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 10

WorldEvent = tuple[int, str, str, str, str, str, dict[str, Any]]


def write_events(path: Path, events: Iterable[WorldEvent]) -> None:
    """Write (day, at, channel, entity, op, key, record) rows as the world generator does."""
    with sqlite3.connect(path) as connection:
        connection.execute(
            "create table event (seq integer primary key, day integer, at text, channel text, "
            "entity text, op text, key text, record text)"
        )
        connection.executemany(
            "insert into event (day, at, channel, entity, op, key, record) values (?,?,?,?,?,?,?)",
            ((*event[:6], json.dumps(event[6], ensure_ascii=False)) for event in events),
        )
    connection.close()


@dataclass
class SandboxProcess:
    """One running sandbox: its ports, the clients' secrets and the calls to its control port."""

    process: subprocess.Popen[str]
    ports: dict[str, int]
    secrets: Secrets = field(repr=False)
    state: Path

    def url(self, channel: str, path: str) -> str:
        """Return the address of a path on one channel's server."""
        return f"http://127.0.0.1:{self.ports[channel]}{path}"

    def control(self, method: str, path: str, body: Any = None) -> requests.Response:
        """Call the control port with its token."""
        token = self.secrets["control"]["token"]
        return requests.request(
            method,
            self.url("control", path),
            json=body,
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        )

    def advance(self, day: int) -> dict[str, Any]:
        """Move the world to the end of a business day."""
        answer = self.control("POST", "/advance", {"day": day})
        answer.raise_for_status()
        return dict(answer.json())

    def fail(self, channel: str, kind: str, **options: Any) -> None:
        """Tell one channel to fail."""
        answer = self.control("POST", "/faults", {"channel": channel, "kind": kind, **options})
        answer.raise_for_status()

    def set(self, channel: str, **settings: float | None) -> None:
        """Change settings of one channel (settings.py)."""
        answer = self.control("POST", "/settings", {"channel": channel, **settings})
        answer.raise_for_status()

    def records(self, channel: str, entity: str) -> dict[Any, dict[str, Any]]:
        """Return id -> dumped record of one entity."""
        rows = self.control("GET", f"/records/{channel}/{entity}").json()
        return {row["id"]: row for row in rows}

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End the process by a signal and return its exit code."""
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE_SECONDS)
        if self.process.stdout:
            self.process.stdout.close()
        return code


def start_sandbox(state: Path, events: Path, ports: dict[str, int] | None = None) -> SandboxProcess:
    """Start the sandbox, every channel on a free port or those of `ports`; wait till it is ready."""
    state.mkdir(parents=True, exist_ok=True)
    kept = state.parent / f"{state.name}.secrets.json"
    if kept.exists():
        both = json.loads(kept.read_text())
    else:
        made = make_secrets()
        both = {"server": made.server, "client": made.client}
        _write_private(kept, both)
    given = state.parent / f"{state.name}.server.json"
    _write_private(given, both["server"])
    wanted = ports or dict.fromkeys(EXPECTED, 0)
    command = [
        *(sys.executable, "-m", "local.sandbox", "--state", str(state), "--events", str(events)),
        *("--secrets", str(given), "--ports", ",".join(f"{n}={p}" for n, p in wanted.items())),
    ]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "TZ": "UTC"}
    )
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        if process.stdout:
            process.stdout.close()
        raise RuntimeError(f"the sandbox ended with code {process.wait()}")
    return SandboxProcess(process, json.loads(line)["ready"], both["client"], state)


def _write_private(path: Path, content: Any) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps(content))
