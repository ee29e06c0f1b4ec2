"""What every write has in common: only known fields go out, and only a read-back proves them."""

from collections.abc import Mapping
from typing import Protocol

from customer_hub.channels.contract import Outcome, RawRecord, WriteResult
from customer_hub.core.errors import ConfigurationError

GONE = "the record is gone after the write"
UNSHOWN = "the read-back does not show"


class Readable(Protocol):
    """The part of a channel that a read-back needs."""

    def read_one(self, entity: str, source_id: str) -> RawRecord | None:
        """Return one record as it is now."""

    def read_hub_fields(self, record: RawRecord) -> dict[str, str | None]:
        """Return what stands in the hub's slots."""


def check_fields(
    channel: str,
    entity: str,
    fields: Mapping[str, str | None],
    permitted: Mapping[str, tuple[str, ...]],
) -> None:
    """Refuse fields that this system has no slot for.

    Raises:
        ConfigurationError: names all of them; ownership gives the hub what the channel cannot hold.
    """
    unknown = sorted(set(fields) - set(permitted.get(entity, ())))
    if unknown or not fields:
        raise ConfigurationError(
            f"{entity} has no slot for {', '.join(unknown) or 'an empty write'}",
            where=channel,
            hint="correct include/policy/ownership.toml; the slots stand in the channel's README",
        )


def compare_slots(
    wanted: Mapping[str, str | None], shown: Mapping[str, str | None]
) -> tuple[str, ...]:
    """Return the fields whose slot does not hold what is wanted; empty and None are the same."""
    return tuple(name for name, value in wanted.items() if (value or None) != shown.get(name))


def settle_write(
    channel: Readable,
    entity: str,
    source_id: str,
    fields: Mapping[str, str | None],
    outcome: Outcome,
) -> WriteResult:
    """Read a record back after a write: `outcome` if it shows every field, else `failed`."""
    return prove_write(channel, source_id, channel.read_one(entity, source_id), fields, outcome)


def prove_write(
    channel: Readable,
    source_id: str,
    after: RawRecord | None,
    fields: Mapping[str, str | None],
    outcome: Outcome,
) -> WriteResult:
    """Judge a write by the record as it was read after it: `outcome` if it shows every field."""
    if after is None or after.op == "delete":
        return WriteResult("failed", source_id, None, GONE)
    unshown = compare_slots(fields, channel.read_hub_fields(after))
    if unshown:
        cause = f"{UNSHOWN} {', '.join(unshown)}"
        return WriteResult("failed", source_id, after.version_at, cause)
    return WriteResult(outcome, source_id, after.version_at)
