"""Write the source rows of a chunk: sealed, set by set, only what changed."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from customer_hub.core import sql, subjects
from customer_hub.core.errors import HubError
from customer_hub.core.seal import Sealer
from customer_hub.core.versions import STANDARDISER_VERSION
from customer_hub.standardise.rows import Row, Sealable, SourceRows

# The tables that a record of each entity may have rows in; the first holds the record itself.
TABLES: Mapping[str, tuple[str, ...]] = {
    "customer": ("customer", "contact_point", "address", "tag", "blind_index"),
    "contact": ("contact", "contact_point", "blind_index"),
    "sales_order": ("sales_order", "order_line", "order_event", "payment"),
    "ticket": ("ticket", "ticket_event", "interaction", "feedback"),
    "interaction": ("interaction",),
    "feedback": ("feedback",),
}
_KEPT = b""  # stands for a sealed value that is not written, for its digest has not changed


def write_records(
    connection: Connection,
    sealer: Sealer,
    entity: str,
    source_keys: Sequence[str],
    records: Iterable[SourceRows],
) -> set[str]:
    """Make the rows of the given source keys exactly those of `records`.

    Args:
        connection: the chunk's transaction.
        sealer: seals identity, finance, free_text and contact, and hashes for look-up.
        entity: of all these records.
        source_keys: every source key of the chunk; one without a record loses its rows.
        records: what stands from now on.

    Returns:
        The source keys of which anything changed.
    """
    keys = list(source_keys)
    rows = _make_rows(connection, sealer, keys, list(records))
    changed: set[str] = set()
    for table in TABLES[entity]:
        changed |= _write_table(connection, table, keys, rows[table])
    return changed


def _write_table(connection: Connection, table: str, keys: list[str], rows: list[Row]) -> set[str]:
    try:
        found = sql.rows(
            connection,
            f"standardise/write_{table}",
            source_keys=keys,
            rows=json.dumps(rows, default=_to_json),
        )
    except (DataError, IntegrityError) as error:
        # PostgreSQL's own message shows the value that it refuses.
        raise HubError(
            f"PostgreSQL refuses a row: {type(error.orig).__name__}",
            where=f"source.{table}, chunk from {keys[0]} to {keys[-1]}",
            hint="a fault of standardise: nothing of the chunk was written",
        ) from None
    return {row.source_key for row in found}


def _make_rows(
    connection: Connection, sealer: Sealer, keys: list[str], records: list[SourceRows]
) -> dict[str, list[Row]]:
    """Return the rows by table, with what has to be sealed sealed."""
    known = {
        (row.table_name, row.row_key, row.segment): bytes(row.digest)
        for row in sql.rows(connection, "standardise/select_digests", source_keys=keys)
        if row.digest is not None
    }
    references = {record.source_key: f"source:{record.source_key}" for record in records}
    salts = subjects.ensure_salts(connection, references.values())
    rows: dict[str, list[Row]] = defaultdict(list)
    for record in records:
        salt = salts[references[record.source_key]]
        for sealable in (record.head, *record.sealed):
            rows[sealable.table].append(_seal(sealer, sealable, salt, known))
        for table, plain in record.plain.items():
            rows[table] += plain
        rows["blind_index"] += _index(sealer, record)
    return rows


def _seal(
    sealer: Sealer, sealable: Sealable, salt: bytes, known: Mapping[tuple[str, str, str], bytes]
) -> Row:
    row = dict(sealable.row)
    for segment, values in sealable.segments.items():
        digest = sealer.digest(values) if values else None
        row[f"{segment}_digest"] = digest
        if digest is None:
            row[f"{segment}_sealed"] = None
        elif known.get((sealable.table, sealable.key, segment)) == digest:
            row[f"{segment}_sealed"] = _KEPT
        else:
            row[f"{segment}_sealed"] = sealer.seal(
                f"source.{sealable.table}", segment, sealable.key, salt, values
            )
    return row


def _index(sealer: Sealer, record: SourceRows) -> list[Row]:
    return [
        {
            "source_key": record.source_key,
            "kind": kind,
            "hash": sealer.blind(kind, value),
            "standardiser_version": STANDARDISER_VERSION,
        }
        for kind, value in sorted(set(record.blind))
    ]


def _to_json(value: Any) -> str:
    """Write what JSON has no form for in PostgreSQL's own."""
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"no form for {type(value).__name__}")
