"""Write one part of a backup from one snapshot of the database: its chunks, then what they are."""

import logging
import time
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

from sqlalchemy import Connection

from customer_hub.backup.chunks import Chunk, ChunkStore
from customer_hub.backup.manifest import Manifest, TableContent
from customer_hub.backup.object_keys import Part
from customer_hub.backup.pack import Base, Packer
from customer_hub.backup.sending import Sender
from customer_hub.backup.tables import CopiedTable, Table, list_tables, read_sequences
from customer_hub.core.errors import BackupError

log = logging.getLogger(__name__)
_TOLD_ROWS = 100_000


@dataclass(slots=True)
class Written:
    """What was written of a part; the words are those of the manifest."""

    tables: dict[str, TableContent] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    chunks: tuple[Chunk, ...] = ()
    live: tuple[int, ...] = ()
    layout: tuple[int, ...] = ()
    sent_count: int = 0
    sent_bytes: int = 0


def write_part(
    connection: Connection,
    part: Part,
    store: ChunkStore,
    earlier: Manifest | None,
    damaged: Collection[str],
    documents: Mapping[str, bytes],
) -> Written:
    """Send all tables of a part, and documents beside them; nothing names them yet.

    Args:
        connection: a transaction that sees one state of the database.
        part: data or keys.
        store: where the chunks go.
        earlier: a backup to build upon.
        damaged: names of chunks that are no good although the store lists them.
        documents: name -> content.

    Raises:
        BackupError: the store refuses, is down, or does not list what it was given.
    """
    written = Written()
    present = {name: size for name, size in store.list_present().items() if name not in damaged}
    with ExitStack() as stack:
        sender = stack.enter_context(Sender(store, present))
        base = stack.enter_context(Base(earlier, store, present)) if earlier else None
        packer = Packer(sender, base)
        for table in list_tables(connection):
            if table.part == part:
                written.tables[table.name] = _write_table(connection, packer, table)
        written.documents = {
            name: packer.add_document(content) for name, content in documents.items()
        }
        packer.finish()
        # Read last: a sequence must have given whatever stands in a row.
        written.sequences = read_sequences(connection, part)
        written.chunks = sender.collect()
    written.live = tuple(packer.live[number] for number in range(len(written.chunks)))
    written.layout = tuple(packer.layout)
    written.sent_count, written.sent_bytes = sender.sent_count, sender.sent_bytes
    _check_presence(store, written.chunks)
    return written


def _write_table(connection: Connection, packer: Packer, table: Table) -> TableContent:
    began = time.monotonic()
    copied = CopiedTable(connection, table)
    blocks = packer.add_table(table.name, copied)
    if copied.rows >= _TOLD_ROWS:
        log.info("%s: %d rows in %.0f s", table.name, copied.rows, time.monotonic() - began)
    return TableContent(
        columns=table.columns,
        rows=copied.rows,
        byte_count=copied.byte_count,
        sha256=copied.sha256,
        blocks=blocks,
    )


def _check_presence(store: ChunkStore, chunks: Iterable[Chunk]) -> None:
    """Ask the store itself whether it has all that a manifest is about to name."""
    listed = store.list_present()
    lacking = [chunk.name for chunk in chunks if listed.get(chunk.name) != chunk.byte_count]
    if lacking:
        raise BackupError(
            f"the store does not list {len(lacking)} object(s) as they were sent",
            where=lacking[0],
            hint="do not trust this store; see docs/runbooks/backup_master.md",
        )
