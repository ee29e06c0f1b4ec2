"""Rows to records: a member is a row, a receipt is all the rows of its number."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from customer_hub.channels.contract import RawRecord
from customer_hub.channels.csv_file import Row, ragged_payload
from customer_hub.channels.file_drop.layout import Layout

_CANCELLED = "注销"
_STATUS = "状态"
_MEMBER = "会员号"
_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")


def read_local_time(text: str, zone: ZoneInfo) -> datetime | None:
    """Return a naive local time as aware UTC; None when it is none (the gate sees the raw text)."""
    for pattern in _FORMATS:
        try:
            moment = datetime.strptime(text.strip(), pattern).replace(tzinfo=zone)
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def find_last_lines(layout: Layout, rows: Iterable[Row]) -> dict[str, int]:
    """Return the line at which each record of a grouped layout is complete.

    Rows of one receipt may stand apart. Memory is one entry for each receipt of a day.
    """
    return {row.payload[layout.key].strip(): row.line for row in rows if not row.is_ragged}


def make_records(
    layout: Layout,
    rows: Iterable[Row],
    last_lines: dict[str, int],
    *,
    name: str,
    zone: ZoneInfo,
) -> Iterator[RawRecord]:
    """Yield the records of a file in the order in which they are complete.

    Args:
        layout: of the file.
        rows: all of its rows.
        last_lines: from `find_last_lines`; empty for a layout that is not grouped.
        name: of the file; it names rows without a key.
        zone: of the file's times.
    """
    open_groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        key = "" if row.is_ragged else row.payload[layout.key].strip()
        if not key:
            yield _make_stray(layout, row, name)
        elif layout.is_grouped:
            lines = open_groups.setdefault(key, [])
            if row.payload not in lines:  # the same row twice is one line
                lines.append(row.payload)
            if row.line == last_lines[key]:
                yield _make_group(layout, key, open_groups.pop(key), zone)
        else:
            yield _make_single(layout, key, row.payload, zone)


def _make_stray(layout: Layout, row: Row, name: str) -> RawRecord:
    """A row that nobody can name still lands, under its place in the file."""
    payload = row.payload if row.is_ragged else ragged_payload("key", name, row.line, row.payload)
    return RawRecord(
        entity=layout.entity,
        source_id=f"!{name}:{row.line}",
        op="upsert",
        version_at=None,
        created_at=None,
        payload=payload,
    )


def _make_single(layout: Layout, key: str, payload: dict[str, Any], zone: ZoneInfo) -> RawRecord:
    is_gone = payload.get(_STATUS, "").strip() == _CANCELLED
    return RawRecord(
        entity=layout.entity,
        source_id=key,
        op="delete" if is_gone else "upsert",
        version_at=read_local_time(payload[layout.modified], zone),
        created_at=read_local_time(payload[layout.created], zone),
        payload={} if is_gone else payload,
    )


def _make_group(layout: Layout, key: str, lines: list[dict[str, Any]], zone: ZoneInfo) -> RawRecord:
    changed = [read_local_time(line[layout.modified], zone) for line in lines]
    known = [moment for moment in changed if moment is not None]
    return RawRecord(
        entity=layout.entity,
        source_id=key,
        op="upsert",
        version_at=max(known) if len(known) == len(changed) else None,
        created_at=read_local_time(lines[0][layout.created], zone),
        payload={"lines": lines},
        customer_id=lines[0][_MEMBER].strip() or None,
    )
