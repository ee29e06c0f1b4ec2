"""Retention: what has had its time goes, and never what is needed."""

from datetime import UTC, datetime, timedelta

import pytest

from customer_hub.backup import collect, storage
from customer_hub.backup.archive import Archive
from customer_hub.backup.collect import collect_garbage
from customer_hub.backup.drill import DRILL_LOCK, run_drill
from customer_hub.backup.manifest import list_ids, read_manifest, write_manifest
from customer_hub.backup.object_keys import chunk_key_of, manifest_key_of
from customer_hub.backup.restore import restore_into
from customer_hub.backup.retention import BackupRules, KeyRules, Retention
from customer_hub.backup.write import LOCK, write_backup
from customer_hub.core import db
from customer_hub.core.errors import BackupError, HubError
from tests.backup.conftest import judge, names_of, state_of, states, without_password, write_proven


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store's clock is two months ahead: nothing is young any more."""
    read = storage.Bucket.read_clock
    monkeypatch.setattr(
        storage.Bucket, "read_clock", lambda bucket: read(bucket) + timedelta(days=60)
    )


@pytest.mark.usefixtures("later")
def test_what_has_had_its_time_goes_and_the_rest_restores(
    filled: Archive, empty_database: str
) -> None:
    first, second, third = (write_proven(filled) for _ in range(3))
    needed = names_of(filled, first, third)
    assert names_of(filled, second) - needed
    filled.bucket.put(chunk_key_of("data", "0" * 64), b"left by a killed writer")
    client = storage.client()
    left = client.create_multipart_upload(Bucket=filled.bucket.name, Key="data/chunks/broken")
    client.upload_part(
        Bucket=filled.bucket.name, Key="data/chunks/broken", UploadId=left["UploadId"],
        PartNumber=1, Body=b"x" * 1000,
    )  # fmt: skip

    result = collect_garbage()

    assert result.ids == (second,)
    assert result.counts["uploads"] == 1
    assert result.counts["keys"] == 2
    assert states() == {third: "verified", first: "verified"}
    assert set(filled.bucket.list("data/chunks/")) == needed
    assert not filled.bucket.list_uploads()
    assert not filled.bucket.list(f"drills/{second}/")
    assert list_ids("keys", filled) == [third]
    assert (state_of(second), state_of(third)) == ("expired", "verified")
    for backup_id in (first, third):
        url = without_password(empty_database)
        assert restore_into(backup_id, url, is_replacing=True).cause is None
    assert collect_garbage().counts["expired"] == 0


def test_nothing_young_is_touched(filled: Archive) -> None:
    for _ in range(3):
        write_proven(filled)
    filled.bucket.put(chunk_key_of("data", "0" * 64), b"of a backup that is being written")
    before = filled.bucket.list("")
    collect_garbage()
    assert filled.bucket.list("") == before


def test_a_retention_run_and_a_backup_wait_for_each_other(filled: Archive) -> None:
    with db.hold_lock(LOCK):
        with pytest.raises(HubError, match="another run is at work"):
            collect_garbage()
        with pytest.raises(HubError, match="another run is at work"):
            write_backup("second")
    assert list_ids("data", filled) == []


def test_a_retention_run_waits_for_a_drill(filled: Archive) -> None:
    with db.hold_lock(DRILL_LOCK), pytest.raises(HubError, match="another run is at work"):
        collect_garbage()


@pytest.mark.usefixtures("later")
def test_what_was_proven_once_keeps_its_time(filled: Archive) -> None:
    first = write_proven(filled)  # the month's first
    judge(filled, first, "failed")
    second, third, fourth = (write_proven(filled) for _ in range(3))
    assert collect_garbage().ids == (third,)
    assert states() == {fourth: "verified", second: "verified", first: "failed"}


@pytest.mark.usefixtures("later")
def test_a_backup_that_failed_takes_nobodys_place(
    filled: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = {}
    for day in (2, 4, 5, 10):  # three of the month's first week, one of the next
        written = read_manifest("data", write_backup("run"), filled)
        at = datetime(2026, 11, day, 4, tzinfo=UTC)
        write_manifest(written.model_copy(update={"snapshot_at": at}), filled)
        judge(filled, written.backup_id, "verified")
        days[day] = written.backup_id
    judge(filled, days[5], "failed")
    rules = BackupRules(daily=1, weekly=2, monthly=1, promise_hours=26)
    monkeypatch.setattr(
        collect, "read_retention", lambda: Retention(backup=rules, keys=KeyRules(keep_days=30))
    )
    assert collect_garbage().ids == ()
    judge(filled, days[5], "verified")
    assert collect_garbage().ids == (days[4],)


@pytest.mark.usefixtures("later")
def test_the_last_verified_backup_outlives_failed_ones(filled: Archive) -> None:
    good = write_proven(filled)
    bad = write_backup("run")
    filled.bucket.delete(f"data/chunks/{read_manifest('data', bad, filled).chunks[-1].name}")
    with pytest.raises(BackupError, match="not proven"):
        run_drill(bad, "drill")
    collect_garbage()
    assert states() == {bad: "failed", good: "verified"}
    assert names_of(filled, good) <= set(filled.bucket.list("data/chunks/"))
    newest = write_proven(filled)
    collect_garbage()
    assert states() == {newest: "verified", good: "verified"}  # of today, and the month's first


@pytest.mark.usefixtures("later")
def test_what_cannot_be_read_is_not_swept_away(
    filled: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup_id = write_proven(filled)
    key = manifest_key_of("data", "20200101T000000Z-00000000")
    filled.bucket.put(key, filled.bucket.find(manifest_key_of("data", backup_id)) or b"")
    filled.bucket.delete(manifest_key_of("data", backup_id))
    before = filled.bucket.list("data/chunks/")
    collect_garbage()
    assert filled.bucket.list("data/chunks/") == before
    filled.bucket.put(key, b"rubbish")
    with pytest.raises(BackupError, match="nobody knows what it needs"):
        collect_garbage()
    assert filled.bucket.list("data/chunks/") == before
    monkeypatch.undo()
