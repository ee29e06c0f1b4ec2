"""Excel workbooks to rows: streamed, proven whole first, and no number passed on that is not exact.

A workbook is a zip, which needs to be read from its end: it is kept in memory while it is open, for
it holds persons' data, which no temporary file may. Nothing outside it is ever followed, and no
formula is computed here.
"""

import hashlib
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, BinaryIO
from xml.etree.ElementTree import ParseError

from customer_hub.channels.file_rows import Columns, Row, content_error, ragged_payload
from customer_hub.channels.xlsx_cells import CellFault, read_cell

_BLOCK = 256 * 1024
_LARGEST = 256 * 1024 * 1024  # bytes of the file
_LARGEST_CONTENT = 1024 * 1024 * 1024  # bytes unpacked
_LARGEST_TEXTS = 256 * 1024 * 1024  # bytes of the table of texts, which is held in memory
_TEXTS = "xl/sharedStrings.xml"
_MOST_ROWS = 1_048_576  # what a sheet can have
_TITLE_ROWS = 20  # rows above the header
_OLD = b"\xd0\xcf\x11\xe0"
_FORMULA = re.compile(rb"<(\w+:)?f[\s>/]")
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, ParseError, EOFError, KeyError, IndexError, ValueError,
    TypeError, AttributeError, RuntimeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SheetForm:
    """How a workbook must be written.

    Args:
        columns: the header of its sheet.
        sheet: its name; without it, the workbook must have one only.
        decimal: the mark that stands in the texts of amounts.
    """

    columns: Columns
    sheet: str | None = None
    decimal: str = "."


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook that has been proven whole."""

    sha256: str
    size: int
    _content: IO[bytes]
    _name: str
    _form: SheetForm
    _channel: str

    def read_rows(self) -> Iterator[Row]:
        """Yield the rows below the header, each with the texts of its cells by column.

        Empty rows are none. A row is ragged if it has cells beside the columns, or a cell whose
        value cannot be told: a formula that was never computed, an error, a number that has lost
        digits. Its payload names sheet, row and column.

        Raises:
            ChannelContentError: it is no workbook inside, has not the one sheet, or no header.
        """
        try:
            with warnings.catch_warnings():
                # What openpyxl does not keep (extensions, print settings) is not wanted here.
                warnings.simplefilter("ignore")
                yield from self._read_rows()
        except _UNREADABLE as error:
            raise content_error(
                self._channel, f"{self._name} is damaged inside: {type(error).__name__}"
            ) from None

    def _read_rows(self) -> Iterator[Row]:
        values = self._open_sheet(data_only=True)
        formulas: Iterator[Sequence[Any]] | None = None
        if self._has_formulas(values):
            formulas = _iterate(self._open_sheet(data_only=False))
        header: list[str] | None = None
        for number, cells in enumerate(_iterate(values), start=1):
            if number > _MOST_ROWS:
                raise content_error(
                    self._channel, f"{self._name}, sheet {values.title}: more rows than can be"
                )
            computed = [cell.data_type == "f" for cell in next(formulas)] if formulas else []
            if header is None:
                header = self._find_header(values.title, number, cells)
            elif any(cell.value is not None or is_f for cell, is_f in _pair(cells, computed)):
                yield self._make_row(values.title, number, header, _pair(cells, computed))
        if header is None:
            raise self._no_header(values.title)

    def _open_sheet(self, *, data_only: bool) -> Any:
        from openpyxl import load_workbook

        self._content.seek(0)
        book = load_workbook(
            self._content, read_only=True, data_only=data_only, keep_links=False, rich_text=False
        )
        wanted, names = self._form.sheet, book.sheetnames
        if wanted is not None and wanted not in names:
            raise content_error(
                self._channel, f"{self._name}: no sheet {wanted}; found: {', '.join(names)}"
            )
        if wanted is None and len(names) != 1:
            raise content_error(
                self._channel,
                f"{self._name} has {len(names)} sheets ({', '.join(names)}): name one in the"
                " template",
            )
        sheet: Any = book[wanted or names[0]]
        if not hasattr(sheet, "reset_dimensions"):
            raise content_error(self._channel, f"{self._name}: {wanted or names[0]} holds no cells")
        sheet.reset_dimensions()  # some programs write a size that is not true
        return sheet

    def _has_formulas(self, sheet: Any) -> bool:
        """Tell whether a sheet computes anything: most do not and are read once only."""
        tail = b""
        with zipfile.ZipFile(self._content) as archive, archive.open(sheet._worksheet_path) as part:
            while block := part.read(_BLOCK):
                if _FORMULA.search(tail + block):
                    return True
                tail = block[-64:]
        return False

    def _find_header(self, sheet: str, number: int, cells: Sequence[Any]) -> list[str] | None:
        texts = ["" if cell.value is None else str(cell.value).strip() for cell in cells]
        if not self._form.columns.match(texts):
            if number >= _TITLE_ROWS:
                raise self._no_header(sheet)
            return None
        place = f"{self._name}, sheet {sheet}, row {number}"
        named = iter(self._form.columns.read([t for t in texts if t], place, self._channel))
        return [next(named) if text else "" for text in texts]

    def _no_header(self, sheet: str) -> Exception:
        # The first rows may be customers: nothing of them is shown.
        return content_error(
            self._channel,
            f"{self._name}, sheet {sheet}: none of the first {_TITLE_ROWS} rows is the header",
        )

    def _make_row(
        self, sheet: str, number: int, header: Sequence[str], pairs: Sequence[tuple[Any, bool]]
    ) -> Row:
        payload = {name: "" for name in header if name}
        kinds = self._form.columns.kinds
        cause = column = ""
        texts = []
        for place, (cell, is_formula) in enumerate(pairs):
            name = header[place] if place < len(header) else ""
            try:
                text = read_cell(cell, kinds.get(name), self._form.decimal, is_formula=is_formula)
            except CellFault as fault:
                text, cause, column = fault.shown, cause or fault.cause, column or name
            texts.append(text)
            if name:
                payload[name] = text
            elif text:
                cause, column = cause or "columns", column or name
        rounded = self._form.columns.find_rounded(payload)
        if not cause and rounded is not None:
            cause, column = "rounded", rounded
        if not cause:
            return Row(number, payload, is_ragged=False)
        more = {"sheet": sheet, "column": column} if column else {"sheet": sheet}
        return Row(number, ragged_payload(cause, self._name, number, texts, **more), True)


@contextmanager
def open_workbook(
    file: BinaryIO, name: str, form: SheetForm, channel: str, *, sha256: str | None = None
) -> Iterator[Workbook]:
    """Read a workbook once and prove it whole; it can then be read until the end of the block.

    Args:
        file: read to its end.
        name: of the file, for errors.
        form: that it must have.
        channel: for errors.
        sha256: hex, when the sender has told it.

    Raises:
        ChannelContentError: it is empty, cut short, encrypted, an old .xls, no workbook at all, too
            large, or its hash is not the marker's.
    """
    digest, size = hashlib.sha256(), 0
    with io.BytesIO() as kept:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
            if size > _LARGEST:
                raise content_error(channel, f"{name} has more than {_LARGEST} bytes")
            kept.write(block)
        if size == 0:
            raise content_error(channel, f"{name} is empty (0 bytes)")
        if sha256 not in (None, digest.hexdigest()):
            raise content_error(
                channel, f"{name} is not finished: its {size} bytes do not have the marker's sha256"
            )
        _prove_zip(kept, name, channel)
        yield Workbook(digest.hexdigest(), size, kept, name, form, channel)


def _prove_zip(content: IO[bytes], name: str, channel: str) -> None:
    content.seek(0)
    if content.read(len(_OLD)) == _OLD:
        raise content_error(
            channel, f"{name} is encrypted or an old .xls: save it as .xlsx without a password"
        )
    try:
        with zipfile.ZipFile(content) as archive:
            parts = archive.infolist()
            _check_sizes(parts, name, channel)
            broken = archive.testzip()
            texts = [part for part in parts if part.filename.endswith((".xml", ".rels"))]
            declares = any(b"<!DOCTYPE" in archive.open(part).read(1024) for part in texts)
    except _UNREADABLE:
        raise content_error(channel, f"{name} is cut short or no Excel workbook") from None
    if broken is not None:
        raise content_error(channel, f"{name} is damaged: its part {broken} does not have its sum")
    if declares:
        raise content_error(channel, f"{name} declares entities, which no spreadsheet does")


def _check_sizes(parts: Sequence[zipfile.ZipInfo], name: str, channel: str) -> None:
    """The sizes are those that the zip declares: more than these is never unpacked."""
    if any(part.flag_bits & 1 for part in parts):
        raise content_error(channel, f"{name} is encrypted: save it without a password")
    if sum(part.file_size for part in parts) > _LARGEST_CONTENT:
        raise content_error(channel, f"{name} unpacks to more than {_LARGEST_CONTENT} bytes")
    if any(p.file_size > _LARGEST_TEXTS for p in parts if p.filename == _TEXTS):
        raise content_error(channel, f"{name} has more than {_LARGEST_TEXTS} bytes of texts")


def _iterate(sheet: Any) -> Iterator[Sequence[Any]]:
    return iter(sheet.iter_rows())


def _pair(cells: Sequence[Any], computed: Sequence[bool]) -> list[tuple[Any, bool]]:
    is_formula = computed or [False] * len(cells)
    return list(zip(cells, is_formula, strict=True))
