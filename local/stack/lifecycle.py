"""Bringing the whole stack up and down, in one thread.

What takes time runs as processes beside each other; `up` only looks in turn at how far each one
is. So an interrupt always finds one place to be handled, and nothing is started after it.
"""

from __future__ import annotations

import fcntl
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from local.stack import airflow, sandbox, steps
from local.stack.errors import StackError
from local.stack.hub_environment import (
    BUCKET,
    DATABASE,
    DRILL_DATABASE,
    hub_environment,
)
from local.stack.layout import Layout
from local.stack.postgres import Postgres
from local.stack.seaweed import NAME as SEAWEED
from local.stack.seaweed import PARTS, Seaweed
from local.stack.secrets import make_private_directory
from local.stack.supervise import MARKER, Supervisor

POSTGRES = "postgres"
LOOK_SECONDS = 0.1
Say = Callable[[str], None]
# Which ports a running service holds on to.
HELD_PORTS = {
    POSTGRES: (POSTGRES,),
    SEAWEED: PARTS,
    sandbox.NAME: sandbox.PORT_NAMES,
    "airflow-api-server": ("airflow",),
}


class Stack:
    """All services of one layout.

    Args:
        layout: where they keep their files.
        say: told about progress, a line at a time; never told a secret.
    """

    def __init__(self, layout: Layout, say: Say = print) -> None:
        self.layout = layout
        self.supervisor = Supervisor(layout.register, layout.stack_id())
        self._say = say
        self._began = time.monotonic()

    def up(self) -> None:
        """Start what does not run yet and wait until all of it is well.

        Raises:
            StackError: something cannot run; what this call started has been stopped again.
        """
        with _hold_lock(self.layout), _turn_signals_into_interrupts():
            self._began = time.monotonic()
            self._stop_leftovers()
            before = frozenset(self._running())
            try:
                ports = self.layout.ports.choose(self._held_ports(before))
                self._report_moved_ports(ports)
                self._start_postgres(ports)
                self._advance(
                    steps.start_seaweed(self.seaweed(), BUCKET),
                    steps.start_airflow(self, self.environment()),
                    steps.prepare_hub(self, self.environment()),
                    steps.start_sandbox(self, self.environment()),
                )
            except BaseException:
                self._say("stopping what was started")
                self._stop([name for name in self.supervisor.names() if name not in before])
                raise

    def down(self) -> int:
        """Stop everything that is ours, registered or not; return how many services ran."""
        with _hold_lock(self.layout):
            running = self._running()
            self._stop(self.supervisor.names())
            self.supervisor.stop_everything()
            return len(running)

    def reset(self) -> None:
        """Stop everything and delete it: databases, backups, secrets, the world."""
        self.down()
        with _hold_lock(self.layout):
            if self.layout.ports.known():
                self.postgres().destroy()
            shutil.rmtree(self.layout.directory)

    def postgres(self) -> Postgres:
        """Return the PostgreSQL server, running or not."""
        return Postgres(
            self.layout.directory / "postgres",
            self.ports()["postgres"],
            self.layout.secrets,
            environment={MARKER: self.supervisor.stack_id},
        )

    def seaweed(self) -> Seaweed:
        """Return the S3 server, running or not."""
        ports = self.ports()
        return Seaweed(
            self.layout.directory / "seaweed",
            ports["s3"],
            self.layout.secrets,
            self.supervisor,
            {part: ports[part] for part in PARTS},
        )

    def ports(self) -> dict[str, int]:
        """Return the chosen ports.

        Raises:
            StackError: `up` has never run here.
        """
        ports = self.layout.ports.known()
        if not ports:
            raise StackError("There is no stack here yet.", "start it with `make up`.")
        return ports

    def environment(self) -> dict[str, str]:
        """Return the environment of Airflow and of the hub's commands, secrets included."""
        ports, postgres = self.ports(), self.postgres()
        return (
            airflow.airflow_environment(self.layout, postgres, ports["airflow"])
            | hub_environment(self.layout, postgres, self.seaweed())
            | sandbox.build_connections(
                self.layout.secrets, ports, make_private_directory(self.layout.manual)
            )
        )

    def say(self, text: str) -> None:
        """Report progress, with the seconds since the beginning."""
        self._say(f"{time.monotonic() - self._began:5.1f} s  {text}")

    def _running(self) -> list[str]:
        return [name for name in self.supervisor.names() if self.supervisor.find(name)]

    def _held_ports(self, running: frozenset[str]) -> frozenset[str]:
        return frozenset(port for name in running for port in HELD_PORTS.get(name, ()))

    def _report_moved_ports(self, ports: dict[str, int]) -> None:
        for name, wanted in self.layout.ports.wanted.items():
            if ports[name] != wanted:
                self.say(f"port {wanted} for {name} is taken: using {ports[name]}")

    def _stop_leftovers(self) -> None:
        leftovers = self.supervisor.unregistered()
        if leftovers:
            self.say(f"stopping {len(leftovers)} process(es) that a broken start left behind")
            self.supervisor.stop_unregistered()

    def _start_postgres(self, ports: dict[str, int]) -> None:
        postgres = self.postgres()
        postgres.start()
        pid = postgres.pid()
        if pid is not None:
            self.supervisor.register(POSTGRES, pid)
        if not postgres.has_database(airflow.DATABASE):
            steps.forget_preparation(self.layout)
        postgres.create_database(DATABASE, DATABASE)
        postgres.create_database(DRILL_DATABASE, DRILL_DATABASE, may_create_databases=True)
        postgres.create_database(airflow.DATABASE, airflow.DATABASE)
        self.say(f"PostgreSQL is ready on port {ports['postgres']}")

    def _advance(self, *chains: steps.Chain) -> None:
        waiting = list(chains)
        while waiting:
            for chain in list(waiting):
                try:
                    next(chain)
                except StopIteration as end:
                    waiting.remove(chain)
                    if end.value:
                        self.say(end.value)
            time.sleep(LOOK_SECONDS)

    def _stop(self, names: list[str]) -> None:
        """Stop services in an order in which nobody loses what it still needs."""
        last = (SEAWEED, POSTGRES)
        self.supervisor.stop([name for name in names if name not in last])
        if SEAWEED in names:
            self.seaweed().stop()
        if POSTGRES in names:
            self.postgres().stop()
            self.supervisor.forget(POSTGRES)


@contextmanager
def _hold_lock(layout: Layout) -> Iterator[None]:
    """Let one launcher work at a time; the lock of a killed one is free."""
    make_private_directory(layout.directory)
    with layout.lock.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StackError(
                "Another launcher is at work on this stack.", "wait for it, or stop it first."
            ) from error
        yield


@contextmanager
def _turn_signals_into_interrupts() -> Iterator[None]:
    """Handle SIGTERM and a closed terminal as Ctrl-C: stop what was started."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # Only the main thread may; and what somebody chose to ignore (nohup) stays ignored.
    is_main = threading.current_thread() is threading.main_thread()
    taken = {
        each: signal.signal(each, interrupt)
        for each in (signal.SIGTERM, signal.SIGHUP)
        if is_main and signal.getsignal(each) != signal.SIG_IGN
    }
    try:
        yield
    finally:
        for each, before in taken.items():
            signal.signal(each, before)
