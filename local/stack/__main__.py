"""``python -m local.stack up|down|status|run``: the hub's whole stack on this machine."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys

from local.stack import airflow
from local.stack.errors import StackError
from local.stack.layout import find_layout
from local.stack.lifecycle import Stack
from local.stack.memory import stack_memory_mb
from local.stack.ports import HOST
from local.stack.status import read_status

EXIT_STOPPED = 3


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit code.

    0: done. 1: it failed, and why was printed. 3: `status` found something that does not run.
    130: interrupted.
    """
    options = _read_arguments(arguments)
    stack = Stack(find_layout(), say=lambda text: print(text, flush=True))
    try:
        return int(options.act(stack, options))
    except StackError as error:
        print(f"local.stack: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("local.stack: interrupted", file=sys.stderr)
        return 130


def _up(stack: Stack, options: argparse.Namespace) -> int:
    stack.up()
    user, password = airflow.read_login(stack.layout.secrets)
    url = f"http://{HOST}:{stack.ports()['airflow']}"
    steward, steward_password = airflow.read_steward_login(stack.layout.secrets)
    if options.json:
        print(json.dumps({"url": url, "user": user}))
        return 0
    print(f"\nAirflow:  {url}\nlog-in:   {user} / {password}")
    print(f"steward:  {steward} / {steward_password}")
    return 0


def _down(stack: Stack, _options: argparse.Namespace) -> int:
    print(f"stopped {stack.down()} service(s); the data stays in {stack.layout.directory.name}")
    return 0


def _status(stack: Stack, options: argparse.Namespace) -> int:
    lines = read_status(stack)
    memory = round(stack_memory_mb(stack.supervisor))
    if options.json:
        services = [dataclasses.asdict(line) for line in lines]
        print(json.dumps({"services": services, "memory_mb": memory}, indent=1))
    else:
        for line in lines:
            print(f"{line.name:22} {line.pid or '-':>8} {line.port or '-':>6}  {line.health}")
        print(f"{'memory':22} {memory:>8} MB")
    return 0 if all(line.health == "healthy" for line in lines) else EXIT_STOPPED


def _run(stack: Stack, options: argparse.Namespace) -> int:
    if not options.command:
        raise StackError("No command was given.", "for example: run -- hub backup list")
    try:
        os.execvpe(options.command[0], options.command, stack.environment())  # noqa: S606
    except FileNotFoundError as error:
        raise StackError(f"There is no command {options.command[0]}.", "is it on PATH?") from error


def _read_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.stack", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    up = commands.add_parser("up", help="start everything; print the URL and the log-in")
    down = commands.add_parser("down", help="stop everything that is ours")
    status = commands.add_parser("status", help="list processes, ports and health")
    run = commands.add_parser("run", help="run a command with the hub's and Airflow's settings")
    for command, act in ((up, _up), (down, _down), (status, _status), (run, _run)):
        command.set_defaults(act=act)
    for command in (up, status):
        command.add_argument("--json", action="store_true", help="one JSON object instead of text")
    run.add_argument("command", nargs=argparse.REMAINDER, help="-- program arguments ..")
    options = parser.parse_args(arguments)
    if getattr(options, "command", None) and options.command[0] == "--":
        options.command = options.command[1:]
    return options


if __name__ == "__main__":
    sys.exit(main())
