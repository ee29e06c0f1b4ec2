"""What a drill meets in its surroundings says nothing of the backup: its state stays what it was."""

import shutil
import sys
from pathlib import Path

import pytest

from customer_hub.backup.archive import Archive
from customer_hub.backup.catalogue import settle_lost, settle_table
from customer_hub.backup.drill import run_drill
from customer_hub.backup.manifest import read_manifest
from customer_hub.backup.object_keys import manifest_key_of
from customer_hub.backup.reports import read_report
from customer_hub.backup.retention import read_retention
from customer_hub.backup.write import write_backup
from customer_hub.core import keys
from customer_hub.core.errors import BackupError, BackupStoreError
from customer_hub.flows import steps
from tests.backup.calls import count_calls, from_then_on
from tests.backup.conftest import forget, judge, state_of, states, write_proven
from tests.backup.proxy import StoreProxy
from tests.conftest import clear_caches


def test_a_store_that_refuses_to_be_read(proxy: StoreProxy, filled: Archive) -> None:
    backup_id = write_backup("run")
    calls = count_calls(proxy, lambda: run_drill(backup_id, "counted"))
    reports = len(filled.bucket.list(f"drills/{backup_id}/"))
    for number in range(1, calls + 1):
        proxy.begin(from_then_on(number, "refuse"))
        with pytest.raises(BackupError, match="AccessDenied"):
            run_drill(backup_id, "refused")
        proxy.begin(lambda _: "pass")
        assert states() == {backup_id: "verified"}
        assert state_of(backup_id) == "verified"
    assert len(filled.bucket.list(f"drills/{backup_id}/")) == reports


def test_a_process_that_breaks_off(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    backup_id = write_backup("run")
    run_drill(backup_id, "drill")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(BackupStoreError, match="the restoring process ended with status 1"):
        run_drill(backup_id, "broken")
    assert states() == {backup_id: "verified"}


@pytest.mark.parametrize("script", ["#!/bin/sh\nexit 1\n", None], ids=["fails", "missing"])
def test_a_pg_restore_that_does_not_work(
    filled: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str | None
) -> None:
    backup_id = write_backup("run")
    run_drill(backup_id, "drill")
    tool = shutil.which("true", path="/bin:/usr/bin")
    assert tool is not None
    (tmp_path / "pg_dump").symlink_to(tool)
    if script:
        (tmp_path / "pg_restore").write_text(script)
        (tmp_path / "pg_restore").chmod(0o755)
    monkeypatch.setenv("HUB_POSTGRES_BIN_DIR", str(tmp_path))
    clear_caches()
    with pytest.raises(BackupStoreError, match="pg_restore"):
        run_drill(backup_id, "broken")
    assert states() == {backup_id: "verified"}


def test_reports_are_numbered_on_after_one_was_lost(filled: Archive) -> None:
    backup_id = write_proven(filled)
    judge(filled, backup_id, "failed")
    filled.bucket.delete(f"drills/{backup_id}/000001.json")
    assert judge(filled, backup_id, "verified").number == 3
    report = read_report(read_manifest("data", backup_id, filled), filled)
    assert report is not None
    assert report.number == 3


def test_backups_that_are_gone_are_told_once(
    filled: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[object, ...]] = []
    monkeypatch.setattr(
        steps, "send_alert", lambda kind, subject, **facts: told.append((kind, subject, facts))
    )
    first, second = write_proven(filled), write_proven(filled)
    forget(first)
    steps.write_backup("next")
    assert told == [("lost_backup", first, {"backups": 1})]
    assert (state_of(first), state_of(second)) == ("lost", "verified")
    steps.write_backup("after")
    assert len(told) == 1
    # Another key opens nothing: to the hub that is the same as an empty bucket.
    monkeypatch.setenv("HUB_BACKUP_KEK", keys.new_kek())
    clear_caches()
    steps.write_backup("under another key")
    assert [(kind, subject) for kind, subject, _ in told[1:]] == [("lost_backup", second)]


def test_the_table_follows_the_bucket(filled: Archive) -> None:
    first, second, third = (write_proven(filled) for _ in range(3))
    rules = read_retention().backup
    forget(second)  # as a restored table would know it: it has had its time since
    assert settle_table(rules) == []
    assert state_of(second) == "expired"
    key = manifest_key_of("data", first)
    kept = filled.bucket.find(key) or b""
    filled.bucket.delete(key)
    assert settle_table(rules) == [first]
    settle_lost([first])
    assert state_of(first) == "lost"
    filled.bucket.put(key, kept)
    assert settle_table(rules) == []
    assert (state_of(first), state_of(third)) == ("verified", "verified")
