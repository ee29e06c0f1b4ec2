"""What records of a target show when they are read now, beside all that is known of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import RawRecord, Target
from customer_hub.channels.digest import digest_payload
from customer_hub.channels.hub_fields import compare_slots
from customer_hub.core import sql
from customer_hub.core.coverage import read_covered_to
from customer_hub.core.seal import Sealer
from customer_hub.publish.gathered import read_gathered_slots, read_known_digests
from customer_hub.publish.held import Shown


@dataclass(frozen=True, slots=True)
class Look:
    """Records as they were read, by source key.

    `unseen` are those that were edited in the target while its gather believes to have all.
    """

    shown: Mapping[str, Shown]
    unseen: frozenset[str]


def look_at(
    connection: Connection,
    sealer: Sealer,
    config: ChannelConfig,
    channel: Target,
    entity: str,
    records: Mapping[str, RawRecord],
) -> Look:
    """Tell what records show, and where that is more than the hub knows.

    Args:
        connection: the caller's transaction.
        sealer: digests, and opens payloads of records that were edited since they were gathered.
        config: the target.
        channel: the open channel.
        entity: customer or contact.
        records: standing records as they were just read, by source key.
    """
    volatile = config.entities[entity].volatile
    known = read_known_digests(connection, list(records))
    digests = {
        key: digest
        for key, record in records.items()
        if (digest := digest_payload(sealer, record.payload, volatile)) not in known.get(key, ())
    }
    slots = read_gathered_slots(connection, sealer, channel, entity, list(digests))
    shown = {}
    for key, record in records.items():
        values = channel.read_hub_fields(record)
        edited = compare_slots(values, slots.get(key, {})) if key in digests else ()
        shown[key] = Shown(values, record.version_at, frozenset(edited))
    return Look(shown, _find_unseen(connection, config, entity, digests, shown))


def _find_unseen(
    connection: Connection,
    config: ChannelConfig,
    entity: str,
    digests: Mapping[str, bytes],
    shown: Mapping[str, Shown],
) -> frozenset[str]:
    covered_to = read_covered_to(connection, config.name, entity, config.first_load_from)
    if covered_to is None or not digests:
        return frozenset()
    return frozenset(
        landed.source_key
        for landed in sql.rows(connection, "publish/select_landed", keys=list(digests))
        if (at := shown[landed.source_key].version_at) is not None
        and landed.version_at <= at < covered_to
        and bytes(landed.digest) != digests[landed.source_key]
    )
