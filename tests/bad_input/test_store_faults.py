"""The S3 server is killed in the middle of a backup: a real process, real uploads."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from customer_hub.backup import storage
from customer_hub.backup.archive import open_archive
from customer_hub.backup.drill import run_drill
from customer_hub.backup.manifest import list_ids, read_manifest
from customer_hub.backup.write import LOCK, write_backup
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


def fill(megabytes: int, first: int = 0) -> None:
    """Sealed rows, which no compression makes small, so that there are many chunks."""
    blob = "x" * _MEGABYTE
    land(
        [
            Landing(str(number), {"id": number, "blob": blob})
            for number in range(first, first + megabytes)
        ]
    )


def list_chunks() -> set[str]:
    return set(open_archive().bucket.list("data/chunks/"))


class Killer(threading.Thread):
    """Kills the server as soon as another chunk has arrived."""

    def __init__(self, server: Seaweed) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._known = list_chunks()
        self.killed = False

    def run(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not self.killed:
            if list_chunks() - self._known:
                pid = self._server.pid()
                assert pid is not None
                os.kill(pid, 9)
                self.killed = True
            time.sleep(0.005)


def test_s3_dies_in_the_middle_of_an_upload(store: Seaweed) -> None:
    fill(40)
    first = write_backup("before")
    fill(40, first=100)
    killer = Killer(store)
    killer.start()
    with pytest.raises(BackupError) as caught:
        write_backup("killed")
    killer.join(10)
    assert killer.killed
    check_text(
        caught.value, "failed", f"{BUCKET}/data/", "no earlier backup was touched",
        hidden=(store.secret_key, store.access_key),
    )  # fmt: skip
    ((failed, cause),) = select(
        "select backup_id, cause from backup.manifest where state = 'failed'"
    )
    assert "upload failed" in cause

    store.start()
    store.wait_until_ready(BUCKET)
    archive = open_archive()
    assert list_ids("data", archive) == [first], "half a backup is to be seen"
    arrived = list_chunks()
    second = write_backup("after")
    assert len(arrived & list_chunks()) == len(arrived)
    manifest = read_manifest("data", second, archive)
    assert manifest.sent_count < len(manifest.chunks), "what had arrived was sent again"
    run_drill(second, "drill")
    states = dict(select("select backup_id, state from backup.manifest"))
    assert states == {first: "written", failed: "failed", second: "verified"}
    with pytest.raises(BackupError, match="no such backup"):
        run_drill(failed, "drill")


def test_a_store_that_is_down_from_the_start(
    store: Seaweed, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.stop()
    with pytest.raises(BackupError) as caught:
        write_backup("down")
    check_text(caught.value, "failed: EndpointConnectionError", hidden=(store.secret_key,))
    store.start()
    store.wait_until_ready(BUCKET)
    run_drill(write_backup("after"), "drill")


def test_two_backups_at_once_are_one(store: Seaweed) -> None:
    with db.hold_lock(LOCK), pytest.raises(HubError, match="another run is at work"):
        write_backup("second")
    assert select("select 1 from backup.manifest") == []
