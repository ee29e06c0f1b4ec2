"""What is known of a target's records by their content: as they were gathered, and as we left them."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection

from customer_hub.channels.contract import RawRecord, Target
from customer_hub.core import sql
from customer_hub.core.landing import open_payload
from customer_hub.core.seal import Sealer
from customer_hub.core.subjects import read_salts


def read_known_digests(connection: Connection, keys: Sequence[str]) -> dict[str, set[bytes]]:
    """Return the digests under which everything in a record is known, by source key."""
    known: dict[str, set[bytes]] = defaultdict(set)
    for row in sql.rows(connection, "publish/select_known_digests", keys=list(keys)):
        known[row.source_key].add(bytes(row.digest))
    return known


def read_gathered_slots(
    connection: Connection, sealer: Sealer, channel: Target, entity: str, keys: Sequence[str]
) -> dict[str, dict[str, str | None]]:
    """Return what stood in the slots that the hub writes when records were gathered, by source key.

    Args:
        connection: the caller's transaction.
        sealer: with the segment `payload`.
        channel: knows the slots.
        entity: customer or contact.
        keys: source keys of one target.
    """
    rows = sql.rows(connection, "publish/select_gathered", keys=list(keys))
    salts = read_salts(connection, sorted({row.subject for row in rows}))
    return {
        row.source_key: channel.read_hub_fields(
            RawRecord(
                entity,
                row.source_id,
                "upsert",
                row.version_at,
                None,
                open_payload(sealer, row, salts),
            )
        )
        for row in rows
    }
