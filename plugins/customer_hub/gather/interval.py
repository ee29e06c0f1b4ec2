"""Which stretch of time a run gathers."""

from datetime import datetime

from customer_hub.channels.config import ChannelConfig
from customer_hub.core.errors import ChannelUnavailableError, ConfigurationError

Interval = tuple[datetime, datetime]


def choose_interval(
    config: ChannelConfig,
    entity: str,
    *,
    start: datetime | None,
    end: datetime | None,
    covered_to: datetime,
    clock: datetime,
    is_backfill: bool,
) -> Interval | None:
    """Return [start, end) for a run, or None when a run without dates finds nothing new.

    A run that is not a backfill leaves no hole: it starts where the closed windows end, if that is
    earlier than asked; a day that failed is taken along by the next one, also when a later day was
    backfilled meanwhile. No run reads beyond the channel's clock; what becomes visible late is
    found by the overlap of the next window.

    Args:
        config: the channel.
        entity: the entity, for errors.
        start: the asked start, None for where the closed windows end.
        end: the asked end, None for the channel's clock.
        covered_to: up to when closed windows leave no hole; `first_load_from` before the first load.
        clock: the channel's own clock.
        is_backfill: reads exactly what is asked.

    Raises:
        ChannelUnavailableError: the channel's clock has not reached the asked start.
        ConfigurationError: the interval is empty or a backfill lacks its dates.
    """
    if start is not None and end is not None and start >= end:
        raise ConfigurationError(
            f"the interval {start.isoformat()} .. {end.isoformat()} is empty",
            where=f"{config.name}/{entity}",
            hint="give a start before the end",
        )
    if is_backfill and (start is None or end is None):
        raise ConfigurationError(
            "a backfill needs a start and an end",
            where=f"{config.name}/{entity}",
            hint="`airflow backfill create` gives both",
        )
    begin = covered_to if start is None else start
    if not is_backfill:
        begin = min(begin, covered_to)
    finish = clock if end is None else min(end, clock)
    if begin < finish:
        return begin, finish
    if start is None:
        return None
    raise ChannelUnavailableError(
        f"the channel's clock stands at {clock.isoformat()}, before the asked interval",
        where=f"{config.name}/{entity}",
        hint="run again when the channel has reached it; nothing was read",
    )
