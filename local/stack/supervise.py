"""Which processes are ours, and the only place where processes are started and signalled.

Every process that the stack starts carries `MARKER` in its environment, with the id of this
`.local` folder, and is written down in `run/<name>.json` with its pid, the moment at which it
began and its command line. The register says what should run; the marker finds everything else
that is ours: children, and what a launcher started that was killed before it could write it down.
A pid alone proves nothing (pids are used again), so a registered process must also have begun at
the registered moment, and no process without either proof is ever signalled.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from local.stack.secrets import make_private_directory, write_private_file

MARKER = "HUB_STACK_ID"
TERM_SECONDS = 10.0
KILL_SECONDS = 5.0
LOOK_SECONDS = 0.05
# psutil's create_time is exact for one boot; the tolerance is for its rounding through JSON.
BEGIN_TOLERANCE_SECONDS = 0.02


@dataclass(frozen=True)
class Service:
    """What is needed to start a long-running process.

    Attributes:
        name: its name in the register.
        command: program and arguments, no shell.
        environment: the whole environment; the marker is added.
        directory: its working directory.
        log: the file to which its output is appended.
    """

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    directory: Path
    log: Path


class Supervisor:
    """Start, find and stop the processes of one stack.

    Args:
        directory: the register's folder.
        stack_id: the id that marks this stack's processes.
    """

    def __init__(self, directory: Path, stack_id: str) -> None:
        self._directory = directory
        self.stack_id = stack_id
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, service: Service, given: str | None = None) -> psutil.Process:
        """Start a service in a session of its own and register it; a running one is kept.

        Args:
            service: what to start.
            given: text for its standard input, if any.
        """
        running = self.find(service.name)
        if running is not None:
            return running
        self._write(service.name, None, service.command)  # the intent, before there is a process
        make_private_directory(service.log.parent)
        with service.log.open("ab") as log:
            child = subprocess.Popen(
                service.command,
                stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=service.directory,
                env=service.environment | {MARKER: self.stack_id},
                start_new_session=True,
            )
        process = psutil.Process(child.pid)
        self._write(service.name, process, service.command)
        self._children[service.name] = child
        if child.stdin is not None:
            with suppress(BrokenPipeError), child.stdin as stream:
                stream.write((given or "").encode())
        return process

    def exit_code(self, name: str) -> int | None:
        """Return the exit code of a process that this supervisor started; None while it runs."""
        return self._children[name].poll()

    def forget(self, name: str) -> None:
        """Take a process that has ended out of the register."""
        self._children.pop(name, None)
        self._entry(name).unlink(missing_ok=True)

    def register(self, name: str, pid: int) -> None:
        """Write down a process that was started elsewhere with our marker (PostgreSQL)."""
        process = psutil.Process(pid)
        self._write(name, process, tuple(process.cmdline()))

    def find(self, name: str) -> psutil.Process | None:
        """Return the registered process if it is alive and still the one that was registered."""
        try:
            entry = json.loads(self._entry(name).read_text(encoding="utf-8"))
            process = psutil.Process(entry["pid"])
            is_same = abs(process.create_time() - entry["began"]) <= BEGIN_TOLERANCE_SECONDS
        except (FileNotFoundError, ValueError, KeyError, TypeError, psutil.Error):
            return None
        return process if is_same and _is_alive(process) else None

    def names(self) -> list[str]:
        """Return the names in the register, in order."""
        return sorted(path.stem for path in self._directory.glob("*.json"))

    def processes(self) -> list[psutil.Process]:
        """Return every living process of this stack: registered, marked, and their children."""
        registered = [found for name in self.names() if (found := self.find(name))]
        return _with_children([*registered, *self._marked()])

    def unregistered(self) -> list[psutil.Process]:
        """Return our processes that belong to no registered one: left by a killed launcher."""
        known = _with_children([found for name in self.names() if (found := self.find(name))])
        return [process for process in self.processes() if process not in known]

    def stop(self, names: Iterable[str], patience: float = TERM_SECONDS) -> None:
        """Stop registered services with all their children, all at the same time; unregister.

        Args:
            names: which ones; those that do not run are only unregistered.
            patience: seconds that they get to end by themselves before they are killed.
        """
        names = list(names)
        running = [found for name in names if (found := self.find(name))]
        stop_processes(_with_children(running), patience)
        self._forget_ended(names)

    def stop_unregistered(self) -> None:
        """Stop what a killed launcher left behind; registered services go on."""
        stop_processes(self.unregistered())
        for name in self.names():
            if self.find(name) is None:
                self.forget(name)

    def stop_everything(self) -> int:
        """Stop whatever is ours, registered or not; return how many processes that were."""
        found = self.processes()
        stop_processes(found)
        self._forget_ended(self.names())
        return len(found)

    def _forget_ended(self, names: Iterable[str]) -> None:
        for name in names:
            if name in self._children:
                self._children[name].poll()
            self.forget(name)

    def _marked(self) -> list[psutil.Process]:
        me = psutil.Process()
        own_line = {me.pid, *(parent.pid for parent in me.parents())}
        marked = []
        for process in psutil.process_iter():
            try:
                if process.pid not in own_line and process.environ().get(MARKER) == self.stack_id:
                    marked.append(process)
            except psutil.Error:
                continue  # gone meanwhile, or another user's: not ours
        return marked

    def _entry(self, name: str) -> Path:
        return self._directory / f"{name}.json"

    def _write(self, name: str, process: psutil.Process | None, command: tuple[str, ...]) -> None:
        make_private_directory(self._directory)
        entry = {
            "name": name,
            "pid": process.pid if process else None,
            "began": process.create_time() if process else None,
            "command": command,
        }
        write_private_file(self._entry(name), json.dumps(entry, indent=1))


def stop_processes(processes: list[psutil.Process], patience: float = TERM_SECONDS) -> None:
    """End processes: SIGTERM to each one's group, a wait, then SIGKILL to what is left.

    A whole group is signalled only through its leader, which is in the list: it is all ours then.
    """
    for process in processes:
        _terminate(process)
    stubborn = _with_children(_wait(processes, patience))
    for process in stubborn:
        with suppress(psutil.Error):
            process.kill()
    _wait(stubborn, KILL_SECONDS)


def _wait(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Return those that still live after the time given; one that is only not reaped is gone."""
    deadline = time.monotonic() + seconds
    while (living := [each for each in processes if _is_alive(each)]) and (
        time.monotonic() < deadline
    ):
        time.sleep(LOOK_SECONDS)
    return living


def _terminate(process: psutil.Process) -> None:
    # psutil compares the moment at which the process began before it signals; so do we.
    with suppress(ProcessLookupError, psutil.Error):
        if process.is_running() and os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, signal.SIGTERM)
        else:
            process.terminate()


def _with_children(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    found: dict[int, psutil.Process] = {}
    for process in processes:
        try:
            family = [process, *process.children(recursive=True)]
        except psutil.Error:
            continue
        found.update({member.pid: member for member in family if _is_alive(member)})
    return list(found.values())


def _is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
