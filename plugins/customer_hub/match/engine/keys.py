"""Blocking keys: the combinations of values under which a record may meet another."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from customer_hub.match.engine.column import (
    Column,
    Ints,
    Mask,
    find_distinct,
    spread,
    unite_values,
)
from customer_hub.match.engine.companies import core_of, part_names
from customer_hub.match.engine.persons import spell_families, spell_givens
from customer_hub.match.engine.plain import LONG_LOCAL, read_local, read_tail, read_year
from customer_hub.match.engine.records import Records
from customer_hub.values.company import parse_company
from customer_hub.values.text import to_pinyin

_BROAD = frozenset(
    {
        "family_city", "given_city", "family_region", "given_region", "family_postcode",
        "given_postcode", "birth_city", "birth_postcode", "company_word", "brand_city",
        "brand_postcode", "brand_region", "address", "address_start", "family_address",
        "name", "mail_local", "phone_tail", "family_phone_end", "starts_year", "starts_postcode",
    }
)  # fmt: skip
_SPARSE = 4  # numbers for each entry: with more of them they are numbered anew
_ROOM = 1 << 40  # keys stay below this: 23 bits are left to sort the records with them


@dataclass(frozen=True, slots=True)
class Key:
    """One kind of key: which record holds which value; a record may hold several.

    ``parts``, where a value is made of two: how many records hold each first part, and each second. A
    value is the number of the first times the number of second parts, plus that of the second.
    """

    kind: str
    records: Ints
    values: Ints
    parts: tuple[Ints, Ints] | None = None

    @property
    def is_broad(self) -> bool:
        """Tell whether records of many customers hold one value: half a name and a town, a word."""
        return self.kind.split("@", 1)[0] in _BROAD

    def is_by_chance(self, values: Ints, counts: Ints, size: int, share: float) -> Mask:
        """Tell of which values at least a share of the pairs is what chance makes of their parts.

        Where the parts are frequent among other records as well, they meet by chance.

        Args:
            values: distinct values.
            counts: how many of the records hold each.
            size: number of records.
            share: 0..1.
        """
        if self.parts is None:
            return np.zeros(len(values), np.bool_)
        one, two = np.divmod(values, len(self.parts[1]))
        others = (self.parts[0][one] - counts) * (self.parts[1][two] - counts)
        found: Mask = (others / size) ** 2 > share * counts * (counts - 1)
        return found


def make_keys(records: Records) -> Iterator[Key]:
    """Yield every kind of key that the columns allow: one at a time, for each is large."""
    endings = sorted({f"@{name.split('@')[1]}" for name in records.columns if "@" in name} | {""})
    for ending in endings:
        for key in _Maker(records, ending).make():
            if len(key.values):
                yield key


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
        records.columns["family"].derive_arrow("family", spell_families),
        records.columns["given"].derive_arrow("given", spell_givens),
    )
    one, two = family.codes.astype(np.int64), given.codes.astype(np.int64)
    whole = (one >= 0) & (two >= 0)
    low, high = np.minimum(one, two), np.maximum(one, two)
    return np.where(whole, low, -1), np.where(whole, high, -1)


class _Maker:
    """Makes the keys of persons or of organisations: their columns end differently."""

    def __init__(self, records: Records, ending: str) -> None:
        self._records = records
        self._columns = records.columns
        self._ending = ending

    def make(self) -> Iterator[Key]:
        yield from self._make_exact()
        if not self._ending:
            yield from self._make_names()
            yield from self._make_companies()
        yield from self._make_places()

    def _column(self, name: str) -> Column | None:
        column = self._columns.get(name + self._ending)
        return None if column is None or column.is_empty else column

    def _make_exact(self) -> Iterator[Key]:
        for kind in ("identity", "phone", "mail"):
            column = self._column(kind)
            if column is not None:
                yield self._join(kind, column)
        phone, mail = self._column("phone"), self._column("mail")
        if phone is not None:
            yield self._join("phone_tail", phone.derive_arrow("tail", read_tail))
        if mail is not None:
            local = mail.derive_arrow("local", read_local)
            is_long = np.append(local.lengths >= LONG_LOCAL, np.False_)[local.codes]
            codes = np.where(is_long, local.codes, np.int32(-1))
            yield self._join("mail_local", Column(local.size, codes, local.values, local.owners))

    def _make_names(self) -> Iterator[Key]:
        parts = {
            "family": self._spell("family", spell_families),
            "given": self._spell("given", spell_givens),
        }
        beside = {name: self._column(name) for name in ("birth", "postcode", "city", "region")}
        for part, names in parts.items():
            for other, column in beside.items():
                if names is not None and column is not None:
                    yield self._join(f"{part}_{other}", names, column)
        families, givens = parts["family"], parts["given"]
        if families is not None and givens is not None:
            yield from self._make_whole_names(families, givens, beside)
        phone, address = self._column("phone"), self._column("address")
        if families is not None and phone is not None:
            yield self._join("family_phone_end", families, phone.derive_arrow("end_4", _end_of))
        if families is not None and address is not None:
            yield self._join("family_address", families, address)
        birth = beside["birth"]
        for other in ("postcode", "city"):
            column = beside[other]
            if birth is not None and column is not None:
                yield self._join(f"birth_{other}", birth, column)

    def _make_whole_names(
        self, families: Column, givens: Column, beside: Mapping[str, Column | None]
    ) -> Iterator[Key]:
        low, high = _sorted_name(self._records)
        yield _make_key("name", np.arange(len(low)), low, high, is_turned=True)
        starts = (
            families.derive_arrow("start", _start_of), givens.derive_arrow("start", _start_of)
        )  # fmt: skip
        birth, postcode = beside["birth"], beside["postcode"]
        if birth is not None:
            yield self._join("starts_year", *starts, birth.derive_arrow("year", read_year))
        if postcode is not None:
            yield self._join("starts_postcode", *starts, postcode)

    def _spell(self, name: str, spell: Callable[[pa.StringArray], pa.Array]) -> Column | None:
        column = self._column(name)
        return None if column is None else column.derive_arrow(name, spell)

    def _make_companies(self) -> Iterator[Key]:
        company = self._column("company")
        if company is None:
            return
        company = part_names(company)
        cores = company.derive(core_of)
        yield self._join("company", cores)
        for other in ("city", "postcode", "region"):
            beside = self._columns.get(f"{other}@organisation") or self._columns.get(other)
            if beside is not None:
                yield self._join(f"brand_{other}", company.derive(_brand_of), beside)
        # Each rare word, and each two that follow each other.
        words = [_words_of(text) for text in cores.values.to_pylist()]
        held: list[tuple[str, ...]] = [()] * cores.size
        for record, code in zip(cores.entry_owners.tolist(), cores.codes.tolist(), strict=True):
            held[record] += words[code] if code >= 0 else ()
        yield self._join("company_word", Column.of_lists([tuple(sorted({*each})) for each in held]))

    def _make_places(self) -> Iterator[Key]:
        address = self._column("address")
        if address is not None:
            yield self._join("address", address)
            starts = address.derive_arrow("start", _first_words_of)
            if len(starts.values) < len(address.values):
                yield self._join("address_start", starts)

    def _join(self, kind: str, *columns: Column) -> Key:
        """Return the key that holds where every column has a value."""
        records, values = columns[0].entry_owners, columns[0].codes.astype(np.int64)
        other: Ints | None = None
        for column in columns[1:]:
            if other is not None:
                values = _pair_up(values, other)
            if column.owners is None:
                other = column.codes[records].astype(np.int64)
            else:
                bounds = np.searchsorted(column.owners, np.arange(column.size + 1))
                counts = np.diff(bounds)[records]
                entries = spread(bounds[records], counts)
                records, values = np.repeat(records, counts), np.repeat(values, counts)
                other = column.codes[entries].astype(np.int64)
        return _make_key(kind + self._ending, records, values, other)


def _make_key(
    kind: str, records: Ints, one: Ints, two: Ints | None, *, is_turned: bool = False
) -> Key:
    """Return the key of the records that have both parts of it, or the one that there is.

    ``is_turned``: either part may stand first (a name), so that both are counted in both places.
    """
    known = one >= 0 if two is None else (one >= 0) & (two >= 0)
    records, one = records[known], one[known]
    if two is None:
        return Key(kind, records, one)
    two = two[known]
    if is_turned:
        held = np.bincount(np.concatenate((one, two[one != two])), minlength=1)
        return Key(kind, records, one * len(held) + two, (held, held))
    last = int(one.max(initial=0)), int(two.max(initial=0))
    if last[0] > _SPARSE * len(one) or (last[0] + 1) * (last[1] + 1) >= _ROOM:
        one = np.unique(one, return_inverse=True)[1]
    parts = _count_holders(records, one), _count_holders(records, two)
    return Key(kind, records, one * len(parts[1]) + two, parts)


def _count_holders(records: Ints, part: Ints) -> Ints:
    """Return how many records hold each number of a part; ``records`` ascend."""
    if (records[1:] == records[:-1]).any():  # by two phones a family name is not held twice
        width = int(records[-1]) + 1
        part = find_distinct(part * width + records) // width
    return np.bincount(part, minlength=1)


def _pair_up(one: Ints, two: Ints) -> Ints:
    """Return one number for each pair of numbers, -1 where either is."""
    width = int(two.max(initial=0)) + 1
    return np.where((one >= 0) & (two >= 0), one * width + two, -1)


def _brand_of(name: str) -> str | None:
    brand = parse_company(name).brand
    return to_pinyin(brand, is_name=False).replace(" ", "").casefold() if brand else None


def _words_of(core: str) -> tuple[str, ...]:
    words = core.split()
    if len(words) < 2:
        return ()
    return tuple(sorted({word for word in words if len(word) >= 4}))


def _end_of(values: pa.StringArray) -> pa.Array:
    return pc.utf8_slice_codeunits(values, -4)


def _first_words_of(values: pa.StringArray) -> pa.Array:
    found = pc.extract_regex(values, r"^ *(?P<words>[^ ]+(?: +[^ ]+){0,2})")
    return pc.struct_field(found, "words")


def _start_of(values: pa.StringArray) -> pa.Array:
    return pc.utf8_slice_codeunits(values, 0, 3)
