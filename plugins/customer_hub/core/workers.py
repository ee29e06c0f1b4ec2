"""Worker processes that share one transaction: they compute, its owner runs their statements.

A transaction belongs to one connection, and what it has not committed nobody else can read. So the
workers have no connection: they name statements and hand over lines for COPY, which the owner
executes as they come. Everything stays one transaction: whatever dies, nothing of it was done.
"""

import gc
import os
import pickle
import subprocess
import sys
import traceback
from collections import namedtuple
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from multiprocessing import Pipe
from multiprocessing import connection as pipes
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection

from customer_hub.core import sql
from customer_hub.core.errors import HubError

Task = TypeVar("Task")
Answer = TypeVar("Answer")
_Pipe = pipes.Connection
_FRAMES = 5
_OBJECTS = 200_000  # made until a worker looks for those that nobody reaches; usually 700


def spread(
    connection: Connection,
    work: Callable[[sql.Session, Task], Answer],
    tasks: Sequence[Task],
    workers: int,
) -> Generator[Answer]:
    """Yield what `work` answers to each task, in the order of the tasks.

    Args:
        connection: the transaction; it belongs to this process and to whoever consumes the answers.
        work: a function that can be pickled. Tasks are done in any order, so that none may read
            what another writes.
        tasks: what to do.
        workers: how many processes; with less than two all is done here.

    Raises:
        HubError: a worker died.
    """
    if workers < 2:
        yield from (work(connection, task) for task in tasks)
        return
    crew = _Crew(connection, work, tasks)
    try:
        crew.hire(workers)
        yield from crew.gather()
    finally:
        crew.dismiss()


@contextmanager
def _alive() -> Iterator[None]:
    """Expect that there is a worker at the other end of a pipe."""
    try:
        yield
    except (EOFError, ConnectionError):
        raise HubError(
            "a worker process died",
            where="core/workers",
            hint="mostly the machine had no memory left; nothing was written, run it again",
        ) from None


@dataclass(slots=True)
class _Crew:
    """The owner's side: gives tasks out and runs what the workers ask for."""

    connection: Connection
    work: Callable[[sql.Session, Any], Any]
    tasks: Sequence[Any]
    given: int = 0
    at_work: dict[_Pipe, int] = field(default_factory=dict)
    hands: list[tuple[_Pipe, subprocess.Popen[bytes]]] = field(default_factory=list)

    def hire(self, workers: int) -> None:
        # Neither forked, for that copies connections and locks, nor by multiprocessing, which runs
        # the main module of whoever calls once more.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        for _ in range(min(workers, len(self.tasks))):
            ours, theirs = Pipe()
            with theirs:
                hand = subprocess.Popen(
                    [sys.executable, "-m", __name__, str(theirs.fileno())],
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                )
            self.hands.append((ours, hand))
            with _alive():
                ours.send(self.work)
            self._give(ours)

    def gather(self) -> Iterator[Any]:
        done: dict[int, Any] = {}
        wanted = 0
        while self.at_work:
            for pipe in pipes.wait(list(self.at_work)):
                assert isinstance(pipe, _Pipe)
                self._hear(pipe, done)
            while wanted in done:
                yield done.pop(wanted)
                wanted += 1

    def dismiss(self) -> None:
        for pipe, hand in self.hands:
            pipe.close()
            hand.kill()
            hand.wait()

    def _give(self, pipe: _Pipe) -> None:
        self.at_work.pop(pipe, None)
        if self.given < len(self.tasks):
            with _alive():
                pipe.send(self.tasks[self.given])
            self.at_work[pipe] = self.given
            self.given += 1

    def _hear(self, pipe: _Pipe, done: dict[int, Any]) -> None:
        with _alive():
            kind, *said = pipe.recv()
        if kind == "ask":
            answer = self._run(*said)
            with _alive():
                pipe.send(answer)
        elif kind == "send":
            name, lines = said
            with sql.copying(self.connection, name) as write:
                write(lines)
        elif kind == "done":
            done[self.at_work[pipe]] = said[0]
            self._give(pipe)
        else:
            raise said[0]

    def _run(self, name: str, params: dict[str, Any]) -> tuple[tuple[str, ...], Sequence[Any]]:
        result = sql.run(self.connection, name, **params)
        if not result.returns_rows:
            return (), []
        # As the driver has them: a row of SQLAlchemy's would only be taken apart again.
        return tuple(result.keys()), result.cursor.fetchall()


class _Remote:
    """A worker's side of the transaction."""

    def __init__(self, pipe: _Pipe) -> None:
        self._pipe = pipe

    def ask(self, name: str, params: dict[str, Any]) -> Sequence[Any]:
        self._pipe.send(("ask", name, params))
        columns, found = self._pipe.recv()
        make = _make_row(columns)
        return [make(*row) for row in found]

    def send(self, name: str, lines: bytes) -> None:
        self._pipe.send(("send", name, lines))


def _serve(pipe: _Pipe) -> None:
    """Do task after task until the owner is gone."""
    session = _Remote(pipe)
    with suppress(EOFError, ConnectionError):
        work = pipe.recv()
        # What a task makes lives to its end and holds no cycles: looking for some often finds none.
        gc.freeze()
        gc.set_threshold(_OBJECTS)
        while True:
            task = pipe.recv()
            try:
                answer = ("done", work(session, task))
            except (EOFError, ConnectionError):
                raise
            except Exception as error:
                answer = ("failed", _pack(error))
            pipe.send(answer)


def _pack(error: Exception) -> Exception:
    """Return an error that crosses to the owner, with the place where it happened."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    place = ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    error.add_note(f"in a worker process at {place}")
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
    except Exception:
        kind = type(error).__name__
        return HubError(f"a worker process failed: {kind}", where=place, hint="see the place named")
    return error


@lru_cache(maxsize=256)
def _make_row(columns: tuple[str, ...]) -> Callable[..., Any]:
    return namedtuple("Row", columns)


if __name__ == "__main__":
    _serve(_Pipe(int(sys.argv[1])))
