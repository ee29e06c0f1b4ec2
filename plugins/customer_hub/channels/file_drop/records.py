"""Rows to records: a member is a row, a receipt is all the rows of its number."""

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from customer_hub.channels.contract import RawRecord
from customer_hub.channels.file_drop.layout import Layout
from customer_hub.channels.file_drop.receipts import GroupPlan, Line, merge_lines
from customer_hub.channels.file_rows import Row, ragged_payload


def make_records(
    layout: Layout,
    rows: Iterable[Row],
    plan: GroupPlan,
    *,
    name: str,
    zone: ZoneInfo,
) -> Iterator[RawRecord]:
    """Yield the records of a file in the order in which they are complete.

    Args:
        layout: of the file.
        rows: all of its rows.
        plan: from `plan_groups`; empty for a layout that is not grouped.
        name: of the file; it names rows without a key.
        zone: of the file's times.
    """
    open_groups: dict[str, list[Line]] = {}
    for row in rows:
        key = row.read_key(layout.key)
        if not key:
            yield _make_stray(layout, row, name)
        elif layout.is_grouped:
            open_groups.setdefault(key, []).append(row.payload)
            if row.line == plan.last_lines[key]:
                rows_of_key = [*plan.earlier.get(key, ()), *open_groups.pop(key)]
                yield _make_group(layout, key, merge_lines(layout, rows_of_key), zone)
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
    is_gone = layout.is_deleted(payload)
    return RawRecord(
        entity=layout.entity,
        source_id=key,
        op="delete" if is_gone else "upsert",
        version_at=layout.read_time(payload, "modified", zone),
        created_at=layout.read_time(payload, "created", zone),
        payload={} if is_gone else payload,
    )


def _make_group(layout: Layout, key: str, lines: list[Line], zone: ZoneInfo) -> RawRecord:
    changed = [layout.read_time(line, "modified", zone) for line in lines]
    known = [moment for moment in changed if moment is not None]
    return RawRecord(
        entity=layout.entity,
        source_id=key,
        op="upsert",
        version_at=max(known) if len(known) == len(changed) else None,
        created_at=layout.read_time(lines[0], "ordered", zone),
        payload={"lines": lines},
        customer_id=layout.read_text(lines[0], "customer") or None,
    )
