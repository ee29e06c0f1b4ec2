"""Rows to a file: CSV and Excel with formulas made text, or JSON lines; equal rows, equal bytes.

A cell is a text or an amount. An amount is a number to spreadsheets, also a negative one, and a text
with all its digits in JSON.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from customer_hub.bulk.workbook import writing_sheet
from customer_hub.values.spreadsheet import escape_formula

Cell = str | Decimal


class TableWriter(Protocol):
    """Takes the rows of a file."""

    def write(self, cells: Mapping[str, Cell]) -> None:
        """Write one row, by column; what is not in the header is left out."""


@contextmanager
def writing_table(
    path: Path, form: str, columns: Sequence[str], title: str = "", sheet: str = "customers"
) -> Iterator[TableWriter]:
    """Yield what writes a file of the form csv, xlsx or jsonl.

    Args:
        path: the file.
        form: which of them.
        columns: its header.
        title: of a first line before the header; none where it is empty.
        sheet: the name of a workbook's only sheet.
    """
    head = [[title], list(columns)] if title else [list(columns)]
    if form == "jsonl":
        with path.open("w", encoding="utf-8", newline="\n") as file:
            yield _JsonLines(file.write, columns)
    elif form == "csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(head)
            # A spreadsheet that divides at semicolons would find a formula behind one: not in quotes.
            writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
            yield _Cells(writer.writerow, columns)
    else:
        with writing_sheet(path, sheet) as append:
            for row in head:
                append(row)
            yield _Cells(append, columns)


class _JsonLines:
    def __init__(self, write: "_Write", columns: Sequence[str]) -> None:
        self._write, self._columns = write, columns

    def write(self, cells: Mapping[str, Cell]) -> None:
        found = {name: str(cells[name]) or None for name in self._columns}
        self._write(json.dumps(found, ensure_ascii=False) + "\n")


class _Cells:
    def __init__(self, append: "_Append", columns: Sequence[str]) -> None:
        self._append, self._columns = append, columns

    def write(self, cells: Mapping[str, Cell]) -> None:
        self._append([_escape(cells[name]) for name in self._columns])


def _escape(cell: Cell) -> Cell:
    return escape_formula(cell) if isinstance(cell, str) else cell


class _Write(Protocol):
    def __call__(self, text: str, /) -> object: ...


class _Append(Protocol):
    def __call__(self, row: Sequence[Cell], /) -> object: ...
