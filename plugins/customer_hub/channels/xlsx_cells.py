"""A cell of a spreadsheet as the exact text of its value, or a fault."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from customer_hub.channels.file_rows import Kind

# A spreadsheet keeps 15 digits of a number and writes noughts for the others.
_EXACT = 10**15
_DIGITS = ".15g"


class CellFault(Exception):  # noqa: N818 - it never leaves the reading of a row
    """A cell whose value cannot be told; `shown` is what stands there, for a person."""

    def __init__(self, cause: str, shown: str) -> None:
        super().__init__(cause)
        self.cause = cause
        self.shown = shown


def read_cell(cell: Any, kind: Kind | None, decimal: str, *, is_formula: bool) -> str:
    """Return the text of a cell: "" for an empty one, ISO for days and times, plain digits.

    Args:
        cell: of openpyxl, with the value that the spreadsheet kept of a formula.
        kind: of its column.
        decimal: mark to write in an amount.
        is_formula: it is computed.

    Raises:
        CellFault: `formula`: it was never computed; `error`: #N/A and the like; `number`: digits
            are lost, or a code is no whole number.
    """
    value = cell.value
    if value is None:
        # A formula may give an empty text, which is kept as such.
        if is_formula and cell.data_type != "str":
            raise CellFault("formula", "")
        return ""
    if cell.data_type == "e":
        raise CellFault("error", str(value))
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _show_number(value, kind, decimal)
    if isinstance(value, datetime | date | time):
        return _show_moment(value, kind)
    return str(value)


def _show_number(value: float, kind: Kind | None, decimal: str) -> str:
    is_whole = isinstance(value, int) or value.is_integer()
    if abs(value) >= _EXACT or (kind == "code" and not is_whole):
        raise CellFault("number", str(value))
    if is_whole:
        return str(int(value))
    text = format(Decimal(format(value, _DIGITS)), "f")
    return text.replace(".", decimal) if kind == "amount" else text


def _show_moment(value: datetime | date | time, kind: Kind | None) -> str:
    if isinstance(value, time):
        return value.strftime("%H:%M:%S")
    is_day = not isinstance(value, datetime) or value.time() == time()
    if kind == "date" or (is_day and kind != "time"):
        return value.strftime("%Y-%m-%d")
    return value.strftime("%Y-%m-%d %H:%M:%S")
