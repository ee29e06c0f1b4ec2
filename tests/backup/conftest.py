"""A hub with sealed rows, and its archive."""

import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import boto3
import pytest
from sqlalchemy import make_url

from customer_hub.backup.archive import Archive, open_archive
from customer_hub.backup.catalogue import list_backups
from customer_hub.backup.manifest import read_manifest
from customer_hub.backup.object_keys import PARTS, chunk_key_of, manifest_key_of
from customer_hub.backup.reports import Outcome, Report, write_report
from customer_hub.backup.storage import Bucket
from customer_hub.backup.write import write_backup
from customer_hub.core import clock, db, keys, subjects
from local.stack.seaweed import Seaweed
from tests.backup.ceph import Ceph, is_installed
from tests.backup.proxy import StoreProxy, proxied
from tests.conftest import BUCKET, clear_caches, free_port
from tests.landed import Landing, land

CUSTOMERS = 50
FORGETTING = 2  # calls


@pytest.fixture(scope="session", params=["seaweed", pytest.param("ceph", marks=pytest.mark.peer)])
def s3_server(request: pytest.FixtureRequest, scratch: Path) -> Iterator[object]:
    """The store that a test runs on: each of them runs on each."""
    if request.param == "ceph":
        if not is_installed():
            pytest.skip(
                "a real Ceph RGW needs root and Debian's radosgw, ceph-mon, ceph-osd and ceph-common;"
                " .ci/run installs them"
            )
        ceph = Ceph(scratch / "ceph")
        boto3.client(
            "s3",
            endpoint_url=ceph.endpoint_url,
            aws_access_key_id=ceph.access_key,
            aws_secret_access_key=ceph.secret_key,
            region_name="us-east-1",
        ).create_bucket(Bucket=BUCKET)
        yield ceph
        ceph.stop()
        return
    # Beside the one of the other tests: both may run in one process.
    seaweed = Seaweed(scratch / "s3-backup", free_port())
    seaweed.start()
    seaweed.wait_until_ready(BUCKET)
    yield seaweed
    seaweed.stop()


@pytest.fixture
def filled(bucket: Bucket) -> Archive:
    """A hub with a few sealed rows in landing and source, waiting to be matched."""
    names = [str(number) for number in range(CUSTOMERS)]
    land([Landing(name, {"id": name, "name": f"张三 {name} 🙂"}) for name in names])
    with db.begin() as connection:
        keyed = [f"crm/customer/{name}" for name in names]
        salts = subjects.ensure_salts(connection, [f"source:{key}" for key in keyed])
        for name, key in zip(names, keyed, strict=True):
            add_customer(connection, name, salts[f"source:{key}"])
    return open_archive()


def add_customer(connection: Any, name: str, salt: bytes) -> None:
    """Add a source record with a sealed birthday that waits for its match."""
    key = f"crm/customer/{name}"
    connection.exec_driver_sql(
        "insert into source.customer (source_key, channel, source_id, version_id, version_at,"
        " is_deleted, identity_sealed, standardiser_version)"
        " values (%(key)s, 'crm', %(id)s, 1, now(), false, %(sealed)s, 1)",
        {
            "key": key,
            "id": name,
            "sealed": keys.sealer().seal(
                "source.customer", "identity", key, salt, {"birth_on": "1990-01-01"}
            ),
        },
    )
    connection.exec_driver_sql(
        "insert into match.pending_record (source_key, entity) values (%(key)s, 'customer')",
        {"key": key},
    )


def add_rows(name: str) -> None:
    """Land something, so that a backup has something new to send."""
    land([Landing(f"{name} {number}", {"id": number, "name": name}) for number in range(3)])


def judge(archive: Archive, backup_id: str, state: Outcome, **told: Any) -> Report:
    """Sign and note what a drill would say that did not take place: a drill takes long."""
    manifest = read_manifest("data", backup_id, archive)
    report = Report(
        backup_id=backup_id,
        manifest_sha256=manifest.sha256,
        key_id=manifest.key_id,
        store_id=manifest.store_id,
        state=state,
        run_id="test",
        started_at=clock.now(),
        finished_at=clock.now(),
        **told,
    )
    ask("update backup.manifest set state = %(state)s where backup_id = %(id)s returning 1",
        state=state, id=backup_id)  # fmt: skip
    return write_report(report, archive)


def write_proven(archive: Archive) -> str:
    """Write a backup with something new, and sign that it was proven."""
    add_rows(secrets.token_hex(4))
    backup_id = write_backup("run")
    judge(archive, backup_id, "verified")
    return backup_id


def names_of(archive: Archive, *ids: str) -> set[str]:
    """Return the keys of all chunks of data that backups name."""
    return {
        chunk_key_of("data", chunk.name)
        for each in ids
        for chunk in read_manifest("data", each, archive).chunks
    }


def ask(statement: str, **params: object) -> Sequence[Any]:
    """Return the rows of a statement in the hub's database."""
    with db.begin() as connection:
        return connection.exec_driver_sql(statement, params).all()


def states() -> dict[str, str]:
    """Return the state of each backup as the bucket alone has it."""
    return {row["backup_id"]: row["state"] for row in list_backups()}


def forget(backup_id: str) -> None:
    """Let there be no such backup any more."""
    for part in PARTS:
        open_archive().bucket.delete(manifest_key_of(part, backup_id))


def state_of(backup_id: str) -> str:
    """Return the state of a backup as the hub's own table has it."""
    ((state,),) = ask("select state from backup.manifest where backup_id = %(id)s", id=backup_id)
    return str(state)


def without_password(url: str) -> str:
    """Return a URL as a person types it."""
    return make_url(url)._replace(password=None).render_as_string(hide_password=False)


@pytest.fixture
def empty_database(
    postgres_server: Any, hub: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """An empty database of the hub's role; its password is in the environment as well."""
    name = f"restored_{secrets.token_hex(4)}"
    url = postgres_server.create_database(name, "hub")
    monkeypatch.setenv("PGPASSWORD", str(make_url(url).password))
    yield url
    db.engine(url).dispose()
    postgres_server.drop_database(name)


@pytest.fixture
def proxy(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> Iterator[StoreProxy]:
    """A proxy between the filled hub and its store."""
    with proxied(os.environ["HUB_S3_ENDPOINT_URL"]) as running:
        monkeypatch.setenv("HUB_S3_ENDPOINT_URL", running.url)
        clear_caches()
        yield running
