"""A record as the hub names and dates it, before anything is known of its past."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import RawRecord
from customer_hub.channels.digest import digest_delete, digest_payload
from customer_hub.core import landing
from customer_hub.core.seal import Sealer


@dataclass(frozen=True, slots=True)
class Reading:
    """One record of a page: its keys, its moments and its digest."""

    source_key: str
    source_id: str
    subject: str
    op: str
    version_at: datetime
    is_own_time: bool
    seen_at: datetime
    created_at: datetime | None
    digest: bytes
    payload: dict[str, Any] = field(repr=False)

    @property
    def suppression_keys(self) -> tuple[str, ...]:
        """Source keys whose suppression refuses this record: its own and its customer's."""
        return self.source_key, self.subject.removeprefix("source:")

    @property
    def rank(self) -> tuple[datetime, datetime, bytes]:
        """By what the current version of a source key is the greatest."""
        return self.version_at, self.seen_at, self.digest


def store_id(sealer: Sealer, config: ChannelConfig, entity: str, source_id: str) -> str:
    """Return a source id as the hub stores it: hashed when the channel's ids are personal."""
    if config.personal_key:
        return landing.hide_source_id(sealer, config.name, entity, source_id)
    return landing.escape_unstorable(source_id)


def read_record(
    sealer: Sealer, config: ChannelConfig, record: RawRecord, seen_at: datetime
) -> Reading:
    """Return the reading of a record that a channel showed at `seen_at`."""
    source_id = store_id(sealer, config, record.entity, record.source_id)
    customer_id = (
        None
        if record.customer_id is None
        else store_id(sealer, config, "customer", record.customer_id)
    )
    is_delete = record.op == "delete"
    volatile = config.entities[record.entity].volatile
    return Reading(
        source_key=landing.source_key(config.name, record.entity, source_id),
        source_id=source_id,
        subject=landing.subject_reference(config.name, record.entity, source_id, customer_id),
        op=record.op,
        version_at=seen_at if record.version_at is None else record.version_at,
        is_own_time=record.version_at is not None,
        seen_at=seen_at,
        created_at=record.created_at,
        digest=digest_delete(sealer)
        if is_delete
        else digest_payload(sealer, record.payload, volatile),
        payload={} if is_delete else record.payload,
    )
