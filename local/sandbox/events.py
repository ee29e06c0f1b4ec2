"""The synthetic world's events, read from the file that the world generator writes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from local.sandbox.store import Event, Key

_SELECT = (
    "select day, at, entity, op, key, record from event "
    "where channel = ? and day > ? and day <= ? order by seq"
)


def read_events(
    path: Path, channel: str, after_day: int, upto_day: int, read_key: Callable[[str], Key]
) -> Iterator[Event]:
    """Yield one channel's events of the days (after_day, upto_day], in the order they happened.

    `read_key` makes the channel's own kind of id out of the key text.
    """
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        for day, at, entity, op, key, record in connection.execute(
            _SELECT, (channel, after_day, upto_day)
        ):
            yield Event(
                day, at, entity, op, read_key(str(key)), json.loads(record) if record else {}
            )
