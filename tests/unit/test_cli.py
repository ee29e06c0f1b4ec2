"""The command `hub`: what each verb asks for."""

from collections.abc import Iterator
from typing import Any

import typer.main

from customer_hub.cli import app


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
    assert [name for name, params in signed.items() if not params["reason"].required] == []
