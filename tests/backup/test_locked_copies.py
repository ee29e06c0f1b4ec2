"""Copies under object lock: made once, whole, and there whatever a thief puts on top of them."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from customer_hub.backup.archive import Archive, open_archive
from customer_hub.backup.catalogue import list_backups, settle_lost
from customer_hub.backup.collect import collect_garbage
from customer_hub.backup.drill import run_drill
from customer_hub.backup.manifest import read_manifest
from customer_hub.backup.object_keys import chunk_key_of, manifest_key_of
from customer_hub.backup.restore import restore_into
from customer_hub.backup.storage import Bucket
from customer_hub.core.errors import BackupError
from customer_hub.core.settings import settings
from tests.backup.conftest import judge, names_of, state_of, without_password, write_proven


@pytest.fixture
def lock_bucket(monkeypatch: pytest.MonkeyPatch, filled: Archive) -> Iterator[Bucket]:
    """The store's one bucket with object lock; what earlier tests put there stays, by its nature."""
    monkeypatch.setenv("HUB_S3_LOCK_BUCKET", "hub-tests-locked")
    settings.cache_clear()
    bucket = Bucket("hub-tests-locked", has_lock=True)
    bucket.make(has_lock=True)
    yield bucket
    settings.cache_clear()


def listed(backup_id: str) -> list[tuple[bool, str]]:
    """Return whether locked, and state, of a backup as it lies here and there."""
    return [
        (row["is_locked"], row["state"]) for row in list_backups() if row["backup_id"] == backup_id
    ]


def test_the_months_first_is_copied_and_locked(
    filled: Archive, lock_bucket: Bucket, empty_database: str
) -> None:
    backup_id = write_proven(filled)
    assert collect_garbage().counts["copied"] == 1
    assert collect_garbage().counts["copied"] == 0
    copy = Bucket(lock_bucket.name, f"monthly/{backup_id}/", has_lock=True)
    copied = copy.list("")
    with pytest.raises(BackupError, match=r"AccessDenied|InvalidRequest"):
        copy.erase()
    assert copy.list("") == copied
    for key in filled.bucket.list("data/"):
        filled.bucket.delete(key)
    assert listed(backup_id) == [(True, "verified")]
    url = without_password(empty_database)
    assert restore_into(backup_id, url).cause is None
    assert open_archive().bucket.list("data/") == {}


@pytest.mark.parametrize(
    "deed", [lambda bucket, key: bucket.put(key, b"{}" * 99), Bucket.delete], ids=["put", "delete"]
)
def test_a_thief_with_the_keys_of_the_store_takes_nothing_away(
    filled: Archive, lock_bucket: Bucket, empty_database: str, deed: Callable[[Bucket, str], None]
) -> None:
    backup_id = write_proven(filled)
    collect_garbage()
    for bucket in (filled.bucket, Bucket(lock_bucket.name, f"monthly/{backup_id}/")):
        for key in bucket.list(""):
            if not key.startswith("keys/"):
                deed(bucket, key)
    assert (True, "verified") in listed(backup_id)
    assert restore_into(backup_id, without_password(empty_database)).cause is None


def test_a_copy_is_proven_where_it_lies(filled: Archive, lock_bucket: Bucket) -> None:
    backup_id = write_proven(filled)
    collect_garbage()
    filled.bucket.delete(manifest_key_of("data", backup_id))
    settle_lost([backup_id])
    assert run_drill(backup_id, "drill").state == "verified"
    assert listed(backup_id) == [(True, "verified")]
    assert state_of(backup_id) == "lost"
    assert len(filled.bucket.list(f"drills/{backup_id}/")) == 1
    assert len(lock_bucket.list(f"monthly/{backup_id}/drills/")) == 2


def test_a_damaged_backup_is_not_copied_and_stops_nothing(
    filled: Archive, lock_bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Bucket.read_clock
    monkeypatch.setattr(Bucket, "read_clock", lambda bucket: read(bucket) + timedelta(days=60))
    first, second, third = (write_proven(filled) for _ in range(3))
    its_own = names_of(filled, first) - names_of(filled, second, third)
    filled.bucket.put(min(its_own), b"changed")
    with pytest.raises(BackupError, match="has another length"):
        collect_garbage()
    assert (True, "verified") not in listed(first)
    assert state_of(second) == "expired"
    judge(filled, first, "failed")
    collect_garbage()
    assert (state_of(first), state_of(third)) == ("failed", "verified")


def test_rubbish_does_not_pass_for_a_copy(filled: Archive, lock_bucket: Bucket) -> None:
    backup_id = write_proven(filled)
    lock_bucket.put(f"monthly/{backup_id}/{manifest_key_of('data', backup_id)}", b"rubbish")
    lock_bucket.put("monthly/elsewhere", b"rubbish")
    assert (True, "unreadable") in listed(backup_id)
    assert collect_garbage().counts["copied"] == 1
    assert (True, "verified") in listed(backup_id)


def test_a_copy_stands_in_for_a_manifest_that_was_changed(
    filled: Archive, lock_bucket: Bucket, empty_database: str
) -> None:
    backup_id = write_proven(filled)
    collect_garbage()
    key = manifest_key_of("data", backup_id)
    document = json.loads(filled.bucket.find(key) or b"")
    filled.bucket.put(key, json.dumps(document | {"policy_version": 99}).encode())
    assert restore_into(backup_id, without_password(empty_database)).cause is None


def test_a_copy_is_read_where_it_is_asked_for(
    filled: Archive, lock_bucket: Bucket, empty_database: str
) -> None:
    backup_id, url = write_proven(filled), without_password(empty_database)
    with pytest.raises(BackupError, match="there is no locked copy of it"):
        restore_into(backup_id, url, is_locked=True)
    collect_garbage()
    for chunk in read_manifest("data", backup_id, filled).chunks:
        filled.bucket.delete(chunk_key_of("data", chunk.name))
    with pytest.raises(BackupError, match="is missing"):
        restore_into(backup_id, url)
    assert restore_into(backup_id, url, is_locked=True, is_replacing=True).cause is None
