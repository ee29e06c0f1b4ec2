"""The steps of `up`, each a chain that is advanced in turn with the others.

A chain is a generator: it yields while it waits, returns a line to report at its end, and raises
when its service cannot run. None of them blocks.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import shutil
import sys
import time
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from local.stack import airflow, airflow_preparation, sandbox
from local.stack.errors import StackError
from local.stack.health import is_listening
from local.stack.layout import PROJECT, Layout
from local.stack.seaweed import Seaweed
from local.stack.secrets import make_private_directory, write_private_file
from local.stack.supervise import Service

if TYPE_CHECKING:
    from local.stack.lifecycle import Stack

Chain = Generator[None, None, str | None]
READY_SECONDS = 180.0
STEP_SECONDS = 900.0


def start_seaweed(seaweed: Seaweed, bucket: str) -> Chain:
    """Start the S3 server and make the bucket of the backups."""
    seaweed.start()
    deadline = time.monotonic() + READY_SECONDS
    while not seaweed.is_healthy():
        if seaweed.pid() is None or time.monotonic() > deadline:
            seaweed.wait_until_ready()  # raises with the reason
        yield
    seaweed.wait_until_ready(bucket)
    return f"SeaweedFS is ready on port {seaweed.port}, with the bucket {bucket}"


def start_airflow(stack: Stack, environment: dict[str, str]) -> Chain:
    """Prepare Airflow's database if that is still to do, start the four and wait for them."""
    layout, port = stack.layout, stack.ports()["airflow"]
    make_private_directory(layout.airflow_home)
    if not is_prepared(layout):
        stack.say("preparing Airflow's database, roles and users")
        yield from _run(
            stack,
            "step-airflow",
            ("-m", "local.stack.airflow_preparation"),
            environment,
            json.dumps(_users(layout)),
        )
        _note_preparation(layout)
    began = datetime.now(UTC)
    services = airflow.build_services(layout, environment)
    were_running = all(stack.supervisor.find(service.name) for service in services)
    for service in services:
        stack.supervisor.start(service)
    deadline = time.monotonic() + READY_SECONDS
    while not all(airflow.read_health(port, since=None if were_running else began).values()):
        for service in services:
            _check_alive(stack, service, deadline)
        yield
    return f"Airflow is ready on port {port}"


def prepare_hub(stack: Stack, environment: dict[str, str]) -> Chain:
    """Bring the hub's own tables up to date and make its keys once."""
    make_private_directory(stack.layout.directory / "keys")
    make_private_directory(stack.layout.directory / "reports")
    for name, arguments in (("migrate", ("migrate",)), ("keys", ("keys", "init"))):
        command = ("-m", "customer_hub.cli", *arguments)
        yield from _run(stack, f"step-hub-{name}", command, environment)
    return "the hub's tables and keys are up to date"


def _world_size() -> tuple[str, ...]:
    """Return the generator's option for a world of another size than the default."""
    wanted = os.environ.get("HUB_WORLD_CUSTOMERS")
    return ("--customers", wanted) if wanted else ()


def start_sandbox(stack: Stack, environment: dict[str, str]) -> Chain:
    """Make the synthetic world once, start the sandbox channels and wait until all listen."""
    layout = stack.layout
    for module in ("world", "sandbox"):
        if not (PROJECT / "local" / module / "__main__.py").exists():
            return f"MISSING local.{module}: the sandbox channels do not run"
    if not sandbox.find_events(layout).exists():
        stack.say("making the synthetic world")
        # Made beside its place and moved there whole: half a world is never taken for one.
        draft = layout.world.with_name("world.draft")
        shutil.rmtree(draft, ignore_errors=True)
        command = ("-m", "local.world", "--out", str(draft), *_world_size())
        yield from _run(stack, "step-world", command, environment)
        draft.rename(layout.world)
    ports = stack.ports()
    service = sandbox.build_service(layout, ports, airflow.base_environment())
    stack.supervisor.start(service)
    deadline = time.monotonic() + READY_SECONDS
    while not all(is_listening(ports[name]) for name in sandbox.PORT_NAMES):
        _check_alive(stack, service, deadline)
        yield
    listening = ", ".join(f"{name} {ports[name]}" for name in sandbox.PORT_NAMES)
    return f"the sandbox channels are ready: {listening}"


def is_prepared(layout: Layout) -> bool:
    """Tell whether Airflow's database was prepared by these very versions."""
    stamp = _stamp_file(layout)
    return stamp.exists() and stamp.read_text(encoding="utf-8") == _current_stamp()


def forget_preparation(layout: Layout) -> None:
    """Note that Airflow's database is still to be prepared."""
    _stamp_file(layout).unlink(missing_ok=True)


def _note_preparation(layout: Layout) -> None:
    write_private_file(_stamp_file(layout), _current_stamp())


def _stamp_file(layout: Layout) -> Path:
    return layout.airflow_home / "prepared"


def _current_stamp() -> str:
    script = Path(airflow_preparation.__file__).read_bytes()
    versions = [
        f"{name} {importlib.metadata.version(name)}"
        for name in ("apache-airflow", "apache-airflow-providers-fab")
    ]
    return "\n".join([*versions, hashlib.sha256(script).hexdigest()])


def _users(layout: Layout) -> list[dict[str, str]]:
    admin, admin_password = airflow.read_login(layout.secrets)
    steward, steward_password = airflow.read_steward_login(layout.secrets)
    return [
        {"name": admin, "role": "Admin", "password": admin_password},
        {
            "name": steward,
            "role": airflow_preparation.STEWARD_ROLE,
            "password": steward_password,
        },
    ]


def _run(
    stack: Stack,
    name: str,
    arguments: tuple[str, ...],
    environment: dict[str, str],
    given: str | None = None,
) -> Generator[None, None, None]:
    """Run a Python command to its end, as a registered process like all others."""
    log = stack.layout.logs / f"{name}.log"
    stack.supervisor.start(
        Service(name, (sys.executable, *arguments), environment, PROJECT, log), given
    )
    deadline = time.monotonic() + STEP_SECONDS
    while (code := stack.supervisor.exit_code(name)) is None:
        if time.monotonic() > deadline:
            raise StackError(f"{name} takes longer than {STEP_SECONDS:.0f} s.", f"read {log}.")
        yield
    stack.supervisor.forget(name)
    if code != 0:
        raise StackError(f"{name} ended with code {code}.", f"read {log}.")


def _check_alive(stack: Stack, service: Service, deadline: float) -> None:
    if stack.supervisor.find(service.name) is None:
        raise StackError(f"{service.name} ended while starting.", f"read {service.log}.")
    if time.monotonic() > deadline:
        raise StackError(
            f"{service.name} or one of its like is not well after {READY_SECONDS:.0f} s.",
            f"read {service.log} and its neighbours.",
        )
