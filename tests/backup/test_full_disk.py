"""The disk of the scratch server is full: the backup stays what it was, nothing is lost."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from customer_hub.backup.archive import Archive
from customer_hub.backup.drill import run_drill
from customer_hub.backup.write import write_backup
from customer_hub.core.errors import BackupError
from local.stack.postgres import Postgres
from tests.backup.conftest import states
from tests.conftest import clear_caches, free_port
from tests.landed import Landing, land

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
_ROOM_MEGABYTES = 60


@pytest.fixture
def small_server(scratch: Path) -> Iterator[str]:
    """The URL of a drill role on a server of its own whose disk has little room."""
    server = Postgres(scratch / "small", free_port(), is_fast=True)
    server.start()
    url = server.create_database("hub_drill", "hub_drill", may_create_databases=True)
    server.stop()
    data, aside = server.home / "data", server.home / "aside"
    used = sum(path.stat().st_size for path in data.rglob("*") if path.is_file()) // 2**20
    owner = data.stat()
    data.rename(aside)
    data.mkdir(mode=0o700)
    size = f"size={used + _ROOM_MEGABYTES}m,mode=0700,uid={owner.st_uid},gid={owner.st_gid}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(data)], check=True)
    try:
        subprocess.run(["cp", "-a", f"{aside}/.", str(data)], check=True)
        shutil.rmtree(aside)
        server.start()
        yield url
        server.stop()
    finally:
        subprocess.run(["umount", "--lazy", str(data)], check=True)
        server.destroy()


def test_a_full_disk_says_nothing_of_the_backup(
    filled: Archive, small_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = os.urandom(2**20).hex()
    land([Landing(f"large {number}", {"blob": f"{number}{blob}"}) for number in range(60)])
    backup_id = write_backup("run")
    good = os.environ["HUB_DRILL_DATABASE_URL"]
    monkeypatch.setenv("HUB_DRILL_DATABASE_URL", small_server)
    clear_caches()
    with pytest.raises(BackupError, match=r"scratch|pg_restore|database"):
        run_drill(backup_id, "drill")
    assert states() == {backup_id: "written"}
    monkeypatch.setenv("HUB_DRILL_DATABASE_URL", good)
    clear_caches()
    assert run_drill(backup_id, "drill").state == "verified"
