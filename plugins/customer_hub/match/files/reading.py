"""Read CSV and Parquet files as tables of text; what cannot be read is told, never guessed at."""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv
import pyarrow.parquet as pq

from customer_hub.core.errors import BadDataError
from customer_hub.match.files.faults import any_field_size, describe_left_out, name_lines
from customer_hub.match.files.sheets import undo_sheets

_BLOCK = 16 << 20
_LONGEST_HEADER = 1 << 20
_DELIMITERS = (",", "\t", ";", "|")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_EXACT = 2.0**53  # below it a whole number is what it was
_TITLE = 3  # columns, of which one alone is named: a sheet's title stands above the header
_SEPARATOR = re.compile(rb"\A(sep=[,;\t|])\r?\n", re.IGNORECASE)
_VALUE = re.compile(r"\S@\S|^\+?(\D?\d){10,}$")  # no column is called so
_HINT = "give a CSV file with a header line, or a Parquet file"
_GZIP = b"\x1f\x8b"
_WORKBOOK = b"PK\x03\x04"  # how an .xlsx file begins


@dataclass(frozen=True, slots=True)
class Source:
    """A table of text columns, and what a person should know of how it was read.

    ``names`` are those of the files; ``files`` are the rows of each, and what stands before their
    ids where there are several. ``given`` is the table as it stood in the file, where that differs.
    """

    table: pa.Table
    notes: tuple[str, ...] = ()
    files: tuple[tuple[str, int], ...] = ()
    names: tuple[str, ...] = ()
    given: pa.Table | None = None

    def name_rows(self) -> pa.ChunkedArray:
        """Return a name for each row: its number, of several files with that of the file."""
        return pa.chunked_array(
            [[f"{head}{row + 1:010}" for row in range(count)] for head, count in self.files],
            pa.string(),
        )


def read_files(paths: Sequence[Path]) -> Source:
    """Return the rows of all files, one below the other; columns are matched by name.

    Raises:
        BadDataError: a file cannot be read, is empty, or names a column twice.
    """
    sources = [_read_file(path) for path in paths]
    notes = [f"{path.name}: {note}" for path, source in zip(paths, sources, strict=True)
             for note in source.notes]  # fmt: skip
    table = _stack([source.table for source in sources])
    given = _stack([source.given or source.table for source in sources])
    if not len(table):
        raise BadDataError("; ".join(["no rows", *notes]), where=paths[0].name, hint=_HINT)
    names = [path.name for path in paths]
    heads = [""] if len(paths) == 1 else [f"{name}:" for name in names]
    if len(set(heads)) < len(heads):  # of two folders
        heads = [f"{number}:{name}:" for number, name in enumerate(names, 1)]
    counts = [len(source.table) for source in sources]
    files = tuple(zip(heads, counts, strict=True))
    return Source(table, tuple(notes), files, tuple(names), given)


def _stack(tables: Sequence[pa.Table]) -> pa.Table:
    return pa.concat_tables(tables, promote_options="default")


def _read_file(path: Path) -> Source:
    try:
        with path.open("rb") as plain:
            is_packed = plain.read(2) == _GZIP
        with gzip.open(path) if is_packed else path.open("rb") as file:
            head = file.read(4)
            file.seek(0)
            if head == _WORKBOOK:
                raise BadDataError(
                    "an Excel workbook",
                    where=path.name,
                    hint="save the sheet as CSV, then give that",
                )
            source = _read_parquet(file) if head == b"PAR1" else _read_csv(path.name, file.read())
    except (pa.ArrowInvalid, UnicodeError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        reason = str(error).splitlines()[0] if isinstance(error, UnicodeError) else "not readable"
        raise BadDataError(reason[:200], where=path.name, hint=_HINT) from None
    names = source.table.column_names
    doubled = sorted({name or "(blank)" for name in names if names.count(name) > 1})
    if doubled:
        raise BadDataError(
            f"columns named twice: {', '.join(doubled)}", where=path.name, hint="rename one of each"
        )
    return source


def _read_parquet(file: io.BufferedIOBase) -> Source:
    table = pq.ParquetFile(file).read()  # read_table would import pandas for nothing
    return Source(
        pa.table({name: _to_text(column) for name, column in zip(table.column_names, table.columns,
                                                                 strict=True)})
    )  # fmt: skip


def _to_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_string(kind):
        return column
    if pa.types.is_nested(kind):
        return pa.chunked_array([pa.nulls(len(column), pa.string())])
    if pa.types.is_floating(kind) and pc.all(pc.equal(column, pc.trunc(column))).as_py():
        whole = pc.if_else(pc.less(pc.abs(column), _EXACT), column, None)
        if whole.null_count == column.null_count:
            column = whole.cast(pa.int64())  # a phone, where gaps made a fraction of the column
    return column.cast(pa.string())


def _read_csv(name: str, raw: bytes) -> Source:
    if not raw.strip():
        raise BadDataError("the file is empty", where=name, hint=_HINT)
    data, notes = _decode(raw)
    if mark := _SEPARATOR.match(data):
        data = data[mark.end(1) :]  # a blank line in its place: lines keep their numbers
    is_faulty = data.count(b'"') % 2 == 1

    def skip(_row: pv.InvalidRow) -> str:
        nonlocal is_faulty
        is_faulty = True
        return "skip"

    names, delimiter = _read_header(data)
    if len(names) >= _TITLE and len(list(filter(None, names))) == 1:
        raise BadDataError(
            "line 1 looks like a title", where=name,
            hint="delete what stands above the line that names the columns",
        )  # fmt: skip
    if any(_VALUE.search(each) for each in names):
        raise BadDataError(
            "line 1 looks like a record", where=name, hint="name the columns in a line before it"
        )
    table = pv.read_csv(
        io.BytesIO(data),
        read_options=pv.ReadOptions(block_size=_BLOCK),
        parse_options=pv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, invalid_row_handler=skip
        ),
        convert_options=pv.ConvertOptions(
            column_types={name: pa.string() for name in names}, strings_can_be_null=True,
            quoted_strings_can_be_null=True, null_values=["", "NULL", "null", "NaN", "nan", "N/A"],
        ),
    )  # fmt: skip
    if is_faulty:
        notes.extend(describe_left_out(name, data, delimiter))
    plain, undone = undo_sheets(table)
    return Source(plain, (*notes, *undone), given=table)


