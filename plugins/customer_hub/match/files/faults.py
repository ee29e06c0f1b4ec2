"""Where the faulty rows of a CSV file stand: looked for only in a file that has some."""

import csv
import io
import sys
from collections.abc import Sequence

_MOST_NAMED = 5


def describe_left_out(data: bytes, delimiter: str) -> list[str]:
    """Return notes on the rows that have another number of columns than the header, and on a quote
    that nothing closes; of several lines the first ones are named.

    Args:
        data: the file in UTF-8.
        delimiter: the mark between its columns.
    """
    csv.field_size_limit(sys.maxsize)
    text = data.decode(errors="replace")
    # Lines may end as on an old Mac, but a break inside a value is none.
    rows = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter)
    width = len(next(rows, []))
    left_out: list[int] = []
    open_quote = None
    begins = rows.line_num + 1
    for row in rows:
        if row and len(row) != width:
            left_out.append(begins)
        open_quote = begins if rows.line_num > begins else None  # of the last row
        begins = rows.line_num + 1
    notes = []
    if left_out:
        notes.append(
            f"{len(left_out)} rows left out: another number of columns than the header,"
            f" {name_lines(left_out)}"
        )
    # A quote inside a quoted value is doubled: an odd number leaves one open, up to the end.
    if data.count(b'"') % 2 and open_quote is not None:
        notes.append(f"a quote that is opened in line {open_quote} is closed by nothing")
    return notes


def name_lines(numbers: Sequence[int]) -> str:
    """Return the numbers of lines as a person reads them; of many the first."""
    told = ", ".join(map(str, numbers[:_MOST_NAMED]))
    return f"line{'s' * (len(numbers) > 1)} {told}{', ..' * (len(numbers) > _MOST_NAMED)}"
