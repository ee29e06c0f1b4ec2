"""The upload folder: rows that one person may bring in alone, and no more.

What needs a second person has one way in, `hub import`: an upload above its limits lands nothing.
"""

from datetime import datetime

from customer_hub.bulk.limits import needs_approval
from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Channel
from customer_hub.core import db
from customer_hub.core.errors import BadDataError
from customer_hub.gather.run import GatherResult, gather_entity


def gather_uploads(
    config: ChannelConfig,
    channel: Channel,
    entity: str,
    *,
    start: datetime | None,
    end: datetime | None,
    run_id: str,
    is_backfill: bool,
) -> GatherResult:
    """Gather as `gather_entity` does, the whole window or nothing of it.

    The limits are those of an import, over all files of the window: many small ones are one large.

    Raises:
        BadDataError: the window needs a second person; nothing was written, and the next run reads
            it again.
    """
    with db.begin_whole(f"gather/{config.name}/{entity}") as connection:
        result = gather_entity(
            config, channel, entity, start=start, end=end, run_id=run_id, is_backfill=is_backfill
        )
        if needs_approval(connection, result.landed):
            raise BadDataError(
                f"{result.landed} rows of the upload folder need a second person",
                where=f"{config.name}/{entity}",
                hint="nothing landed: move the large file into imports/, and `hub import apply FILE`",
            )
    return result
