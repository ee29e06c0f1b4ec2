"""From a file's columns to the engine's."""

import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_hub.match.engine.column import Column
from customer_hub.match.engine.records import Records
from customer_hub.match.files.dates import describe_order, read_dates
from customer_hub.match.files.roles import Role, Schema
from customer_hub.match.files.standardising import standardise


def read(rows: list[dict[str, str | None]], **roles: str) -> Records:
    names = list(rows[0])
    table = pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in names})
    schema = Schema(columns={name: Role(roles[name]) for name in names})
    return standardise(table, schema, np.arange(len(rows)))


def values(column: Column) -> list[str | None]:
    return [str(column.texts[code]) if code >= 0 else None for code in column.codes.tolist()]


@pytest.mark.parametrize(
    ("given", "read_as"),
    [
        ("1980-3-12", "1980-03-12"), ("19800312", "1980-03-12"), ("1980年3月12日", "1980-03-12"),
        ("12-Mar-1980", "1980-03-12"), ("3/25/89", "1989-03-25"),
        ("12.03.1985", "1985-03-12"), ("1630-08-01", "1630-08-01"),
        ("1980-03-12T00:00:00", "1980-03-12"), ("soon", None), ("1980", None),
    ],
)  # fmt: skip
def test_dates(given: str, read_as: str | None) -> None:
    assert read_dates([given]) == [read_as]


def test_day_and_month_are_told_by_the_rest_of_the_column() -> None:
    assert read_dates(["25/12/1980", "3/4/1980"]) == ["1980-12-25", "1980-04-03"]
    assert read_dates(["12/25/1980", "3/4/1980"]) == ["1980-12-25", "1980-03-04"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["25/12/1980", "31/1/1980", "3/4/1980"], "1 dates .* the day is taken first, as 2 others"),
        (
            ["12/25/1980", "3/4/1980", "5/5/1980"],
            "1 dates .* the month is taken first, as 1 others",
        ),
        (["3/4/1980"], "the month is taken first, though nothing tells"),
        (["1980-03-04", "3.4.1980", "19800304", "3 Apr 1980"], "^$"),
    ],
)
def test_it_is_told_how_dates_were_read_that_could_be_read_both_ways(
    values: list[str], said: str
) -> None:
    assert re.search(said, describe_order(values))


def test_whole_names_fill_what_parts_leave_out() -> None:
    rows = [
        {"first": "Anna", "last": "Smith", "full": "A. Smith"},
        {"first": None, "last": None, "full": "王小明"},
        {"first": None, "last": None, "full": "Acme Trading Co., Ltd."},
    ]
    found = read(rows, first="given_name", last="family_name", full="name").columns
    assert values(found["family"]) == ["smith", "王", None]
    assert values(found["given"]) == ["anna", "小明", None]
    assert values(found["company"]) == [None, None, "Acme Trading Co., Ltd."]


def test_a_kind_column_decides_where_names_are_doubtful() -> None:
    rows = [
        *({"kind": "C", "name": f"Acme {n} Ltd"} for n in "abcdefgh"),
        *({"kind": "P", "name": f"Anna {n}"} for n in ("Smith", "Jones", "Brown", "Hill")),
        {"kind": "C", "name": "Hall-Patrick"},
    ]
    found = read(rows, kind="kind", name="name").columns
    assert values(found["company"])[-1] == "Hall-Patrick"
    assert values(found["family"])[-1] is None


def test_persons_and_organisations_have_columns_of_their_own() -> None:
    rows: list[dict[str, str | None]] = [
        {"name": "王小明", "phone": "13900000001"},
        {"name": "深圳市泰盛贸易有限公司", "phone": "13900000001"},
    ]
    found = read(rows, name="name", phone="phone").columns
    assert values(found["phone"]) == ["+8613900000001", None]
    assert values(found["phone@organisation"]) == [None, "+8613900000001"]


def test_accents_scripts_and_generations() -> None:
    rows: list[dict[str, str | None]] = [
        {"last": "Müller Jr.", "first": "José"}, {"last": "Васильев", "first": "O'Neil"},
    ]  # fmt: skip
    records = read(rows, last="family_name", first="given_name")
    assert values(records.columns["family"]) == ["muller", "vasilev"]
    assert values(records.columns["given"]) == ["jose", "oneil"]
    assert records.generations is not None
    assert values(records.generations) == ["jr", None]


def test_identity_numbers_bear_their_type_and_their_proof() -> None:
    rows: list[dict[str, str | None]] = [
        {"uscc": "91110000600037341L", "ssn": None}, {"uscc": None, "ssn": "123-45-6789"},
    ]  # fmt: skip
    found = read(rows, uscc="identity", ssn="identity").columns["identity"]
    assert set(found.texts) == {"!social_credit_code:91110000600037341L", "ssn:123456789"}


def test_a_residents_id_is_none_of_a_company_though_its_digits_prove_both() -> None:
    rows: list[dict[str, str | None]] = [
        {"id_card": "110101198505050024"}, {"id_card": "110101198606060045"},
    ]  # fmt: skip
    found = read(rows, id_card="identity").columns["identity"]
    assert {text.split(":")[0] for text in found.texts} == {"!resident_id"}


def test_several_phones_are_kept_and_roads_are_shortened() -> None:
    rows: list[dict[str, str | None]] = [
        {"tel": "13900000001", "mob": "139****1234", "street": "12", "road": "Main Street"},
    ]
    found = read(rows, tel="phone", mob="phone", street="address", road="address").columns
    assert sorted(found["phone"].texts) == ["+8613900000001", "139****1234"]
    assert values(found["address"]) == ["12 main st"]


@settings(max_examples=300, deadline=None)
@given(st.from_regex(r"[2-9][0-9]{9}|[+]?(86)?1[0-9]{9,11}", fullmatch=True))
def test_bare_digits_are_read_as_one_number_is(digits: str) -> None:
    """They are read a column at a time; a sign of any other kind sends a number the long way."""
    records = read([{"p": digits}, {"p": f"Tel: {digits}"}], p="phone")
    one, other = values(records.columns["phone"])
    assert one == other


def test_a_generation_is_dropped_from_a_plain_name() -> None:
    records = read([{"f": "smith jr", "g": "john"}, {"f": "smith", "g": "john"}],
                   f="family_name", g="given_name")  # fmt: skip
    assert values(records.columns["family"]) == ["smith", "smith"]
    assert records.generations is not None


def test_road_words_are_shortened_in_plain_addresses() -> None:
    records = read([{"a": "12 oak street"}, {"a": "12 oak st"}], a="address")
    assert values(records.columns["address"]) == ["12 oak st", "12 oak st"]
