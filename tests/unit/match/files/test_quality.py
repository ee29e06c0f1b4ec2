"""The judge against a brute force over all pairs."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_hub.match.files.quality import Score, judge, reach

labelings = st.integers(0, 30).flatmap(
    lambda size: st.tuples(
        st.lists(st.integers(0, 6), min_size=size, max_size=size),
        st.lists(st.sampled_from("abcde"), min_size=size, max_size=size),
    )
)


def _group(labels: list[object]) -> dict[object, set[int]]:
    groups: dict[object, set[int]] = {}
    for number, label in enumerate(labels):
        groups.setdefault(label, set()).add(number)
    return groups


def _pairs(labels: list[object]) -> set[tuple[int, int]]:
    return {(a, b) for a, b in combinations(range(len(labels)), 2) if labels[a] == labels[b]}


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 1.0


@given(labelings)
def test_the_judge_agrees_with_a_brute_force(both: tuple[list[object], list[object]]) -> None:
    found, truth = both
    verdict = judge(np.array(found, dtype=np.int64), np.array(truth, dtype="U1"))
    found_pairs, true_pairs = _pairs(found), _pairs(truth)
    assert verdict.found_pairs == len(found_pairs)
    assert verdict.true_pairs == len(true_pairs)
    assert verdict.right_pairs == len(found_pairs & true_pairs)
    found_groups, true_groups = _group(found), _group(truth)
    overlaps = [
        (len(found_groups[a] & true_groups[b]), len(found_groups[a]), len(true_groups[b]))
        for a, b in zip(found, truth, strict=True)
    ]
    assert verdict.b_cubed.precision == pytest.approx(_mean([n / f for n, f, _ in overlaps]))
    assert verdict.b_cubed.recall == pytest.approx(_mean([n / t for n, _, t in overlaps]))
    spread = [len({truth[each] for each in group}) > 1 for group in found_groups.values()]
    assert verdict.over_merged == sum(spread)
    spread = [len({found[each] for each in group}) > 1 for group in true_groups.values()]
    assert verdict.under_merged == sum(spread)


def test_a_known_case() -> None:
    verdict = judge(np.array([1, 1, 1, 2, 3]), np.array([7, 7, 8, 8, 9]))
    assert verdict.pairwise == Score(1 / 3, 1 / 2)
    assert verdict.pairwise.f1 == pytest.approx(0.4)
    assert (verdict.over_merged, verdict.under_merged) == (1, 1)
    assert verdict.b_cubed.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)


def test_labels_of_other_records_are_refused() -> None:
    with pytest.raises(ValueError, match="same records"):
        judge(np.array([1, 2]), np.array([1, 2, 3]))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40))
def test_reach_counts_each_true_pair_once(pairs: list[tuple[int, int]]) -> None:
    truth = np.array([0, 0, 0, 1, 1, 2, 3, 3, 3, 3])
    left = np.array([a for a, _ in pairs], dtype=np.int64)
    right = np.array([b for _, b in pairs], dtype=np.int64)
    wanted = _pairs(list(truth))
    seen = {(min(a, b), max(a, b)) for a, b in pairs}
    assert reach(left, right, truth) == pytest.approx(len(seen & wanted) / len(wanted))
