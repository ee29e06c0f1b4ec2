"""What every write has in common: only known fields go out, and only a read-back proves them."""

from collections.abc import Callable, Mapping
from typing import Protocol

from customer_hub.channels.contract import Outcome, RawRecord, WriteResult
from customer_hub.core.errors import ConfigurationError
from customer_hub.values.mail import parse_mail
from customer_hub.values.phone import parse_phone
from customer_hub.values.website import parse_website

# Slots made for the hub alone: nobody else writes there, and no channel reads them.
HUB_SLOTS = ("hub_id", "level_code", "region_code")
_FORMS: Mapping[str, Callable[[str], str | None]] = {
    "phone": lambda text: parse_phone(text).e164,
    "mail": lambda text: parse_mail(text).address,
    "website": parse_website,
}

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


def normalise(name: str, value: str | None) -> str | None:
    """Return the value of a hub field in one form, however a system writes it; empty is None.

    What has no such form stays as it is: a phone that nobody can dial, any plain text.
    """
    if not value:
        return None
    form = _FORMS.get(name)
    return (form(value) or value) if form else value


def compare_slots(
    wanted: Mapping[str, str | None], shown: Mapping[str, str | None]
) -> tuple[str, ...]:
    """Return the fields whose slot does not hold what is wanted, in whatever form."""
    return tuple(
        name
        for name, value in wanted.items()
        if normalise(name, value) != normalise(name, shown.get(name))
    )


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
    return WriteResult(outcome, source_id, after.version_at, shown=after)


def prove_delete(channel: Readable, entity: str, source_id: str) -> WriteResult:
    """Judge a delete by a read after it: `deleted` if the record is gone, else `failed`."""
    after = channel.read_one(entity, source_id)
    if after is None or after.op == "delete":
        return WriteResult("deleted", source_id)
    return WriteResult("failed", source_id, after.version_at, "the record is still there")
