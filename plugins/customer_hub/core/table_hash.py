"""Content hashes of the current tables: what law 4 compares and what a person can compare by eye.

Rows are hashed in key order; sealed columns by what they hold, not by their bytes, so that two
hubs with the same content agree. Superseded history, publish, audit and receipts are outside.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row

from customer_hub.core import sql, subjects
from customer_hub.core.seal import Sealer, canonical_json

TABLES = (
    "source.customer", "source.contact", "source.contact_point", "source.address", "source.tag",
    "source.blind_index", "source.sales_order", "source.order_line", "source.order_event",
    "source.payment", "source.ticket", "source.ticket_event", "source.interaction",
    "source.feedback",
    "match.feature", "match.blocking_key", "match.edge", "match.cluster_member", "match.crosswalk",
    "master.customer", "master.contact_point", "master.address", "master.contact",
    "master.relation", "master.tag", "master.classification", "master.cell_lineage",
)  # fmt: skip
# Those of them that hold sealed values.
SEALED_TABLES = (
    "source.customer", "source.contact_point", "source.address", "source.ticket",
    "source.interaction", "source.feedback", "match.feature", "match.pin", "master.customer",
    "master.contact_point", "master.address",
)  # fmt: skip


def hash_tables(
    connection: Connection, sealer: Sealer, tables: Sequence[str] = TABLES
) -> dict[str, str]:
    """Return the SHA-256 of each table's current content."""
    hashes = {}
    for table in tables:
        total = hashlib.sha256()
        for key, content in read_rows(connection, sealer, table):
            total.update(key.encode() + b"\0" + content + b"\n")
        hashes[table] = total.hexdigest()
    return hashes


def read_rows(connection: Connection, sealer: Sealer, table: str) -> Iterator[tuple[str, bytes]]:
    """Yield (row key, canonical content with sealed values opened) in key order.

    The content is personal data: hash it or compare it in memory, never print it.
    """
    for row, opened in open_rows(connection, sealer, table):
        yield row.row_key, canonical_json([row.content, opened])


def open_rows(
    connection: Connection, sealer: Sealer, table: str
) -> Iterator[tuple[Row[Any], list[Any]]]:
    """Yield (row, its sealed values opened) in key order.

    Raises:
        SealError: a salt is lost, or a value does not open.
    """
    name = f"core/hash/{table.replace('.', '_')}"
    for chunk in sql.stream(connection, name):
        references = sorted({row.subject for row in chunk if row.subject})
        salts = subjects.read_salts(connection, references)
        for row in chunk:
            yield row, _open(sealer, table, row, salts)


def _open(sealer: Sealer, table: str, row: Row[Any], salts: subjects.Salts) -> list[Any]:
    return [
        None
        if sealed is None
        else sealer.unseal(table, segment, row.row_key, salts[row.subject], sealed)
        for segment, sealed in zip(row.segments, row.sealed, strict=True)
    ]
