"""CSV files to rows: a file is proven whole and decodable before a single row is believed."""

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from customer_hub.channels.encodings import (
    ENCODINGS,
    MARKED,
    Trial,
    is_broken,
    is_other_utf8,
    list_codecs,
    match_codecs,
    show_broken,
    show_codec,
)
from customer_hub.channels.file_rows import Columns, Row, content_error, ragged_payload

DELIMITERS = (",", ";", "\t", "|")
_BLOCK = 256 * 1024
_LONGEST_ROW = 20  # lines; more is a quotation mark that nobody closed
_LONGEST_LINE = 4 * 1024 * 1024  # characters
_REMARK = "#"
_UTF_8 = "utf-8-sig"


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How a file must be written.

    Args:
        columns: its header.
        encodings: those that it may have, out of `encodings.ENCODINGS`.
        delimiter: between its cells.
        title: of its first line, before the header; lines that begin with "#" are then remarks.
    """

    columns: Columns
    encodings: tuple[str, ...] = ENCODINGS
    delimiter: str = ","
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What reading a file once has shown: its hash, its bytes and the codec of its text.

    `not_utf8` says where it is no UTF-8, for whoever finds that the other encoding makes no sense.
    """

    sha256: str
    size: int
    codec: str
    not_utf8: str = ""


def prove_file(
    file: BinaryIO, name: str, form: CsvForm, channel: str, *, sha256: str | None = None
) -> Proof:
    """Read a file once: it is complete, not empty, and its encoding is beyond doubt.

    Args:
        file: read to its end.
        name: of the file, for errors.
        form: that it must have.
        channel: for errors.
        sha256: hex, when the sender has told it.

    Raises:
        ChannelContentError: it is empty, its hash is not the marker's, no encoding fits, or more
            than one does.
    """
    digest = hashlib.sha256()
    head = file.read(_BLOCK)
    known = list_codecs(form.encodings, head)
    matched = match_codecs(
        known,
        head,
        form.columns.match,
        delimiter=form.delimiter,
        skip=0 if form.title is None else 1,
    )
    # One header is proof: what breaks the encoding further down is then a fault of its line.
    trials = [] if len(matched) == 1 else [Trial(codec) for codec in matched or known]
    offset, block = 0, head
    while block:
        digest.update(block)
        for trial in trials:
            trial.feed(block, offset, final=False)
        offset += len(block)
        block = file.read(_BLOCK)
    for trial in trials:
        trial.feed(b"", offset, final=True)
    if offset == 0:
        raise content_error(channel, f"{name} is empty (0 bytes): not even a header")
    if sha256 not in (None, digest.hexdigest()):
        raise content_error(
            channel, f"{name} is not finished: its {offset} bytes do not have the marker's sha256"
        )
    if len(matched) == 1:
        return Proof(digest.hexdigest(), offset, matched[0])
    return _choose_codec(trials, bool(matched), digest.hexdigest(), offset, name, channel)


def _choose_codec(
    trials: Sequence[Trial], has_header: bool, sha256: str, size: int, name: str, channel: str
) -> Proof:
    whole = [trial.codec for trial in trials if trial.failed_at is None]
    if not whole:
        places = " and ".join(map(str, trials))
        raise content_error(channel, f"{name} has no encoding that we know: it breaks {places}")
    if _UTF_8 not in whole and has_header and len(whole) > 1:
        shown = " and as ".join(map(show_codec, whole))
        raise content_error(
            channel,
            f"{name} can be read as {shown}: say in the template which `encoding` it has",
        )
    broken = next((trial for trial in trials if trial.codec == _UTF_8), None)
    is_other = broken is not None and broken.failed_at is not None
    not_utf8 = f" (read as {show_codec(whole[0])}: {_breaks(broken)})" if is_other else ""
    return Proof(sha256, size, _UTF_8 if _UTF_8 in whole else whole[0], not_utf8)


def _breaks(trial: Trial | None) -> str:
    return f"utf-8 breaks at byte {trial.failed_at}" if trial else ""


def read_rows(
    file: BinaryIO, name: str, proof: Proof, form: CsvForm, channel: str
) -> Iterator[Row]:
    """Yield the rows of a proven file, each with its cells by column, raw.

    A row with another number of cells, with a NUL, with bytes that do not decode, or with a number
    that a spreadsheet has rounded, is ragged: its payload is for the gate to quarantine.

    Raises:
        ChannelContentError: a column is missing, a quotation never ends, a field is beyond any
            measure, or the file is not the one that was proven.
    """
    source = _HashingReader(file)
    with io.TextIOWrapper(
        io.BufferedReader(source, _BLOCK), encoding=proof.codec, errors=MARKED, newline=""
    ) as text:
        lines = _Lines(text)
        reader = csv.reader(lines, delimiter=form.delimiter)
        before = 0
        try:
            if form.title is not None:
                _check_title(next(reader, []), form.title, name, channel)
            header = _read_header(next(reader, []), name, proof, form, channel)
            before = reader.line_num
            for cells in reader:
                # A row that is still open where the file ends was cut off inside a quotation.
                if lines.has_ended or reader.line_num - before > _LONGEST_ROW:
                    raise csv.Error
                is_remark = form.title is not None and cells[:1] and cells[0].startswith(_REMARK)
                if cells and not is_remark:
                    yield _make_row(name, before + 1, header, cells, proof, form)
                before = reader.line_num
        except csv.Error:
            raise content_error(
                channel,
                f"{name}: a quotation mark in line {before + 1} is never closed, or a field there has"
                f" more than {csv.field_size_limit()} characters",
            ) from None
    if source.digest.hexdigest() != proof.sha256:
        raise content_error(channel, f"{name} changed while it was read")


def _check_title(cells: Sequence[str], title: str, name: str, channel: str) -> None:
    """A spreadsheet may have added empty cells behind the title."""
    if not cells or cells[0].strip() != title or any(cells[1:]):
        raise content_error(channel, f"{name}: its first line is not {title!r}")


def _read_header(
    cells: list[str], name: str, proof: Proof, form: CsvForm, channel: str
) -> list[str]:
    if not form.columns.match(cells):
        # The first line may be a customer: nothing of it is shown.
        line = form.delimiter.join(cells)
        for other in DELIMITERS:
            if form.columns.match(line.split(other)):
                raise content_error(
                    channel,
                    f"{name}: its cells are separated by {other!r} and not by {form.delimiter!r}",
                )
        raise content_error(channel, f"{name}: its first line is not the header{proof.not_utf8}")
    return form.columns.read(cells, name, channel)


def _make_row(
    name: str, line: int, header: Sequence[str], cells: list[str], proof: Proof, form: CsvForm
) -> Row:
    text = ",".join(cells)
    if is_broken(text) or is_other_utf8(text, proof.codec):
        shown = [show_broken(cell) for cell in cells]
        return Row(line, ragged_payload("encoding", name, line, shown), True)
    if "\0" in text:
        return Row(line, ragged_payload("nul", name, line, cells), True)
    if len(cells) != len(header):
        return Row(line, ragged_payload("columns", name, line, cells), True)
    payload = dict(zip(header, cells, strict=True))
    rounded = form.columns.find_rounded(payload)
    if rounded is not None:
        return Row(line, ragged_payload("rounded", name, line, cells, column=rounded), True)
    return Row(line, payload, is_ragged=False)


class _Lines:
    """The lines of a file, and whether its end has been reached."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.has_ended = False
        self._text = text

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(_LONGEST_LINE)
        if not line:
            self.has_ended = True
            raise StopIteration
        if len(line) == _LONGEST_LINE:
            raise csv.Error
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
