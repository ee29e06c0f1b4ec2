"""A step of the flow in a process of its own, to be killed by SIGKILL at a chosen moment.

Nothing in the product knows of it: the moment is one at which the step waits, for an answer that
the sandbox keeps back or for a lock that the test holds.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from customer_hub.core import db
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from local.sandbox.process import ROOT, SandboxProcess
from tests.laws.pipeline import Pipeline, Place

PATIENCE_SECONDS = 60
SMALL_PAGES = 10
_WAITING = (
    "select count(*) from pg_locks where not granted and relation = to_regclass(%(table)s::text)"
)
_AT_WORK = (
    "select count(*) from pg_locks as held where held.locktype = 'advisory'"
    " and held.database = (select oid from pg_database where datname = current_database())"
)


def kill_when(sandbox: SandboxProcess, step: str, is_there: Callable[[], bool]) -> None:
    """Start a step against a sandbox, kill it at the moment, and wait until it is gone."""
    place = json.dumps({"ports": sandbox.ports, "secrets": sandbox.secrets})
    with subprocess.Popen(
        [sys.executable, "-m", "tests.laws.victim", *step.split()],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "plugins:."},
        stdin=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        process.stdin.write(place)
        process.stdin.close()
        try:
            _wait_for(lambda: is_there() or process.poll() is not None, step)
            assert process.poll() is None, f"{step} ended before its moment"
        finally:
            process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    # Its session lets go of its locks as soon as the server sees that nobody is there.
    _wait_for(lambda: _count(_AT_WORK) == 0, f"the end of {step}")


@contextmanager
def blocked(table: str) -> Iterator[Callable[[], bool]]:
    """Keep everybody from writing to a table; yields what tells that somebody waits for it."""
    with db.begin() as connection:
        connection.exec_driver_sql(f"lock table {table} in share mode")
        yield lambda: _count(_WAITING, table=table) > 0


def _wait_for(is_there: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_there():
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.02)


def _count(statement: str, **params: str) -> int:
    with db.begin() as connection:
        return int(connection.exec_driver_sql(statement, params).scalar_one())


def main() -> None:
    """Run one step; where the sandbox is stands on standard input."""
    pipeline = Pipeline(Place(**json.load(sys.stdin)), SMALL_PAGES)
    match sys.argv[1:]:
        case ["backfill", name, day]:
            pipeline.gather(name, int(day), is_backfill=True)
        case ["match"]:
            match_pending("victim")
        case ["merge"]:
            merge_pending("victim")
        case ["publish", name]:
            pipeline.publish([name])


if __name__ == "__main__":
    main()
