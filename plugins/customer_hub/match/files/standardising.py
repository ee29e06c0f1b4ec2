"""From a file's columns to the engine's: each distinct value is read once."""

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from customer_hub.match.engine.column import Column, Ints, Mask
from customer_hub.match.engine.records import Records
from customer_hub.match.files.dates import read_dates
from customer_hub.match.files.roles import Role, Schema
from customer_hub.values import region
from customer_hub.values.address import parse_address
from customer_hub.values.company import is_company_name, parse_company
from customer_hub.values.identity import parse_identity
from customer_hub.values.person import parse_person
from customer_hub.values.phone import CHINESE_LINE, CHINESE_MOBILE, parse_phone
from customer_hub.values.text import fold_words, has_cjk, to_simplified

_WORD = r"^[a-z0-9]+( [a-z0-9]+)*$"
_MOST = 400  # characters of a value that are compared: a longer one is text pasted into a field
_SURE = 0.8
_NOT_READ = (Role.IGNORED, Role.RECORD_ID)
_ODD = re.compile(r"\d")  # no person's name, yet it tells records apart
_ROAD_WORDS = {
    "street": "st", "road": "rd", "avenue": "ave", "av": "ave", "drive": "dr", "lane": "ln",
    "court": "ct", "place": "pl", "boulevard": "blvd", "highway": "hwy", "square": "sq",
    "terrace": "tce", "crescent": "cres", "suite": "ste", "apartment": "apt", "north": "n",
    "south": "s", "east": "e", "west": "w",
}  # fmt: skip
_ROADS = f"(^| )({'|'.join(_ROAD_WORDS)})( |$)"
_PARTS = pa.struct([("family", pa.string()), ("given", pa.string())])
_GENERATION_WORD = " (jr|sr|ii|iii|iv|junior|senior)$"
_GENERATION = re.compile(r"[ ,]+(jr|sr|ii|iii|iv|junior|senior)\.?$", re.IGNORECASE)
_MAIL = re.compile(r"[^\s<>\"',;]+@[^\s<>\"',;]+")


def standardise(table: pa.Table, schema: Schema, order: Ints) -> Records:
    """Return the records of a table as the engine compares them.

    Args:
        table: text columns.
        schema: the role of each.
        order: rows in the ascending order of their record ids.
    """
    in_order = bool((order[1:] > order[:-1]).all())
    reader = _Reader(table if in_order else table.take(pa.array(order)), schema)
    readers = (reader.read_names, reader.read_reach, reader.read_places, reader.read_words)
    columns: dict[str, Column] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(lambda read: read(), readers):
            columns |= found
    held = {name: column for name, column in columns.items() if not column.is_empty}
    return Records(len(order), _part_kinds(held), reader.generations)


def _part_kinds(columns: dict[str, Column]) -> dict[str, Column]:
    """Give organisations columns of their own where there are persons as well."""
    if "company" not in columns or not ({"family", "given"} & columns.keys()):
        return columns
    organisations = columns["company"].codes >= 0
    parted: dict[str, Column] = {}
    for name, column in columns.items():
        if name in ("company", "family", "given"):
            keep = organisations if name == "company" else ~organisations
            parted[name] = column.mask(keep)
        else:
            parted[name] = column.mask(~organisations)
            parted[f"{name}@organisation"] = column.mask(organisations)
    return {name: column for name, column in parted.items() if not column.is_empty}


