"""A backup is written, proven, and restored: what lies in the store, and what comes back."""

import json
import os
import secrets
from hashlib import sha256

import psycopg
import pytest
from sqlalchemy import make_url
from typer.testing import CliRunner

from customer_hub.backup.archive import Archive
from customer_hub.backup.catalogue import choose_older, list_backups
from customer_hub.backup.drill import run_drill
from customer_hub.backup.manifest import list_ids, read_manifest
from customer_hub.backup.object_keys import PARTS, chunk_prefix_of, manifest_key_of
from customer_hub.backup.reports import read_report
from customer_hub.backup.restore import restore_backup, restore_into
from customer_hub.backup.tables import CopiedTable, list_tables
from customer_hub.backup.write import write_backup
from customer_hub.cli import app
from customer_hub.core import db
from customer_hub.core.errors import BackupError, ConfigurationError
from tests.backup.conftest import CUSTOMERS, ask, state_of, without_password
from tests.conftest import clear_caches
from tests.landed import Landing, land


def test_a_backup_counts_only_after_its_restore(filled: Archive) -> None:
    backup_id = write_backup("run")
    assert state_of(backup_id) == "written"
    assert [row["state"] for row in list_backups()] == ["written"]
    (entry,) = ask("select actor, subject, reason from hub.audit_log")
    ((root,),) = ask("select root_hash from hub.run_receipt")
    assert tuple(entry)[:2] == ("pipeline", f"backup {backup_id}")
    assert entry.reason.endswith(f"root hash {bytes(root).hex()}")

    report = run_drill(backup_id, "drill")

    assert state_of(backup_id) == "verified"
    assert [row["state"] for row in list_backups()] == ["verified"]
    assert report.opened == 2 * CUSTOMERS
    assert {check.name for check in report.checks} == {
        "content", "foreign keys", "crosswalk", "golden records", "lineage", "audit chain",
        "sealed values", "golden hash",
    }  # fmt: skip
    (drill,) = ask("select run_id, state, rto_seconds, rpo_seconds, report_key from backup.drill")
    assert (drill.run_id, drill.state) == ("drill", "verified")
    assert drill.rto_seconds > 0
    assert drill.rpo_seconds > drill.rto_seconds
    assert filled.find_signed(drill.report_key) == report.model_dump(mode="json")


def test_the_newest_authentic_report_decides(filled: Archive) -> None:
    backup_id = write_backup("run")
    run_drill(backup_id, "first")
    run_drill(backup_id, "second")
    report = read_report(read_manifest("data", backup_id, filled), filled)
    assert report is not None
    assert report.run_id == "second"
    assert len(filled.bucket.list(f"drills/{backup_id}/")) == 2


def test_salts_and_clear_text_stay_out_of_the_data(filled: Archive) -> None:
    backup_id = write_backup("run")
    data, kept = (read_manifest(part, backup_id, filled) for part in PARTS)
    assert not [name for name in data.tables if name.startswith("privacy.")]
    assert set(kept.tables) >= {"privacy.subject_key", "privacy.suppression"}
    assert data.tables["source.customer"].rows == CUSTOMERS
    for key in filled.bucket.list(""):
        body = filled.bucket.find(key) or b""
        assert b"PGCOPY" not in body
        assert b"source.customer" not in body or key.startswith("data/manifests/")


def test_what_did_not_change_is_not_sent_twice(filled: Archive) -> None:
    land([Landing(f"more {n}", {"id": n, "blob": os.urandom(1500).hex()}) for n in range(400)])
    first = write_backup("run")
    run_drill(first, "drill")
    before = filled.bucket.list(chunk_prefix_of("data"))
    with db.begin() as connection:
        connection.exec_driver_sql("update source.customer set channel = 'x' where source_id = '7'")
    second = write_backup("run")
    assert read_manifest("data", first, filled).sent_bytes > 500_000
    assert read_manifest("data", second, filled).sent_bytes < 50_000
    after = filled.bucket.list(chunk_prefix_of("data"))
    assert {key: after[key] for key in before} == before
    assert run_drill(second, "drill").state == "verified"
    assert run_drill(first, "again").state == "verified"


def test_a_restored_database_is_the_one_that_was_backed_up(
    filled: Archive, empty_database: str
) -> None:
    backup_id = write_backup("run")
    ask("delete from source.customer where source_id = '1' returning 1")
    restored = restore_into(backup_id, without_password(empty_database))
    assert restored.cause is None
    with db.begin(empty_database) as connection:
        count = connection.exec_driver_sql("select count(*) from source.customer").scalar_one()
        next_id = connection.exec_driver_sql(
            "select nextval('landing.version_version_id_seq')"
        ).scalar_one()
    assert count == CUSTOMERS
    ((newest,),) = ask("select max(version_id) from landing.version")
    assert next_id == newest + 1


def test_a_newer_key_backup_opens_older_data(filled: Archive) -> None:
    first = write_backup("run")
    second = write_backup("run")
    filled.bucket.delete(f"keys/manifests/{first}.json")
    assert run_drill(first, "drill").keys_id == second


