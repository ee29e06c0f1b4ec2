"""The S3 server is killed in the middle of a multipart upload: a real process, a real upload."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from customer_hub.backup import storage
from customer_hub.backup.drill import run_drill
from customer_hub.backup.write import write_backup
from customer_hub.core import db, settings
from customer_hub.core.errors import BackupError, HubError
from local.stack.seaweed import Seaweed
from tests.bad_input.rooms import check_text, select
from tests.conftest import free_port
from tests.landed import Landing, land

BUCKET = "hub-tests"
_MEGABYTE = 1024 * 1024


@pytest.fixture
def store(hub: str, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seaweed]:
    """An S3 server of this test's own, for it does not live through it."""
    server = Seaweed(scratch / "s3-killed", free_port())
    server.start()
    server.wait_until_ready(BUCKET)
    monkeypatch.setenv("HUB_S3_ENDPOINT_URL", server.endpoint_url)
    monkeypatch.setenv("HUB_S3_ACCESS_KEY", server.access_key)
    monkeypatch.setenv("HUB_S3_SECRET_KEY", server.secret_key)
    monkeypatch.setenv("HUB_S3_BUCKET", BUCKET)
    settings.settings.cache_clear()
    storage.client.cache_clear()
    yield server
    server.stop()


def fill(megabytes: int) -> None:
    """Sealed rows, which no compression makes small, so that the upload has many parts."""
    blob = "x" * _MEGABYTE
    land([Landing(str(number), {"id": number, "blob": blob}) for number in range(megabytes)])


def list_uploads() -> list[str]:
    found = storage.client().list_multipart_uploads(Bucket=BUCKET, Prefix="data/")
    return [upload["Key"] for upload in found.get("Uploads", [])]


def list_objects() -> list[str]:
    found = storage.client().list_objects_v2(Bucket=BUCKET)
    return [item["Key"] for item in found.get("Contents", [])]


class Killer(threading.Thread):
    """Kills the server as soon as the first part of an upload has arrived."""

    def __init__(self, server: Seaweed) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._client = server.client()
        self.killed = False

    def run(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = self._client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
            for upload in found:
                parts = self._client.list_parts(
                    Bucket=BUCKET, Key=upload["Key"], UploadId=upload["UploadId"]
                )
                if parts.get("Parts"):
                    pid = self._server.pid()
                    assert pid is not None
                    os.kill(pid, 9)
                    self.killed = True
                    return
            time.sleep(0.005)


def test_s3_dies_in_the_middle_of_an_upload(store: Seaweed) -> None:
    fill(40)
    first = write_backup("before")
    killer = Killer(store)
    killer.start()
    with pytest.raises(BackupError) as caught:
        write_backup("killed")
    killer.join(10)
    assert killer.killed
    check_text(
        caught.value, "upload failed", f"{BUCKET}/data/", "no earlier backup was touched",
        hidden=(store.secret_key, store.access_key),
    )  # fmt: skip
    ((failed, cause),) = select(
        "select backup_id, cause from backup.manifest where state = 'failed'"
    )
    assert "upload failed" in cause

    store.start()
    store.wait_until_ready(BUCKET)
    assert not [key for key in list_objects() if failed in key], "half a backup is to be seen"
    assert [key for key in list_uploads() if failed in key], "the store holds parts of it"
    second = write_backup("after")
    assert list_uploads() == []
    run_drill(second)
    assert len([key for key in list_objects() if first in key]) == 3
    states = dict(select("select backup_id, state from backup.manifest"))
    assert states == {first: "written", failed: "failed", second: "verified"}
    with pytest.raises(BackupError):
        run_drill(failed)


def test_a_store_that_is_down_from_the_start(
    store: Seaweed, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.stop()
    with pytest.raises(BackupError) as caught:
        write_backup("down")
    check_text(caught.value, "upload failed: EndpointConnectionError", hidden=(store.secret_key,))
    store.start()
    store.wait_until_ready(BUCKET)
    run_drill(write_backup("after"))


def test_two_backups_at_once_are_one(store: Seaweed) -> None:
    with db.hold_lock("backup/write"), pytest.raises(HubError, match="another run is at work"):
        write_backup("second")
    assert select("select 1 from backup.manifest") == []
