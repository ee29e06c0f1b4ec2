"""Bring the source rows of all pending keys up to date, a chunk a transaction."""

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.policy import read_decided_channel, read_policy
from customer_hub.channels.zone import find_zone
from customer_hub.core import db, keys, landing, sql, subjects
from customer_hub.core.policy import ensure_active_version
from customer_hub.core.results import BatchResult
from customer_hub.core.seal import Sealer
from customer_hub.standardise.contacts import standardise_contact
from customer_hub.standardise.customers import standardise_customer
from customer_hub.standardise.feedback import standardise_feedback
from customer_hub.standardise.interactions import standardise_interaction
from customer_hub.standardise.order_groups import regroup_orders
from customer_hub.standardise.orders import standardise_order
from customer_hub.standardise.rows import Origin, Record, SourceRows
from customer_hub.standardise.tickets import standardise_ticket
from customer_hub.standardise.write import write_records
from customer_hub.values.text import clean

log = logging.getLogger(__name__)
CHUNK_SIZE = 2000
_STANDARDISE: Mapping[str, Callable[[Record, Origin, str | None], SourceRows]] = {
    "customer": standardise_customer,
    "contact": standardise_contact,
    "sales_order": standardise_order,
    "ticket": standardise_ticket,
    "interaction": standardise_interaction,
    "feedback": standardise_feedback,
}
# The raw columns that name a further record of the same channel, and its entity.
_NAMED: Mapping[str, Mapping[str, str]] = {
    "interaction": {"contact": "contact"},
    "feedback": {"ticket": "ticket", "order": "sales_order"},
}
_MATCHED = ("customer", "contact")


def standardise_pending(run_id: str) -> BatchResult:
    """Empty the queue of source keys: write what changed in source.*, queue it for match and merge.

    Safe to run again at any time; with nothing pending it is a no-op. What a source key becomes
    depends on its own accepted versions alone, so neither order nor chunking matters.

    Args:
        run_id: the run whose receipt counts the work.

    Returns:
        Counts ``keys`` (taken off the queue), ``standing`` (that have an accepted version) and
        ``changed`` (whose rows changed).

    Raises:
        HubError: another process standardises now.
        ConfigurationError: the policy is not the active version.
    """
    return _work_off(
        run_id,
        lambda connection, _: sql.rows(connection, "standardise/select_pending", size=CHUNK_SIZE),
    )


def standardise_all(run_id: str) -> BatchResult:
    """Do every source key that ever landed, whether it is queued or not; otherwise the same."""
    return _work_off(
        run_id,
        lambda connection, after: sql.rows(
            connection, "standardise/select_landed", after=after, size=CHUNK_SIZE
        ),
    )


def _work_off(
    run_id: str, read_next: Callable[[Connection, str], Sequence[Row[Any]]]
) -> BatchResult:
    """Do chunk by chunk what `read_next` gives for the last key of the chunk before."""
    result = BatchResult("standardise", {"keys": 0, "standing": 0, "changed": 0})
    after = ""
    with db.hold_lock("standardise"):
        while True:
            with db.begin() as connection:
                chunk = read_next(connection, after)
                counts = _standardise_chunk(connection, chunk)
                sql.run(
                    connection,
                    "standardise/add_receipt",
                    run_id=run_id,
                    counts=json.dumps(counts),
                )
            result = result.add(**counts)
            if not chunk:
                return result
            after = chunk[-1].source_key
            log.info(
                "standardised %s keys, %s changed; %s keys so far",
                counts["keys"],
                counts["changed"],
                result.counts["keys"],
            )


def _standardise_chunk(connection: Connection, chunk: Sequence[Row[Any]]) -> dict[str, int]:
    if not chunk:
        return {"keys": 0, "standing": 0, "changed": 0}
    ensure_active_version(connection, read_policy())
    sealer = keys.sealer()
    by_entity: dict[str, list[str]] = defaultdict(list)
    for row in chunk:
        by_entity[row.entity].append(row.source_key)
    standing = changed = 0
    for entity, source_keys in sorted(by_entity.items()):
        records = read_records(connection, sealer, entity, source_keys)
        if entity == "sales_order":
            with regroup_orders(connection, source_keys):
                touched = write_records(connection, sealer, entity, source_keys, records)
        else:
            touched = write_records(connection, sealer, entity, source_keys, records)
        _queue(connection, entity, sorted(touched))
        standing, changed = standing + len(records), changed + len(touched)
    sql.run(
        connection,
        "standardise/delete_pending",
        source_keys=[row.source_key for row in chunk],
        queued_ats=[row.queued_at for row in chunk],
    )
    return {"keys": len(chunk), "standing": standing, "changed": changed}


def _queue(connection: Connection, entity: str, source_keys: list[str]) -> None:
    if entity in _MATCHED and source_keys:
        sql.run(connection, "standardise/queue_records", source_keys=source_keys, entity=entity)
        sql.run(connection, "standardise/queue_goldens", source_keys=source_keys)


def read_records(
    connection: Connection,
    sealer: Sealer,
    entity: str,
    source_keys: Sequence[str],
    moment: datetime | None = None,
) -> list[SourceRows]:
    """Return what the accepted versions become that are current, or were at a moment."""
    rows = sql.rows(
        connection, "standardise/select_current", source_keys=list(source_keys), moment=moment
    )
    salts = subjects.read_salts(connection, sorted({row.subject for row in rows}))
    return [standardise_version(sealer, entity, row, salts) for row in rows]


def standardise_version(sealer: Sealer, entity: str, row: Any, salts: subjects.Salts) -> SourceRows:
    """Return the rows that one landed version becomes.

    Args:
        sealer: opens the payload.
        entity: of the version.
        row: a row of `standardise/select_current`.
        salts: with that of its subject.
    """
    config = read_decided_channel(row.channel)
    payload = landing.open_payload(sealer, row, salts)
    record = config.load_system().map_record(entity, payload)
    origin = Origin(
        source_key=row.source_key,
        channel=row.channel,
        source_id=row.source_id,
        version_id=row.version_id,
        version_at=row.version_at,
        is_deleted=row.is_deleted,
        zone=find_zone(row, record, config.timezone),
        first_created_at=row.first_created_at,
        is_downgraded=row.is_downgraded,
        orders_from=config.orders_from,
        named={
            column: name_record(sealer, config, named, record.get(column))
            for column, named in _NAMED.get(entity, {}).items()
        },
    )
    reference = record.get("parent" if entity == "customer" else "customer")
    customer_key = name_record(sealer, config, "customer", reference)
    return _STANDARDISE[entity](record, origin, customer_key)


def name_record(
    sealer: Sealer, config: ChannelConfig, entity: str, reference: str | None
) -> str | None:
    """Return the source key of a record that another one refers to by the channel's own id.

    Args:
        sealer: hashes the id where a channel's ids are personal.
        config: the channel.
        entity: of the record that is meant.
        reference: the id as it stands in the record.
    """
    text = clean(reference)
    if text is None:
        return None
    source_id = (
        landing.hide_source_id(sealer, config.name, entity, text) if config.personal_key else text
    )
    return landing.source_key(config.name, entity, source_id)
