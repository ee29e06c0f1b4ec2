"""The demo as a stranger runs it, on a smaller world: twice, then a backfill, then a search for leaks."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from local.stack.layout import PROJECT, Layout
from local.stack.lifecycle import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
MINUTES = 60
Run = dict[str, object]


@pytest.fixture(scope="module")
def layout() -> Iterator[Layout]:
    folder = Path(tempfile.mkdtemp(prefix="hub-e2e-"))
    folder.chmod(0o711)
    os.environ["HUB_LOCAL_DIR"] = str(folder / "local")
    os.environ["HUB_WORLD_CUSTOMERS"] = "300"
    found = Layout(folder / "local")
    yield found
    Stack(found, say=lambda _text: None).reset()
    del os.environ["HUB_LOCAL_DIR"], os.environ["HUB_WORLD_CUSTOMERS"]
    shutil.rmtree(folder, ignore_errors=True)


def _demo(layout: Layout, *options: str) -> Run:
    finished = subprocess.run(
        [sys.executable, "-m", "local.demo", *options],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=15 * MINUTES,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout[-3000:] + finished.stderr[-1000:]
    content: Run = json.loads((layout.directory / "demo.json").read_text())
    return content


@pytest.fixture(scope="module")
def first(layout: Layout) -> Run:
    return _demo(layout)


@pytest.fixture(scope="module")
def second(layout: Layout, first: Run) -> Run:
    return _demo(layout, "--keep")


def test_the_first_run_brings_everything_through(layout: Layout, first: Run) -> None:
    assert set(first["channels"]) == {"crm", "pos", "shop", "support"}
    for counts in first["channels"].values():
        parts = ("accepted", "duplicate", "quarantined", "refused", "outside")
        assert counts["gathered"] == sum(counts[part] for part in parts)
        assert counts["quarantined"] > 0
    assert first["precision"] >= 0.97
    assert first["recall"] >= 0.85
    assert first["backup_verified"] is True
    assert first["pushed"] == first["confirmed"] > 0
    assert first["landed_rows"] > 0
    assert max(first["task_instances"].values()) <= 25
    assert first["peak_memory_mb"] < 3 * 1024
    assert {"start", "day_1", "day_2", "day_3", "backup", "total"} <= set(first["seconds"])


def test_the_second_run_changes_nothing(second: Run) -> None:
    assert (second["landed_rows"], second["master_changes"], second["pushed"]) == (0, 0, 0)
    assert second["backup_verified"] is True


def test_a_backfill_runs_through_the_scheduler_and_changes_nothing(
    layout: Layout, second: Run
) -> None:
    from local.demo.airflow_client import AirflowClient
    from local.stack import airflow

    stack = Stack(layout, say=lambda _text: None)
    environment = stack.environment()
    subprocess.run(
        [
            *(sys.executable, "-m", "airflow", "backfill", "create", "--dag-id", "gather_crm"),
            *("--from-date", "2026-11-17", "--to-date", "2026-11-19", "--run-backwards"),
            *("--max-active-runs", "1", "--reprocess-behavior", "completed"),
        ],
        cwd=PROJECT,
        env=environment,
        check=True,
        capture_output=True,
        timeout=2 * MINUTES,
    )
    user, password = airflow.read_login(layout.secrets)
    client = AirflowClient(f"http://127.0.0.1:{stack.ports()['airflow']}", user, password)
    runs = client.wait_until_idle(5 * MINUTES)
    backfilled = [run for run in runs if run["run_type"] == "backfill"]
    assert len(backfilled) == 2
    assert {run["state"] for run in backfilled} == {"success"}
    with psycopg.connect(_plain(environment["HUB_DATABASE_URL"])) as connection:
        landed = connection.execute(
            "select count(*) from landing.version where landed_at >= %s",
            [min(run["start_date"] for run in backfilled)],
        ).fetchone()
    assert landed == (0,)


def test_no_personal_data_lies_outside_its_place(layout: Layout, second: Run) -> None:
    canaries = _read_canaries(layout.world / "events.sqlite")
    assert len(canaries) > 300
    stack = Stack(layout, say=lambda _text: None)
    environment = stack.environment()
    places = {
        path: path.read_bytes()
        for folder in ("logs", "airflow/logs", "reports")
        for path in (layout.directory / folder).rglob("*")
        if path.is_file()
    }
    assert len(places) > 20
    places[Path("demo.json")] = (layout.directory / "demo.json").read_bytes()
    metadata = _plain(environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"])
    places[Path("metadata")] = _dump(metadata)
    s3 = stack.seaweed().client().list_objects_v2(Bucket=environment["HUB_S3_BUCKET"])
    places[Path("s3 keys")] = "\n".join(each["Key"] for each in s3["Contents"]).encode()
    assert places[Path("s3 keys")].count(b"manifest/") == 2, "one backup a demo"
    found = sorted(
        {
            f"{path.name}: {kind}"
            for path, content in places.items()
            for kind, value in canaries
            if value.encode() in content
        }
    )
    assert found == []


def test_nothing_is_left_running(layout: Layout, second: Run) -> None:
    stack = Stack(layout, say=lambda _text: None)
    assert stack.down() > 5
    assert stack.supervisor.processes() == []


def _plain(url: str) -> str:
    return url.replace("+psycopg2", "").replace("+psycopg", "")


def _dump(url: str) -> bytes:
    """Return every row of every table of a database as text."""
    pieces = []
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "select quote_ident(tablename) from pg_tables where schemaname = 'public'"
        ).fetchall()
        assert len(tables) > 30
        for (table,) in tables:
            with connection.cursor().copy(f"copy {table} to stdout") as copy:
                pieces += [bytes(block) for block in copy]
    return b"".join(pieces)


def _read_canaries(events: Path) -> list[tuple[str, str]]:
    """Return values that belong to one person or company alone: mails, phones, ids, names."""
    fields = {
        "mail": ("email", "emailAddress", "EmailAddress", "邮箱"),
        "phone": ("phoneNumber", "MobilePhone", "手机"),
        "identity": ("cIdentityNumber", "cSocialCreditCode", "证件号码", "统一社会信用代码"),
        "name": ("name", "RealName", "姓名"),
    }
    found: set[tuple[str, str]] = set()
    with sqlite3.connect(events) as connection:
        for (text,) in connection.execute("select record from event where op != 'delete'"):
            record = json.loads(text)
            for kind, names in fields.items():
                for name in names:
                    value = record.get(name)
                    # Short names are words of the logs themselves.
                    if isinstance(value, str) and len(value) >= (4 if kind == "name" else 8):
                        found.add((kind, value))
    return sorted(found)
