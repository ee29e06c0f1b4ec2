"""The command `hub`: what each verb asks for."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from customer_hub.cli import app
from customer_hub.cli.options import find_me


def list_commands(command: Any, name: str = "hub") -> Iterator[tuple[str, dict[str, Any]]]:
    for verb, each in getattr(command, "commands", {}).items():
        yield from list_commands(each, f"{name} {verb}")
    if not hasattr(command, "commands"):
        yield name, {param.name: param for param in command.params}


def test_every_action_of_a_person_asks_for_a_reason() -> None:
    signed = {
        name: params
        for name, params in list_commands(typer.main.get_command(app))
        if "author" in params
    }
    assert {"hub channel enable", "hub dead-letter replay", "hub window waive"} <= set(signed)
    free = {
        name
        for name, params in signed.items()
        if "reason" not in params or not params["reason"].required
    }
    # A rebuild is an action of a person only when it activates a policy, looking back only when it
    # opens what is sealed: they ask for it then. An export has a purpose, of its request's file
    # as well; a dry run changes nothing.
    looking = {"hub as-of", "hub history", "hub lineage", "hub import check"}
    assert free == looking | {"hub rebuild", "hub export"}
    assert "purpose" in signed["hub export"]
    refused = CliRunner().invoke(app, ["rebuild", "--activate"])
    assert "no reason was given" in str(refused.exception)


def test_a_uid_without_a_name_can_use_every_command(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 2_000_000_019)
    assert find_me() == "uid 2000000019"
    asked = CliRunner().invoke(app, ["task", "close", "one", "--reason", "x"])
    assert "Invalid value for 'task_id'" in asked.output