def test_another_key_backup_can_be_named_when_salts_are_lost(
    filled: Archive, empty_database: str
) -> None:
    first = write_backup("run")
    with db.begin() as connection:
        connection.exec_driver_sql("delete from privacy.subject_key")
    write_backup("run")
    url = without_password(empty_database)
    with pytest.raises(BackupError, match=r"not what was backed up: sealed values: .* no salt"):
        restore_into(first, url)
    assert restore_into(first, url, keys_id=first, is_replacing=True).cause is None


def test_an_older_key_backup_does_not_do(filled: Archive) -> None:
    write_backup("run")
    second = write_backup("run")
    filled.bucket.delete(f"keys/manifests/{second}.json")
    with pytest.raises(BackupError, match="is older than the data"):
        run_drill(second, "drill")


def test_restoring_over_a_hub_is_refused_unless_it_is_meant(
    filled: Archive, empty_database: str
) -> None:
    backup_id = write_backup("run")
    restore_backup(backup_id, empty_database)
    with pytest.raises(BackupError, match="not empty"):
        restore_backup(backup_id, empty_database)
    url = without_password(empty_database)
    assert restore_into(backup_id, url, is_replacing=True).cause is None


def test_what_cannot_be_restored_replaces_nothing(filled: Archive, empty_database: str) -> None:
    backup_id, url = write_backup("run"), without_password(empty_database)
    restore_into(backup_id, url)
    with db.begin(empty_database) as connection:
        connection.exec_driver_sql("create schema theirs create table theirs.note (id int)")
    with pytest.raises(BackupError, match="no such backup"):
        restore_into(backup_id.replace("T", "T0"), url, is_replacing=True)
    with db.begin(empty_database) as connection:
        count = connection.exec_driver_sql("select count(*) from source.customer").scalar_one()
    assert count == CUSTOMERS
    with pytest.raises(BackupError, match=r"holds tables of somebody else \(theirs\.note\)"):
        restore_into(backup_id, url, is_replacing=True)
    with db.begin(empty_database) as connection:
        assert connection.exec_driver_sql("select count(*) from theirs.note").scalar_one() == 0
        count = connection.exec_driver_sql("select count(*) from source.customer").scalar_one()
    assert count == CUSTOMERS


def test_a_copy_that_is_cut_off_is_no_table(filled: Archive) -> None:
    blob = "blob" * 500_000
    land(
        [Landing(f"large {n}", {"blob": f"{n}{secrets.token_hex(1000)}{blob}"}) for n in range(30)]
    )
    with db.begin() as connection:
        (table,) = [each for each in list_tables(connection) if each.name == "landing.version"]
        connection.exec_driver_sql("alter table landing.version alter payload set storage external")
        copied = iter(CopiedTable(connection, table))
        next(copied)
        connection.connection.driver_connection.cancel()
        with pytest.raises(psycopg.errors.QueryCanceled):
            list(copied)
        connection.rollback()


def test_a_manifest_is_known_by_the_document_that_is_stored(filled: Archive) -> None:
    key = manifest_key_of("data", write_backup("run"))
    stored = json.loads(filled.bucket.find(key) or b"")
    del stored["mac"]
    digest = sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest()
    assert read_manifest("data", stored["backup_id"], filled).sha256 == digest
    assert "sha256" not in stored


def test_a_password_on_the_command_line_is_refused(hub: str) -> None:
    with pytest.raises(ConfigurationError, match="--into: the URL holds a password") as error:
        restore_into("any", hub)
    assert str(make_url(hub).password) not in str(error.value)


def test_the_drill_role_cannot_open_the_live_database(hub: str) -> None:
    from sqlalchemy.exc import OperationalError

    drill = make_url(os.environ["HUB_DRILL_DATABASE_URL"])
    live = drill.set(database=make_url(hub).database).render_as_string(hide_password=False)
    with pytest.raises(OperationalError, match="permission denied"):
        db.engine(live).connect()


def test_the_bucket_alone_tells_which_backup_counts(
    filled: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad, unproven = (write_backup("run") for _ in range(3))
    run_drill(good, "drill")
    ids = list_ids("data", filled)
    assert ids == sorted([good, bad, unproven])
    document = read_manifest("data", bad, filled).model_copy(update={"golden_sha256": "0" * 64})
    from customer_hub.backup.manifest import write_manifest

    write_manifest(document, filled)
    with pytest.raises(BackupError, match="golden hash"):
        run_drill(bad, "drill")
    monkeypatch.setenv("HUB_DATABASE_URL", "postgresql+psycopg://hub:gone@127.0.0.1:9/hub")
    clear_caches()
    states = {row["backup_id"]: row["state"] for row in list_backups()}
    assert states == {good: "verified", bad: "failed", unproven: "written"}
    assert good in CliRunner().invoke(app, ["backup", "list"]).stdout


def test_the_weekly_drill_takes_an_older_one(filled: Archive) -> None:
    with pytest.raises(BackupError, match="no verified backup"):
        choose_older()
    first = write_backup("run")
    run_drill(first, "drill")
    assert choose_older() == first
    run_drill(write_backup("run"), "drill")
    assert choose_older() == first
