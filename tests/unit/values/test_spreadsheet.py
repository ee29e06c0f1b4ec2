"""What a spreadsheet would compute is made text, and comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_hub.values.spreadsheet import escape_formula, unescape_formula

RISKY = "=+-@\t\r\n＝＋－＠"


@given(st.text(alphabet=f"{RISKY}'ab1 云", max_size=8))
def test_escaping_is_taken_back_and_leaves_no_formula(cell: str) -> None:
    escaped = escape_formula(cell)
    assert escaped[:1] not in tuple(RISKY)
    assert unescape_formula(escaped) == cell


@pytest.mark.parametrize(
    ("cell", "escaped"),
    [("+8613800138000", "'+8613800138000"), ("=1+1", "'=1+1"), ("'=1", "''=1"), ("O'-x", "O'-x"),
     ("'quoted'", "'quoted'"), ("", "")],
)  # fmt: skip
def test_only_what_could_be_a_formula_is_escaped(cell: str, escaped: str) -> None:
    assert escape_formula(cell) == escaped
