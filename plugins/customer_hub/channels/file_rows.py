"""What files of rows have in common: the header, rows as payloads, and rows nobody can believe."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal

from customer_hub.core.errors import ChannelContentError

Kind = Literal["code", "amount", "date", "time"]
_LONGEST_KEY = 200
_HINT = "nothing of this file was landed; ask the sender for a correct one, then run again (safe)"
# How a spreadsheet writes a long number that it has rounded: 1.39E+10.
_ROUNDED = re.compile(r"\d(\.\d+)?E\+\d{2}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line number and its payload; `is_ragged` when it cannot be told by columns."""

    line: int
    payload: dict[str, Any]
    is_ragged: bool

    def read_key(self, column: str) -> str:
        """Return the cell that names the record.

        It is "" where none can be told: in a ragged row, or in a cell that is blank or longer than
        an index takes.
        """
        key = "" if self.is_ragged else str(self.payload[column]).strip()
        return key if len(key) <= _LONGEST_KEY else ""


@dataclass(frozen=True, slots=True)
class Columns:
    """The header that a file must have.

    Args:
        required: the columns without which a file is refused, by the name that payloads use.
        spellings: every header that is known, and the column that it names.
        kinds: of columns that hold no free text: `code` (digits that must be exact), `amount`,
            `date` (a day) and `time`.
        title: what the errors call it: the template and its version.
    """

    required: tuple[str, ...]
    spellings: Mapping[str, str]
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    title: str = ""

    def match(self, cells: Sequence[str]) -> bool:
        """Tell whether some cells are the header: at least half of what is required is there."""
        found = {self.spellings.get(cell.strip()) for cell in cells}
        missing = [column for column in self.required if column not in found]
        return len(missing) <= len(self.required) // 2

    def read(self, cells: Sequence[str], place: str, channel: str) -> list[str]:
        """Return the columns that the cells of a header name; unknown ones keep their own name.

        Raises:
            ChannelContentError: a column is missing or stands there twice.
        """
        header = [self.spellings.get(cell.strip(), cell.strip()) for cell in cells]
        missing = [column for column in self.required if column not in header]
        if missing:
            found = [cell.strip() for cell in cells if cell.strip()]
            others = [cell for cell in found if cell not in self.spellings]
            wanted = ", ".join(_show_nearest(column, others) for column in missing)
            raise content_error(
                channel, f"{place}: no column {wanted}{self.title}; found: {', '.join(found)}"
            )
        twice = sorted({name for name in header if header.count(name) > 1})
        if twice:
            raise content_error(channel, f"{place}: column {', '.join(twice)} stands there twice")
        return header

    def find_rounded(self, payload: Mapping[str, str]) -> str | None:
        """Return the first column of digits in which a spreadsheet has left a rounded number."""
        for column, kind in self.kinds.items():
            if kind == "code" and _ROUNDED.fullmatch(payload.get(column, "").strip()):
                return column
        return None


def plain_columns(names: Sequence[str], kinds: Mapping[str, Kind]) -> Columns:
    """Return the header of a file whose columns have one spelling each and are all required."""
    return Columns(tuple(names), {name: name for name in names}, kinds)


def ragged_payload(cause: str, name: str, line: int, cells: Any, **more: str) -> dict[str, Any]:
    """Return the payload of a row that only the gate may look at.

    Args:
        cause: nul, columns, key, encoding, rounded, number, formula or error.
        name: of the file.
        line: of the row.
        cells: as far as they can be told.
        more: the sheet or the column, where there is one.
    """
    place = {f"_{part}": value for part, value in more.items()}
    return {"_ragged": True, "_cause": cause, "_file": name, "_line": line, "_cells": cells} | place


def content_error(channel: str, what: str) -> ChannelContentError:
    """Return the error of a file that cannot be believed as a whole."""
    return ChannelContentError(what, where=channel, hint=_HINT)


def _show_nearest(column: str, others: Sequence[str]) -> str:
    near = get_close_matches(column, others, n=1, cutoff=0.5)
    return f"{column} (nearest: {near[0]})" if near else column
