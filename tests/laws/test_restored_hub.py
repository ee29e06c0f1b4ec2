"""Law 13: a hub that was restored goes on: it reads what came since, and pushes nothing stale."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from customer_hub.backup.drill import run_drill
from customer_hub.backup.restore import restore_backup
from customer_hub.backup.storage import Bucket
from customer_hub.backup.write import write_backup
from customer_hub.core import db
from tests.conftest import clear_caches
from tests.laws.pipeline import CHANNELS, Pipeline, current_state, different, running_sandbox
from tests.laws.targets import read_targets

CUSTOMERS = 120
pytestmark = pytest.mark.slow


@pytest.fixture
def other_database(postgres_server: Any, hub: str) -> Iterator[str]:
    """An empty database of the hub's role."""
    name = f"restored_{secrets.token_hex(4)}"
    yield postgres_server.create_database(name, "hub", may_create_databases=True)
    postgres_server.drop_database(name)


def test_a_restored_hub_converges_and_pushes_nothing_stale(
    bucket: Bucket, other_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_sandbox(tmp_path, CUSTOMERS) as sandbox:
        pipeline = Pipeline(sandbox)
        pipeline.live_day(1)
        pipeline.publish()
        pipeline.enable_targets()
        assert all(pipeline.publish().values())
        backup_id = write_backup("backup")
        assert run_drill(backup_id, "drill").state == "verified"
        for day in (2, 3):
            pipeline.live_day(day)
            assert any(pipeline.publish().values()), "what the restored hub will not know of"
        last = pipeline.settle(3)
        wanted, held = current_state(), read_targets(sandbox)

        restore_backup(backup_id, other_database)
        monkeypatch.setenv("HUB_DATABASE_URL", other_database)
        clear_caches()
        assert different(wanted, current_state()), "it is the hub of day 1"

        for day in range(2, last + 1):
            for name in CHANNELS:
                pipeline.gather(name, day)
        pipeline.build()
        assert sum(pipeline.publish().values()) == 0
        assert read_targets(sandbox) == held
        second = write_backup("after")
        assert second > backup_id
        assert run_drill(second, "drill").state == "verified"
        db.engine().dispose()
