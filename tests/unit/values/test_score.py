"""Scores are read on the scale that their channel declares, and on no other."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_hub.values.score import parse_score


@pytest.mark.parametrize(
    ("raw", "scale", "value", "share"),
    [
        ("4", "1-5", "4", "0.75"),
        (" ５ ", "1-5", "5", "1"),
        ("9", "0-10", "9", "0.9"),
        ("2", "1-4", "2", "0.3333"),
        ("good", "bad/good", "1", "1"),
        ("Bad", "bad/good", "0", "0"),
        ("一般", "差/一般/好", "1", "0.5"),
    ],
)
def test_a_score_has_its_place_on_its_scale(raw: str, scale: str, value: str, share: str) -> None:
    score = parse_score(raw, scale)
    assert score is not None
    assert (score.value, score.share) == (Decimal(value), Decimal(share))
    assert score.scale == scale


@pytest.mark.parametrize(
    ("raw", "scale"),
    [
        *((None, "1-5"), ("", "1-5"), ("4", None), ("4", ""), ("6", "1-5"), ("0", "1-5")),
        *(("good", "1-5"), ("4", "bad/good"), ("4", "5-5"), ("4", "5-1"), ("good", "good")),
        *(("offered", "bad/good"), ("4", "1-5" * 99), ("-3", "1-5")),
    ],
)
def test_what_is_on_no_scale_is_no_score(raw: str | None, scale: str | None) -> None:
    assert parse_score(raw, scale) is None


@given(st.text(max_size=20), st.text(alphabet="0123456789-/ab", max_size=12))
def test_any_text_gives_a_share_or_nothing(raw: str, scale: str) -> None:
    score = parse_score(raw, scale)
    assert score is None or 0 <= score.share <= 1
