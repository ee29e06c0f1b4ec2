"""Read by id what reconciling found to have changed while the windows passed over it.

`publish.drift` says which records; each is asked for once and leaves that list in the transaction
that lands it. What is still not right is found again by the next reconciliation.
"""

import logging

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Channel, Page, RawRecord
from customer_hub.channels.reading import read_records
from customer_hub.core import db, sql
from customer_hub.core.seal import Sealer
from customer_hub.gather.land import land_pages
from customer_hub.gather.windows import Window

log = logging.getLogger(__name__)
_CHUNK = 200


def land_unseen(sealer: Sealer, config: ChannelConfig, channel: Channel, window: Window) -> None:
    """Land the records of a window's entity that reconciling found unseen, as pages of that window.

    One that the channel has no more is left to the sweep, one that it does not show readably to the
    next reconciliation. Safe to repeat.

    Raises:
        ChannelError: the channel cannot be asked; what was read before is in the open window.
        FencedError: another run has taken the window over.
    """
    while True:
        with db.begin() as connection:
            unseen = sql.rows(
                connection,
                "gather/select_unseen",
                channel=config.name,
                entity=window.entity,
                size=_CHUNK,
            )
        if not unseen:
            return
        ids = [row.source_key.split("/", 2)[2] for row in unseen]
        seen_at = channel.read_clock()
        shown = read_records(channel, window.entity, ids)
        records = [each for each in shown.values() if isinstance(each, RawRecord)]
        page = Page(records, seen_at, None)
        with db.begin() as connection:
            counts = land_pages(connection, sealer, config, window, [page])
            sql.run(
                connection,
                "gather/delete_unseen",
                source_keys=[row.source_key for row in unseen],
                found_ats=[row.found_at for row in unseen],
            )
        log.info(
            "%s: unseen, asked %d, received %d, landed %d",
            window.where,
            len(unseen),
            counts.received,
            counts.landed,
        )
