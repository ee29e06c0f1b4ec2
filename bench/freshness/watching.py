"""Looking at the master like any other reader: when is what somebody edited there?"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg

# What golden customers stand on, by the members' landed versions.
_KNOWN = "select source_key from match.crosswalk order by source_key"
_LAST = "select coalesce(max(version_id), 0) from landing.version"
_ARRIVED = """
    select member.source_key, extract(epoch from version.landed_at)
    from master.customer_version as golden
    cross join unnest(golden.member_keys, golden.member_versions) as member (source_key, version_id)
    inner join landing.version as version on version.version_id = member.version_id
    where golden.recorded_to is null and member.version_id > %s
"""


@dataclass(slots=True)
class Journey:
    """One edit: when it was made, landed and was seen in the master, in seconds of the epoch."""

    source_key: str
    edited: float
    landed: float = 0.0
    golden: float = 0.0


class Watch:
    """Follows edits until the master shows them; a record is edited once, so any new version is it."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._last = self._ask(_LAST)[0][0]
        self._on_the_way: dict[str, Journey] = {}
        self.journeys: list[Journey] = []

    def list_known(self) -> list[str]:
        """Return the source keys that belong to a golden record."""
        return [key for (key,) in self._ask(_KNOWN)]

    def follow(self, source_key: str) -> None:
        """Note an edit of this moment."""
        journey = Journey(source_key, time.time())
        self.journeys.append(journey)
        self._on_the_way[source_key] = journey

    def look(self) -> int:
        """Note what has arrived; returns how many edits are still on their way."""
        for source_key, landed in self._ask(_ARRIVED, [self._last]) if self._on_the_way else ():
            journey = self._on_the_way.pop(source_key, None)
            if journey is not None:
                journey.landed, journey.golden = float(landed), time.time()
        return len(self._on_the_way)

    def close(self) -> None:
        """Let the database go."""
        self._connection.close()

    def _ask(self, query: str, given: Iterable[Any] = ()) -> list[Any]:
        return self._connection.execute(query, list(given)).fetchall()
