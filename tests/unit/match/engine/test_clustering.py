"""Clusters: whole, parted by what speaks against them, and the same in any order."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_hub.match.engine.clustering import NEVER, Pairs, cluster, list_missing_pairs
from tests.seeds import PURE, law

NONE = np.zeros(0, np.int64)


def group(
    size: int,
    pairs: dict[tuple[int, int], int],
    must: Sequence[tuple[int, int]] = (),
    vague: Sequence[int] = (),
) -> list[int]:
    ends = np.array(list(pairs), np.int64).reshape(-1, 2)
    joined = np.array(must, np.int64).reshape(-1, 2)
    weights = np.array(list(pairs.values()), np.int64)
    return cluster(
        size,
        Pairs(ends[:, 0], ends[:, 1], weights),
        joined[:, 0],
        joined[:, 1],
        np.isin(np.arange(size), vague),
    ).tolist()


def test_a_chain_of_links_is_one_cluster_named_by_its_first_record() -> None:
    assert group(5, {(1, 2): 3000, (2, 4): 10}) == [0, 1, 1, 3, 1]


def test_a_pair_at_the_threshold_joins_nothing() -> None:
    assert group(2, {(0, 1): 0}) == [0, 1]


def test_what_speaks_against_a_weak_link_parts_it() -> None:
    # 0 and 1 agree, 2 and 3 agree; 1-2 link weakly, the other pairs speak against it.
    pairs = {(0, 1): 9000, (2, 3): 9000, (1, 2): 2000, (0, 2): -9000, (0, 3): -9000, (1, 3): -9000}
    assert group(4, pairs) == [0, 0, 2, 2]


def test_a_strong_contradiction_is_not_bridged_by_a_record_that_fits_both() -> None:
    # Twins with two given names, and a record with the family's phone and no given name.
    pairs = {(0, 1): 16_000, (1, 2): 5_000, (0, 2): -18_000}
    assert group(3, pairs) == [0, 0, 0]
    assert group(3, pairs | {(0, 2): -26_000}) == [0, 0, 2]


TWINS = {(0, 2): -18_000}


def test_a_record_of_half_a_name_is_no_bridge_between_two_names() -> None:
    # 王国强, 王先生 with the family's phone and 国强's mail, 王国明.
    pairs = TWINS | {(0, 1): 16_000, (1, 2): 5_000}
    assert group(3, pairs) == [0, 0, 0]
    assert group(3, pairs, vague=[1]) == [0, 0, 2]


def test_a_record_of_half_a_name_that_fits_two_is_left_to_a_person() -> None:
    pairs = TWINS | {(0, 1): 16_000, (1, 2): 12_001}
    assert group(3, pairs, vague=[1]) == [0, 1, 2]
    assert group(3, pairs | {(1, 2): 12_000}, vague=[1]) == [0, 0, 2]
    assert group(3, pairs | {(0, 2): -3_999}, vague=[1]) == [0, 0, 0], "no contradiction: one name"


def test_records_of_half_a_name_do_not_bridge_through_each_other() -> None:
    pairs = TWINS | {(0, 1): 15_000, (2, 3): 15_000, (1, 3): 9_000}
    assert group(4, pairs) == [0, 0, 0, 0]
    assert group(4, pairs, vague=[1, 3]) == [0, 0, 2, 2]
    lone = {(0, 1): 9_000}
    assert group(2, lone, vague=[0, 1]) == [0, 0], "where no whole name is known, the phone decides"


def test_of_whom_a_steward_says_who_it_is_that_is_no_bridge_either() -> None:
    pairs = TWINS | {(0, 3): 9_000, (1, 2): 30_000}
    assert group(4, pairs, must=[(1, 3), (3, 0)]) == [0, 0, 0, 0]
    assert group(4, pairs, must=[(1, 3), (3, 0)], vague=[1, 3]) == [0, 0, 2, 0]


def test_records_of_half_a_name_that_a_steward_joined_are_placed_as_one() -> None:
    pairs = TWINS | {(0, 1): 9_000, (2, 3): 9_000}
    assert group(4, pairs, must=[(1, 3)], vague=[1, 3]) == [0, 1, 2, 1]
    assert group(4, pairs | {(0, 1): 14_000}, must=[(1, 3)], vague=[1, 3]) == [0, 0, 2, 0]


def test_one_contradiction_does_not_part_what_much_holds_together() -> None:
    assert group(3, {(0, 1): 9000, (1, 2): 9000, (0, 2): -9000}) == [0, 0, 0]


def test_a_veto_is_never_joined_however_strong_the_links() -> None:
    found = group(3, {(0, 1): 90_000, (1, 2): 80_000, (0, 2): NEVER})
    assert found == [0, 0, 2]


def test_a_must_link_comes_before_everything() -> None:
    assert group(3, {(0, 1): -50_000, (1, 2): 5000}, must=[(0, 1)])[:2] == [0, 0]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, dict[tuple[int, int], int]]:
    size = draw(st.integers(2, 14))
    pairs = draw(
        st.dictionaries(
            st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(
                lambda pair: pair[0] < pair[1]
            ),
            st.one_of(st.integers(-20_000, 20_000), st.just(NEVER)),
            max_size=40,
        )
    )
    return size, pairs


@law(PURE)
@given(graphs(), st.sets(st.integers(0, 13)), st.randoms())
def test_the_order_of_the_pairs_is_no_matter(
    graph: tuple[int, dict[tuple[int, int], int]], vague: set[int], random: object
) -> None:
    size, pairs = graph
    items = list(pairs.items())
    random.shuffle(items)  # type: ignore[attr-defined]
    some = sorted(vague)
    assert group(size, pairs, vague=some) == group(size, dict(items), vague=some)


@law(PURE)
@given(graphs(), graphs(), st.sets(st.integers(0, 27)))
def test_what_no_pair_joins_to_a_cluster_changes_nothing_in_it(
    graph: tuple[int, dict[tuple[int, int], int]],
    other: tuple[int, dict[tuple[int, int], int]],
    vague: set[int],
) -> None:
    size, pairs = graph
    some = sorted(vague)
    more = {(a + size, b + size): weight for (a, b), weight in other[1].items()}
    found = group(size + other[0], pairs | more, vague=some)[:size]
    assert found == group(size, pairs, vague=some)


@law(PURE)
@given(graphs(), st.sets(st.integers(0, 13)))
def test_no_cluster_holds_a_veto_and_each_hangs_together_by_links(
    graph: tuple[int, dict[tuple[int, int], int]], vague: set[int]
) -> None:
    size, pairs = graph
    found = group(size, pairs, vague=sorted(vague))
    for (left, right), weight in pairs.items():
        assert weight > NEVER // 2 or found[left] != found[right]
    for label in set(found):
        members = {record for record in range(size) if found[record] == label}
        reached, open_ = {label}, [label]
        while open_:
            at = open_.pop()
            for left, right in pairs:
                for mine, theirs in ((left, right), (right, left)):
                    if mine == at and theirs in members - reached and pairs[left, right] > 0:
                        reached.add(theirs)
                        open_.append(theirs)
        assert reached == members


@pytest.mark.parametrize("limit", [3, 50])
def test_missing_pairs_are_those_inside_components(limit: int) -> None:
    # 0-1-2 hang together, as do 3-4; with a limit of 3 nothing is taken apart.
    pairs = Pairs(np.array([0, 1, 3]), np.array([1, 2, 4]), np.array([5000, 5000, 5000]))
    left, right = list_missing_pairs(5, pairs, limit)
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == [(0, 2)]


def test_a_large_component_is_taken_apart_by_its_weak_links_first() -> None:
    # Two triangles-to-be, joined by a weak link: with a limit of 3 each is completed by itself.
    left, right = np.array([0, 1, 3, 4, 2]), np.array([1, 2, 4, 5, 3])
    weight = np.array([9000, 9000, 9000, 9000, 500])
    found = list_missing_pairs(6, Pairs(left, right, weight), 3)
    assert [ends.tolist() for ends in found] == [[0, 3], [2, 5]]
