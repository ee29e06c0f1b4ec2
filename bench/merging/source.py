"""Fill a hub with clustered source records: the world's, standardised and sealed by the real room.

Landing, the gate and the matcher are left out: the clusters are the world's truth, and of the
blocking keys those are written that merging asks for.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection

from customer_hub.channels.config import read_channel
from customer_hub.core import db, keys, landing, sql
from customer_hub.core.identity import age_key, blocking_key_hash, golden_id
from customer_hub.core.seal import Sealer
from customer_hub.standardise.contacts import standardise_contact
from customer_hub.standardise.customers import standardise_customer
from customer_hub.standardise.rows import Origin, Record, SourceRows
from customer_hub.standardise.write import write_records
from customer_hub.values.company import parse_company
from local.world.events import Chapter, tell
from local.world.journal import Event

Made = TypeVar("Made")
SEED, START = 7, date(2026, 11, 16)
CHUNK = 5000
_AHEAD = 8  # chapters that may wait to be written
# A customer of the world has some 2.6 records; the stream is cut when there are enough.
_RECORDS_PER_CUSTOMER = 2
_ENTITIES = {
    "customers": "customer", "Account": "customer", "user": "customer", "member": "customer",
    "Contact": "contact",
}  # fmt: skip
_ASKED_KEYS = ("phone", "mail", "stem", "core")


@dataclass(frozen=True, slots=True)
class Source:
    """A source record and the golden id of its cluster."""

    rows: SourceRows
    golden_id: UUID


def fill(count: int) -> None:
    """Write ``count`` source records with their crosswalk, and queue their golden records."""
    sealer = keys.sealer()
    records = islice(read_sources(count), count)
    while chunk := list(islice(records, CHUNK)):
        with db.begin() as connection:
            for entity in ("customer", "contact"):
                rows = [each.rows for each in chunk if each.rows.entity == entity]
                write_records(connection, sealer, entity, [each.source_key for each in rows], rows)
            _write_clusters(connection, chunk)
            found = {key for each in chunk for key in _list_keys(sealer, each.rows)}
            sql.copy_in(connection, "match/copy_keys", sorted(found))


def read_sources(count: int) -> Iterator[Source]:
    """Yield source records, at least ``count``, cluster by cluster; standardised by processes."""
    return spread_chapters(count, _gather_clusters)


def spread_chapters(count: int, work: Callable[[Chapter, int], list[Made]]) -> Iterator[Made]:
    """Yield what processes make of the chapters of a world of at least ``count`` records, in order.

    Args:
        count: records.
        work: is given a chapter and the number of events before it.
    """
    number = 0
    waiting: deque[Future[list[Made]]] = deque()
    with ProcessPoolExecutor() as pool:
        for chapter in tell(count // _RECORDS_PER_CUSTOMER + 100, SEED, START):
            waiting.append(pool.submit(work, chapter, number))
            number += len(chapter.events)
            if len(waiting) > _AHEAD:
                yield from waiting.popleft().result()
        for each in waiting:
            yield from each.result()


def _gather_clusters(chapter: Chapter, number: int) -> list[Source]:
    clusters: dict[tuple[str, str], list[SourceRows]] = defaultdict(list)
    truth = {each.source_key: each.true_customer_id for each in chapter.truth}
    for version, (event, is_deleted) in enumerate(_list_last(chapter), number + 1):
        rows = _standardise(event, version, is_deleted=is_deleted)
        clusters[rows.entity, truth[rows.source_key]].append(rows)
    return [
        Source(rows, golden_id(min(members, key=_age).source_key))
        for members in clusters.values()
        for rows in members
    ]


def list_mapped(chapter: Chapter) -> Iterator[tuple[str, str, Record]]:
    """Yield channel, time zone and mapped record of a chapter's customers."""
    for event in list_customers(chapter):
        config = read_channel(event.channel)
        yield (
            event.channel,
            config.timezone,
            config.load_system().map_record("customer", event.record),
        )


def list_customers(chapter: Chapter) -> Iterator[Event]:
    """Yield the last unbroken version of each customer record that is not deleted."""
    for event, is_deleted in _list_last(chapter):
        if _ENTITIES[event.entity] == "customer" and not is_deleted:
            yield event


def _list_last(chapter: Chapter) -> Iterator[tuple[Event, bool]]:
    """Yield the last unbroken version of each record, and whether the record is deleted."""
    broken = {(each.channel, each.entity, each.key, each.day) for each in chapter.broken}
    last: dict[tuple[str, str, str], Event] = {}
    gone: set[tuple[str, str, str]] = set()
    for event in chapter.events:
        mark = (event.channel, event.entity, event.key)
        if event.op == "delete":
            gone.add(mark)
        elif event.entity in _ENTITIES and (*mark, event.day) not in broken:
            last[mark] = event
    yield from ((event, mark in gone) for mark, event in last.items())


def _standardise(event: Event, version_id: int, *, is_deleted: bool) -> SourceRows:
    config, entity = read_channel(event.channel), _ENTITIES[event.entity]
    record = config.load_system().map_record(entity, event.record)
    origin = Origin(
        source_key=landing.source_key(event.channel, entity, event.key),
        channel=event.channel,
        source_id=event.key,
        version_id=version_id,
        version_at=event.at,
        is_deleted=is_deleted,
        zone=config.timezone,
        first_created_at=event.at,
    )
    if entity == "customer":
        return standardise_customer(record, origin, _name(event.channel, record.get("parent")))
    return standardise_contact(record, origin, _name(event.channel, record.get("customer")))


def _name(channel: str, source_id: str | None) -> str | None:
    return landing.source_key(channel, "customer", source_id) if source_id else None


def _age(rows: SourceRows) -> tuple[object, str, str]:
    row = rows.head.row
    return age_key(row["first_created_at"], row["channel"], row["source_id"])


def _write_clusters(connection: Connection, chunk: Sequence[Source]) -> None:
    goldens = [each.golden_id for each in chunk]
    entities = [each.rows.entity for each in chunk]
    source_keys = [each.rows.source_key for each in chunk]
    sql.run(
        connection,
        "match/upsert_crosswalk",
        keys=source_keys,
        entities=entities,
        golden_ids=goldens,
    )
    sql.run(connection, "match/queue_goldens", golden_ids=goldens, entities=entities)


def _list_keys(sealer: Sealer, rows: SourceRows) -> Iterator[tuple[str, str, bytes, str, bytes]]:
    head = rows.head.row
    kind = "contact" if rows.entity == "contact" else head["kind"] or "person"
    name = head.get("legal_name") or head.get("name") or ""
    named = list(rows.blind)
    company = parse_company(name) if kind == "organisation" else None
    if company is not None and company.core:
        named.append(("stem" if company.branch else "core", company.core))
    name_hash = sealer.blocking_hash("name", name) if name else b""
    for key_kind, value in named:
        if key_kind in _ASKED_KEYS:
            hash_ = blocking_key_hash(sealer, kind, key_kind, value)
            yield rows.entity, key_kind, hash_, rows.source_key, name_hash
