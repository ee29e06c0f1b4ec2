"""Real servers for the tests: one PostgreSQL and one S3 server per test process, made on demand."""

import base64
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from customer_hub.backup import storage
from customer_hub.core import db, keys, migrate, settings
from local.stack.postgres import packaged_binaries
from local.stack.service_user import MEMORY

_MARKS = {"postgres_server": "postgres", "s3_server": "s3", "hub": "postgres", "bucket": "s3"}

BUCKET = "hub-tests"
ROOM = 4 * 2**30  # bytes; the test processes together need half of it at most
_SCRATCH = "hub-tests-"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Set the marks by the fixtures that a test uses."""
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in _MARKS:
                item.add_marker(getattr(pytest.mark, _MARKS[fixture]))


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    """A short path that others may enter: root runs PostgreSQL as another user.

    In memory where there is room: each test has a database of its own, some 600 files, and ext4
    finds no place for new files while that of many deleted ones is still warm.
    """
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM
    folder = MEMORY if has_room else Path(tempfile.gettempdir())
    for left in folder.glob(f"{_SCRATCH}*"):
        if not psutil.pid_exists(int(left.name.split("-")[-2])):
            shutil.rmtree(left, ignore_errors=True)  # of tests that were killed
    path = Path(tempfile.mkdtemp(prefix=f"{_SCRATCH}{os.getpid()}-", dir=folder))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(scratch: Path) -> Iterator[object]:
    """A real PostgreSQL 18 for this test process."""
    from local.stack.postgres import Postgres

    server = Postgres(scratch / "pg", free_port(), is_fast=True)
    server.start()
    yield server
    server.destroy()


@pytest.fixture(scope="session")
def s3_server(scratch: Path) -> Iterator[object]:
    """A real S3 server for this test process."""
    from local.stack.seaweed import Seaweed

    server = Seaweed(scratch / "s3", free_port())
    server.start()
    server.wait_until_ready(BUCKET)
    yield server
    server.stop()


def _environment(database_url: str, drill_url: str, folder: Path) -> dict[str, str]:
    def random_key() -> str:
        return base64.b64encode(os.urandom(32)).decode()

    return {
        "HUB_DATABASE_URL": database_url,
        "HUB_DRILL_DATABASE_URL": drill_url,
        "HUB_POSTGRES_BIN_DIR": str(packaged_binaries()),
        "HUB_KEY_FILE": str(folder / "keys.json"),
        "HUB_KEK": random_key(),
        "HUB_BACKUP_KEK": random_key(),
        "HUB_S3_ENDPOINT_URL": "http://127.0.0.1:9",
        "HUB_S3_ACCESS_KEY": secrets.token_hex(8),
        "HUB_S3_SECRET_KEY": secrets.token_hex(16),
        "HUB_REPORT_DIR": str(folder / "reports"),
    }


def clear_caches() -> None:
    """Forget what was read from the environment."""
    db.engine.cache_clear()
    settings.settings.cache_clear()
    keys.sealer.cache_clear()
    storage.client.cache_clear()


@pytest.fixture(scope="session")
def template_database(postgres_server: object) -> str:
    """A migrated database that others are copied from."""
    name = "hub_template"
    url = postgres_server.create_database(  # type: ignore[attr-defined]
        name, "hub", may_create_databases=True
    )
    migrate.migrate(url)
    db.engine(url).dispose()
    return name


@pytest.fixture(scope="session")
def drill_url(postgres_server: object) -> str:
    """The URL of the database whose role may make others, for restore drills."""
    return postgres_server.create_database(  # type: ignore[attr-defined, no-any-return]
        "hub_drill", "hub_drill", may_create_databases=True
    )


@pytest.fixture
def hub(
    postgres_server: object,
    template_database: str,
    drill_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """A fresh migrated hub with its own keys; yields the database URL. The environment is set."""
    name = f"hub_{secrets.token_hex(4)}"
    url = postgres_server.create_database(  # type: ignore[attr-defined]
        name, "hub", template=template_database, may_create_databases=True
    )
    for key, value in _environment(url, drill_url, tmp_path).items():
        monkeypatch.setenv(key, value)
    clear_caches()
    keys.create_key_file(tmp_path / "keys.json", os.environ["HUB_KEK"])
    yield url
    clear_caches()
    postgres_server.drop_database(name)  # type: ignore[attr-defined]


@pytest.fixture
def no_suites(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds whose suites judge nothing, for laws that build often: suites change nothing."""
    monkeypatch.setattr("customer_hub.validate.master._judge", lambda result, *_: result)


@pytest.fixture
def bucket(hub: str, s3_server: object, monkeypatch: pytest.MonkeyPatch) -> storage.Bucket:
    """The S3 server's one bucket (each takes volumes), empty, set in the hub's environment."""
    monkeypatch.setenv("HUB_S3_ENDPOINT_URL", s3_server.endpoint_url)  # type: ignore[attr-defined]
    monkeypatch.setenv("HUB_S3_ACCESS_KEY", s3_server.access_key)  # type: ignore[attr-defined]
    monkeypatch.setenv("HUB_S3_SECRET_KEY", s3_server.secret_key)  # type: ignore[attr-defined]
    monkeypatch.setenv("HUB_S3_BUCKET", BUCKET)
    clear_caches()
    place = storage.Bucket(BUCKET)
    empty(place)
    return place


def empty(place: storage.Bucket) -> None:
    """Delete every object of a bucket, and what was never finished."""
    for key in place.list(""):
        place.delete(key)
