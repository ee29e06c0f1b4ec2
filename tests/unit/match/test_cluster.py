"""Clustering: the steward first, vetoes, conflicts, the size limit, and no order anywhere."""

from hypothesis import given
from hypothesis import strategies as st

from customer_hub.match.cluster import Cluster, Edge, Limits, cluster_records, find_components

LIMITS = Limits(link=10, conflict=-8, size=50)


def groups(*args: object, limits: Limits = LIMITS) -> list[str]:
    return ["".join(cluster.members) for cluster in cluster_records(*args, limits)]  # type: ignore[arg-type]


def test_links_join_and_weak_edges_do_not() -> None:
    assert groups("abcd", [Edge("a", "b", 10), Edge("b", "c", 9)], [], []) == ["ab", "c", "d"]


def test_a_veto_between_members_keeps_the_weaker_link_out() -> None:
    edges = [Edge("a", "b", 30), Edge("b", "c", 20), Edge("a", "c", 25, is_veto=True)]
    assert groups("abc", edges, [], []) == ["ab", "c"]


def test_a_conflict_gives_way_to_an_authority_only() -> None:
    conflict = Edge("a", "c", 2, lowest=-10)
    assert groups("abc", [Edge("a", "b", 30), Edge("b", "c", 20), conflict], [], []) == ["ab", "c"]
    proof = Edge("b", "c", 20, is_proof=True)
    assert groups("abc", [Edge("a", "b", 30), proof, conflict], [], []) == ["abc"]


def test_a_steward_outranks_a_veto_and_separates_what_links() -> None:
    veto = Edge("a", "b", -30, is_veto=True)
    assert groups("ab", [veto], [("a", "b")], []) == ["ab"]
    assert groups("abc", [Edge("a", "b", 30), Edge("b", "c", 20)], [], [("a", "c")]) == ["ab", "c"]


def test_a_cluster_over_the_limit_keeps_must_links_and_proofs() -> None:
    edges = [
        Edge("a", "b", 30), Edge("b", "c", 29), Edge("c", "d", 28, is_proof=True), Edge("d", "e", 27),
    ]  # fmt: skip
    limits = Limits(10, -8, 4)
    found = cluster_records("abcde", edges, [("a", "e")], [], limits)
    assert found == [
        Cluster(("a", "e"), True), Cluster(("b",), True), Cluster(("c", "d"), True),
    ]  # fmt: skip


def test_components() -> None:
    assert find_components("abcd", [("a", "c"), ("c", "x")]) == [("a", "c"), ("b",), ("d",)]


_pairs = st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")).filter(
    lambda pair: pair[0] < pair[1]
)
_edges = st.lists(
    st.builds(
        lambda pair, score, lowest, veto, proof: Edge(*pair, score, lowest, veto, proof),
        _pairs,
        st.integers(0, 20),
        st.sampled_from([0, -9]),
        st.booleans(),
        st.booleans(),
    ),
    unique_by=lambda edge: (edge.left, edge.right),
    max_size=20,
)


@given(_edges, st.lists(_pairs, max_size=3), st.lists(_pairs, max_size=3), st.randoms())
def test_the_order_of_edges_does_not_matter(edges, musts, cannots, rng) -> None:  # type: ignore[no-untyped-def]
    expected = cluster_records("abcdefgh", edges, musts, cannots, LIMITS)
    shuffled = [list(each) for each in ("abcdefgh", edges, musts, cannots)]
    for each in shuffled:
        rng.shuffle(each)
    assert cluster_records(*shuffled, LIMITS) == expected


@given(_edges, st.lists(_pairs, max_size=3))
def test_clusters_of_components_are_the_clusters_of_all(edges, musts) -> None:  # type: ignore[no-untyped-def]
    """Unrelated records change nothing: each component clusters alone as it does among others."""
    links = [(e.left, e.right) for e in edges if e.score >= LIMITS.link and not e.is_veto]
    apart = [
        cluster
        for members in find_components("abcdefgh", [*links, *musts])
        for cluster in cluster_records(members, edges, musts, [], LIMITS)
    ]
    assert sorted(apart, key=lambda each: each.members) == cluster_records(
        "abcdefgh", edges, musts, [], LIMITS
    )


@given(_edges, st.lists(_pairs, max_size=2))
def test_vetoes_and_cannot_links_hold(edges, cannots) -> None:  # type: ignore[no-untyped-def]
    found = cluster_records("abcdefgh", edges, [], cannots, LIMITS)
    place = {name: number for number, cluster in enumerate(found) for name in cluster.members}
    for left, right in [*cannots, *((e.left, e.right) for e in edges if e.is_veto)]:
        assert place[left] != place[right]
