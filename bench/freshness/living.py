"""A stack that gathers all day long while people edit: `living FOLDER REPORT MINUTES RATE`."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from bench.freshness.editing import Editor, draw_keys
from bench.freshness.watching import Watch
from local.demo.airflow_client import AirflowClient
from local.demo.sandbox_client import SandboxClient
from local.stack import airflow
from local.stack.hub_environment import DATABASE
from local.stack.layout import Layout
from local.stack.lifecycle import Stack
from local.stack.ports import HOST

GATHERS = ("gather_shop", "gather_crm")
_LOOK_SECONDS = 1.0
_TICK_SECONDS = 0.05
# What has not arrived so long after the last edit is lost.
_PATIENCE_SECONDS = 900.0


def main(folder: Path, report: Path, minutes: float, rate: float) -> None:
    """Bring a stack up, load it, let people edit; writes where each edit went."""
    stack = Stack(Layout(folder), say=lambda text: print(text, flush=True))
    try:
        stack.up()
        _load(stack)
        watch = Watch(stack.postgres().url(DATABASE, driver=""))
        known = watch.list_known()
        keys = draw_keys(known, round(minutes * 60 * rate))
        stack.say(f"{len(known)} records are in the master; people edit {len(keys)} of them")
        _live(stack, watch, keys, rate)
        watch.close()
    finally:
        stack.reset()
    journeys = [asdict(journey) for journey in watch.journeys]
    report.write_text(json.dumps({"records": len(known), "journeys": journeys}))


def _load(stack: Stack) -> None:
    user, password = airflow.read_login(stack.layout.secrets)
    client = AirflowClient(f"http://{HOST}:{stack.ports()['airflow']}", user, password)
    SandboxClient(stack).advance(1)
    client.wait_for_dags([*GATHERS, "build_master"])
    for dag_id in ("build_master", *GATHERS):
        client.unpause(dag_id)
    for dag_id in GATHERS:
        client.wait_for_first_run(dag_id)
    client.wait_until_idle()


def _live(stack: Stack, watch: Watch, keys: list[str], rate: float) -> None:
    """Edit and look, each at its own pace, until everything has arrived or is lost."""
    editor, begin = Editor(stack), time.monotonic()
    end = begin + len(keys) / rate + _PATIENCE_SECONDS
    looks = minutes = on_the_way = 0
    while time.monotonic() < end:
        passed, done = time.monotonic() - begin, len(watch.journeys)
        if done < len(keys) and passed >= done / rate:
            editor.edit(keys[done])
            watch.follow(keys[done])
        if passed >= looks * _LOOK_SECONDS:
            on_the_way, looks = watch.look(), int(passed / _LOOK_SECONDS) + 1
        if done == len(keys) and not on_the_way:
            return
        if passed >= minutes * 60:
            minutes += 1
            stack.say(f"{done} edits so far, {on_the_way} on their way")
        time.sleep(_TICK_SECONDS)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]))
