"""Where the faulty rows of a CSV file stand: looked for only in a file that has some."""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from customer_hub.core.errors import BadDataError

_MOST_NAMED = 5


@contextmanager
def any_field_size() -> Iterator[None]:
    """Let fields be as large as the file for a while: the limit is the whole process's."""
    usual = csv.field_size_limit(1 << 31)
    try:
        yield
    finally:
        csv.field_size_limit(usual)


def describe_left_out(name: str, data: bytes, delimiter: str) -> list[str]:
    """Return notes on the rows that have another number of columns than the header, by their lines.

    Args:
        name: of the file.
        data: its content in UTF-8.
        delimiter: the mark between its columns.

    Raises:
        BadDataError: a quote is closed by nothing: the rows behind it are lost in one value.
    """
    # Lines may end as on an old Mac, but a break inside a value is none.
    lines = io.TextIOWrapper(io.BytesIO(data), "utf-8", "replace", newline=None)
    of_row: list[str] = []

    def read() -> Iterator[str]:
        for line in lines:
            of_row.append(line)
            yield line

    left_out: list[int] = []
    width, begins, last = 0, 1, of_row
    rows = csv.reader(read(), delimiter=delimiter)
    with any_field_size():
        for row in rows:
            if row:
                width = width or len(row)
                if len(row) != width:
                    left_out.append(begins)
                begun, last = begins, list(of_row)
            of_row.clear()
            begins = rows.line_num + 1
    if last and _is_open(last, delimiter):
        raise BadDataError(
            f"a quote that is opened in line {begun} is closed by nothing", where=name,
            hint="close it, or double it where it belongs to the value",
        )  # fmt: skip
    notes = []
    if left_out:
        rows_are = "1 row is" if len(left_out) == 1 else f"{len(left_out)} rows are"
        notes.append(
            f"{rows_are} left out: another number of columns than the header,"
            f" {name_lines(left_out)}"
        )
    return notes


def _is_open(row: Sequence[str], delimiter: str) -> bool:
    """Tell whether a row ends inside of quotes."""
    try:
        with any_field_size():
            list(csv.reader(row, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def name_lines(numbers: Sequence[int]) -> str:
    """Return the numbers of lines as a person reads them; of many the first."""
    told = ", ".join(map(str, numbers[:_MOST_NAMED]))
    return f"line{'s' * (len(numbers) > 1)} {told}{', ..' * (len(numbers) > _MOST_NAMED)}"
