"""A small Zendesk, and how the tests of its sandbox call it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import requests

from local.sandbox.process import SandboxProcess
from local.sandbox.process import WorldEvent as Row

CREATED = "2025-01-01T00:00:00Z"
USUAL = {"incremental_limit": None, "job_seconds": 0.2}


def unix(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


DAY_START = unix("2026-11-15T16:00:00")


def event(entity: str, number: int, at: str, op: str = "insert", **fields: Any) -> Row:
    day = int(at[8:10]) - 15
    return (day, f"{at}Z", "zendesk", entity, op, str(number), {"id": number, **fields})


def user(number: int, at: str, op: str = "insert", **fields: Any) -> Row:
    given = {"name": f"User {number}", "created_at": CREATED, "updated_at": f"{at}Z"}
    given["email"] = f"user{number}@zendesk.example"
    return event("users", number, at, op, **{**given, **fields})


def ticket(number: int, at: str, op: str = "insert", **fields: Any) -> Row:
    given = {"subject": f"Question {number}", "status": "open", "requester_id": number}
    times = {"created_at": CREATED, "updated_at": f"{at}Z"}
    return event("tickets", number, at, op, **{**given, **times, **fields})


def make_rows() -> list[Row]:
    """Twelve users of one second, eight later ones, a deleted one; five tickets and what is on them."""
    rows = [user(number, "2026-11-16T01:00:00") for number in range(1, 13)]
    rows += [user(number, f"2026-11-16T01:00:{number}") for number in range(13, 21)]
    rows += [ticket(number, f"2026-11-16T02:00:0{number}") for number in range(1, 6)]
    rows += [
        event("comments", 10 + step, "2026-11-16T03:00:00", ticket_id=1, body=f"Text {step}")
        for step in range(3)
    ]
    for number, score in ((1, "good"), (2, "bad")):
        at = f"2026-11-16T0{number}:00:00"
        given = {"score": score, "ticket_id": number, "updated_at": f"{at}Z", "created_at": CREATED}
        rows.append(event("satisfaction_ratings", number, at, **given))
    rows.append(event("users", 20, "2026-11-16T04:00:00", "delete"))
    rows.append(event("tickets", 5, "2026-11-16T04:00:00", "delete"))
    rows.append(event("tickets", 4, "2026-11-16T04:00:01", "update", status="closed"))
    rows.append(event("tickets", 1, "2026-11-17T05:00:00", "update"))
    rows.append(user(1, "2026-11-17T05:00:00", "update", notes="moved"))
    return rows


def call(
    sandbox: SandboxProcess, method: str, path: str, body: Any = None, **options: Any
) -> requests.Response:
    held = sandbox.secrets["zendesk"]
    options.setdefault("auth", (held["user"], held["api_token"]))
    url = path if path.startswith("http") else sandbox.url("zendesk", f"/api/v2/{path}")
    return requests.request(method, url, json=body, timeout=10, **options)


def export(sandbox: SandboxProcess, entity: str = "users", **params: Any) -> dict[str, Any]:
    if "cursor" not in params:
        params.setdefault("start_time", DAY_START)
    answer = call(sandbox, "GET", f"incremental/{entity}/cursor", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def ids(rows: list[dict[str, Any]]) -> list[int]:
    return [row["id"] for row in rows]


def make(sandbox: SandboxProcess, **fields: Any) -> int:
    answer = call(sandbox, "POST", "users", {"user": {"name": "New", **fields}})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["user"]["id"])


def wait_for(sandbox: SandboxProcess, answer: requests.Response) -> tuple[list[str], Any]:
    """Return the statuses that a job was seen in, and its results."""
    assert answer.status_code == 200, answer.text
    job = answer.json()["job_status"]
    seen = [job["status"]]
    while job["status"] != "completed":
        time.sleep(0.02)
        job = call(sandbox, "GET", job["url"]).json()["job_status"]
        seen += [job["status"]] if job["status"] != seen[-1] else []
    return seen, job["results"]
