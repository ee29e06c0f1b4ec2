"""Deletions of channels that do not show them: what a complete sweep of ids misses is gone.

The ids go to a temporary table while no transaction is open; tombstones are written in one
transaction at the end, so that a sweep that breaks off leaves none.
"""

import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.digest import digest_delete
from customer_hub.core import db, sql
from customer_hub.core.errors import BadDataError
from customer_hub.core.seal import Sealer
from customer_hub.gather.reading import store_id
from customer_hub.gather.windows import PageCounts, Window, check_fence, commit_pages

log = logging.getLogger(__name__)

# More than this share of what is known is a broken list, not a deletion. A share of a handful says
# little: it is taken of ten records at least.
LARGEST_SHARE = 0.2
SHARE_FLOOR = 10


def sweep_entity(
    sealer: Sealer,
    config: ChannelConfig,
    window: Window,
    batches: Iterable[Sequence[str]],
    seen_at: datetime,
) -> int:
    """Land a delete for every known record that the sweep misses; returns how many.

    Args:
        sealer: hashes ids (for channels whose ids are personal) and digests.
        config: the channel.
        window: the open window that the deletes are counted in.
        batches: the ids that exist now; an error while they are read leaves no tombstone.
        seen_at: the channel's clock at the start of the sweep.

    Raises:
        BadDataError: nothing is shown, or more than a fifth of what is known would be deleted, and
            nobody has let that pass.
        FencedError: another run has taken the window over.
    """
    with db.engine().connect() as connection:
        sql.run(connection, "gather/create_swept_id")
        connection.commit()
        try:
            shown = _note_ids(connection, sealer, config, window.entity, batches)
            _check_share(connection, window, shown)
            deleted = _write_tombstones(connection, sealer, config, window, seen_at)
        finally:
            # The connection goes back to the pool: a lost one takes its temporary table along.
            with suppress(DBAPIError):
                connection.rollback()
                sql.run(connection, "gather/drop_swept_id")
                connection.commit()
    log.info("%s: swept, shown %d, deleted %d", window.where, shown, deleted)
    return deleted


def _note_ids(
    connection: Connection,
    sealer: Sealer,
    config: ChannelConfig,
    entity: str,
    batches: Iterable[Sequence[str]],
) -> int:
    shown = 0
    for batch in batches:
        ids = ((store_id(sealer, config, entity, source_id),) for source_id in batch)
        shown += sql.copy_in(connection, "gather/copy_swept_ids", ids)
        connection.commit()
    return shown


def _check_share(connection: Connection, window: Window, shown: int) -> None:
    """Refuse to believe a list that lacks too much, unless a person has said that it is right."""
    row = sql.rows(
        connection, "gather/count_missing", channel=window.channel, entity=window.entity
    )[0]
    allowed = LARGEST_SHARE * max(row.known_count, SHARE_FLOOR) if shown else 0
    if row.missing_count <= max(allowed, window.waived_deletes):
        return
    connection.rollback()
    what = f"a sweep misses {row.missing_count} of {row.known_count} known records"
    with db.begin() as noting:
        sql.run(
            noting,
            "gather/note_refused_sweep",
            window_id=window.window_id,
            fence=window.fence,
            hold_reason=what,
        )
    raise BadDataError(
        what,
        where=window.where,
        hint="nothing was deleted; see docs/runbooks/gather.md, 'a sweep misses too much'",
    )


def _write_tombstones(
    connection: Connection,
    sealer: Sealer,
    config: ChannelConfig,
    window: Window,
    seen_at: datetime,
) -> int:
    check_fence(connection, window)
    deleted = sql.run(
        connection,
        "gather/insert_tombstones",
        channel=config.name,
        entity=window.entity,
        seen_at=seen_at,
        digest=digest_delete(sealer),
        window_id=window.window_id,
    ).rowcount
    commit_pages(connection, window, PageCounts(received=deleted, landed=deleted), seen_at, None)
    connection.commit()
    return deleted
