"""Gather one entity of one channel: the whole of a window lands, page by page, or goes on later."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Channel, Page
from customer_hub.core import db, keys
from customer_hub.core.coverage import read_covered_to
from customer_hub.core.errors import ChannelContentError
from customer_hub.core.receipts import write_receipt
from customer_hub.core.seal import Sealer
from customer_hub.gather.ahead import read_ahead
from customer_hub.gather.interval import choose_interval
from customer_hub.gather.land import land_pages
from customer_hub.gather.sweep import sweep_entity
from customer_hub.gather.unseen import land_unseen
from customer_hub.gather.windows import Window, mark_landed, open_window

log = logging.getLogger(__name__)
_LONGEST_TIE_PAGES = 5000
_SEGMENTS = ("payload", "index")


@dataclass(frozen=True, slots=True)
class GatherResult:
    """What a gather left for the gate: ids, moments and counts.

    A run without dates that finds nothing new opens no window, nor does a backfill of a full
    sweep: `window_id` is 0, `state` is "nothing", and there is nothing to validate. The counts are
    those of the window, so a window that was gathered in several attempts has all of them.
    """

    channel: str
    entity: str
    window_id: int
    state: str
    start_at: datetime | None = None
    end_at: datetime | None = None
    received: int = 0
    landed: int = 0
    duplicate: int = 0
    outside: int = 0
    refused: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        moments = {
            name: moment.isoformat() if (moment := getattr(self, name)) else None
            for name in ("start_at", "end_at")
        }
        return {**asdict(self), **moments}


def gather_entity(
    config: ChannelConfig,
    channel: Channel,
    entity: str,
    *,
    start: datetime | None,
    end: datetime | None,
    run_id: str,
    is_backfill: bool = False,
) -> GatherResult:
    """Land [start, end) of an entity and hand the window to the gate; safe to run again.

    Args:
        config: the channel as configured.
        channel: the channel, ready to read.
        entity: customer, contact, sales_order or ticket; configured in `config`.
        start: None for where the closed windows end (first: `first_load_from`).
        end: None for the channel's clock, which also caps it.
        run_id: the Airflow run, for the window.
        is_backfill: reads exactly [start, end); for `full_sweep` it makes no request and covers
            nothing, because the channel shows only the present; its receipt says 0.

    Raises:
        HubError: another run gathers the same entity now.
        FencedError: another run took the window over in between.
        ChannelError: the channel failed; the window stays open and goes on at its page cursor.
        BadDataError: a sweep would delete too much, or the counts do not add up.
    """
    sealer = keys.sealer(_SEGMENTS)
    if is_backfill and config.entities[entity].history == "full_sweep":
        return _ask_nothing(config, entity, run_id)
    with db.hold_lock(f"gather/{config.name}/{entity}"):
        with db.begin() as connection:
            covered_to = (
                read_covered_to(connection, config.name, entity, config.first_load_from)
                or config.first_load_from
            )
        interval = choose_interval(
            config,
            entity,
            start=start,
            end=end,
            covered_to=covered_to,
            # What changed just now may still be out of sight.
            clock=channel.read_clock() - timedelta(seconds=config.entities[entity].lag_seconds),
            is_backfill=is_backfill,
        )
        if interval is None:
            log.info("%s/%s: nothing new", config.name, entity)
            return GatherResult(config.name, entity, 0, "nothing")
        with db.begin() as connection:
            window = open_window(
                connection,
                config.name,
                entity,
                start=interval[0],
                end=interval[1],
                history=config.entities[entity].history,
                run_id=run_id,
            )
        _read_pages(sealer, config, channel, window)
        if not is_backfill:
            land_unseen(sealer, config, channel, window)
        is_newest = covered_to <= window.end_at
        if config.entities[entity].deletes == "sweep" and is_newest and not is_backfill:
            _sweep(sealer, config, channel, window)
        with db.begin() as connection:
            landed = mark_landed(connection, window)
    return _to_result(landed)


def _ask_nothing(config: ChannelConfig, entity: str, run_id: str) -> GatherResult:
    """Say in a receipt that no request was made; a window would claim days that nobody read."""
    result = GatherResult(config.name, entity, 0, "nothing")
    with db.begin() as connection:
        write_receipt(
            connection, run_id, "gather", result.as_dict(), channel=config.name, entity=entity
        )
    log.info("%s/%s: a backfill of a full sweep makes no request", config.name, entity)
    return result


def _read_pages(sealer: Sealer, config: ChannelConfig, channel: Channel, window: Window) -> None:
    lower = window.start_at - timedelta(minutes=config.entities[window.entity].overlap_minutes)
    if window.history == "full_sweep":
        # Systems that can filter would leave out what changes without moving its update time.
        lower = min(lower, config.first_load_from)
    cursor = window.page_cursor
    pages = channel.extract(window.entity, lower, window.end_at, cursor)
    number = 0
    for batch in read_ahead(_refuse_loops(pages, cursor, window.where)):
        with db.begin() as connection:
            counts = land_pages(connection, sealer, config, window, batch)
        number += len(batch)
        log.info(
            "%s: page %d, received %d, landed %d, duplicate %d, outside %d, refused %d",
            window.where,
            number,
            counts.received,
            counts.landed,
            counts.duplicate,
            counts.outside,
            counts.refused,
        )


def _refuse_loops(
    pages: Iterable[Page], cursor: dict[str, Any] | None, where: str
) -> Iterator[Page]:
    """Pass pages on until they lead to themselves for longer than a second of many records would."""
    repeats = 0
    for number, page in enumerate(pages, start=1):
        repeats = repeats + 1 if page.cursor is not None and page.cursor == cursor else 0
        if repeats > _LONGEST_TIE_PAGES:
            raise ChannelContentError(
                f"page {number} leads to itself: the pages loop",
                where=where,
                hint="the window stays open; run again, then ask the channel's operator",
            )
        cursor = page.cursor
        yield page


def _sweep(sealer: Sealer, config: ChannelConfig, channel: Channel, window: Window) -> None:
    seen_at = channel.read_clock()
    sweep_entity(sealer, config, window, channel.sweep_ids(window.entity), seen_at)


def _to_result(window: Window) -> GatherResult:
    return GatherResult(
        channel=window.channel,
        entity=window.entity,
        window_id=window.window_id,
        state=window.state,
        start_at=window.start_at,
        end_at=window.end_at,
        received=window.received,
        landed=window.landed,
        duplicate=window.duplicate,
        outside=window.outside,
        refused=window.refused,
    )
