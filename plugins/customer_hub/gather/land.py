"""Land pages: tell what is new, seal it, and write it by COPY, all in one transaction.

The judgement is a pure function of the pages and of what stands in the tables, record by record in
their order, so that a record shown twice is judged alike on one page, on two, and in two batches.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Page
from customer_hub.core import landing, sql, subjects
from customer_hub.core.copy_lines import make_array
from customer_hub.core.seal import Sealer
from customer_hub.gather.reading import Reading, read_record
from customer_hub.gather.windows import PageCounts, Window, check_fence, commit_pages

Verdict = Literal["landed", "duplicate", "outside", "refused"]
Latest = tuple[str, bytes, datetime, datetime]  # op, digest, version_at, seen_at
# Of the columns that gather/copy_versions names.
_COLUMN_TYPES = (
    "text", "text", "text", "text", "text", "timestamptz", "bool", "timestamptz", "timestamptz",
    "bytea", "text", "bytea", "int8",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """What the hub has of a reading's source key.

    `latest` is the newest landed version. `has_equal` says
    that a version of the same update time and digest landed before, `has_same` that it was also
    shown at the same moment, `is_echo` that the update time is one that our own write gave,
    `is_own_write` that it shows our own write and nothing else: what the channel itself said last
    is what landed before.
    """

    latest: Latest | None
    has_equal: bool
    has_same: bool
    is_echo: bool
    is_own_write: bool


_UNKNOWN = Standing(None, has_equal=False, has_same=False, is_echo=False, is_own_write=False)


def land_pages(
    connection: Connection,
    sealer: Sealer,
    config: ChannelConfig,
    window: Window,
    pages: Sequence[Page],
) -> PageCounts:
    """Land pages into their window and count them; safe to repeat.

    Args:
        connection: the transaction: all of the pages land, or none.
        sealer: with the segment `payload`.
        config: the channel.
        window: as this run holds it.
        pages: one or more, in the channel's order; the window goes on after the last of them.

    Raises:
        FencedError: another run has taken the window over; nothing is written.
    """
    check_fence(connection, window)
    readings = [
        read_record(sealer, config, record, page.seen_at)
        for page in pages
        for record in page.records
    ]
    standings = _read_standings(connection, readings)
    suppressed = _find_suppressed(connection, sealer, readings)
    judged = list(judge(readings, standings, suppressed, window))
    fresh = [reading for verdict, reading in judged if verdict == "landed"]
    _write_versions(connection, sealer, config, window, fresh)
    verdicts = [verdict for verdict, _ in judged]
    counts = PageCounts(
        received=len(verdicts),
        landed=len(fresh),
        duplicate=verdicts.count("duplicate"),
        outside=verdicts.count("outside"),
        refused=verdicts.count("refused"),
    )
    cursors = [page.cursor for page in pages if page.cursor is not None]
    seen_at = max(page.seen_at for page in pages)
    commit_pages(connection, window, counts, seen_at, cursors[-1] if cursors else None)
    return counts


def judge(
    readings: Sequence[Reading],
    standings: Sequence[Standing],
    suppressed: frozenset[str],
    window: Window,
) -> Iterator[tuple[Verdict, Reading]]:
    """Yield the verdict on each reading, with the reading as it is to be landed.

    Args:
        readings: in the channel's order.
        standings: what stands in the tables, one for each reading.
        suppressed: source keys that must not be gathered again.
        window: rows from before its start that are duplicates belong to the overlap: `outside`.
    """
    newest: dict[str, Latest] = {}
    equal: set[tuple[str, datetime, str, bytes]] = set()
    same: set[tuple[str, datetime, str, bytes, datetime]] = set()
    for original, standing in zip(readings, standings, strict=True):
        if suppressed and not suppressed.isdisjoint(original.suppression_keys):
            yield "refused", original
            continue
        latest = newest.get(original.source_key, standing.latest)
        reading = _revive(original, latest, window.history)
        identity = (reading.source_key, reading.version_at, reading.op, reading.digest)
        # Of whom nothing has landed, nothing can come again.
        if latest is not None:
            seen = replace(
                standing,
                has_equal=(standing.has_equal and reading is original) or identity in equal,
                has_same=(standing.has_same and reading is original)
                or (*identity, reading.seen_at) in same,
            )
            if _is_duplicate(reading, seen, latest, window.history):
                is_overlap = window.history != "full_sweep" and reading.version_at < window.start_at
                yield "outside" if is_overlap else "duplicate", reading
                continue
        equal.add(identity)
        same.add((*identity, reading.seen_at))
        if latest is None or reading.rank > (latest[2], latest[3], latest[1]):
            newest[reading.source_key] = (
                reading.op,
                reading.digest,
                reading.version_at,
                reading.seen_at,
            )
        yield "landed", reading


def _is_duplicate(reading: Reading, standing: Standing, latest: Latest, history: str) -> bool:
    """Say whether a reading tells nothing new; docs/architecture.md has the definition."""
    if standing.has_same:
        return True
    op, digest, version_at, _ = latest
    is_unchanged = (op, digest) == (reading.op, reading.digest)
    if not reading.is_own_time:
        # Who shows the present shows later what is later: equal is unchanged. Of files the newest
        # may come first, and what one dated in between says may be still to come.
        return is_unchanged and history != "versioned"
    if is_unchanged and (reading.version_at == version_at or standing.is_echo):
        return True
    if standing.is_own_write and op == reading.op == "upsert":
        return True
    # An older version that landed before changes nothing, whenever it is shown again.
    return reading.version_at < version_at and standing.has_equal


def _revive(reading: Reading, latest: Latest | None, history: str) -> Reading:
    """Date a record that is there again after a delete by when it was seen.

    Restoring a record rarely moves its own update time, so that it would stay behind its delete.
    Only where the channel shows the present: an old file shows an old state.
    """
    if latest is None or history == "versioned" or reading.op != "upsert":
        return reading
    op, _, version_at, seen_at = latest
    if op == "delete" and reading.version_at <= version_at and reading.seen_at > seen_at:
        return replace(reading, version_at=max(version_at, reading.seen_at), is_own_time=False)
    return reading


def _read_standings(connection: Connection, readings: Sequence[Reading]) -> list[Standing]:
    """Return what the hub has of each reading; much of a first load is quickly known to be new."""
    asked = make_array(reading.source_key for reading in readings)
    rows = sql.rows(connection, "gather/select_known_keys", source_keys=asked)
    keys = {row.source_key for row in rows}
    if not keys:
        return [_UNKNOWN] * len(readings)
    known = [reading for reading in readings if reading.source_key in keys]
    found = sql.rows(
        connection,
        "gather/select_standing",
        source_keys=make_array(reading.source_key for reading in known),
        ops=make_array(reading.op for reading in known),
        version_ats=make_array(reading.version_at for reading in known),
        digests=make_array(reading.digest for reading in known),
        seen_ats=make_array(reading.seen_at for reading in known),
    )
    standing = iter(found)
    return [
        _make_standing(next(standing)) if reading.source_key in keys else _UNKNOWN
        for reading in readings
    ]


def _make_standing(row: Row[Any]) -> Standing:
    return Standing(
        latest=None if row.op is None else (row.op, bytes(row.digest), row.version_at, row.seen_at),
        has_equal=row.has_equal,
        has_same=row.has_same,
        is_echo=row.is_echo,
        is_own_write=row.is_own_write,
    )


def _find_suppressed(
    connection: Connection, sealer: Sealer, readings: Sequence[Reading]
) -> frozenset[str]:
    if not sql.rows(connection, "gather/has_suppressed")[0].has_any:
        return frozenset()
    hashes = {
        landing.suppression_hash(sealer, key): key
        for reading in readings
        for key in reading.suppression_keys
    }
    found = sql.rows(connection, "gather/select_suppressed", source_hashes=make_array(hashes))
    return frozenset(hashes[bytes(row.source_hash)] for row in found)


def _write_versions(
    connection: Connection,
    sealer: Sealer,
    config: ChannelConfig,
    window: Window,
    readings: Sequence[Reading],
) -> None:
    """Seal and copy; only what lands gets a salt, so that a refused subject leaves no trace."""
    if not readings:
        return
    salts = subjects.ensure_salts(
        connection, {reading.subject for reading in readings if reading.op == "upsert"}
    )

    def to_row(reading: Reading) -> tuple[Any, ...]:
        sealed = None
        if reading.op == "upsert":
            key = landing.payload_key(
                reading.source_key, reading.version_at, reading.seen_at, reading.digest
            )
            salt = salts[reading.subject]
            sealed = sealer.seal(landing.TABLE, landing.SEGMENT, key, salt, reading.payload)
        return (
            reading.source_key,
            config.name,
            window.entity,
            reading.source_id,
            reading.op,
            reading.version_at,
            reading.is_own_time,
            reading.seen_at,
            reading.created_at,
            reading.digest,
            reading.subject,
            sealed,
            window.window_id,
        )

    sql.copy_binary(connection, "gather/copy_versions", _COLUMN_TYPES, map(to_row, readings))
