"""Scores: what a household shares makes no customer, and what is alike never says more than equal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_hub.match.engine.column import Column
from customer_hub.match.engine.comparing import Comparer, Surroundings
from customer_hub.match.engine.model import EngineModel, Frequencies
from customer_hub.match.engine.records import Records
from customer_hub.match.engine.scales import SCALES
from customer_hub.match.engine.scoring import discount, number_patterns, score

PERSON = {
    "family": "smith",
    "given": "anna",
    "phone": "+12015550101",
    "mail": "anna.smith@mail.example",
    "birth": "1980-05-17",
    "address": "12 oak st",
}


def usual_model(*comparisons: str) -> EngineModel:
    weights = {}
    for name in comparisons:
        scale = SCALES[name]
        bits = np.log2((np.array(scale.usual_m) + 0.01) / (np.array(scale.usual_u) + 0.01) * 1000)
        bits[0] = 0
        weights[name] = dict(zip(scale.levels, (bits * 1000).astype(int).tolist(), strict=True))
    return EngineModel(
        prior=-18_000,
        weights=weights,
        frequencies={"family": Frequencies(points={"smith": -3000}, unlisted=8000)},
    )


def score_pair(*changes: dict[str, str]) -> int:
    rows = [PERSON | change for change in changes]
    columns = {name: Column.of_values([row[name] for row in rows]) for name in PERSON}
    records = Records(2, columns)
    ends = np.array([0]), np.array([1])
    patterns = Comparer(records, Surroundings()).compare(*ends)
    return int(score(records, usual_model(*records.comparisons), patterns, *ends).total[0])


@pytest.mark.parametrize("family", ["smith", "abernathy"])
def test_twins_are_two_however_rare_their_name(family: str) -> None:
    shared = {"family": family, "mail": ""}
    assert score_pair(shared, shared | {"given": "robert"}) < 0 < score_pair(shared, shared)


def test_another_birth_date_parts_a_household_where_a_given_name_is_missing() -> None:
    nameless = {"given": "", "mail": "", "birth": "1955-02-03"}
    assert score_pair({"mail": ""}, nameless) < 0


def test_sisters_of_names_alike_are_told_apart_by_their_birth_dates() -> None:
    anna, anne = {"mail": ""}, {"mail": "", "given": "annie"}
    assert score_pair(anna, anne | {"birth": "1984-11-02"}) < 0 < score_pair(anna, anne)


def test_a_son_of_his_fathers_name_is_told_by_mail_and_birth_date() -> None:
    son = {"birth": "2011-11-02", "mail": "lefty99@post.example"}
    assert score_pair({}, son) < 0 < score_pair({}, {"birth": "2011-11-02"})


def test_a_mail_of_ones_own_outweighs_a_slip_in_name_and_birth_date() -> None:
    assert score_pair({}, {"given": "annie", "birth": "1984-11-02"}) > 0


def test_a_name_in_each_others_field_is_no_half_name() -> None:
    """Both names are known, so another mail of the same person takes nothing from the phone."""
    known = {"birth": "", "address": ""}
    turned = known | {"family": "anna", "given": "smith"}
    other_mail = turned | {"mail": "blue.sky77@post.example"}
    lost = score_pair(known, turned | {"mail": ""}) - score_pair(known, other_mail)
    mail = usual_model("mail").weights["mail"]
    assert lost == -mail["different"]


def test_another_family_at_one_address_is_no_customer_without_a_given_name() -> None:
    assert score_pair({"mail": "", "birth": ""}, {"family": "jones", "given": "", "mail": ""}) < 0


def test_a_mail_made_of_the_name_says_nothing_between_namesakes() -> None:
    bare = {"phone": "", "address": "", "birth": ""}
    like = score_pair(bare, bare | {"mail": "annasmith77@post.example"})
    assert like == score_pair(bare, bare | {"mail": ""})


def test_a_rare_family_name_counts_for_one_person_only() -> None:
    """Between two given names at one home its rarity is left out: all of a family bear it."""
    others = [
        score_pair({"family": family}, {"family": family, "given": "robert"})
        for family in ("abernathy", "smith")
    ]
    same = [score_pair({"family": family}, {"family": family}) for family in ("abernathy", "smith")]
    assert others[0] - others[1] < same[0] - same[1]


def test_discount_leaves_what_speaks_against() -> None:
    comparisons = ("given", "phone")
    different = SCALES["given"].number("different")
    weights = np.array([[-5000.0, 10_000.0]])
    discount(weights, np.array([[different, 1]], np.int8), comparisons, 0.3)
    assert weights.tolist() == [[-5000.0, 3000.0]]


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_patterns_are_numbered_as_sorting_would(width: int, seed: int) -> None:
    """With many comparisons there are more patterns than a table has room for."""
    comparisons = ["given"] * width
    rows = np.random.default_rng(seed).integers(0, 10, (60, width)).astype(np.int8)
    distinct, places = number_patterns(rows, comparisons)
    expected, inverse = np.unique(rows, axis=0, return_inverse=True)
    assert np.array_equal(distinct, expected)
    assert np.array_equal(places, inverse.ravel())


@pytest.mark.parametrize("names", [("acme dairy ltd", "acme dairy limited"),
                                   ("深圳市华信科技有限公司", "深圳华信科技有限公司")])  # fmt: skip
def test_equal_names_of_unequal_frequency_weigh_the_same_from_either_side(
    names: tuple[str, str],
) -> None:
    records = Records(2, {"company": Column.of_values(names)})
    rare = Frequencies(points={names[0]: -3000}, unlisted=5000)
    model = usual_model("company").model_copy(update={"frequencies": {"company": rare}})
    comparer = Comparer(records, Surroundings())
    both = np.array([0, 1]), np.array([1, 0])
    totals = score(records, model, comparer.compare(*both), *both).total
    assert totals[0] == totals[1]
