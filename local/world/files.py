"""Writes a world into a folder: events.sqlite, truth.csv, relations.csv, broken.csv."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterable
from contextlib import ExitStack, closing
from dataclasses import astuple
from datetime import date
from pathlib import Path

from local.world.events import tell
from local.world.journal import Event

_SCHEMA = """
create table event (
    seq integer primary key, day integer not null, at text not null, channel text not null,
    entity text not null, op text not null, key text not null, record text not null
)
"""
_INDEX = "create index event_channel_day on event (channel, day, seq)"
_INSERT = (
    "insert into event (day, at, channel, entity, op, key, record) values (?, ?, ?, ?, ?, ?, ?)"
)
HEADERS = {
    "truth.csv": ("source_key", "true_customer_id", "class"),
    "relations.csv": ("child", "parent", "kind"),
    "broken.csv": ("channel", "entity", "key", "day", "fault"),
}


def write_world(folder: Path, customers: int, seed: int, start: date, days: int) -> dict[str, int]:
    """Write the world's first ``days`` days into ``folder`` and return row counts by file.

    Files of an earlier world in the folder are replaced. ``event.at`` is ISO 8601 with +00:00.
    truth.csv names only records that appear within these days.
    """
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "events.sqlite"
    database.unlink(missing_ok=True)
    counts = dict.fromkeys(("events.sqlite", *HEADERS), 0)
    with ExitStack() as stack:
        connection = stack.enter_context(closing(sqlite3.connect(database)))
        # The file is written once and can be made again: no journal is worth its time.
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        connection.execute(_SCHEMA)
        writers = {}
        for name, header in HEADERS.items():
            handle = stack.enter_context((folder / name).open("w", encoding="utf-8", newline=""))
            writers[name] = csv.writer(handle, lineterminator="\n")
            writers[name].writerow(header)
        for chapter in tell(customers, seed, start):
            events = [event for event in chapter.events if event.day <= days]
            connection.executemany(_INSERT, map(_row, events))
            rows: dict[str, list[tuple[object, ...]]] = {
                "truth.csv": [row[:3] for row in chapter.truth if row.day <= days],
                "relations.csv": [astuple(relation) for relation in chapter.relations],
                "broken.csv": [row for row in chapter.broken if row.day <= days],
            }
            for name, lines in rows.items():
                writers[name].writerows(lines)
                counts[name] += len(lines)
            counts["events.sqlite"] += len(events)
        connection.execute(_INDEX)
        connection.commit()
    return counts


def read_counts(database: Path) -> Iterable[tuple[str, str, int, int]]:
    """Yield (channel, entity, day, events) of a written world."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        yield from connection.execute(
            "select channel, entity, day, count(*) from event group by 1, 2, 3 order by 1, 2, 3"
        )


def _row(event: Event) -> tuple[object, ...]:
    return (
        event.day,
        event.at.isoformat(),
        event.channel,
        event.entity,
        event.op,
        event.key,
        json.dumps(event.record, ensure_ascii=False, separators=(",", ":")),
    )
