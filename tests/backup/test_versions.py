"""Backups of other times: an older schema, a newer one, a clock that went backwards."""

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from customer_hub.backup.archive import Archive
from customer_hub.backup.drill import run_drill
from customer_hub.backup.manifest import read_manifest
from customer_hub.backup.restore import find_as_of
from customer_hub.backup.write import write_backup
from customer_hub.core import clock, db
from customer_hub.core.errors import BackupError
from customer_hub.core.migrate import read_migrations
from tests.backup.conftest import states

PROJECT = Path(__file__).resolve().parents[2]
KNOWN = len(read_migrations())


@pytest.fixture
def newer_hub(tmp_path: Path) -> Path:
    """The project with one migration more."""
    folder = tmp_path / "newer"
    for part in ("plugins", "include"):
        shutil.copytree(PROJECT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    migration = folder / "include" / "sql" / "migrations" / f"{KNOWN + 1:04d}_add_word.sql"
    migration.write_text(
        "-- A word.\nalter table steward.task add column word text;\n"
        "alter table privacy.subject_key add column word text not null default 'old';\n"
    )
    return folder


def run_in(folder: Path, code: str) -> str:
    """Run Python in another version of the hub; returns its last line."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(folder / "plugins")},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_an_older_schema_is_restored_and_brought_up_to_date(
    filled: Archive, newer_hub: Path, empty_database: str
) -> None:
    backup_id = write_backup("run")
    told = json.loads(
        run_in(
            newer_hub,
            "import json; from customer_hub.backup.restore import restore_backup as restore;"
            f" done = restore({backup_id!r}, {empty_database!r});"
            " print(json.dumps([done.cause, [check.name for check in done.checks]]))",
        )
    )
    assert told[0] is None
    assert "content" in told[1]
    assert "golden hash" not in told[1]  # it is of the columns of its time
    with db.begin(empty_database) as connection:
        newest = connection.exec_driver_sql("select max(number) from hub.migration").scalar_one()
        connection.exec_driver_sql("select word from steward.task")
    assert newest == KNOWN + 1


def test_keys_of_a_newer_schema_open_older_data(
    filled: Archive, newer_hub: Path, empty_database: str
) -> None:
    older = write_backup("older")
    newer = run_in(
        newer_hub,
        "from customer_hub.core.migrate import migrate; migrate();"
        " from customer_hub.core import db;\n"
        "with db.begin() as connection:\n"
        "    connection.exec_driver_sql(\"update privacy.subject_key set word = 'new'\")\n"
        "from customer_hub.backup.write import write_backup; print(write_backup('newer'))",
    )
    told = json.loads(
        run_in(
            newer_hub,
            "import json; from customer_hub.backup.restore import restore_backup as restore;"
            f" done = restore({older!r}, {empty_database!r});"
            " print(json.dumps([done.cause, done.keys_id, [check.name for check in done.checks]]))",
        )
    )
    assert told[:2] == [None, newer]
    assert {"content", "content of the keys", "sealed values"} <= set(told[2])
    with db.begin(empty_database) as connection:
        words = connection.exec_driver_sql("select distinct word from privacy.subject_key").all()
    assert words == [("new",)]
    with pytest.raises(BackupError, match=f"its schema is {KNOWN + 1}, this version of the hub"):
        run_drill(older, "drill")  # of the older hub, with keys of the newer one


def test_a_newer_schema_is_refused_before_anything_is_restored(
    filled: Archive, newer_hub: Path
) -> None:
    run_in(
        newer_hub,
        "from customer_hub.core.migrate import migrate; migrate();"
        " from customer_hub.backup.write import write_backup; print(write_backup('newer'))",
    )
    (backup_id,) = states()
    assert read_manifest("data", backup_id, filled).schema_version == KNOWN + 1
    with pytest.raises(BackupError, match=f"schema is {KNOWN + 1}, this version of the hub knows"):
        run_drill(backup_id, "drill")


def test_a_clock_that_goes_backwards_puts_nothing_out_of_order(
    filled: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write_backup("run")
    run_drill(first, "drill")
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() - timedelta(days=3))
    second = write_backup("run")
    assert second > first
    assert run_drill(second, "drill").keys_id == second
    assert list(states()) == [second, first]
    monkeypatch.setattr(clock, "now", real)
    third = write_backup("run")
    assert third > second
    assert find_as_of(real()) == (second, False)
