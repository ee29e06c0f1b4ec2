"""Records of a channel by their ids, however it shows them: many at once, or one by one."""

from collections.abc import Sequence

from customer_hub.channels.contract import BatchTarget, Channel, RawRecord
from customer_hub.core.errors import (
    ChannelAccessError,
    ChannelContentError,
    ChannelError,
    ChannelRefusedError,
)


def read_records(
    channel: Channel, entity: str, source_ids: Sequence[str]
) -> dict[str, RawRecord | ChannelError | None]:
    """Return records as the channel shows them now; absent or None: it has none.

    Many at once where the channel can; one that cannot be read keeps no other from being read.

    Raises:
        ChannelError: the channel cannot be asked now.
    """
    if isinstance(channel, BatchTarget) and source_ids:
        try:
            return dict(channel.read_many(entity, source_ids))
        except ChannelAccessError:
            raise
        except (ChannelContentError, ChannelRefusedError):
            pass  # one by one, to find the record that cannot be read
    records: dict[str, RawRecord | ChannelError | None] = {}
    for source_id in source_ids:
        try:
            records[source_id] = channel.read_one(entity, source_id)
        except ChannelAccessError:
            raise
        except (ChannelContentError, ChannelRefusedError) as error:
            records[source_id] = error
    return records
