"""What gather writes and validate and standardise read: names and seals of landed versions.

One place for the source key, the subject and the additional data of a landed payload, so that the
room that seals and the rooms that open never disagree.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from customer_hub.core.seal import Sealer
from customer_hub.core.subjects import Salts

TABLE = "landing.version"
SEGMENT = "payload"
# PostgreSQL text holds neither NUL nor lone surrogates, and control characters break logs.
_UNSTORABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


class SealedVersion(Protocol):
    """The columns of landing.version that opening a payload needs; any row with them will do."""

    @property
    def source_key(self) -> str: ...  # noqa: D102
    @property
    def version_at(self) -> datetime: ...  # noqa: D102
    @property
    def seen_at(self) -> datetime: ...  # noqa: D102
    @property
    def digest(self) -> bytes: ...  # noqa: D102
    @property
    def subject(self) -> str: ...  # noqa: D102
    @property
    def payload(self) -> bytes | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class LandedVersion:
    """One landed version with its payload open. Lives in a worker's memory only."""

    version_id: int
    source_key: str
    channel: str
    entity: str
    source_id: str
    op: str
    version_at: datetime
    is_own_time: bool
    seen_at: datetime
    created_at: datetime | None
    digest: bytes
    subject: str
    payload: dict[str, Any] = field(repr=False)


def escape_unstorable(text: str) -> str:
    """Return a channel's own word (an id, a field's name) as a text column and a log can hold it."""
    return _UNSTORABLE.sub(lambda match: f"%{ord(match[0]):04X}", text)


def source_key(channel: str, entity: str, source_id: str) -> str:
    """Return the key that names one record of one channel everywhere."""
    return f"{channel}/{entity}/{source_id}"


def subject_reference(channel: str, entity: str, source_id: str, customer_id: str | None) -> str:
    """Return whose salt seals a record: the customer it belongs to, else the record itself."""
    if customer_id is not None:
        return f"source:{source_key(channel, 'customer', customer_id)}"
    return f"source:{source_key(channel, entity, source_id)}"


def hide_source_id(sealer: Sealer, channel: str, entity: str, source_id: str) -> str:
    """Return the keyed hash that stands for a source id which is personal data.

    For channels with ``personal_key = true``. References inside payloads (an order's customer) hold
    the channel's own id: hash them with the entity that they point at.
    """
    return sealer.blind(f"source_id:{channel}/{entity}", source_id).hex()[:32]


def suppression_hash(sealer: Sealer, source_key: str) -> bytes:
    """Return the keyed hash under which privacy.suppression refuses a source key."""
    return sealer.blind("suppression", source_key)


def payload_key(source_key: str, version_at: datetime, seen_at: datetime, digest: bytes) -> str:
    """Return the row key that a landed payload is sealed for."""
    moments = [
        (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat()
        for moment in (version_at, seen_at)
    ]
    return "|".join((source_key, *moments, bytes(digest).hex()))


def open_payload(sealer: Sealer, row: SealedVersion, salts: Salts) -> dict[str, Any]:
    """Return the native payload of a row of landing.version; {} for deletes and redactions.

    Args:
        sealer: with the segment `payload`.
        row: any row with the columns of `SealedVersion`.
        salts: from core.subjects.read_salts.

    Raises:
        SealError: the subject's salt is lost, or the value does not open.
    """
    if row.payload is None:
        return {}
    key = payload_key(row.source_key, row.version_at, row.seen_at, row.digest)
    payload: dict[str, Any] = sealer.unseal(TABLE, SEGMENT, key, salts[row.subject], row.payload)
    return payload


def open_versions(sealer: Sealer, rows: Iterable[Any], salts: Salts) -> Iterator[LandedVersion]:
    """Yield rows of landing.version (all columns of `LandedVersion`) with their payloads open.

    Raises:
        SealError: as `open_payload`.
    """
    for row in rows:
        yield LandedVersion(
            version_id=row.version_id,
            source_key=row.source_key,
            channel=row.channel,
            entity=row.entity,
            source_id=row.source_id,
            op=row.op,
            version_at=row.version_at,
            is_own_time=row.is_own_time,
            seen_at=row.seen_at,
            created_at=row.created_at,
            digest=bytes(row.digest),
            subject=row.subject,
            payload=open_payload(sealer, row, salts),
        )
