"""The verb behind `hub match FILE`: read, tell the roles, resolve, write."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array

from customer_hub.core.errors import BadDataError
from customer_hub.match.engine.column import Ints
from customer_hub.match.engine.model import EngineModel
from customer_hub.match.engine.records import Records
from customer_hub.match.engine.resolving import Limits, Resolved, resolve
from customer_hub.match.files.dates import describe_order
from customer_hub.match.files.quality import Verdict, judge
from customer_hub.match.files.reading import Source, is_ascending, read_files, read_keys
from customer_hub.match.files.roles import Role, Schema, describe, infer, list_repeating_ids
from customer_hub.match.files.standardising import standardise

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Matched:
    """What a run found.

    ``keys`` are the record ids in ascending order, as `found` numbers them; ``order`` are the rows
    of the file in that order. ``quality`` and ``reach`` (0..1) where the truth is known.
    """

    schema: Schema
    records: Records
    keys: pa.Array
    order: Ints
    found: Resolved
    quality: Verdict | None = None
    reach: float = 0.0


@dataclass(frozen=True, slots=True)
class Request:
    """What to match: files, the columns of their record ids, of the truth, a schema, a model."""

    paths: Sequence[Path]
    id_columns: Sequence[str] = ()
    truth_column: str | None = None
    schema: Schema | None = None
    model: EngineModel | None = None


def read_schema(request: Request, tell: Tell) -> tuple[Source, Schema]:
    """Return the rows of the files and the role of each column.

    Raises:
        BadDataError: a file cannot be read, or the schema names columns that are not there.
    """
    source = read_files(request.paths)
    for note in source.notes:
        tell(note)
    table = source.table
    reserved = {name: Role.IGNORED for name in (request.truth_column,) if name}
    reserved |= dict.fromkeys(request.id_columns, Role.RECORD_ID)
    for name in reserved:
        if name not in table.column_names:
            raise BadDataError(
                f"no column {name}", where=request.paths[0].name,
                hint=f"there are {', '.join(table.column_names)}",
            )  # fmt: skip
    schema = request.schema or infer(table, reserved)
    unknown = sorted(schema.columns.keys() - set(table.column_names))
    if unknown:
        raise BadDataError(
            f"the schema names columns that are not there: {', '.join(unknown)}",
            where=request.paths[0].name, hint="write it anew with --write-schema",
        )  # fmt: skip
    for line in describe(schema, table):
        tell(line)
    is_single = len(request.paths) == 1
    if is_single and request.schema is None and not schema.having(Role.RECORD_ID):
        for name in list_repeating_ids(schema, table.drop_columns(list(reserved))):
            tell(f"{name} repeats or lacks values: rows go by their numbers")
    return source, schema


def match_files(request: Request, nicknames: dict[str, str], tell: Tell) -> Matched:
    """Return the clusters of the records of some files.

    Raises:
        BadDataError: a file cannot be read, no column can be compared, or record ids are missing.
    """
    read = _read_records(request, tell)
    if request.model is not None:
        _check_model(request.model, read.records)
    pa.default_memory_pool().release_unused()  # the rows as they stood in the file are let go
    found = resolve(read.records, nicknames, Limits(), request.model, tell)
    done = Matched(read.schema, read.records, read.keys, read.order, found)
    if read.truth is None:
        return done
    known = read.truth < len(read.truth)
    if not known.all():
        tell(f"{np.count_nonzero(~known):,} records have no truth: they are not judged")
    quality = judge(found.cluster[known], read.truth[known])
    return replace(done, quality=quality, reach=_measure_reach(found, read.truth))


def _check_model(model: EngineModel, records: Records) -> None:
    unknown = [name for name in records.comparisons if name not in model.weights]
    if unknown:
        raise BadDataError(
            f"the model has no weights for {', '.join(unknown)}", where="--model",
            hint="learn anew from this file, or have these columns ignored by --schema",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Read:
    """What is kept of the files: see `Matched`; ``truth`` is the true cluster of each record."""

    schema: Schema
    records: Records
    keys: pa.Array
    order: Ints
    truth: Ints | None


def _read_records(request: Request, tell: Tell) -> _Read:
    source, schema = read_schema(request, tell)
    table = source.table
    told = schema.having(Role.RECORD_ID)  # by a schema, of each file one
    of_files = told if len(told) == len(request.paths) else told[:1]
    keys, notes = read_keys(source, request.id_columns or of_files)
    for note in notes:
        tell(note)
    for name in schema.having(Role.BIRTH_DATE):
        note = describe_order(pc.unique(table.column(name)).drop_null().to_pylist())
        if note:
            tell(f"{name}: {note}")
    order = _sort(keys)
    records = standardise(table, schema, order)
    if not records.comparisons:
        raise BadDataError(
            "no column that can be compared", where=request.paths[0].name,
            hint="give roles with --write-schema and --schema",
        )  # fmt: skip
    tell(f"{records.size:,} records{_count_kinds(records)}")
    tell(f"compared by {', '.join(records.comparisons)}")
    column = request.truth_column
    truth = None if column is None else _read_truth(table.column(column))[order]
    return _Read(schema, records, keys.combine_chunks().take(pa.array(order)), order, truth)


def _count_kinds(records: Records) -> str:
    """Say how many records were read as whose, where there are persons and organisations."""
    named = {name: records.columns.get(name) for name in ("company", "family", "given")}
    firms, *persons = (
        np.zeros(records.size, np.bool_) if column is None else column.codes >= 0
        for column in named.values()
    )
    of_persons = np.count_nonzero(np.any(persons, axis=0))
    if not (firms.any() and of_persons):
        return ""
    return f", {np.count_nonzero(firms):,} organisations and {of_persons:,} persons by their names"


def _sort(keys: pa.ChunkedArray) -> Ints:
    """Return the places of the keys in ascending order, shorter ones first: 9 before 10."""
    if is_ascending(keys):
        return np.arange(len(keys))
    told = pa.table({"length": pc.utf8_length(keys), "key": keys})
    by = [("length", "ascending"), ("key", "ascending")]
    order: Ints = pc.sort_indices(told, sort_keys=by).to_numpy().astype(np.int64)
    return order


def _measure_reach(found: Resolved, truth: Ints) -> float:
    """Return the share of the true pairs that were compared; what repeats a row was as well."""
    size, labels = len(truth), np.unique(truth, return_inverse=True)[1]
    held = csr_array((np.ones(size), (found.first, labels)), shape=(size, int(labels.max()) + 1))
    between = found.first[found.right] != found.first[found.left]
    left, right = found.left[between], found.right[between]
    compared = float(held[left].multiply(held[right]).sum())
    within = float((held.data * (held.data - 1) / 2).sum())
    sizes = np.bincount(labels).astype(float)
    true_pairs = float((sizes * (sizes - 1) / 2).sum())
    return (compared + within) / true_pairs if true_pairs else 1.0


def _read_truth(column: pa.ChunkedArray) -> Ints:
    """Return the true cluster of each row as a number below their count; above it, of one without."""
    coded = column.combine_chunks().dictionary_encode()
    numbers: Ints = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    unknown = numbers < 0
    numbers[unknown] = len(numbers) + np.flatnonzero(unknown)
    return numbers
