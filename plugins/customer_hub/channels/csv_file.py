"""CSV files to rows: a file is proven whole and decodable before a single row is believed."""

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, BinaryIO

from customer_hub.core.errors import ChannelContentError

_BLOCK = 256 * 1024
_LONGEST_ROW = 20  # lines; more is a quotation mark that nobody closed
_LONGEST_KEY = 200
_ENCODINGS = ("utf-8", "gb18030")
_REMARK = "#"
_HINT = "nothing of this file was landed; ask the sender for a correct one, then run again (safe)"


@dataclass(frozen=True, slots=True)
class Proof:
    """What reading a file once has shown: its hash and the encoding that fits every byte.

    `not_utf8` says where it is no UTF-8, for whoever finds that the other encoding makes no sense.
    """

    sha256: str
    encoding: str
    not_utf8: str = ""


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


class _Trial:
    """Tries one encoding on a file block by block and remembers where it first failed."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self.failed_at: int | None = None
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")

    def feed(self, block: bytes, offset: int, *, final: bool) -> None:
        if self.failed_at is not None:
            return
        pending = len(self._decoder.getstate()[0])
        try:
            self._decoder.decode(block, final)
        except UnicodeDecodeError as error:
            self.failed_at = offset - pending + error.start


def prove_file(file: BinaryIO, name: str, channel: str, *, sha256: str | None = None) -> Proof:
    """Read a file once: it is complete, not empty, and UTF-8 or GB18030 to its last byte.

    Args:
        file: read to its end.
        name: of the file, for errors.
        channel: for errors.
        sha256: hex, when the sender has told it.

    Raises:
        ChannelContentError: it is empty, its hash is not the marker's, or no encoding fits.
    """
    digest = hashlib.sha256()
    trials = [_Trial(encoding) for encoding in _ENCODINGS]
    offset = 0
    has_mark = False
    while block := file.read(_BLOCK):
        digest.update(block)
        has_mark = has_mark or (offset == 0 and block.startswith(codecs.BOM_UTF8))
        for trial in trials:
            trial.feed(block, offset, final=False)
        offset += len(block)
    for trial in trials:
        trial.feed(b"", offset, final=True)
    if offset == 0:
        raise _content_error(channel, f"{name} is empty (0 bytes): not even a header")
    if sha256 not in (None, digest.hexdigest()):
        raise _content_error(
            channel, f"{name} is not finished: its {offset} bytes do not have the marker's sha256"
        )
    # A mark says that it is UTF-8: what breaks it is a fault, and no other encoding.
    trials = trials[:1] if has_mark else trials
    for trial in trials:
        if trial.failed_at is None:
            at = trials[0].failed_at
            is_other = trial.encoding != _ENCODINGS[0]
            not_utf8 = f" (read as {trial.encoding}: utf-8 breaks at byte {at})" if is_other else ""
            return Proof(digest.hexdigest(), trial.encoding, not_utf8)
    places = " and ".join(f"{trial.encoding} at byte {trial.failed_at}" for trial in trials)
    raise _content_error(channel, f"{name} has no encoding that we know: it breaks {places}")


def read_rows(
    file: BinaryIO,
    name: str,
    proof: Proof,
    columns: Sequence[str],
    channel: str,
    *,
    title: str | None = None,
) -> Iterator[Row]:
    """Yield the rows of a proven file, each with its cells by column, raw.

    With a `title`, that must be the file's first line, before the header, and lines that begin with
    "#" are remarks.

    A row with another number of cells, or with a NUL, is ragged: its payload is `_ragged`,
    `_cause`, `_file`, `_line` and `_cells`, for the gate to quarantine.

    Raises:
        ChannelContentError: a column is missing, a quotation never ends, a field is beyond any
            measure, or the file is not the one that was proven.
    """
    source = _HashingReader(file)
    encoding = "utf-8-sig" if proof.encoding == "utf-8" else proof.encoding
    with io.TextIOWrapper(
        io.BufferedReader(source, _BLOCK), encoding=encoding, errors="strict", newline=""
    ) as text:
        lines = _Lines(text)
        reader = csv.reader(lines)
        try:
            if title is not None:
                _check_title(next(reader, []), title, name, channel)
            header = _check_header(next(reader, []), columns, name, channel, proof.not_utf8)
            before = reader.line_num
            for cells in reader:
                # A row that is still open where the file ends was cut off inside a quotation.
                if lines.has_ended or reader.line_num - before > _LONGEST_ROW:
                    raise csv.Error
                is_remark = title is not None and bool(cells) and cells[0].startswith(_REMARK)
                if cells and not is_remark:
                    yield _make_row(name, before + 1, header, cells)
                before = reader.line_num
        except csv.Error:
            raise _content_error(
                channel,
                f"{name}: a quotation mark in line {before + 1} is never closed, or a field there has"
                f" more than {csv.field_size_limit()} characters",
            ) from None
        except UnicodeDecodeError:
            raise _content_error(channel, f"{name} changed while it was read") from None
    if source.digest.hexdigest() != proof.sha256:
        raise _content_error(channel, f"{name} changed while it was read")


def _check_title(cells: Sequence[str], title: str, name: str, channel: str) -> None:
    """A spreadsheet may have added empty cells behind the title."""
    if not cells or cells[0].strip() != title or any(cells[1:]):
        raise _content_error(channel, f"{name}: its first line is not {title!r}")


def _check_header(
    cells: Sequence[str], columns: Sequence[str], name: str, channel: str, not_utf8: str
) -> list[str]:
    header = [cell.strip() for cell in cells]
    missing = [column for column in columns if column not in header]
    if len(missing) > len(columns) // 2:
        # The first line may be a customer: nothing of it is shown.
        raise _content_error(channel, f"{name}: its first line is not the header{not_utf8}")
    if missing:
        others = [cell for cell in header if cell not in columns]
        shown = [
            f"{column} (nearest: {near[0]})"
            if (near := get_close_matches(column, others, n=1, cutoff=0.5))
            else column
            for column in missing
        ]
        raise _content_error(channel, f"{name}: no column {', '.join(shown)}")
    twice = sorted({cell for cell in header if header.count(cell) > 1})
    if twice:
        raise _content_error(channel, f"{name}: column {', '.join(twice)} stands there twice")
    return header


def _make_row(name: str, line: int, header: Sequence[str], cells: list[str]) -> Row:
    has_nul = any("\0" in cell for cell in cells)
    if len(cells) == len(header) and not has_nul:
        return Row(line, dict(zip(header, cells, strict=True)), is_ragged=False)
    return Row(line, ragged_payload("nul" if has_nul else "columns", name, line, cells), True)


def ragged_payload(cause: str, name: str, line: int, cells: Any) -> dict[str, Any]:
    """Return the payload of a row that only the gate may look at: nul, columns or key is wrong."""
    return {"_ragged": True, "_cause": cause, "_file": name, "_line": line, "_cells": cells}


def _content_error(channel: str, what: str) -> ChannelContentError:
    return ChannelContentError(what, where=channel, hint=_HINT)


class _Lines:
    """The lines of a file, and whether its end has been reached."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.has_ended = False
        self._text = text

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline()
        if not line:
            self.has_ended = True
            raise StopIteration
        return line


class _HashingReader(io.RawIOBase):
    """Passes a file on and hashes it, so that a file swapped between two readings is noticed."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self.digest = hashlib.sha256()
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._file.read(len(buffer))
        buffer[: len(block)] = block
        self.digest.update(block)
        return len(block)