class _Reader:
    def __init__(self, table: pa.Table, schema: Schema) -> None:
        self._table = table
        self._schema = schema
        lines = schema.having(Role.ADDRESS)
        unread = {*_NOT_READ, *([Role.ADDRESS] if len(lines) > 1 else [])}  # lines are joined
        names = [name for name, role in schema.columns.items() if role not in unread]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            read = pool.map(lambda name: Column.of_arrow(_cut(table.column(name))), names)
            self._read = dict(zip(names, read, strict=True))
        self.generations: Column | None = None

    def _columns(self, role: Role) -> list[Column]:
        return [self._read[name] for name in self._schema.having(role)]

    def read_names(self) -> dict[str, Column]:
        """Return family, given and company: parts where the file has them, else whole names."""
        family, given, company = (
            _first_of(self._columns(role))
            for role in (Role.FAMILY_NAME, Role.GIVEN_NAME, Role.COMPANY)
        )
        whole = _first_of(self._columns(Role.NAME))
        if whole is not None:
            # Beside its parts a whole name says nothing new.
            whole = _without(whole, [family, given, company])
            is_firm = self._tell_kinds(whole)
            persons, firms = whole.mask(~is_firm), whole.mask(is_firm)
            company = _first_of([*([company] if company else []), firms])
            parts = pa.array([_read_person(text) for text in persons.values.to_pylist()], _PARTS)
            named, called = (persons.map_codes(pc.struct_field(parts, at)) for at in range(2))
            family = _first_of([*([family] if family else []), named])
            given = _first_of([*([given] if given else []), called])
        if family is not None:
            self.generations = family.derive(_read_generation)
            if self.generations.is_empty:
                self.generations = None
        found = {
            "family": _fold(family, _drop_generation, odd=_GENERATION_WORD),
            "given": _fold(given, lambda text: text),
            "company": company.derive(lambda text: parse_company(text).told) if company else None,
        }
        return {name: column for name, column in found.items() if column is not None}

    def _tell_kinds(self, names: Column) -> Mask:
        """Tell which records are organisations: by their names, or by the column that says so.

        Such a column is believed if its values part the names into persons and companies.
        """
        named = names.codes >= 0
        of_value = np.fromiter(
            (is_company_name(text) for text in names.values.to_pylist()),
            np.bool_,
            len(names.values),
        )
        found = np.zeros(names.size, np.bool_)
        found[named] = of_value[names.codes[named]]
        for kinds in self._columns(Role.KIND):
            said = kinds.codes >= 0
            both = said & named
            size = len(kinds.values)
            total = np.bincount(kinds.codes[both], minlength=size)
            firms = np.bincount(kinds.codes[both], weights=found[both], minlength=size)
            share = firms / np.maximum(total, 1)
            if share.max(initial=0) >= _SURE and share[total > 0].min(initial=1) <= 1 - _SURE:
                found[said] = (share >= 0.5)[kinds.codes[said]]
        return found

    def read_reach(self) -> dict[str, Column]:
        """Return phones, mails, identity numbers and the birth date."""
        found: dict[str, Column | None] = {
            "phone": _gather([_read_phones(column) for column in self._columns(Role.PHONE)]),
            "mail": _gather([_read_mails(column) for column in self._columns(Role.MAIL)]),
            "identity": _gather(
                [
                    column.derive(_identity_reader(name))
                    for name, column in zip(
                        self._schema.having(Role.IDENTITY), self._columns(Role.IDENTITY),
                        strict=True,
                    )
                ]
            ),
        }  # fmt: skip
        births = [
            column.map_codes(pa.array(read_dates(column.values.to_pylist()), pa.string()))
            for column in self._columns(Role.BIRTH_DATE)
        ]
        found["birth"] = _first_of(births)
        return {name: column for name, column in found.items() if column is not None}

    def read_places(self) -> dict[str, Column]:
        """Return address, region, city and postcode."""
        found: dict[str, Column] = {}
        parts = self._schema.having(Role.ADDRESS)
        if parts:
            address = self._join_lines(parts)
            found["address"] = _derive_odd(address, _find_words(address, _ROADS), _read_street)
        for number, column in enumerate(self._columns(Role.CITY)):
            name = "city" if not number else f"city:{self._schema.having(Role.CITY)[number]}"
            found[name] = _fold(column, _shorten_place) or column
        for number, column in enumerate(self._columns(Role.REGION)):
            name = f"city:{self._schema.having(Role.REGION)[number]}"
            found[name] = _fold(column, _shorten_place) or column
        postcode = _first_of(self._columns(Role.POSTCODE))
        if postcode is not None:
            found["postcode"] = postcode.derive(lambda text: re.sub(r"[\W_]", "", text).lower())
        return found

    def _join_lines(self, names: list[str]) -> Column:
        """Return several columns as one, with a blank between them."""
        if len(names) == 1:
            return self._read[names[0]].derive_arrow("trimmed", pc.utf8_trim_whitespace)
        lines = [pc.fill_null(_cut(self._table.column(name)), "") for name in names]
        return Column.of_arrow(pc.utf8_trim_whitespace(pc.binary_join_element_wise(*lines, " ")))

    def read_words(self) -> dict[str, Column]:
        """Return categories and other words."""
        found: dict[str, Column] = {}
        for role, kind in ((Role.CATEGORY, "category"), (Role.OTHER, "text")):
            for name, column in zip(self._schema.having(role), self._columns(role), strict=True):
                found[f"{kind}:{name}"] = _fold(column, lambda text: text) or column
        return found


def _cut(values: pa.ChunkedArray) -> pa.ChunkedArray:
    if (pc.max(pc.binary_length(values)).as_py() or 0) <= _MOST:
        return values
    return pc.utf8_slice_codeunits(values, 0, _MOST)


def _first_of(columns: list[Column]) -> Column | None:
    """Return the first value of each record among several columns."""
    if len(columns) <= 1:
        return columns[0] if columns else None
    arrays = []
    for column in columns:
        codes = pa.array(column.codes, mask=column.codes < 0)
        arrays.append(column.values.take(codes))
    return Column.of_arrow(pc.coalesce(*arrays))


