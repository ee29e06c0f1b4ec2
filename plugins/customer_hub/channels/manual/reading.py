"""A file of the template, CSV or Excel, to records, row by row."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from customer_hub.channels.contract import RawRecord
from customer_hub.channels.csv_file import CsvForm, prove_file, read_rows
from customer_hub.channels.encodings import GB18030, UTF_8
from customer_hub.channels.file_rows import (
    Columns,
    Row,
    content_error,
    plain_columns,
    ragged_payload,
)
from customer_hub.channels.manual.mapping import clears_what_must_stand
from customer_hub.channels.manual.template import (
    ACTIONS,
    AUTHOR,
    KINDS,
    MARK,
    NEWEST,
    SHEET,
    TITLE,
    VERSIONS,
    mark_row,
)
from customer_hub.channels.xlsx_file import SheetForm, open_workbook
from customer_hub.values.spreadsheet import unescape_formula

ENTITY = "customer"
SUFFIXES = (".csv", ".xlsx")
_WORKBOOK = ".xlsx"
_FIRST_LINE = 200  # bytes
_LARGEST_BOOK = 1024 * 1024  # bytes of a workbook's list of sheets


def read_template(path: Path, channel: str) -> Iterator[Row]:
    """Yield the rows of a file, remarks left out.

    Raises:
        ChannelContentError: it is empty, is not the template or a version of it that is not known,
            lacks a column, or is neither UTF-8 nor GB18030.
    """
    version = _find_version(path, channel)
    names = VERSIONS[version]
    columns = plain_columns(names, KINDS)
    rows = (
        _read_workbook(path, columns, version, channel)
        if path.suffix == _WORKBOOK
        else _read_csv(path, columns, version, channel)
    )
    for row in rows:
        if row.is_ragged or MARK not in names:
            yield row
        else:
            cells = {name: unescape_formula(cell) for name, cell in row.payload.items()}
            yield Row(row.line, cells, is_ragged=False)


def is_untouched(row: Row) -> bool:
    """Tell whether an exported row is as it was exported: it then says nothing."""
    mark = "" if row.is_ragged else str(row.payload.get(MARK, "")).strip()
    return bool(mark) and mark == mark_row(row.payload)


def read_records(path: Path, channel: str, author: str) -> Iterator[RawRecord]:
    """Yield a record for each row of a file that says something, with its author in the payload.

    A row without a customer number, with another action than add, change and delete, with CLEAR
    in a column that cannot be empty, or with a number that stood in the file before, lands under
    its line for the gate to quarantine.

    Raises:
        ChannelContentError: as `read_template`.
    """
    for _, record in read_numbered(path, channel, author):
        if record is not None:
            yield record


def read_numbered(path: Path, channel: str, author: str) -> Iterator[tuple[Row, RawRecord | None]]:
    """Yield each row of a file with its record, as `read_records`; None for an untouched one.

    Raises:
        ChannelContentError: as `read_template`.
    """
    seen: set[str] = set()
    for row in read_template(path, channel):
        yield row, None if is_untouched(row) else _read_record(row, path.name, author, seen)


def _read_record(row: Row, name: str, author: str, seen: set[str]) -> RawRecord:
    cause = _find_fault(row, seen)
    if cause is not None or row.is_ragged:
        payload = (
            row.payload if cause is None else ragged_payload(cause, name, row.line, row.payload)
        )
        return _make_record(f"!{name}:{row.line}", "upsert", {**payload, AUTHOR: author})
    number = row.payload["customer_no"].strip()
    seen.add(number)
    if _action(row) == "delete":
        return _make_record(number, "delete", {})
    cells = {name: cell for name, cell in row.payload.items() if name != MARK}
    return _make_record(number, "upsert", {**cells, AUTHOR: author})


def _find_version(path: Path, channel: str) -> int:
    """Return the version that a file says; the newest where it says none, for others to refuse."""
    if path.suffix == _WORKBOOK:
        found = _search_workbook(path)
    else:
        with path.open("rb") as file:
            found = re.match(
                rb"(?:\xef\xbb\xbf)?%s (\d{1,9})" % TITLE.encode(), file.read(_FIRST_LINE)
            )
    version = int(found[1]) if found else NEWEST
    if version not in VERSIONS:
        known = " and ".join(map(str, VERSIONS))
        raise content_error(
            channel, f"{path.name} is version {version} of the template; this hub reads {known}"
        )
    return version


def _search_workbook(path: Path) -> re.Match[bytes] | None:
    try:
        with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as part:
            return re.search(rb'name="%s(\d{1,9})"' % SHEET.encode(), part.read(_LARGEST_BOOK))
    except (zipfile.BadZipFile, KeyError, RuntimeError, OSError):
        return None  # what is wrong with it is told where it is proven


def _read_csv(path: Path, columns: Columns, version: int, channel: str) -> Iterator[Row]:
    form = CsvForm(columns, encodings=(UTF_8, GB18030), title=f"{TITLE} {version}")
    with path.open("rb") as file:
        proof = prove_file(file, path.name, form, channel)
    with path.open("rb") as file:
        yield from read_rows(file, path.name, proof, form, channel)


def _read_workbook(path: Path, columns: Columns, version: int, channel: str) -> Iterator[Row]:
    form = SheetForm(columns, sheet=f"{SHEET}{version}")
    with path.open("rb") as file, open_workbook(file, path.name, form, channel) as book:
        for row in book.read_rows():
            # In a sheet a remark is a row like any other: a ragged one has its cells in a list.
            cells = row.payload["_cells"] if row.is_ragged else [row.payload["action"]]
            if not str(cells[0]).startswith("#"):
                yield row


def _find_fault(row: Row, seen: set[str]) -> str | None:
    if row.is_ragged:
        return None
    number = row.read_key("customer_no")
    if not number:
        return "key"
    if _action(row) not in ACTIONS:
        return "action"
    if clears_what_must_stand(row.payload):
        return "clear"
    return "twice" if number in seen else None


def _action(row: Row) -> str:
    return str(row.payload["action"]).strip().lower()


def _make_record(source_id: str, op: str, payload: dict[str, object]) -> RawRecord:
    return RawRecord(
        entity=ENTITY,
        source_id=source_id,
        op="delete" if op == "delete" else "upsert",
        version_at=None,
        created_at=None,
        payload=payload,
    )
