"""Whatever is done to the objects of a backup: a drill finds it, and nothing unproven counts."""

import json
import os
import random
import secrets
from collections.abc import Callable

import pytest

from customer_hub.backup.archive import Archive, open_archive
from customer_hub.backup.drill import run_drill
from customer_hub.backup.manifest import read_manifest, write_manifest
from customer_hub.backup.object_keys import chunk_key_of, manifest_key_of
from customer_hub.backup.reports import read_report
from customer_hub.backup.restore import restore_into
from customer_hub.backup.write import write_backup
from customer_hub.core import db, keys
from customer_hub.core.errors import BackupError
from tests.backup.conftest import add_rows, judge, state_of, states, without_password
from tests.backup.proxy import StoreProxy
from tests.conftest import clear_caches
from tests.landed import Landing, land

RANDOM = random.Random(5)
_FOUND = "an object of the backup|document was changed|no such backup|no key backup"


def flip(body: bytes) -> bytes:
    """Change one bit somewhere."""
    place = RANDOM.randrange(len(body))
    return body[:place] + bytes([body[place] ^ 1 << RANDOM.randrange(8)]) + body[place + 1 :]


def cut(body: bytes) -> bytes:
    """Leave out the end, as an upload that broke would."""
    return body[: RANDOM.randrange(len(body))]


@pytest.mark.parametrize("damage", [flip, cut, None], ids=["bit", "cut", "missing"])
def test_each_object_in_turn_is_damaged(
    filled: Archive, empty_database: str, damage: Callable[[bytes], bytes] | None
) -> None:
    backup_id = write_backup("run")
    bucket, url = filled.bucket, without_password(empty_database)
    objects = list(bucket.list(""))
    assert len(objects) >= 6  # rows, layout and definitions; salts, layout and keys; two manifests
    for key in objects:
        body = bucket.find(key)
        assert body is not None
        if damage:
            bucket.put(key, damage(body))
        else:
            bucket.delete(key)
        with pytest.raises(BackupError, match=_FOUND):
            restore_into(backup_id, url, is_replacing=True)
        bucket.put(key, body)
    assert restore_into(backup_id, url, is_replacing=True).cause is None


def test_a_damaged_backup_is_never_verified(filled: Archive) -> None:
    backup_id = write_backup("run")
    name = read_manifest("data", backup_id, filled).chunks[0].name
    filled.bucket.delete(chunk_key_of("data", name))
    with pytest.raises(BackupError, match="not proven: an object of the backup is missing"):
        run_drill(backup_id, "drill")
    assert states() == {backup_id: "failed"}
    assert state_of(backup_id) == "failed"


def test_a_damaged_object_is_named_and_the_next_backup_heals_it(filled: Archive) -> None:
    backup_id = write_backup("run")
    run_drill(backup_id, "drill")
    name = read_manifest("data", backup_id, filled).chunks[0].name
    key = chunk_key_of("data", name)
    filled.bucket.put(key, flip(filled.bucket.find(key) or b""))
    add_rows("more")
    second = write_backup("run")  # builds upon what it cannot know to be damaged
    with pytest.raises(BackupError, match=f"was changed: {name}"):
        run_drill(second, "drill")
    third = write_backup("run")
    assert name not in {chunk.name for chunk in read_manifest("data", third, filled).chunks}
    assert run_drill(third, "drill").state == "verified"
    assert states()[backup_id] == "verified"  # as it was proven; its next drill will tell


def test_a_drill_names_every_damaged_object(filled: Archive) -> None:
    land([Landing(f"large {n}", {"blob": secrets.token_hex(2**20)}) for n in range(6)])
    backup_id = write_backup("run")
    run_drill(backup_id, "drill")
    first, second, *_ = (chunk.name for chunk in read_manifest("data", backup_id, filled).chunks)
    filled.bucket.delete(chunk_key_of("data", first))
    filled.bucket.put(chunk_key_of("data", second), b"x" * 9_000_000)  # none reads it all
    salts = read_manifest("keys", backup_id, filled).chunks[0].name
    body = filled.bucket.find(chunk_key_of("keys", salts)) or b""
    filled.bucket.put(chunk_key_of("keys", salts), flip(body))
    with pytest.raises(BackupError, match="and 2 more"):
        run_drill(backup_id, "again")
    report = read_report(read_manifest("data", backup_id, filled), filled)
    assert report is not None
    assert set(report.damaged) == {first, second, salts}


def test_what_an_older_backup_has_lost_is_not_built_upon(filled: Archive) -> None:
    first = write_backup("run")
    run_drill(first, "drill")
    second = write_backup("run")
    run_drill(second, "drill")
    name = read_manifest("data", first, filled).chunks[0].name
    assert name in {chunk.name for chunk in read_manifest("data", second, filled).chunks}
    key = chunk_key_of("data", name)
    filled.bucket.put(key, flip(filled.bucket.find(key) or b""))
    with pytest.raises(BackupError, match="was changed"):
        run_drill(first, "weekly")
    assert states() == {second: "verified", first: "failed"}
    assert run_drill(write_backup("run"), "drill").state == "verified"


def test_what_the_store_has_lost_is_sent_again(filled: Archive) -> None:
    backup_id = write_backup("run")
    run_drill(backup_id, "drill")
    for chunk in read_manifest("data", backup_id, filled).chunks:
        filled.bucket.delete(chunk_key_of("data", chunk.name))
    assert run_drill(write_backup("run"), "drill").state == "verified"


