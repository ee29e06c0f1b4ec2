"""Lines for COPY: what is read back is what was given, whatever is in it."""

from datetime import UTC, date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer_hub.core import db
from customer_hub.core.copy_lines import make_array, make_lines

_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
_TYPES = "text, bytea, boolean, bigint, double precision, numeric, uuid, timestamptz, date, text[], bigint[]"
_COLUMNS = ", ".join(f"c{n} {kind}" for n, kind in enumerate(_TYPES.split(", ")))
_RECORDS = st.lists(
    st.tuples(
        *(
            st.none() | values
            for values in (
                _TEXT,
                st.binary(),
                st.booleans(),
                st.integers(-(2**63), 2**63 - 1),
                st.floats(allow_nan=False),
                st.decimals(allow_nan=False, allow_infinity=False, places=4),
                st.uuids(),
                st.datetimes(timezones=st.just(UTC)),
                st.dates(),
                st.lists(_TEXT),
                st.lists(st.integers(-(2**63), 2**63 - 1)),
            )
        )
    )
)


class Kind(StrEnum):
    FIRST = "a\tb"


def copy(records: list[Any]) -> list[Any]:
    with db.begin() as connection:
        connection.exec_driver_sql(f"create temporary table t ({_COLUMNS}) on commit drop")
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy("copy t from stdin") as sink:
            sink.write(make_lines(records))
        return [tuple(row) for row in connection.exec_driver_sql("select * from t")]


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_RECORDS)
def test_what_is_read_back_is_what_was_given(hub: str, records: list[Any]) -> None:
    assert copy(records) == records


def test_a_subclass_has_the_form_of_its_base(hub: str) -> None:
    row = (Kind.FIRST, b"", True, 1, 1.5, Decimal(2), UUID(int=1), None, date(2026, 1, 1), (), (1,))
    assert copy([row]) == [("a\tb", *row[1:9], [], [1])]


def test_what_has_no_form_is_refused_by_its_type_alone() -> None:
    with pytest.raises(TypeError, match=r"^no form for dict$"):
        make_lines([({"a": "secret"},)])
    with pytest.raises(TypeError, match=r"^no form for dict$"):
        make_array([{"a": "secret"}])


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    texts=st.lists(_TEXT),
    binaries=st.lists(st.binary()),
    ids=st.lists(st.uuids()),
    times=st.lists(st.datetimes(timezones=st.just(UTC))),
)
def test_an_array_is_bound_as_it_was_given(
    hub: str, texts: list[str], binaries: list[bytes], ids: list[UUID], times: list[Any]
) -> None:
    lists = (texts, binaries, ids, times)
    with db.begin() as connection:
        row = connection.exec_driver_sql(
            "select %(texts)s::text[], %(bytes)s::bytea[], %(ids)s::uuid[], %(times)s::timestamptz[]",
            dict(zip(("texts", "bytes", "ids", "times"), map(make_array, lists), strict=True)),
        ).one()
    assert tuple(row) == lists
