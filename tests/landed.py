"""Land versions in a test as gather does: sealed, in a window, with the channel's own times."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from customer_hub.channels.config import ChannelConfig, EntityConfig
from customer_hub.core import db, keys, landing, subjects
from customer_hub.validate.closing import queue_accepted

START = datetime(2026, 11, 15, 16, tzinfo=UTC)
END = START + timedelta(days=1)
_SYSTEMS = {
    "crm": "espocrm",
    "shop": "woocommerce",
    "support": "request_tracker",
    "pos": "file_drop",
    "manual": "file_drop",
}
_ENTITIES = {
    "customer": EntityConfig(remote="Account", history="current_state"),
    "contact": EntityConfig(remote="Contact", history="current_state"),
    "sales_order": EntityConfig(remote="orders", history="current_state"),
    "ticket": EntityConfig(remote="tickets", history="current_state"),
    "interaction": EntityConfig(remote="Call, Meeting, Email", history="current_state"),
}


def make_channel(name: str = "crm", **changes: Any) -> ChannelConfig:
    """Return a channel's configuration with every entity."""
    facts: dict[str, Any] = {
        "name": name,
        "title": name,
        "system": _SYSTEMS[name],
        "connection": name,
        "schedule": "0 1 * * *",
        "trust": 50,
        "entities": _ENTITIES,
    }
    return ChannelConfig(**{**facts, **changes})


@dataclass(frozen=True)
class Landing:
    """One version to land. Hours count from the start of the window."""

    source_id: str
    payload: Mapping[str, Any] | None = field(repr=False)
    hour: float = 1.0
    seen_hour: float | None = None
    customer_id: str | None = None
    created_at: datetime | None = None


def land(
    versions: list[Landing],
    *,
    channel: str = "crm",
    entity: str = "customer",
    state: str = "landed",
    history: str = "current_state",
    duplicate: int = 0,
    outside: int = 0,
) -> int:
    """Land versions in a window of their own and return its id; a payload of None is a delete."""
    sealer = keys.sealer()
    with db.begin() as connection:
        window_id = connection.exec_driver_sql(
            "insert into hub.gathered_window (channel, entity, start_at, end_at, history, state,"
            " run_id, seen_at, received_count, duplicate_count, outside_count, closed_at)"
            " values (%(channel)s, %(entity)s, %(start)s, %(end)s, %(history)s, %(state)s,"
            " 'gather', %(end)s, %(received)s, %(duplicate)s, %(outside)s,"
            " case when %(state)s = 'closed' then now() end) returning window_id",
            {
                "channel": channel,
                "entity": entity,
                "start": START,
                "end": END,
                "history": history,
                "state": state,
                "received": len(versions) + duplicate + outside,
                "duplicate": duplicate,
                "outside": outside,
            },
        ).scalar_one()
        for version in versions:
            _insert(connection, sealer, channel, entity, window_id, version)
    return int(window_id)


def accept(versions: list[Landing], *, channel: str = "crm", entity: str = "customer") -> int:
    """Land versions in a window that the gate has closed, and queue them; returns the window's id."""
    window_id = land(versions, channel=channel, entity=entity, state="closed")
    with db.begin() as connection:
        queue_accepted(connection, window_id=window_id)
    return window_id


def _insert(
    connection: Any, sealer: Any, channel: str, entity: str, window_id: int, version: Landing
) -> None:
    source_key = landing.source_key(channel, entity, version.source_id)
    subject = landing.subject_reference(channel, entity, version.source_id, version.customer_id)
    salt = subjects.ensure_salts(connection, [subject])[subject]
    version_at = START + timedelta(hours=version.hour)
    seen_at = END if version.seen_hour is None else START + timedelta(hours=version.seen_hour)
    digest = sealer.digest("deleted" if version.payload is None else version.payload)
    sealed = None
    if version.payload is not None:
        key = landing.payload_key(source_key, version_at, seen_at, digest)
        sealed = sealer.seal(landing.TABLE, landing.SEGMENT, key, salt, version.payload)
    connection.exec_driver_sql(
        "insert into landing.version (source_key, channel, entity, source_id, op, version_at,"
        " is_own_time, seen_at, created_at, digest, subject, payload, window_id)"
        " values (%(source_key)s, %(channel)s, %(entity)s, %(source_id)s, %(op)s, %(version_at)s,"
        " true, %(seen_at)s, %(created_at)s, %(digest)s, %(subject)s, %(payload)s, %(window_id)s)",
        {
            "source_key": source_key,
            "channel": channel,
            "entity": entity,
            "source_id": version.source_id,
            "op": "delete" if version.payload is None else "upsert",
            "version_at": version_at,
            "seen_at": seen_at,
            "created_at": version.created_at,
            "digest": digest,
            "subject": subject,
            "payload": sealed,
            "window_id": window_id,
        },
    )