def test_what_the_store_gives_back_changed_is_damage(proxy: StoreProxy, filled: Archive) -> None:
    backup_id = write_backup("run")
    proxy.begin(lambda _: "spoil" if "/data/chunks/" in proxy.calls[-1] else "pass")
    with pytest.raises(BackupError, match="was changed"):
        run_drill(backup_id, "drill")
    assert states() == {backup_id: "failed"}


def test_objects_that_belong_to_nothing_change_nothing(filled: Archive) -> None:
    backup_id = write_backup("run")
    body = filled.bucket.find(manifest_key_of("data", backup_id)) or b""
    filled.bucket.put(chunk_key_of("data", "0" * 64), b"left by somebody")
    filled.bucket.put(manifest_key_of("data", "20990101T000000Z-00000000"), b"rubbish")
    filled.bucket.put(manifest_key_of("data", "20990102T000000Z-00000000"), b"[1]")
    filled.bucket.put(manifest_key_of("data", "20990103T000000Z-00000000"), body)
    filled.bucket.put(manifest_key_of("keys", "20990103T000000Z-00000000"), b'{"mac": 7}')
    found = states()
    assert found.pop(backup_id) == "written"
    assert set(found.values()) == {"unreadable"}
    assert len(found) == 3
    assert run_drill(backup_id, "drill").state == "verified"


def test_objects_that_are_swapped_between_backups(filled: Archive) -> None:
    first = write_backup("run")
    add_rows("more" * 100)
    second = write_backup("run")
    bucket = filled.bucket
    left = {c.name for c in read_manifest("data", first, filled).chunks}
    right = {c.name for c in read_manifest("data", second, filled).chunks}
    one = chunk_key_of("data", min(left - right))
    other = chunk_key_of("data", min(right - left))
    bodies = bucket.find(one) or b"", bucket.find(other) or b""
    bucket.put(one, bodies[1])
    bucket.put(other, bodies[0])
    for backup_id in (first, second):
        with pytest.raises(BackupError, match="not proven"):
            run_drill(backup_id, "drill")
        assert state_of(backup_id) == "failed"


def test_a_report_speaks_of_its_own_backup_alone(filled: Archive) -> None:
    good, bad = write_backup("run"), write_backup("run")
    run_drill(good, "drill")
    report = filled.bucket.find(f"drills/{good}/000001.json") or b""
    filled.bucket.put(f"drills/{bad}/000001.json", report)
    assert states() == {good: "verified", bad: "written"}
    forged = json.loads(report) | {"backup_id": bad}
    filled.bucket.put(f"drills/{bad}/000001.json", json.dumps(forged).encode())
    assert states() == {good: "verified", bad: "written"}
    filled.bucket.put(f"drills/{good}/zzz.json", b"rubbish")
    filled.bucket.put(f"drills/{good}/000007.json", b"rubbish")
    assert states()[good] == "verified"
    assert judge(filled, good, "verified").number == 8
    other = read_manifest("data", good, filled).model_copy(update={"policy_version": 9})
    write_manifest(other, filled)  # signed, but not the one that was drilled
    assert states()[good] == "written"


@pytest.mark.parametrize("field", ["rows", "sha256"])
def test_a_manifest_that_says_something_else_is_found_out(filled: Archive, field: str) -> None:
    backup_id = write_backup("run")
    key = manifest_key_of("data", backup_id)
    document = json.loads(filled.bucket.find(key) or b"")
    document["tables"]["source.customer"][field] = 51 if field == "rows" else "0" * 64
    filled.bucket.put(key, json.dumps(document).encode())
    with pytest.raises(BackupError, match="the document was changed"):
        run_drill(backup_id, "drill")
    # Even signed by somebody with the key it would not be what the database holds.
    del document["mac"]
    filled.put_signed(key, document)
    with pytest.raises(BackupError, match=r"not proven: .* differs in source\.customer"):
        run_drill(backup_id, "drill")


def test_a_wrong_key_says_which_one_is_missing(
    filled: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup_id = write_backup("run")
    needed, other = filled.keyring.current, keys.new_kek()
    monkeypatch.setenv("HUB_BACKUP_KEK", other)
    clear_caches()
    with pytest.raises(BackupError, match=f"needs the backup key {needed}; HUB_BACKUP_KEK holds"):
        run_drill(backup_id, "drill")
    assert open_archive().keyring.current != needed


def test_a_key_is_changed_by_putting_a_new_one_first(
    filled: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write_backup("run")
    run_drill(first, "drill")
    monkeypatch.setenv("HUB_BACKUP_KEK", f"{keys.new_kek()},{os.environ['HUB_BACKUP_KEK']}")
    clear_caches()
    second = write_backup("run")
    assert run_drill(second, "drill").state == "verified"
    assert run_drill(first, "drill").state == "verified"
    assert read_manifest("data", second, open_archive()).key_id != filled.keyring.current


def test_a_backup_without_a_salt_is_not_proven(filled: Archive) -> None:
    with db.begin() as connection:
        connection.exec_driver_sql(
            "delete from privacy.subject_key where reference = 'source:crm/customer/7'"
        )
    with pytest.raises(BackupError, match="not proven: sealed values: the subject has no salt"):
        run_drill(write_backup("run"), "drill")
