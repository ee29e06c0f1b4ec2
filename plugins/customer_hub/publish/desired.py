"""What records of a target should hold now, and which of it the target has not acknowledged yet."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection

from customer_hub.core import sql
from customer_hub.core.seal import Sealer
from customer_hub.publish.ownership import CLEAR_FIELDS, HUB_ID

_STATEMENTS = {
    "customer": "publish/select_customer_values",
    "contact": "publish/select_contact_values",
}


@dataclass(frozen=True, slots=True)
class Desired:
    """One record of a target: what it should hold, and the names of what it does not hold yet.

    A value of None empties the field.
    """

    source_key: str
    source_id: str
    golden_id: UUID
    values: Mapping[str, str | None] = field(repr=False)
    changed: tuple[str, ...]

    @property
    def news(self) -> dict[str, str | None]:
        """The values that the target has not acknowledged."""
        return {name: self.values[name] for name in self.changed}


def digest_sent(sealer: Sealer, source_key: str, name: str, value: str | None) -> bytes:
    """Return the keyed digest of one sent field, bound to its record: none are comparable."""
    return sealer.digest([source_key, name, value])


def read_desired(
    connection: Connection,
    sealer: Sealer,
    entity: str,
    owned: Sequence[str],
    keys: Sequence[str],
) -> dict[str, Desired]:
    """Return the current intention for each record that exists; others are absent.

    An empty golden value is no opinion and is not sent; one that was explicitly cleared is sent as
    any value is, for the field is the hub's to keep. So is one that was sent for a source record
    which belongs to another customer now: what an unmerge takes away, targets do not keep.

    Args:
        connection: the caller's transaction.
        sealer: for keyed digests.
        entity: customer or contact.
        owned: the hub fields that ownership gives to the hub there.
        keys: source keys of one target.
    """
    sent: dict[str, dict[str, bytes]] = defaultdict(dict)
    orphaned: dict[str, set[str]] = defaultdict(set)
    for row in sql.rows(connection, "publish/select_sent", keys=list(keys)):
        sent[row.source_key][row.field] = bytes(row.digest)
        if row.has_giver_left:
            orphaned[row.source_key].add(row.field)
    desired: dict[str, Desired] = {}
    for row in sql.rows(connection, _STATEMENTS[entity], keys=list(keys)):
        golden = {name: getattr(row, name) for name in CLEAR_FIELDS[entity]}
        golden[HUB_ID] = str(row.golden_id)
        held, empty = sent[row.source_key], {*row.cleared_fields, *orphaned[row.source_key]}
        told = empty | {name for name, value in golden.items() if value}
        values = {name: golden[name] or None for name in owned if name in told}
        changed = tuple(
            name
            for name, value in values.items()
            if held.get(name) != digest_sent(sealer, row.source_key, name, value)
        )
        desired[row.source_key] = Desired(
            row.source_key, row.source_id, row.golden_id, values, changed
        )
    return desired
