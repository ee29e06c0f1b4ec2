"""The sandbox's world moves on, survives a kill, and is steered only with the token."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from local.sandbox.credentials import make_secrets
from local.sandbox.process import ROOT, SandboxProcess, start_sandbox


def test_control_needs_the_token(sandbox: SandboxProcess) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        url = sandbox.url("control", "/state")
        assert requests.get(url, headers=headers, timeout=5).status_code == 401


def test_days_are_applied_once(new_sandbox: SandboxProcess) -> None:
    assert new_sandbox.control("GET", "/state").json()["clock"].startswith("2026-11-15T16:00")
    first = new_sandbox.advance(1)
    assert first["applied"] == {
        **{"shop": 35, "crm": 20, "support": 33, "pos": 4},
        **{"hubspot": 0, "zendesk": 0},
    }
    assert first["clock"].startswith("2026-11-16T16:00")
    again = new_sandbox.advance(1)
    assert set(again["applied"].values()) == {0}
    assert again["clock"] > first["clock"]
    third = new_sandbox.advance(3)
    assert third["applied"]["crm"] == 2
    assert third["clock"].startswith("2026-11-18T16:00")
    assert new_sandbox.control("GET", "/state").json()["channels"]["crm"] == {"Account": 19}
    assert new_sandbox.advance(2)["clock"] > third["clock"]


@pytest.mark.parametrize("body", [{}, {"day": 0}, {"day": "1"}, []])
def test_advance_wants_a_day(new_sandbox: SandboxProcess, body: object) -> None:
    assert new_sandbox.control("POST", "/advance", body).status_code == 422


def test_calls_are_counted_by_template(new_sandbox: SandboxProcess) -> None:
    new_sandbox.advance(1)
    headers = {"X-Api-Key": new_sandbox.secrets["crm"]["api_key"]}
    for identifier in ("6a000000000000001", "6a000000000000002", "missing"):
        url = new_sandbox.url("crm", f"/api/v1/Account/{identifier}")
        requests.get(url, headers=headers, timeout=5)
    requests.get(url, timeout=5)
    rows = new_sandbox.control("GET", "/calls").json()
    path = "/api/v1/Account/{id}"
    shown = {(row["path"], row["status"]): row["count"] for row in rows}
    assert shown == {(path, "200"): 2, (path, "404"): 1, (path, "401"): 1}
    new_sandbox.control("POST", "/calls/reset")
    assert new_sandbox.control("GET", "/calls").json() == []


def test_a_killed_sandbox_comes_back_as_it_was(tmp_path: Path, world_events: Path) -> None:
    first = start_sandbox(tmp_path / "state", world_events)
    first.advance(2)
    headers = {"X-Api-Key": first.secrets["crm"]["api_key"]}
    url = first.url("crm", "/api/v1/Account")
    made = requests.post(url, json={"name": "Kept"}, headers=headers, timeout=5).json()
    assert first.stop(signal.SIGKILL) == -signal.SIGKILL
    second = start_sandbox(tmp_path / "state", world_events, first.ports)
    try:
        url = second.url("crm", f"/api/v1/Account/{made['id']}")
        assert requests.get(url, headers=headers, timeout=5).json() == made
        state = second.control("GET", "/state").json()
        assert (state["day"], state["clock"][:15]) == (2, "2026-11-17T16:0")
        assert second.advance(3)["applied"]["crm"] == 1
    finally:
        second.stop()


def test_the_worlds_updates_keep_what_the_hub_wrote(new_sandbox: SandboxProcess) -> None:
    new_sandbox.advance(1)
    headers = {"X-Api-Key": new_sandbox.secrets["crm"]["api_key"]}
    url = new_sandbox.url("crm", "/api/v1/Account/6a000000000000001")
    requests.put(url, json={"cHubId": "g-1"}, headers=headers, timeout=5)
    secrets = new_sandbox.secrets["support"]
    requests.put(
        new_sandbox.url("support", "/REST/2.0/ticket/3"),
        json={"CustomFields": {"HubId": "g-3"}},
        auth=(secrets["user"], secrets["password"]),
        timeout=5,
    )
    new_sandbox.advance(2)
    account = new_sandbox.records("crm", "Account")["6a000000000000001"]["body"]
    assert (account["cHubId"], account["cLevel"]) == ("g-1", "C")
    ticket = new_sandbox.records("support", "ticket")[3]["body"]
    held = {field["name"]: field["values"] for field in ticket["CustomFields"]}
    assert (held["HubId"], ticket["Status"]) == (["g-3"], "stalled")


def test_only_the_channels_asked_for_are_served(tmp_path: Path, world_events: Path) -> None:
    running = start_sandbox(tmp_path / "state", world_events, {"crm": 0, "control": 0})
    try:
        assert running.ports.keys() == {"crm", "control"}
        assert running.advance(1)["applied"] == {"crm": 20}
        assert running.control("GET", "/records/shop/customers").status_code == 404
    finally:
        assert running.stop() == 0
    for ports in ({"crm": 0}, {"nobody": 0, "control": 0}):
        with pytest.raises(RuntimeError, match="code 2"):
            start_sandbox(tmp_path / "state", world_events, ports)


def test_records_show_the_deleted_ones(sandbox: SandboxProcess) -> None:
    rows = sandbox.control("GET", "/records/shop/customers").json()
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    assert next(row for row in rows if row["id"] == 4)["deleted"] is True
    assert sandbox.control("GET", "/records/nobody/x").status_code == 404


def test_it_stops_cleanly_while_a_call_hangs(new_sandbox: SandboxProcess) -> None:
    new_sandbox.fail("crm", "timeout")
    url = new_sandbox.url("crm", "/api/v1/Account")
    with requests.get(new_sandbox.url("control", "/state"), stream=True, timeout=5):
        with pytest.raises(requests.Timeout):
            requests.get(url, timeout=0.2)
        assert new_sandbox.stop() == 0


def test_ctrl_c_stops_it_too(new_sandbox: SandboxProcess) -> None:
    assert new_sandbox.stop(signal.SIGINT) == 0


def test_a_taken_port_and_missing_secrets_are_named(
    sandbox: SandboxProcess, tmp_path: Path, world_events: Path
) -> None:
    with pytest.raises(RuntimeError, match="code 1"):
        start_sandbox(tmp_path / "state", world_events, {**sandbox.ports, "control": 0})
    secrets = make_secrets().server
    secrets["crm"]["api_key"] = ""
    (tmp_path / "secrets.json").write_text(json.dumps(secrets))
    command = [sys.executable, "-m", "local.sandbox", "--state", str(tmp_path / "other")]
    command += ["--events", str(world_events), "--secrets", str(tmp_path / "secrets.json")]
    command += ["--ports", "shop=0,crm=0,support=0,pos=0,control=0"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert ended.returncode == 1
    assert "crm.api_key" in ended.stderr
