"""Backups on a real PostgreSQL and a real S3 server: written, proven, and every fault caught."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import make_url
from typer.testing import CliRunner

from customer_hub.backup import storage
from customer_hub.backup.catalogue import list_backups, list_bucket
from customer_hub.backup.drill import run_drill
from customer_hub.backup.object_keys import data_key_of, keys_key_of, manifest_key_of
from customer_hub.backup.restore import restore_backup, restore_into
from customer_hub.backup.write import write_backup
from customer_hub.cli import app
from customer_hub.core import db, keys
from customer_hub.core.errors import BackupError, BackupStoreError, ConfigurationError
from tests.conftest import clear_caches
from tests.landed import Landing, land


@pytest.fixture
def filled(bucket: str) -> str:
    """A hub with a few sealed rows."""
    from customer_hub.core import subjects

    with db.begin() as connection:
        salts = subjects.ensure_salts(connection, [f"source:c/customer/{n}" for n in range(50)])
        for number in range(50):
            key = f"c/customer/{number}"
            value = {"birth_on": "1990-01-01"}
            connection.exec_driver_sql(
                "insert into source.customer (source_key, channel, source_id, version_id,"
                " version_at, is_deleted, identity_sealed, standardiser_version)"
                " values (%(key)s, 'c', %(id)s, 1, now(), false, %(sealed)s, 1)",
                {
                    "key": key,
                    "id": str(number),
                    "sealed": keys.sealer().seal(
                        "source.customer", "identity", key, salts[f"source:{key}"], value
                    ),
                },
            )
    return bucket


def _state(backup_id: str) -> str:
    with db.begin() as connection:
        return str(
            connection.exec_driver_sql(
                "select state from backup.manifest where backup_id = %(id)s", {"id": backup_id}
            ).scalar_one()
        )


def test_a_backup_counts_only_after_its_restore(filled: str) -> None:
    backup_id = write_backup("run")
    assert _state(backup_id) == "written"
    with db.begin() as connection:
        entry = connection.exec_driver_sql("select actor, subject, reason from hub.audit_log").one()
        root = connection.exec_driver_sql("select root_hash from hub.run_receipt").scalar_one()
    assert tuple(entry)[:2] == ("pipeline", f"backup {backup_id}")
    assert entry.reason.endswith(f"root hash {bytes(root).hex()}")
    result = run_drill(backup_id)
    assert _state(backup_id) == "verified"
    assert result.counts["opened"] >= 50
    assert result.counts["tables"] > 40
    assert run_drill(None).ids == (backup_id,)
    write_backup("later")
    newest, oldest = list_backups()
    assert (oldest.backup_id, oldest.state, newest.state) == (backup_id, "verified", "written")
    assert oldest.byte_count > 0


def test_salts_and_clear_text_stay_out_of_the_data_object(filled: str) -> None:
    backup_id = write_backup("run")
    body = storage.get_bytes(data_key_of(backup_id))
    assert b"PGDMP" not in body
    manifest = json.loads(storage.get_bytes(manifest_key_of(backup_id)))
    assert "privacy.subject_key" not in manifest["tables"]
    assert manifest["tables"]["source.customer"]["rows"] == 50


@pytest.mark.parametrize("fault", ["bit", "cut", "missing", "keys", "swap"])
def test_a_damaged_backup_is_never_verified(filled: str, fault: str) -> None:
    backup_id = write_backup("run")
    key = data_key_of(backup_id)
    body = bytearray(storage.get_bytes(key))
    if fault == "bit":
        body[len(body) // 2] ^= 1
        storage.put_bytes(key, bytes(body))
    elif fault == "cut":
        storage.put_bytes(key, bytes(body[:-40]))
    elif fault == "missing":
        storage.client().delete_object(Bucket=filled, Key=key)
    elif fault == "keys":
        damaged = bytearray(storage.get_bytes(keys_key_of(backup_id)))
        damaged[-1] ^= 1
        storage.put_bytes(keys_key_of(backup_id), bytes(damaged))
    else:
        other = write_backup("other")
        storage.put_bytes(key, storage.get_bytes(data_key_of(other)))
    with pytest.raises(BackupError, match="not proven"):
        run_drill(backup_id)
    assert _state(backup_id) == "failed"


def test_a_wrong_backup_key_opens_nothing(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    backup_id = write_backup("run")
    monkeypatch.setenv("HUB_BACKUP_KEK", keys.new_kek())
    with pytest.raises(BackupError, match="HUB_BACKUP_KEK"):
        run_drill(backup_id)


@pytest.mark.parametrize("sealed", ["payload", "identity"])
def test_a_backup_without_a_salt_is_not_proven(filled: str, sealed: str) -> None:
    land([Landing("with salt", {"id": "1"}), Landing("without", {"id": "2"})])
    lost = {"payload": "crm/customer/without", "identity": "c/customer/7"}[sealed]
    with db.begin() as connection:
        connection.exec_driver_sql(
            "delete from privacy.subject_key where reference = %(lost)s",
            {"lost": f"source:{lost}"},
        )
    with pytest.raises(BackupError, match="not proven: the subject has no salt"):
        run_drill(write_backup("run"))


def test_a_row_changed_after_the_dump_does_not_matter_but_a_lost_row_does(filled: str) -> None:
    backup_id = write_backup("run")
    with db.begin() as connection:
        connection.exec_driver_sql("delete from source.customer where source_id = '1'")
    run_drill(backup_id)
    manifest = json.loads(storage.get_bytes(manifest_key_of(backup_id)))
    manifest["tables"]["source.customer"]["rows"] += 1
    storage.put_document(manifest_key_of(backup_id), manifest)
    with pytest.raises(BackupError, match=r"differs in source\.customer"):
        run_drill(backup_id)


def test_restoring_over_a_hub_is_refused(filled: str) -> None:
    backup_id = write_backup("run")
    with pytest.raises(BackupError, match="not empty"):
        restore_backup(backup_id, os.environ["HUB_DATABASE_URL"])


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
    filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad, unproven = (write_backup("run") for _ in range(3))
    storage.put_bytes(keys_key_of(bad), b"changed" * 9)
    run_drill(good)
    with pytest.raises(BackupError, match="not proven"):
        run_drill(bad)
    known = {row.backup_id: (row.state, row.row_count) for row in list_backups()}
    monkeypatch.setenv("HUB_DATABASE_URL", "postgresql+psycopg://hub:gone@127.0.0.1:9/hub")
    clear_caches()
    found = {
        row["backup_id"]: (row["state"], row["row_count"])
        for row in list_bucket()
        if row["backup_id"] in known
    }
    assert found == known
    assert [found[each][0] for each in (good, bad, unproven)] == ["verified", "failed", "written"]
    assert good in CliRunner().invoke(app, ["backup", "list", "--from-bucket"]).stdout


def test_s3_down_leaves_a_failed_backup_and_a_clear_error(
    filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write_backup("run")
    run_drill(first)
    monkeypatch.setenv("HUB_S3_ENDPOINT_URL", "http://127.0.0.1:9")
    clear_caches()
    with pytest.raises(BackupStoreError, match="upload failed: EndpointConnectionError"):
        write_backup("run2")
    with pytest.raises(BackupStoreError, match="read failed: EndpointConnectionError"):
        run_drill(first)
    assert _state(first) == "verified"


def test_a_refusal_of_the_store_is_no_network_fault(
    filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_S3_SECRET_KEY", "not the key of this store")
    clear_caches()
    with pytest.raises(BackupError, match="upload failed: SignatureDoesNotMatch") as error:
        write_backup("run")
    assert not isinstance(error.value, BackupStoreError)


def test_killed_at_any_point_there_is_a_whole_backup_or_none(filled: str) -> None:
    code = "from customer_hub.backup.write import write_backup; write_backup('killed')"
    for wait in (0.8, 1.1, 1.4):
        process = subprocess.Popen([sys.executable, "-c", code])
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
    with db.begin() as connection:
        rows = connection.exec_driver_sql("select backup_id, state from backup.manifest").all()
    for backup_id, state in rows:
        listed = storage.client().list_objects_v2(Bucket=filled, Prefix=manifest_key_of(backup_id))
        if listed.get("KeyCount", 0):
            run_drill(backup_id)
        else:
            assert state == "writing"
            with pytest.raises(BackupError):
                run_drill(backup_id)
