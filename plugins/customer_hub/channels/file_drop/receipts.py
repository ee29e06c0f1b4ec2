"""A receipt from its rows: a file holds only those that changed on its day.

So a receipt that was opened on an earlier business day is completed from the earlier files of the
drop: otherwise one corrected row would replace the whole receipt.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from customer_hub.channels.csv_file import Row
from customer_hub.channels.file_drop.layout import Layout
from customer_hub.channels.file_drop.moment import read_local_time

_LINE = "行号"
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
        opened_at = read_local_time(row.payload[layout.created], zone)
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
        number, changed = row[_LINE].strip(), row[layout.modified].strip()
        if row in lines:
            continue
        rivals = [line for line in lines if number and line[_LINE].strip() == number]
        if any(line[layout.modified].strip() > changed for line in rivals):
            continue
        lines = [
            line for line in lines if line not in rivals or line[layout.modified].strip() == changed
        ]
        lines.append(row)
    return sorted(lines, key=_number_rank)


def _number_rank(line: Line) -> tuple[int, str]:
    number = line[_LINE].strip()
    return (int(number) if number.isdecimal() else 0, number)
