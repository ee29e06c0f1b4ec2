"""A column of the matcher: values once, records as integers that point at them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Levels = NDArray[np.int8]
Mask = NDArray[np.bool_]
Texts = NDArray[np.object_]
_WORDS = 5


@dataclass(frozen=True)
class Column:
    """One value, or several, of each record.

    Attributes:
        size: number of records.
        codes: index into ``values`` of each entry. In a single-valued column entry i belongs to
            record i and -1 is missing; with ``owners`` no entry is missing.
        values: the distinct values; never empty text.
        owners: record of each entry, ascending, where a record may have several values.
    """

    size: int
    codes: Codes
    values: pa.StringArray
    owners: Codes | None = None
    _made: dict[str, NDArray[Any]] = field(default_factory=dict, compare=False, repr=False)
    _read: dict[str, "Column"] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of_arrow(cls, values: pa.Array | pa.ChunkedArray) -> "Column":
        """Return the column of text values; null and empty text are missing."""
        if isinstance(values, pa.ChunkedArray):
            values = values.combine_chunks()
        coded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
        column = cls(len(coded), _read_codes(coded), coded.dictionary.cast(pa.string()))
        if pc.index(column.values, "").as_py() < 0:
            return column
        return column.map_codes(pc.if_else(pc.equal(column.values, ""), None, column.values))

    @classmethod
    def of_nothing(cls, size: int) -> "Column":
        """Return the column of records that have no value."""
        return cls(size, np.full(size, -1, np.int32), pa.array([], pa.string()))

    @classmethod
    def of_values(cls, values: Iterable[str | None]) -> "Column":
        """Return the column of Python values."""
        numbers: dict[str, int] = {}
        codes = [numbers.setdefault(value, len(numbers)) if value else -1 for value in values]
        return cls(len(codes), np.array(codes, np.int32), pa.array(list(numbers), pa.string()))

    @classmethod
    def of_lists(cls, lists: Sequence[Sequence[str]]) -> "Column":
        """Return the column of records with any number of values each."""
        counts = np.fromiter((len(each) for each in lists), np.int64, len(lists))
        owners = np.repeat(np.arange(len(lists), dtype=np.int32), counts)
        flat = cls.of_values(value for each in lists for value in each)
        return cls(len(lists), flat.codes, flat.values, owners)

    @cached_property
    def texts(self) -> Texts:
        """The distinct values as Python strings."""
        return np.asarray(self.values.to_numpy(zero_copy_only=False), dtype=object)

    def make(
        self, name: str, function: Callable[[str], object], kind: Any = object
    ) -> NDArray[Any]:
        """Return what a function makes of each distinct value; made once under that name."""
        if name not in self._made:
            made = np.empty(len(self.values), dtype=kind)
            made[:] = [function(text) for text in self.values.to_pylist()]
            self._made[name] = made
        return self._made[name]

    def number(self, name: str, function: Callable[[pa.StringArray], pa.Array]) -> Codes:
        """Return a number for what an Arrow function makes of each distinct value; -1 for nothing.

        Equal numbers mean equal texts. Worked out once under that name.
        """
        return self.read(name, function).codes

    def read(self, name: str, function: Callable[[pa.StringArray], pa.Array]) -> "Column":
        """Return what an Arrow function makes of the distinct values, these as its records.

        Worked out once under that name.
        """
        if name not in self._read:
            self._read[name] = Column.of_arrow(function(self.values))
        return self._read[name]

    @cached_property
    def letters(self) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """The characters of each distinct value as bits, and those that it has more than once.

        Different characters may share a bit. 0 for a value that is not ASCII.
        """
        once, twice = np.zeros(len(self.values), np.uint64), np.zeros(len(self.values), np.uint64)
        values = pa.concat_arrays([self.values])  # of its own: it begins where its buffer does
        plain = pc.string_is_ascii(values).to_numpy(zero_copy_only=False)
        starts = np.frombuffer(values.buffers()[1], np.int32) if len(values) else once
        at, left = np.flatnonzero(plain), self.lengths[plain]
        for place in range(int(left.max(initial=0))):
            at, left = at[left > place], left[left > place]
            data = np.frombuffer(values.buffers()[2], np.uint8)
            bits = np.uint64(1) << (data[starts[at] + place] & np.uint8(63)).astype(np.uint64)
            twice[at] |= once[at] & bits
            once[at] |= bits
        return once, twice

    @cached_property
    def words(self) -> tuple[Codes, Codes]:
        """The numbers of the words of each distinct value, and their lengths: one row a value.

        -1 and 0 where there is no further word. A value of many words, or with a word twice, is
        not told: -2.
        """
        parts = pc.split_pattern(self.values, " ")
        words = parts.flatten().dictionary_encode()
        numbers = words.indices.to_numpy().astype(np.int32)
        starts = parts.offsets.to_numpy()
        counts = np.diff(starts)
        table = np.full((len(self.values), _WORDS), -1, np.int32)
        is_told = counts <= _WORDS
        for place in range(_WORDS):
            some = np.flatnonzero(counts > place)
            word = numbers[starts[some] + place]
            is_told[some] &= (table[some, :place] != word[:, None]).all(axis=1)
            table[some, place] = word
        table[~is_told] = -2
        lengths = np.append(pc.utf8_length(words.dictionary).to_numpy(), [0, 0]).astype(np.int32)
        return table, lengths[table]

    @cached_property
    def lengths(self) -> Codes:
        """The number of characters of each distinct value."""
        found: Codes = pc.utf8_length(self.values).to_numpy(zero_copy_only=False)
        return found

    @cached_property
    def counts(self) -> Ints:
        """How many entries hold each value."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))

    @property
    def is_empty(self) -> bool:
        """Tell whether no record has a value."""
        return len(self.values) == 0

    @property
    def entry_owners(self) -> Ints:
        """Record of each entry."""
        return np.arange(self.size) if self.owners is None else self.owners.astype(np.int64)

    def map_codes(self, values: pa.Array) -> "Column":
        """Return the column with value i replaced by ``values[i]``; null makes it missing."""
        coded = values.dictionary_encode()
        mapping = _read_codes(coded)
        codes = (
            np.where(self.codes >= 0, mapping[self.codes], np.int32(-1))
            if len(mapping)
            else self.codes
        )
        owners = self.owners
        if owners is not None:
            held = codes >= 0
            codes, owners = codes[held], owners[held]
        return Column(self.size, codes, coded.dictionary.cast(pa.string()), owners)

    def derive(self, function: Callable[[str], str | None]) -> "Column":
        """Return the column of what a function makes of each distinct value; empty is missing."""
        made = [function(value) or None for value in self.values.to_pylist()]
        return self.map_codes(pa.array(made, pa.string()))

    def derive_arrow(self, name: str, function: Callable[[pa.StringArray], pa.Array]) -> "Column":
        """Return the column of what an Arrow function makes of the distinct values.

        Worked out once under that name.
        """
        read = self.read(name, function)
        codes = np.append(read.codes, np.int32(-1))[self.codes]
        owners = self.owners
        if owners is not None:
            held = codes >= 0
            codes, owners = codes[held], owners[held]
        return Column(self.size, codes, read.values, owners)

    def mask(self, keep: Mask) -> "Column":
        """Return the column with a value of the records that are kept only."""
        kept = keep[self.entry_owners] & (self.codes >= 0)
        if self.owners is None:
            codes, owners = np.where(kept, self.codes, np.int32(-1)), None
        else:
            codes, owners = self.codes[kept], self.owners[kept]
        used = np.zeros(len(self.values), np.bool_)
        used[codes[codes >= 0]] = True
        number = np.cumsum(used, dtype=np.int32) - 1
        codes = np.where(codes >= 0, number[codes], np.int32(-1)) if len(number) else codes
        return Column(self.size, codes, self.values.filter(pa.array(used)), owners)

    def take(self, records: Ints) -> "Column":
        """Return the column of some records, in the order given."""
        if self.owners is None:
            return Column(len(records), self.codes[records], self.values)
        starts = np.searchsorted(self.owners, records, "left")
        counts = np.searchsorted(self.owners, records, "right") - starts
        owners = np.repeat(np.arange(len(records), dtype=np.int32), counts)
        entries = spread(starts, counts)
        return Column(len(records), self.codes[entries], self.values, owners)


