"""A small HubSpot account, and how the tests of its sandbox call it."""

from __future__ import annotations

from typing import Any

import requests

from local.sandbox.process import SandboxProcess
from local.sandbox.process import WorldEvent as Row

CREATED = "2025-01-01T00:00:00.000Z"
SEARCH = "contacts/search"
FIRST_MILLIS = 1794790800250  # 2026-11-16T01:00:00.250Z
USUAL = {
    "search_lag_seconds": 10,
    "access_token_seconds": 1800,
    "burst_limit": None,
    "search_limit": None,
}


def contact(number: int, at: str, op: str = "insert", **properties: str) -> Row:
    given = {"email": f"contact{number}@hubspot.example", "firstname": "Li", **properties}
    record = {"properties": given, "createdAt": CREATED, "updatedAt": f"{at}.250Z"}
    day = int(at[8:10]) - 15
    return (day, f"{at}Z", "hubspot", "contacts", op, str(number), record)


def company(number: int) -> Row:
    record = {"properties": {"name": f"Firm {number}"}, "createdAt": CREATED}
    return (1, "2026-11-16T02:00:00Z", "hubspot", "companies", "insert", str(number), record)


def make_rows() -> list[Row]:
    """Twelve contacts of one moment, eight later ones, one of them archived; 10,050 firms."""
    rows = [contact(number, "2026-11-16T01:00:00") for number in range(1, 13)]
    rows += [contact(number, f"2026-11-16T01:00:{number}") for number in range(13, 21)]
    rows.append(contact(20, "2026-11-16T05:00:00", "delete"))
    rows += [company(number) for number in range(1, 10_051)]
    rows.append(contact(19, "2026-11-17T01:00:00", "update", firstname="Wang"))
    return rows


def call(
    sandbox: SandboxProcess, method: str, path: str, body: Any = None, **options: Any
) -> requests.Response:
    token = options.pop("token", sandbox.secrets["hubspot"]["access_token"])
    url = sandbox.url("hubspot", f"/crm/v3/objects/{path}")
    headers = {"Authorization": f"Bearer {token}"}
    return requests.request(method, url, json=body, headers=headers, timeout=10, **options)


def make(sandbox: SandboxProcess, kind: str = "contacts", **properties: str) -> str:
    answer = call(sandbox, "POST", kind, {"properties": properties})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def where(name: str, operator: str, **more: Any) -> dict[str, Any]:
    condition = {"propertyName": name, "operator": operator, **more}
    return {"filterGroups": [{"filters": [condition]}], "limit": 200}


def ids(answer: requests.Response) -> list[str]:
    return [row["id"] for row in answer.json()["results"]]
