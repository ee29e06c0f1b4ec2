"""The upload folder takes what one person may bring in alone; more goes by import, or not at all."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from customer_hub.core.errors import BadDataError
from customer_hub.core.settings import settings
from customer_hub.flows import bulk, steps
from tests.sql.bulk_files import WORD, fill, hub_command
from tests.sql.publish_world import execute
from tests.sql.test_import_apply import LIST, MANY

pytestmark = pytest.mark.airflow


@pytest.fixture
def folder(hub: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    connection = {"conn_type": "file", "login": "steward.lin", "extra": {"path": str(tmp_path)}}
    monkeypatch.setenv("AIRFLOW_CONN_HUB_MANUAL", json.dumps(connection))
    (tmp_path / "imports").mkdir()
    return tmp_path


def gather(run_id: str) -> list[int]:
    """Do what a click on gather_manual does."""
    time.sleep(0.05)  # a file is read when the clock has passed the moment at which it came
    windows = steps.gather_channel("manual", run_id, None, None, is_backfill=False)
    steps.validate_windows("manual", windows, run_id)
    return windows


def count(table: str) -> int:
    return int(execute(f"select count(*) as n from {table}")[0].n)


def test_a_few_rows_land_and_a_large_file_waits_for_import(folder: Path) -> None:
    fill(folder / "few.csv", *LIST[:2])
    assert len(gather("first")) == 1
    assert count("landing.version") == 2
    path = fill(folder / "many.csv", *MANY)
    for run_id in ("second", "third"):
        with pytest.raises(BadDataError, match="25 rows of the upload folder need a second person"):
            gather(run_id)
    # Nothing of it is there, no window claims the time, and no salt was made.
    assert (count("landing.version"), count("hub.gathered_window")) == (2, 1)
    assert count("privacy.subject_key") == 2
    # The one way in: by a second person. The folder is free again.
    path = path.rename(folder / "imports" / "many.csv")
    fill(folder / "more.csv", {"action": "add", "customer_no": "C9", "name": "李雷"})
    gather("fourth")
    assert count("landing.version") == 3
    with pytest.raises(BadDataError, match="25 rows need a second person") as asked:
        bulk.apply_import("many.csv", "lin", "r1")
    token = asked.value.where.split()[1]
    hub_command("import", "approve", token, "--reason", "looked at it", "--author", "wang")
    assert json.loads(hub_command("import", "apply", path, *WORD))["state"] == "applied"
    assert count("landing.version") == 28


def test_a_list_in_many_small_files_is_one_large(folder: Path) -> None:
    for number, rows in enumerate((MANY[:13], MANY[13:])):
        fill(folder / f"{number}.csv", *rows)
    with pytest.raises(BadDataError, match="25 rows"):
        gather("first")
    assert count("landing.version") == 0


def test_the_limit_on_rows_is_that_of_imports(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(folder / "few.csv", *LIST[:3])
    monkeypatch.setenv("HUB_IMPORT_ROWS", "2")
    settings.cache_clear()
    with pytest.raises(BadDataError, match="3 rows"):
        gather("first")
    monkeypatch.setenv("HUB_IMPORT_ROWS", "3")
    settings.cache_clear()
    gather("second")
    assert count("landing.version") == 3
