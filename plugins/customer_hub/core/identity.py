"""Golden ids, and the keyed hashes by which match and merge name a value to each other (law 8)."""

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from customer_hub.core.seal import Sealer

NAMESPACE = uuid5(NAMESPACE_URL, "urn:customer-hub:golden")
_NEVER_CREATED = datetime.max.replace(tzinfo=UTC)


def golden_id(source_key: str) -> UUID:
    """Return the golden id that `source_key` gives to the cluster whose oldest member it is."""
    return uuid5(NAMESPACE, source_key)


def age_key(
    first_created_at: datetime | None, channel: str, source_id: str
) -> tuple[datetime, str, str]:
    """Return what orders the members of a cluster: the smallest is its oldest source record.

    Args:
        first_created_at: the smallest creation time ever claimed; None counts as the youngest.
        channel: the channel's name.
        source_id: the channel's own id, compared by code points.
    """
    return (first_created_at or _NEVER_CREATED, channel, source_id)


def blocking_key_hash(sealer: Sealer, matched_kind: str, kind: str, value: str) -> bytes:
    """Return the hash of one blocking key value; match stores it and merge looks it up.

    Args:
        sealer: holds the matcher's key.
        matched_kind: person, organisation or contact; these never share a hash.
        kind: the key's kind. A branch's ``stem`` hashes like a company's ``core``, so that a branch
            finds its parent.
        value: the key in clear.
    """
    space = "core" if kind == "stem" else kind
    if kind == "mail":
        value = strip_tag(value)
    return sealer.blocking_hash(space, f"{matched_kind}|{value}")


def strip_tag(mail: str) -> str:
    """Return the mailbox that a mail address names: without the tag behind a plus sign."""
    local, _, domain = mail.rpartition("@")
    box, _, _ = local.partition("+")
    return f"{box}@{domain}" if box else mail
