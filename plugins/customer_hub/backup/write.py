"""Write one backup from one snapshot: its data, the keys taken after it, the manifests last.

Killed at any point it leaves a backup that has no manifest and therefore does not exist; what it
sent by then is there for the next one.
"""

import logging
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from customer_hub.backup import postgres_tools
from customer_hub.backup.archive import Archive, open_archive
from customer_hub.backup.chunks import ChunkStore
from customer_hub.backup.key_backup import (
    SEGMENT_KEYS,
    SegmentKeys,
    dump_segment_keys,
    identify_segment_keys,
    read_segment_keys,
)
from customer_hub.backup.manifest import (
    GOLDEN,
    SCHEMA,
    Manifest,
    find_authentic,
    iterate_newest,
    list_ids,
    write_manifest,
)
from customer_hub.backup.object_keys import PARTS, Part
from customer_hub.backup.reports import look_back
from customer_hub.backup.snapshot import write_part
from customer_hub.backup.states import set_state
from customer_hub.backup.tables import take_snapshot
from customer_hub.core import clock, db, keys, sql, table_hash
from customer_hub.core.errors import HubError
from customer_hub.core.receipts import Batch, RootHash, write_receipt
from customer_hub.core.settings import settings

log = logging.getLogger(__name__)
LOCK = "backup/store"  # writing and collecting exclude each other
_ID_TIME = "%Y%m%dT%H%M%SZ"
_ONE_STATE = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


@dataclass(frozen=True, slots=True)
class _Job:
    """A backup that is being written: under which keys, and what it may build upon."""

    backup_id: str
    archive: Archive
    store_id: str
    segment_keys: SegmentKeys
    proven: Manifest | None
    damaged: frozenset[str]


def write_backup(run_id: str) -> str:
    """Write a backup of the hub's database; returns its id. It is not verified yet.

    Raises:
        BackupError: the store failed or refused; nothing earlier was touched.
        HubError: another backup is being written now, or old ones are being collected.
    """
    with db.hold_lock(LOCK):
        archive = open_archive()
        _settle_unfinished(list_ids("data", archive))
        backup_id = _choose_id(archive)
        with db.begin() as connection:
            sql.run(connection, "backup/insert_manifest", backup_id=backup_id)
        try:
            data, kept = _write_parts(backup_id, archive)
        except Exception as error:
            cause = error.what if isinstance(error, HubError) else type(error).__name__
            with db.begin() as connection:
                set_state(connection, backup_id, "failed", cause)
            raise
        with db.begin() as connection:
            _record(connection, run_id, data, kept)
    log.info("backup %s written: %d bytes sent", backup_id, data.sent_bytes + kept.sent_bytes)
    return backup_id


def _settle_unfinished(ids: list[str]) -> None:
    """Under the lock nobody writes: whoever was at it has been killed, before or after the end."""
    with db.begin() as connection:
        for row in sql.rows(connection, "backup/select_unfinished"):
            if row.backup_id in ids:
                set_state(connection, row.backup_id, "written")
            else:
                set_state(connection, row.backup_id, "failed", "its writer was killed")


def _choose_id(archive: Archive) -> str:
    """Return a new id, which is later than all earlier ones even where the clock went backwards."""
    at = clock.now()
    for part in PARTS:
        newest = next(iterate_newest(part, archive), None)
        if newest is not None:
            taken = datetime.strptime(newest.backup_id.split("-")[0], _ID_TIME).replace(tzinfo=UTC)
            if taken > at:
                log.warning("the clock is behind the newest backup, %s", newest.backup_id)
            at = max(at, taken + timedelta(seconds=1))
    return f"{at:{_ID_TIME}}-{secrets.token_hex(4)}"


def _write_parts(backup_id: str, archive: Archive) -> tuple[Manifest, Manifest]:
    proven, damaged = look_back(archive)
    store_id = archive.keyring.identify_store(archive.bucket.name)
    job = _Job(backup_id, archive, store_id, read_segment_keys(), proven, damaged)
    data = _write_part(job, "data")
    # Salts are taken after the data: every salt that a row of it needs exists by now.
    kept = _write_part(job, "keys")
    write_manifest(kept, archive)
    write_manifest(data, archive)
    return data, kept


def _write_part(job: _Job, part: Part) -> Manifest:
    key_id = job.archive.keyring.current
    store, began = ChunkStore(job.archive, key_id, job.store_id, part), time.monotonic()
    with db.engine().connect().execution_options(**_ONE_STATE) as connection, connection.begin():
        state = sql.rows(connection, "backup/export_snapshot")[0]
        with ThreadPoolExecutor(1) as beside:
            hashing = beside.submit(_hash_golden, state.snapshot) if part == "data" else None
            documents = _make_document(job, part, state.snapshot)
            written = write_part(
                connection, part, store, _find_base(job, part), job.damaged, documents
            )
            golden = hashing.result() if hashing else None
        active = sql.rows(connection, "core/select_active_policy")
    return Manifest(
        backup_id=job.backup_id,
        part=part,
        store_id=job.store_id,
        key_id=key_id,
        schema_version=state.schema_version,
        policy_version=active[0].policy_version if active else None,
        server_version=state.server_version,
        segment_keys=identify_segment_keys(job.segment_keys),
        snapshot_at=state.at,
        finished_at=clock.now(),
        seconds=round(time.monotonic() - began, 1),
        golden_sha256=golden,
        **asdict(written),
    )


def _find_base(job: _Job, part: Part) -> Manifest | None:
    """Return the newest proven backup of the same store: what is not proven is not built upon."""
    base = job.proven
    if base is None or (base.store_id, base.key_id) != (job.store_id, job.archive.keyring.current):
        return None
    # Its own keys may be gone by now: they are kept for fewer days.
    return base if part == "data" else find_authentic(part, base.backup_id, job.archive)


def _make_document(job: _Job, part: Part, snapshot: str) -> dict[str, bytes]:
    if part == "keys":
        return {SEGMENT_KEYS: dump_segment_keys(job.segment_keys)}
    url = settings().database_url.get_secret_value()
    return {SCHEMA: postgres_tools.dump_schema(url, snapshot)}


def _hash_golden(snapshot: str) -> str:
    """Return what `hub table-hash` says of the golden customers in a snapshot."""
    with db.engine().connect().execution_options(**_ONE_STATE) as connection, connection.begin():
        take_snapshot(connection, snapshot)
        return table_hash.hash_tables(connection, keys.sealer(), (GOLDEN,))[GOLDEN]


def _record(connection: Connection, run_id: str, data: Manifest, kept: Manifest) -> None:
    sent = data.sent_bytes + kept.sent_bytes
    sql.run(
        connection,
        "backup/finish_manifest",
        backup_id=data.backup_id,
        schema_version=data.schema_version,
        policy_version=data.policy_version,
        row_count=data.row_count + kept.row_count,
        byte_count=data.byte_count + kept.byte_count,
        sent_bytes=sent,
    )
    root = RootHash()
    for manifest in (data, kept):
        root.add(manifest.model_dump_json())
    counts = {
        "tables": len(data.tables) + len(kept.tables),
        "rows": data.row_count + kept.row_count,
        "bytes": data.byte_count + kept.byte_count,
        "sent": sent,
    }
    batch = Batch("write backup", f"backup {data.backup_id}", root)
    write_receipt(connection, run_id, "backup", counts, batch=batch)
