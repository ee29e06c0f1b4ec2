"""Clustering: the steward first, vetoes, contradictions, guards, and no order anywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_hub.match.cluster import Cluster, Edge, cluster_records, find_components
from tests.seeds import PURE, law
from tests.unit.match.cluster_cases import GUARDS, OPEN, TIGHT, Witness

NOBODY = Witness()


def groups(records, edges, musts=(), cannots=(), guards=OPEN, witness=NOBODY) -> list[str]:  # type: ignore[no-untyped-def]
    found = cluster_records(records, edges, musts, cannots, guards, witness)
    return ["".join(cluster.members) for cluster in found]


def test_links_join_and_even_odds_do_not() -> None:
    assert groups("abcd", [Edge("a", "b", 10), Edge("b", "c", 0)]) == ["ab", "c", "d"]


def test_a_veto_between_members_keeps_the_weaker_link_out() -> None:
    edges = [Edge("a", "b", 30), Edge("b", "c", 20), Edge("a", "c", 25, is_veto=True)]
    assert groups("abc", edges) == ["ab", "c"]


def test_what_no_key_proposed_speaks_against_a_chain() -> None:
    edges = [Edge("a", "b", 30), Edge("b", "c", 2)]
    assert groups("abc", edges) == ["abc"]
    assert groups("abc", edges, witness=Witness({("a", "c"): -60_000})) == ["ab", "c"]


def test_half_a_name_is_no_bridge_and_the_witness_knows_who_has_one() -> None:
    edges = [Edge("a", "b", 16_000), Edge("b", "c", 5_000), Edge("a", "c", -18_000)]
    assert groups("abc", edges) == ["abc"]
    assert groups("abc", edges, witness=Witness(vague="b")) == ["ab", "c"]
    told = [("b", "c")]
    assert groups("abc", edges, told, witness=Witness(vague="b")) == ["a", "bc"]


def test_half_a_name_is_no_whole_one_however_few_links_it_has() -> None:
    """a and b have half a name, c has a whole one: b fits both, and goes by the name of c."""
    edges = [Edge("a", "b", 7_750), Edge("b", "c", 5_250), Edge("a", "c", -18_450)]
    assert groups("abc", edges, witness=Witness(vague="ab")) == ["a", "bc"]


def test_a_steward_outranks_a_veto_and_separates_what_links() -> None:
    veto = Edge("a", "b", -30, is_veto=True)
    assert groups("ab", [veto], [("a", "b")]) == ["ab"]
    assert groups("abc", [Edge("a", "b", 30), Edge("b", "c", 20)], [], [("a", "c")]) == ["ab", "c"]


def test_a_cluster_over_the_limit_keeps_must_links_and_proofs() -> None:
    edges = [
        Edge("a", "b", 30), Edge("b", "c", 29), Edge("c", "d", 28, is_proof=True),
        Edge("d", "e", 27), Edge("e", "f", 27),
    ]  # fmt: skip
    witness = Witness(other=1)
    found = cluster_records("abcdef", edges, [("a", "e")], [], GUARDS, witness)
    assert found == [
        Cluster(("a", "e"), True), Cluster(("b",), True), Cluster(("c", "d"), True),
        Cluster(("f",), True),
    ]  # fmt: skip


def test_a_loose_cluster_and_one_around_a_hub_value_are_not_believed() -> None:
    star = [Edge("a", other, 30) for other in "bcd"]
    assert groups("abcd", star, guards=OPEN) == ["abcd"]
    assert groups("abcd", star, guards=GUARDS) == ["abcd"], "half of the pairs speak for it"
    chain = [Edge("a", "b", 30), Edge("b", "c", 30), Edge("c", "d", 30), Edge("d", "e", 30)]
    assert groups("abcde", chain, guards=GUARDS) == list("abcde")
    witness = Witness(other=1)
    assert groups("abcde", chain, guards=GUARDS, witness=witness) == ["abcde"]
    hub = Witness(other=1, hubs=["abcde"])
    assert groups("abcde", chain, guards=GUARDS, witness=hub) == list("abcde")


@pytest.mark.parametrize("names", ["abcdop", "opabcd", "poabcd"])
def test_a_proof_that_leads_out_of_a_doubted_cluster_joins_nothing(names: str) -> None:
    """Whichever key is the smallest: the other cluster may hold what the record is kept from."""
    one, two, three, four, outside, other = names
    edges = [
        Edge(*sorted(pair), score, is_proof=is_proof)
        for pair, score, is_proof in (
            ((one, two), 40, False), ((one, three), 40, False), ((one, four), 40, False),
            ((one, outside), 1, True), ((outside, other), 90, False),
        )
    ]  # fmt: skip
    witness = Witness({tuple(sorted((x, outside))): -80_000 for x in (two, three, four)}, other=1)  # type: ignore[misc]
    cannots = [(one, other)]
    found = cluster_records(names, edges, [], cannots, TIGHT, witness)
    assert not any({one, other} <= set(cluster.members) for cluster in found)


def test_components() -> None:
    assert find_components("abcd", [("a", "c"), ("c", "x")]) == [("a", "c"), ("b",), ("d",)]


_pairs = st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")).filter(
    lambda pair: pair[0] < pair[1]
)
_edges = st.lists(
    st.builds(
        lambda pair, score, veto, proof: Edge(*pair, score, veto, proof),
        _pairs,
        st.integers(-60, 40),
        st.sampled_from([False, False, False, True]),
        st.booleans(),
    ),
    unique_by=lambda edge: (edge.left, edge.right),
    max_size=20,
)
_witnesses = st.builds(
    Witness,
    st.dictionaries(_pairs, st.integers(-60, 20)),
    st.just(-5),
    vague=st.text("abcdefgh", max_size=3),
)


@law(PURE)
@given(_edges, st.lists(_pairs, max_size=3), st.lists(_pairs, max_size=3), _witnesses, st.randoms())
def test_the_order_of_edges_does_not_matter(edges, musts, cannots, witness, rng) -> None:  # type: ignore[no-untyped-def]
    expected = cluster_records("abcdefgh", edges, musts, cannots, GUARDS, witness)
    shuffled = [list(each) for each in ("abcdefgh", edges, musts, cannots)]
    for each in shuffled:
        rng.shuffle(each)
    assert cluster_records(*shuffled, GUARDS, witness) == expected  # type: ignore[call-arg, arg-type]


@law(PURE)
@given(_edges, st.lists(_pairs, max_size=3), _witnesses)
def test_clusters_of_components_are_the_clusters_of_all(edges, musts, witness) -> None:  # type: ignore[no-untyped-def]
    """Unrelated records change nothing: each component clusters alone as it does among others."""
    links = [(e.left, e.right) for e in edges if e.is_link]
    apart = [
        cluster
        for members in find_components("abcdefgh", [*links, *musts])
        for cluster in cluster_records(members, edges, musts, [], GUARDS, witness)
    ]
    assert sorted(apart, key=lambda each: each.members) == cluster_records(
        "abcdefgh", edges, musts, [], GUARDS, witness
    )


@law(PURE)
@given(_edges, st.lists(_pairs, max_size=2), _witnesses, st.sampled_from([GUARDS, TIGHT]))
def test_vetoes_and_cannot_links_hold(edges, cannots, witness, guards) -> None:  # type: ignore[no-untyped-def]
    found = cluster_records("abcdefgh", edges, [], cannots, guards, witness)
    place = {name: number for number, cluster in enumerate(found) for name in cluster.members}
    for left, right in [*cannots, *((e.left, e.right) for e in edges if e.is_veto)]:
        assert place[left] != place[right]
