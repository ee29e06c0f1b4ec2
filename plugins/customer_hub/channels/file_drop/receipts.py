"""A receipt from its rows: a file holds only those that changed on its day.

So a receipt that was opened on an earlier business day is completed from the earlier files of the
drop: otherwise one corrected row would replace the whole receipt.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from customer_hub.channels.file_drop.layout import Layout
from customer_hub.channels.file_drop.moment import show_iso
from customer_hub.channels.file_rows import Row

Line = dict[str, Any]


@dataclass(slots=True)
class GroupPlan:
    """What one reading of a file has shown of its receipts.

    Memory is an entry for each receipt of the day, and the earlier rows of those that were opened
    on an earlier day.
    """

    last_lines: dict[str, int] = field(default_factory=dict)
    opened_on: dict[str, date] = field(default_factory=dict)
    earlier: dict[str, list[Line]] = field(default_factory=dict)

    def add_earlier(self, layout: Layout, rows: Iterable[Row]) -> None:
        """Keep the rows of an earlier file that belong to receipts opened before."""
        for row in rows:
            key = row.read_key(layout.key)
            if key in self.opened_on:
                self.earlier.setdefault(key, []).append(row.payload)


def plan_groups(layout: Layout, rows: Iterable[Row], day: date, zone: ZoneInfo) -> GroupPlan:
    """Return where each receipt of a file ends, and which were opened before business day `day`."""
    plan = GroupPlan()
    for row in rows:
        key = row.read_key(layout.key)
        if not key:
            continue
        plan.last_lines[key] = row.line
        opened_at = layout.read_time(row.payload, "ordered", zone)
        if opened_at is not None and opened_at.astimezone(zone).date() < day:
            plan.opened_on[key] = opened_at.astimezone(zone).date()
    return plan


def merge_lines(layout: Layout, rows: Iterable[Line]) -> list[Line]:
    """Return the lines of a receipt as they stand now, by number.

    A row replaces one of the same number with an earlier update time; the same row twice is one.
    Two rows of one number and time that differ both stay, for the gate to see.

    Args:
        layout: of the file.
        rows: all rows of the receipt, earlier files first.
    """
    lines: list[Line] = []
    for row in rows:
        number, changed = layout.read_text(row, "line_no"), _read_change(layout, row)
        if row in lines:
            continue
        rivals = [line for line in lines if number and layout.read_text(line, "line_no") == number]
        if any(_read_change(layout, line) > changed for line in rivals):
            continue
        lines = [
            line for line in lines if line not in rivals or _read_change(layout, line) == changed
        ]
        lines.append(row)
    return sorted(lines, key=lambda line: _number_rank(layout.read_text(line, "line_no")))


def _read_change(layout: Layout, line: Line) -> str:
    """Return the update time as ISO text: such texts stand in the order of their times."""
    return show_iso(layout.read_text(line, "modified"), layout.template.times) or ""


def _number_rank(number: str) -> tuple[int, str]:
    return (int(number) if number.isdecimal() else 0, number)
