"""Blocking keys: the combinations of values under which a record may meet another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from customer_hub.match.engine.column import Column, Ints, unite_values
from customer_hub.match.engine.companies import core_of
from customer_hub.match.engine.persons import spell_family, spell_given
from customer_hub.match.engine.records import Records, kind_of

_ROOM = 1 << 40  # keys stay below this: 23 bits are left to sort the records with them


@dataclass(frozen=True, slots=True)
class Key:
    """One kind of key: which record holds which value; a record may hold several."""

    kind: str
    records: Ints
    values: Ints


def list_keys(records: Records) -> list[Key]:
    """Return every kind of key that the columns allow."""
    return [key for key in _Maker(records).make() if len(key.values)]


def name_numbers(records: Records) -> Ints:
    """Return a number for each record's name; -1 for a record without a whole name.

    A value that many names hold is generic: a title form or a lone word counts as no name.
    """
    found = np.full(records.size, -1, np.int64)
    if "company" in records.columns:
        codes = records.columns["company"].derive(core_of).codes
        found = np.where(codes >= 0, codes.astype(np.int64), found)
    if "family" in records.columns and "given" in records.columns:
        low, high = _sorted_name(records)
        start = found.max(initial=-1) + 1
        both = (low >= 0) & (found < 0)
        found[both] = start + low[both] * (int(high.max(initial=0)) + 1) + high[both]
    return found


def _sorted_name(records: Records) -> tuple[Ints, Ints]:
    """Return both parts of each whole name as numbers, the smaller first; -1 without a part."""
    family, given = unite_values(
        records.columns["family"].derive(spell_family), records.columns["given"].derive(spell_given)
    )
    one, two = family.codes.astype(np.int64), given.codes.astype(np.int64)
    whole = (one >= 0) & (two >= 0)
    low, high = np.minimum(one, two), np.maximum(one, two)
    return np.where(whole, low, -1), np.where(whole, high, -1)


class _Maker:
    def __init__(self, records: Records) -> None:
        self._records = records
        self._columns = records.columns

    def make(self) -> Iterator[Key]:
        yield from self._make_exact()
        yield from self._make_names()
        yield from self._make_companies()
        yield from self._make_places()

    def _column(self, name: str) -> Column | None:
        column = self._columns.get(name)
        return None if column is None or column.is_empty else column

    def _make_exact(self) -> Iterator[Key]:
        for kind in ("identity", "phone", "mail"):
            column = self._column(kind)
            if column is not None:
                yield self._join(kind, column)
        phone, mail = self._column("phone"), self._column("mail")
        if phone is not None:
            yield self._join("phone_tail", phone.derive_arrow(_tail_of))
        if mail is not None:
            yield self._join("mail_local", mail.derive_arrow(_local_of))

    def _make_names(self) -> Iterator[Key]:
        family, given = self._column("family"), self._column("given")
        if given is None and family is None:
            return
        families = family.derive(spell_family) if family is not None else None
        givens = given.derive(spell_given) if given is not None else None
        if family is not None and given is not None:
            low, high = _sorted_name(self._records)
            yield Key("name", *_known(np.arange(len(low)), _pair_up(low, high)))
        birth, city, postcode = map(self._column, ("birth", "city", "postcode"))
        region, phone, address = map(self._column, ("region", "phone", "address"))
        year = birth.derive_arrow(lambda values: pc.utf8_slice_codeunits(values, 0, 4)) if birth else None
        for part, column in (("family", families), ("given", givens)):
            for other, beside in (
                ("birth", birth), ("postcode", postcode), ("city", city), ("region", region),
            ):  # fmt: skip
                if column is not None and beside is not None:
                    yield self._join(f"{part}_{other}", column, beside)
        if families is not None and givens is not None:
            starts = families.derive_arrow(_start_of), givens.derive_arrow(_start_of)
            if year is not None:
                yield self._join("starts_year", *starts, year)
            if postcode is not None:
                yield self._join("starts_postcode", *starts, postcode)
        if families is not None and phone is not None:
            yield self._join("family_phone_end", families, phone.derive_arrow(_end_of))
        if families is not None and address is not None:
            yield self._join("family_address", families, address)
        for other, beside in (("postcode", postcode), ("city", city)):
            if birth is not None and beside is not None:
                yield self._join(f"birth_{other}", birth, beside)

    def _make_companies(self) -> Iterator[Key]:
        company = self._column("company")
        if company is None:
            return
        cores = company.derive(core_of)
        yield self._join("company", cores)
        # Each rare word, and each two that follow each other.
        words = [_words_of(text) for text in cores.values.to_pylist()]
        held = [words[code] if code >= 0 else () for code in cores.codes.tolist()]
        yield self._join("company_word", Column.of_lists(held))

    def _make_places(self) -> Iterator[Key]:
        address = self._column("address")
        if address is not None:
            yield self._join("address", address)
            starts = address.derive(lambda text: " ".join(text.split()[:3]))
            yield self._join("address_start", starts)

    def _join(self, kind: str, *columns: Column) -> Key:
        """Return the key that holds where every column has a value."""
        records, values = columns[0].entry_owners, columns[0].codes.astype(np.int64)
        for column in columns[1:]:
            if column.owners is None:
                other = column.codes[records].astype(np.int64)
            else:
                bounds = np.searchsorted(column.owners, np.arange(column.size + 1))
                counts = np.diff(bounds)[records]
                from customer_hub.match.engine.column import spread

                entries = spread(bounds[records], counts)
                records, values = np.repeat(records, counts), np.repeat(values, counts)
                other = column.codes[entries].astype(np.int64)
            values = _pair_up(values, other)
        return Key(kind, *_known(records, values))


def _known(records: Ints, values: Ints) -> tuple[Ints, Ints]:
    held = values >= 0
    return records[held], values[held]


def _pair_up(one: Ints, two: Ints) -> Ints:
    """Return one number for each pair of numbers, -1 where either is."""
    width = int(two.max(initial=0)) + 1
    if (int(one.max(initial=0)) + 1) * width >= _ROOM:
        one = np.unique(one, return_inverse=True)[1] - int((one < 0).any())
    return np.where((one >= 0) & (two >= 0), one * width + two, -1)


def _words_of(core: str) -> tuple[str, ...]:
    words = core.split()
    if len(words) < 2:
        return ()
    return tuple(sorted({word for word in words if len(word) >= 4}))


def _tail_of(values: pa.StringArray) -> pa.Array:
    clear = pc.invert(pc.match_substring(values, "*"))
    return pc.if_else(clear, pc.utf8_slice_codeunits(values, -7), None)


def _end_of(values: pa.StringArray) -> pa.Array:
    return pc.utf8_slice_codeunits(values, -4)


def _local_of(values: pa.StringArray) -> pa.Array:
    local = pc.replace_substring_regex(values, "@.*$", "")
    return pc.if_else(pc.greater_equal(pc.utf8_length(local), 5), local, None)


def _start_of(values: pa.StringArray) -> pa.Array:
    return pc.utf8_slice_codeunits(values, 0, 3)


__all__ = ["Key", "Sequence", "kind_of", "list_keys", "name_numbers"]