def _gather(columns: list[Column]) -> Column | None:
    """Return all values of each record among several columns."""
    if len(columns) <= 1:
        return columns[0] if columns else None
    lists: list[list[str]] = [[] for _ in range(columns[0].size)]
    for column in columns:
        texts = column.texts
        for record, code in zip(column.entry_owners.tolist(), column.codes.tolist(), strict=True):
            if code >= 0 and texts[code] not in lists[record]:
                lists[record].append(texts[code])
    return Column.of_lists([sorted(values) for values in lists])


def _without(column: Column, others: list[Column | None]) -> Column:
    """Return the column without the records that have a value in another one."""
    told = np.zeros(column.size, np.bool_)
    for other in others:
        if other is not None:
            told |= other.codes >= 0
    codes = pa.array(column.codes, mask=(column.codes < 0) | told)
    return Column.of_arrow(column.values.take(codes))


def _fold(
    column: Column | None, function: Callable[[str], str], odd: str | None = None
) -> Column | None:
    """Return the folded words of a column; plain words stand unless they match ``odd``."""
    if column is None:
        return None
    return _derive_odd(column, _find_words(column, odd), lambda text: fold_words(function(text)))


def _find_words(column: Column, odd: str | None) -> pa.BooleanArray:
    """Tell which values are folded words already, and match no pattern of odd ones."""
    plain = pc.match_substring_regex(column.values, _WORD)
    return pc.and_not(plain, pc.match_substring_regex(column.values, odd)) if odd else plain


def _derive_odd(
    column: Column, plain: pa.BooleanArray, function: Callable[[str], str | None]
) -> Column:
    """Return the column of what a function makes of the values that are not plain."""
    odd = pc.invert(plain)
    if not pc.any(odd).as_py():
        return column
    made = [function(value) or None for value in column.values.filter(odd).to_pylist()]
    return column.map_codes(pc.replace_with_mask(column.values, odd, pa.array(made, pa.string())))


def _read_person(text: str) -> tuple[str | None, str | None]:
    """Return family and given name of a whole name."""
    if _ODD.search(text):
        given, _, family = fold_words(text).rpartition(" ")
        return family or None, given or None
    name = parse_person(text)
    suffix = f" {name.suffix}" if name.suffix and name.surname else ""
    return (f"{name.surname}{suffix}" if name.surname else None), name.given or None


def _read_generation(text: str) -> str | None:
    match = _GENERATION.search(text)
    word = match[1].lower() if match else ""
    return {"junior": "jr", "senior": "sr"}.get(word, word)


def _drop_generation(text: str) -> str:
    return _GENERATION.sub("", text)


def _read_phones(column: Column) -> Column:
    values = column.values
    if pc.all(pc.match_substring_regex(values, r"^\+\d{8,15}$")).as_py():
        return column
    # A bare mobile, or ten bare digits, hold no mask, label or extension: all are read at one look.
    bare = pc.match_substring_regex(values, r"^[2-9]\d{9}$")
    is_line = pc.and_(bare, pc.match_substring_regex(values, f"^(?:{CHINESE_LINE})$"))
    is_mobile = pc.match_substring_regex(values, rf"^(?:\+?86)?{CHINESE_MOBILE}$")
    digits = pc.if_else(is_mobile, pc.utf8_slice_codeunits(values, -11), values)
    is_chinese = pc.or_(is_line, is_mobile)
    read = pc.if_else(is_chinese, pc.binary_join_element_wise("+86", digits, ""), values)
    odd = pc.invert(pc.or_(bare, is_mobile))
    made = [_read_phone(text) for text in values.filter(odd).to_pylist()]
    return column.map_codes(pc.replace_with_mask(read, odd, pa.array(made, pa.string())))


def _read_phone(text: str) -> str | None:
    phone = parse_phone(text)
    digits = re.sub(r"[^\d*]", "", text)
    return phone.e164 or phone.masked or (digits if len(digits) >= 5 else None)


def _read_mails(column: Column) -> Column:
    plain = pc.match_substring_regex(column.values, r"^[a-z0-9._%+-]+@[a-z0-9.-]+$")
    return _derive_odd(column, plain, _read_mail)


def _read_mail(text: str) -> str | None:
    match = _MAIL.search(text)
    return match[0].lower() if match else None


def _identity_reader(header: str) -> Callable[[str], str | None]:
    kind = re.sub(r"\W+", "_", header).lower()

    def read(text: str) -> str | None:
        number = parse_identity(None, text)
        if number.is_valid:
            return f"!{number.type}:{number.number}"
        compact = re.sub(r"[\W_]", "", text).upper()
        return f"{kind}:{compact}" if len(compact) >= 4 else None

    return read


def _read_street(text: str) -> str | None:
    if not has_cjk(text):
        return " ".join(_ROAD_WORDS.get(word, word) for word in fold_words(text).split())
    parsed = parse_address(country=None, street=text)
    street = f"{parsed.road or ''}{parsed.number or ''}"
    return street or fold_words(parsed.street or text)


def _shorten_place(text: str) -> str:
    return region.shorten(to_simplified(text)) if has_cjk(text) else text
