"""The demo as a stranger runs it, on a smaller world: twice, then a backfill, then a search for leaks."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from customer_hub.channels.manual.template import COLUMNS
from local.demo.airflow_client import AirflowClient
from local.stack import airflow
from local.stack.layout import PROJECT, Layout
from local.stack.lifecycle import Stack
from tests.e2e.crm_user import CrmUser
from tests.uploads import TEMPLATE

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


def test_the_drill_of_a_backup_is_a_click_away_from_its_run(layout: Layout, second: Run) -> None:
    stack = Stack(layout, say=lambda _text: None)
    client = _open_airflow(stack)
    runs = [run for run in client.list_runs() if run["dag_id"] == "backup_master"]
    assert len(runs) == 2
    tasks = "/api/v2/dags/backup_master/dagRuns/{}/taskInstances/prove/links"
    links = {
        client.get(tasks.format(run["dag_run_id"]))["extra_links"]["Drill report"] for run in runs
    }
    with psycopg.connect(_plain(stack.environment()["HUB_DATABASE_URL"])) as connection:
        proven = connection.execute("select distinct backup_id from backup.drill").fetchall()
    assert links == {f"/hub/backups/{backup_id}" for (backup_id,) in proven}


def test_a_reverse_backfill_through_the_scheduler_reaches_master_and_targets(
    layout: Layout, second: Run
) -> None:
    stack = Stack(layout, say=lambda _text: None)
    environment = stack.environment()
    hub, user = _plain(environment["HUB_DATABASE_URL"]), CrmUser(stack)
    with psycopg.connect(hub) as connection:
        chosen = connection.execute(
            "select min(record.source_id), walk.golden_id::text from source.customer as record"
            " inner join match.crosswalk as walk using (source_key)"
            " where record.channel = 'crm' and record.level_code = 'C' and not record.is_deleted"
            " group by walk.golden_id order by 1 limit 2"
        ).fetchall()
    (earlier, _), (later, _) = chosen
    before = user.read_hub_levels()
    # The days after the demo's last: a customer of each becomes more important.
    for day, account in ((5, earlier), (6, later)):
        user.set_level(account, "VIP")
        user.sandbox.advance(day)
    since = datetime.now(tz=UTC)
    _backfill_backwards(stack, "2026-11-18", "2026-11-21")
    with psycopg.connect(hub) as connection:
        landed = connection.execute(
            "select source_id from landing.version where landed_at >= %s order by version_id",
            [since],
        ).fetchall()
    # Of four days in reverse, two bring something: the later one first.
    assert landed == [(later,), (earlier,)]
    promoted = {golden_id for _, golden_id in chosen}
    wanted = {
        key: (hub_id, "VIP" if hub_id in promoted else level)
        for key, (hub_id, level) in before.items()
    }
    assert user.read_hub_levels() == wanted
    rebuilt = subprocess.run(
        [sys.executable, "-m", "customer_hub.cli", "rebuild"],
        cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=5 * MINUTES,
        check=False,
    )  # fmt: skip
    assert rebuilt.returncode == 0, rebuilt.stdout[-1000:]


def test_a_click_reads_up_to_the_date_of_its_form(layout: Layout, second: Run) -> None:
    """The button's form brings the present moment along: what came since last night is read."""
    stack = Stack(layout, say=lambda _text: None)
    client = _open_airflow(stack)
    client.unpause("gather_manual")
    client.wait_for_first_run("gather_manual")
    row = {
        "action": "add",
        "customer_no": "M-1",
        "kind": "企业",
        "company": "杭州青禾测试科技有限公司",
    }
    text = io.StringIO(newline="")
    csv.DictWriter(text, COLUMNS, restval="").writerow(row | {"mail": "office@qinghe.example"})
    draft = layout.manual / "clicked.partial"
    draft.write_bytes(TEMPLATE.read_bytes() + text.getvalue().encode())
    draft.rename(draft.with_suffix(".csv"))
    client.trigger("gather_manual", datetime.now(tz=UTC))
    client.wait_until_idle(5 * MINUTES)
    with psycopg.connect(_plain(stack.environment()["HUB_DATABASE_URL"])) as connection:
        landed = connection.execute(
            "select source_id from landing.version where channel = 'manual'"
        ).fetchall()
    assert landed == [("M-1",)]


def _backfill_backwards(stack: Stack, first: str, last: str) -> None:
    """Gather the CRM's days once more, the newest first, and wait for all that follows."""
    subprocess.run(
        [
            *(sys.executable, "-m", "airflow", "backfill", "create", "--dag-id", "gather_crm"),
            *("--from-date", f"{first}T00:00:00+08:00", "--to-date", f"{last}T23:59:59+08:00"),
            *("--run-backwards", "--max-active-runs", "1", "--reprocess-behavior", "completed"),
        ],
        cwd=PROJECT,
        env=stack.environment(),
        check=True,
        capture_output=True,
        timeout=2 * MINUTES,
    )
    runs = _open_airflow(stack).wait_until_idle(5 * MINUTES)
    backfilled = [run for run in runs if run["run_type"] == "backfill"]
    assert [run["state"] for run in backfilled] == ["success"] * 4
    begun = sorted(backfilled, key=lambda run: str(run["start_date"]))
    assert begun == sorted(backfilled, key=lambda run: str(run["logical_date"]), reverse=True)


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
    assert places[Path("s3 keys")].count(b"data/manifests/") == 2, "one backup a demo"
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


def _open_airflow(stack: Stack) -> AirflowClient:
    user, password = airflow.read_login(stack.layout.secrets)
    return AirflowClient(f"http://127.0.0.1:{stack.ports()['airflow']}", user, password)


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
    """Return values that belong to one person or company alone, and what they wrote and said."""
    fields = {
        "mail": ("email", "emailAddress", "EmailAddress", "邮箱"),
        "phone": ("phoneNumber", "MobilePhone", "手机"),
        "identity": ("cIdentityNumber", "cSocialCreditCode", "证件号码", "统一社会信用代码"),
        "name": ("name", "RealName", "姓名"),
        "words": ("bodyPlain", "Content"),
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
