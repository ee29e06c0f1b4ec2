"""Whether a channel works, in plain words: log-in, clock, rights, paging, filter and write-back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import uuid4

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Capabilities, Channel, Page, RawRecord, Target
from customer_hub.channels.fitting import check_fit
from customer_hub.core.errors import (
    ChannelRefusedError,
    ConfigurationError,
    HubError,
)

_PAGES = 3
# Looked at one after the other until one has more than a page: most days bring some.
_SPANS = (timedelta(days=1), timedelta(days=30), timedelta(days=366))
_SLOW_CLOCK = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried: what, whether it works (None: it could not be told), and the words."""

    topic: str
    is_fine: bool | None
    text: str


def check_channel(
    config: ChannelConfig, open_channel: Callable[[], Channel], now: datetime, *, writes: bool
) -> Iterator[Finding]:
    """Yield what works and what does not, as it is tried; nothing lands anywhere.

    Args:
        config: the channel.
        open_channel: opens it, as a gather would.
        now: our own clock.
        writes: also write a hub id to one record of each entity, find it, and put back what was.
    """
    try:
        check_fit(config)
    except HubError as error:
        yield Finding("settings", False, str(error))
        return
    yield Finding("settings", True, "the TOML fits the system")
    try:
        channel = open_channel()
        clock = channel.read_clock()
    except HubError as error:
        yield Finding(_name_cause(error), False, str(error))
        return
    yield Finding("log-in", True, "the system answers and knows us")
    yield _judge_clock(clock - now)
    abilities = config.load_system().CAPABILITIES
    for entity in config.entities:
        yield from _check_entity(config, channel, entity, abilities[entity], clock, writes=writes)


def _name_cause(error: HubError) -> str:
    """Say what keeps a channel from being asked at all: how it is reached, who we are, or itself."""
    if isinstance(error, ConfigurationError):
        return "connection"
    return "log-in" if isinstance(error, ChannelRefusedError) else "answer"


def _judge_clock(ahead: timedelta) -> Finding:
    distance = timedelta(seconds=abs(round(ahead.total_seconds())))
    if distance <= _SLOW_CLOCK:
        return Finding("clock", True, f"within {distance.seconds} s of ours")
    side = "ahead of" if ahead > timedelta(0) else "behind"
    # Of files the clock is the end of the newest business day: behind by nature.
    text = f"{distance} {side} ours; windows go by the system's own, so nothing is lost"
    return Finding("clock", None, text)


def _check_entity(
    config: ChannelConfig,
    channel: Channel,
    entity: str,
    can: Capabilities,
    clock: datetime,
    *,
    writes: bool,
) -> Iterator[Finding]:
    try:
        pages, span = _read_newest(channel, entity, clock - can.lag)
        records = [record for page in pages for record in page.records]
        found = next((record for record in records if record.op == "upsert"), None)
        if found is None:
            text = f"readable; no record changed in {span.days} days, so nothing else was tried"
            yield Finding(f"{entity} rights", None, text)
            return
        yield Finding(f"{entity} rights", True, _count(len(records), len(pages)))
        yield _judge_paging(entity, pages)
        yield _judge_filter(entity, can, records, clock - span)
        yield _judge_one(channel, found)
        unknown = config.load_system().map_record(entity, found.payload)["unknown"]
        told = f"nobody maps {', '.join(unknown)}" if unknown else "all are known"
        yield Finding(f"{entity} fields", True if not unknown else None, told)
        if writes and isinstance(channel, Target):
            yield _try_write(channel, found)
    except HubError as error:
        yield Finding(entity, False, str(error))


def _count(records: int, pages: int) -> str:
    if pages == _PAGES:
        return f"readable; the first {pages} pages hold {records} records"
    return f"readable; {records} record(s) on {pages} page(s)"


def _read_newest(channel: Channel, entity: str, upto: datetime) -> tuple[list[Page], timedelta]:
    """Return the first pages of the shortest span that has more than one, else of the longest."""
    pages: list[Page] = []
    for span in _SPANS:
        pages = list(islice(channel.extract(entity, upto - span, upto, None), _PAGES))
        if sum(bool(page.records) for page in pages) > 1:
            return pages, span
    return pages, _SPANS[-1]


def _judge_paging(entity: str, pages: list[Page]) -> Finding:
    topic = f"{entity} paging"
    if len(pages) < 2:
        return Finding(topic, None, "one page holds all, so paging was not tried")
    first, second = ({record.source_id for record in page.records} for page in pages[:2])
    if first and first == second:
        return Finding(topic, False, "the second page repeats the first")
    return Finding(topic, True, "each page brings other records")


def _judge_filter(
    entity: str, can: Capabilities, records: list[RawRecord], lower: datetime
) -> Finding:
    topic = f"{entity} filter"
    if can.cursor == "full_sweep":
        return Finding(
            topic, None, "the system cannot filter by change: everything is read each time"
        )
    # A row that the system should not have shown ends the reading; that it did not is the proof.
    older = sum(bool(each.version_at and each.version_at < lower) for each in records)
    told = f"; {older} records are older than asked, as its export may show" if older else ""
    return Finding(topic, True, f"only what changed since is shown{told}")


def _judge_one(channel: Channel, record: RawRecord) -> Finding:
    topic = f"{record.entity} by id"
    again = channel.read_one(record.entity, record.source_id)
    if again is None and not isinstance(channel, Target):
        return Finding(topic, None, "cannot be asked for one record; only writing would need it")
    if again is None:
        return Finding(topic, False, "a record that was listed is not found by its id")
    return Finding(topic, True, "a listed record is found")


def _try_write(target: Target, record: RawRecord) -> Finding:
    """Write a hub id that nobody has, find the record by it, and put back what stood there."""
    entity, source_id = record.entity, record.source_id
    topic = f"{entity} write-back"
    before = target.read_hub_fields(record)
    if "hub_id" not in before:
        return Finding(topic, None, "the hub writes nothing there")
    probe = str(uuid4())
    done = target.update(entity, source_id, {"hub_id": probe})
    if done.outcome != "updated":
        return Finding(topic, False, f"record {source_id}: {done.outcome} {done.cause}".rstrip())
    found = target.find_by_hub_id(entity, probe)
    undone = target.update(entity, source_id, {"hub_id": before["hub_id"]})
    if undone.outcome != "updated":
        text = f"record {source_id} keeps the hub id {probe}: {undone.outcome} {undone.cause}"
        return Finding(topic, False, text.rstrip())
    if found != source_id:
        text = (
            "written, read back, and put back; cannot be searched by hub id: only creating needs it"
        )
        return Finding(topic, None, text)
    return Finding(topic, True, "written, read back, found by the hub id, and put back")