def _read_codes(coded: pa.DictionaryArray) -> Codes:
    indices = coded.indices.fill_null(-1) if coded.indices.null_count else coded.indices
    codes: Codes = indices.to_numpy(zero_copy_only=False).astype(np.int32)
    return codes


def spread(starts: Ints, counts: Ints) -> Ints:
    """Return start, start + 1, .. of each of several ranges, one after the other."""
    total = int(counts.sum())
    first = np.repeat(starts - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
    return first + np.arange(total)


def unite_values(*columns: Column) -> tuple[Column, ...]:
    """Return columns that share one set of values, so that equal codes mean equal values."""
    chunks = pa.chunked_array([column.values for column in columns], pa.string())
    coded = chunks.combine_chunks().dictionary_encode()
    shared = coded.dictionary
    places = coded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    united = []
    start = 0
    for column in columns:
        mapping = np.append(places[start : start + len(column.values)], np.int32(-1))
        united.append(Column(column.size, mapping[column.codes], shared, column.owners))
        start += len(column.values)
    return tuple(united)


def find_distinct(numbers: Ints) -> Ints:
    """Return the distinct numbers, ascending: sorting is faster here than numpy's hashing."""
    ordered = np.sort(numbers)
    return ordered[find_starts(ordered)]


def find_starts(ordered: Ints) -> Ints:
    """Return where each run of equal numbers begins."""
    if not len(ordered):
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
