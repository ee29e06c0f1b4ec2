"""Rows that say the same in every column are found, and no others."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from customer_hub.match.engine.column import Column
from customer_hub.match.engine.records import Records
from customer_hub.match.engine.repeats import find_first

Row = tuple[str, list[str]]
rows = st.lists(
    st.tuples(st.sampled_from(["", "a", "b"]), st.lists(st.sampled_from("xyz"), unique=True)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=200, deadline=None)
@given(rows)
@example([("a", ["x"]), ("b", ["y"]), ("b", ["y"])])  # codes that are alike in both columns
def test_the_first_of_equal_rows_is_found(given_rows: list[Row]) -> None:
    columns = {
        "family": Column.of_values([family for family, _ in given_rows]),
        "phone": Column.of_lists([sorted(phones) for _, phones in given_rows]),
    }
    told = [(family, tuple(sorted(phones))) for family, phones in given_rows]
    found = find_first(Records(len(given_rows), columns))
    assert found.tolist() == [told.index(row) for row in told]