def _read_header(data: bytes) -> tuple[list[str], str]:
    """Return the names of the columns, and the mark between them: the one that makes most."""
    head = data[:_LONGEST_HEADER].decode(errors="replace")
    with any_field_size():
        found = {
            # Lines may end as on an old Mac: the reader would not have it.
            mark: next(
                filter(None, csv.reader(io.StringIO(head, newline=None), delimiter=mark)), []
            )
            for mark in _DELIMITERS
        }
    delimiter = max(_DELIMITERS, key=lambda mark: len(found[mark]))
    return found[delimiter], delimiter


def _decode(raw: bytes) -> tuple[bytes, list[str]]:
    """Return the file in UTF-8, and what had to be done for it."""
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return raw.decode(encoding).encode(), []
    for encoding in ("utf-8", "gb18030"):
        try:
            raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8":
            return raw, []
        return raw.decode(encoding).encode(), [f"read as {encoding}: it is no UTF-8"]
    lines = raw.split(b"\n")
    decoded = [_decode_line(line) for line in lines]
    odd = [number for number, line in enumerate(lines, 1) if decoded[number - 1] is not line]
    return b"\n".join(decoded), [
        f"mixed encodings: {len(odd)} of {len(lines)} lines are no UTF-8, {name_lines(odd)}"
    ]


def _decode_line(line: bytes) -> bytes:
    for encoding in ("utf-8", "gb18030", "latin-1"):
        try:
            return (
                line
                if line.decode(encoding) and encoding == "utf-8"
                else line.decode(encoding).encode()
            )
        except UnicodeDecodeError:
            continue
    return line


def read_keys(source: Source, columns: Sequence[str]) -> tuple[pa.ChunkedArray, list[str]]:
    """Return the record id of each row, all different: of a column, or the row's name.

    Of several files each id stands behind the name of its file.

    Args:
        source: the rows.
        columns: none, one for all files, or one for each.

    Raises:
        BadDataError: there is no such column, there are too few, or a row has no id.
    """
    if not columns:
        return source.name_rows(), []
    if len(columns) not in (1, len(source.files)):
        raise BadDataError(
            f"{len(columns)} columns of ids for {len(source.files)} file(s)", where="--id",
            hint="give one for all files, or one for each in their order",
        )  # fmt: skip
    table = source.given or source.table
    for column in columns:
        if column not in table.column_names:
            raise BadDataError(
                f"no column {column}", where=source.names[0],
                hint=f"there are {', '.join(table.column_names)}",
            )  # fmt: skip
    parts, first = [], 0
    of_files = list(columns) if len(columns) > 1 else [columns[0]] * len(source.files)
    for name, (head, count), column in zip(source.names, source.files, of_files, strict=True):
        part = table.column(column).slice(first, count)
        if part.null_count:
            raise BadDataError(
                f"{part.null_count} rows have no {column}", where=name,
                hint="have it ignored by --schema: rows go by their numbers",
            )  # fmt: skip
        parts += (pc.binary_join_element_wise(head, part, "") if head else part).chunks
        first += count
    keys = pa.chunked_array(parts, pa.string())
    if is_ascending(keys):
        return keys, []
    distinct = pc.count_distinct(keys).as_py()
    if distinct == len(keys):
        return keys, []
    return _number_repeats(keys), [f"{len(keys) - distinct} rows repeat an id: numbered id#2, id#3"]


def is_ascending(keys: pa.ChunkedArray) -> bool:
    """Tell whether each key comes after the one before it: most files have them so.

    A shorter key comes before a longer one: 9 before 10.
    """
    before, after = keys.slice(0, max(len(keys) - 1, 0)), keys.slice(1)
    short, long = pc.utf8_length(before), pc.utf8_length(after)
    rises = pc.or_(pc.less(short, long), pc.and_(pc.equal(short, long), pc.less(before, after)))
    return bool(pc.all(rises).as_py())


def _number_repeats(keys: pa.ChunkedArray) -> pa.ChunkedArray:
    given = keys.to_pylist()
    taken = set(given)
    last: dict[str, int] = {}
    made = []
    for key in given:
        name, number = key, last.get(key, 0) + 1
        while number > 1 and (name := f"{key}#{number}") in taken:
            number += 1
        last[key] = number
        made.append(name)
    return pa.chunked_array([pa.array(made)])
