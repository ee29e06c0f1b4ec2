"""The manifest of a backup: what belongs to it, in which order, authenticated and written last.

There is one for each part (data, keys). What is not named by a manifest that this process can
authenticate belongs to no backup.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from customer_hub.backup.archive import Archive, distrust
from customer_hub.backup.chunks import Chunk, ChunkStore
from customer_hub.backup.object_keys import Part, manifest_key_of, manifest_prefix_of
from customer_hub.core.errors import BackupError, BackupRefusedError, BackupStoreError

FORMAT = 2
SCHEMA = "schema"  # the document of the definitions
GOLDEN = "master.customer"


class TableContent(BaseModel):
    """What a table held in the backup's snapshot.

    Attributes:
        columns: those that were copied, in order (generated ones are not).
        rows: how many.
        byte_count: length of its binary COPY in the order of the primary key.
        sha256: of that COPY.
        blocks: how many entries of the layout are its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    columns: tuple[str, ...]
    rows: int
    byte_count: int
    sha256: str
    blocks: int


class Manifest(BaseModel):
    """One part of a backup.

    Attributes:
        format: of this document and of what it names.
        backup_id: of the backup; the keys taken after it have the same.
        part: data or keys.
        store_id: of the store whose chunks these are.
        key_id: which backup key sealed and signed it.
        schema_version: number of the last migration.
        policy_version: the active one, if any.
        server_version: PostgreSQL's, as a number.
        segment_keys: public ids of the segment keys that opened what the hub held: segment ->
            version -> id.
        snapshot_at: when the state that it holds was the present one (UTC).
        finished_at: when its last object was in the store (UTC).
        seconds: what writing its chunks took.
        golden_sha256: what `hub table-hash` said of the golden customers: the hash of what their
            sealed values hold, so that it is equal only where the keys open them.
        tables: by name, in the order of the layout.
        sequences: name -> the value that it had given last.
        chunks: every object that belongs to it.
        live: of each chunk, how many bytes of its content are this backup's.
        layout: numbers of the chunks that hold the layout, in order.
        documents: what else it holds -> number of the chunk: `schema` (the definitions, from
            pg_dump), `segment_keys`.
        sent_count: objects that had to be sent for it, the others were there.
        sent_bytes: their length.
        sha256: of the document as it is stored, which a later version of the hub may no longer write
            alike: what a drill report speaks of. Known once it was read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: int = FORMAT
    backup_id: str
    part: Part
    store_id: str
    key_id: str
    schema_version: int
    policy_version: int | None
    server_version: int
    segment_keys: dict[str, dict[str, str]]
    snapshot_at: datetime
    finished_at: datetime
    seconds: float
    golden_sha256: str | None
    tables: dict[str, TableContent]
    sequences: dict[str, int]
    chunks: tuple[Chunk, ...]
    live: tuple[int, ...]
    layout: tuple[int, ...]
    documents: dict[str, int]
    sent_count: int
    sent_bytes: int
    sha256: str = Field(default="", exclude=True)

    @property
    def row_count(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables.values())

    @property
    def byte_count(self) -> int:
        """Length of all its objects, sent for it or there before."""
        return sum(chunk.byte_count for chunk in self.chunks)

    def open_store(self, archive: Archive) -> ChunkStore:
        """Return the store of its chunks.

        Raises:
            BackupError: the key that sealed them is not here.
        """
        return ChunkStore(archive, self.key_id, self.store_id, self.part)


def write_manifest(manifest: Manifest, archive: Archive) -> None:
    """Sign a manifest and upload it: from now on the backup exists."""
    key = manifest_key_of(manifest.part, manifest.backup_id)
    archive.put_signed(key, manifest.model_dump(mode="json"))


def read_manifest(part: Part, backup_id: str, archive: Archive) -> Manifest:
    """Return a manifest that is authentic.

    Raises:
        BackupError: there is none, it was changed, its key is not here, or its format is another.
    """
    found = find_manifest(part, backup_id, archive)
    if found is None:
        raise BackupError("there is no such backup", where=backup_id, hint="see `hub backup list`")
    return found


def find_manifest(part: Part, backup_id: str, archive: Archive) -> Manifest | None:
    """Return a manifest as `read_manifest` does, or None if there is none."""
    key = manifest_key_of(part, backup_id)
    document = archive.find_signed(key)
    if document is None:
        return None
    if document.get("format") != FORMAT:
        raise BackupError(
            f"its format is {document.get('format')}; this version of the hub reads {FORMAT}",
            where=backup_id,
            hint="restore it with the version of the hub that wrote it",
        )
    stored = json.dumps(document, sort_keys=True).encode()
    try:
        manifest = Manifest.model_validate(
            {**document, "sha256": hashlib.sha256(stored).hexdigest()}
        )
    except ValidationError:
        raise distrust(key) from None
    if (manifest.part, manifest.backup_id) != (part, backup_id):
        raise distrust(key)
    return manifest


def find_authentic(part: Part, backup_id: str, archive: Archive) -> Manifest | None:
    """Return a manifest, or None if there is none that this process can trust and read."""
    try:
        return find_manifest(part, backup_id, archive)
    except (BackupStoreError, BackupRefusedError):
        raise
    except BackupError:
        return None


def list_ids(part: Part, archive: Archive) -> list[str]:
    """Return the ids of all backups that have a manifest, oldest first."""
    prefix = manifest_prefix_of(part)
    return [
        key.removeprefix(prefix).removesuffix(".json")
        for key in sorted(archive.bucket.list(prefix))
    ]


def iterate_newest(part: Part, archive: Archive) -> Iterator[Manifest]:
    """Yield the authentic manifests of a part, newest first; others are left out."""
    for backup_id in reversed(list_ids(part, archive)):
        manifest = find_authentic(part, backup_id, archive)
        if manifest is not None:
            yield manifest
