"""Contradictions are found through the chain of decisions that causes them."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from customer_hub.match.cluster import Edge, Guards, cluster_records
from customer_hub.match.constraints import Decision, Decisions, Parts
from tests.seeds import PURE, law
from tests.unit.match.cluster_cases import Witness

MUST, CANNOT, UNMERGE = "must-link", "cannot-link", "unmerge"
RECORDS = "abcdefgh"


def must(number: int, left: str, right: str) -> Decision:
    return Decision(number, MUST, ((left, right),))


def cannot(number: int, left: str, right: str) -> Decision:
    return Decision(number, CANNOT, ((left,), (right,)))


def unmerge(number: int, *parts: str) -> Decision:
    return Decision(number, UNMERGE, tuple(map(tuple, parts)))


def chain(held: list[Decision], new: Decision) -> list[int]:
    return [each.decision_id for each in Decisions(held).find_contradiction(new.parts)]


def test_a_cannot_link_across_a_chain_of_must_links() -> None:
    held = [must(1, "a", "b"), must(2, "b", "c")]
    assert chain(held, cannot(3, "a", "c")) == [1, 2]
    assert chain(held, cannot(3, "a", "d")) == []


def test_a_must_link_across_a_cannot_link_behind_chains() -> None:
    held = [must(1, "a", "b"), cannot(2, "b", "c"), must(3, "c", "d")]
    assert sorted(chain(held, must(4, "a", "d"))) == [1, 2, 3]
    assert chain(held, must(4, "a", "d"))[1] == 2, "in the middle of its chain"
    assert chain(held, must(4, "a", "e")) == []


def test_the_shortest_chain_is_told() -> None:
    held = [must(1, "a", "b"), cannot(2, "b", "d"), unmerge(3, "a", "d")]
    assert chain(held, must(4, "a", "d")) == [3]


def test_the_same_word_is_found_whatever_its_order_and_another_is_not() -> None:
    held = Decisions([must(1, "a", "b"), cannot(2, "c", "d"), unmerge(3, "ab", "c")])
    for number, said in (
        (1, must(0, "b", "a")),
        (2, cannot(0, "d", "c")),
        (3, unmerge(0, "c", "ba")),
    ):
        same = held.find_same(said.kind, said.parts)
        assert same is not None
        assert same.decision_id == number
    for other in (
        must(0, "a", "c"), must(0, "x", "y"), cannot(0, "a", "b"), unmerge(0, "c", "d"),
        unmerge(0, "a", "b", "c"), unmerge(0, "ab", "cd"),
    ):  # fmt: skip
        assert held.find_same(other.kind, other.parts) is None


def test_an_unmerge_contradicts_what_joins_its_parts_and_what_parts_one_of_them() -> None:
    held = [must(1, "a", "x"), must(2, "x", "c"), cannot(3, "a", "b")]
    assert chain(held, unmerge(4, "a", "c")) == [1, 2]
    assert chain(held, unmerge(4, "ab", "d")) == [3]
    assert chain(held, unmerge(4, "ac", "bd")) == []


def test_an_unmerge_is_contradicted_by_what_comes_after_it() -> None:
    held = [unmerge(1, "ab", "cd", "e"), must(2, "d", "x")]
    assert chain(held, cannot(3, "a", "b")) == [1]
    assert sorted(chain(held, must(3, "b", "x"))) == [1, 2]
    assert sorted(chain(held, unmerge(3, "ax", "y"))) == [1, 2]
    assert chain(held, unmerge(3, "ab", "cd")) == []


def test_saying_the_same_again_is_no_contradiction() -> None:
    held = [must(1, "a", "b"), cannot(2, "a", "c")]
    assert chain(held, must(3, "b", "a")) == []
    assert chain(held, cannot(3, "c", "a")) == []


def test_a_record_that_is_gone_tears_no_group_apart() -> None:
    held = Decisions([must(1, "a", "b"), must(2, "b", "c"), cannot(3, "b", "d")])
    assert held.must_links_of("ac") == [("a", "c")]
    assert held.cannot_links_of("acd") == [("a", "d")]
    assert [each.decision_id for each in held.find_chain("a", "c")] == [1, 2]
    assert [each.decision_id for each in held.find_separating("b", "d")] == [3]
    assert held.mates_of("c") == ["a", "b", "c"]
    assert list(held.mates_of("x")) == ["x"]


def is_satisfiable(decisions: list[Decision]) -> bool:
    """A model of its own: join what belongs together until nothing moves, then look who may not."""
    place = {key: key for key in RECORDS}
    for _ in RECORDS:
        for decision in decisions:
            for part in decision.parts:
                low = min(place[key] for key in part)
                joined = {place[key] for key in part}
                place = {key: low if at in joined else at for key, at in place.items()}
    return not any(
        place[key] == place[other]
        for decision in decisions
        for part, rest in combinations(decision.parts, 2)
        for key in part
        for other in rest
    )


_pair = st.lists(st.sampled_from(RECORDS), min_size=2, max_size=2, unique=True)
_partition = st.dictionaries(
    st.sampled_from(RECORDS), st.integers(0, 3), min_size=2, max_size=6
).filter(lambda chosen: len(set(chosen.values())) > 1)


def _cut(chosen: dict[str, int]) -> Parts:
    numbers = sorted(set(chosen.values()))
    return tuple(tuple(sorted(k for k, n in chosen.items() if n == each)) for each in numbers)


_words = st.one_of(
    _pair.map(lambda pair: (MUST, (tuple(pair),))),
    _pair.map(lambda pair: (CANNOT, ((pair[0],), (pair[1],)))),
    _partition.map(lambda chosen: (UNMERGE, _cut(chosen))),
)
_history = st.lists(st.one_of(_words, st.integers(0, 5)), max_size=14)


def accept(history: list[tuple[str, Parts] | int]) -> list[Decision]:
    """Enter words one after the other; a number withdraws the decision at that place."""
    held: list[Decision] = []
    for number, word in enumerate(history, 1):
        if isinstance(word, int):
            held = [each for place, each in enumerate(held) if place != word]
            continue
        new = Decision(number, *word)
        found = Decisions(held).find_contradiction(new.parts)
        assert bool(found) != is_satisfiable([*held, new])
        assert not found or not is_satisfiable([*found, new]), "the chain alone forbids it"
        assert set(found) <= set(held)
        held += [] if found else [new]
    return held


@law(PURE)
@given(_history)
def test_what_was_accepted_can_be_kept_and_what_was_refused_cannot(history) -> None:  # type: ignore[no-untyped-def]
    assert is_satisfiable(accept(history))


_edges = st.lists(
    st.builds(
        lambda pair, score, veto, proof: Edge(*sorted(pair), score, veto, proof),
        _pair,
        st.integers(-20, 20),
        st.booleans(),
        st.booleans(),
    ),
    unique_by=lambda edge: (edge.left, edge.right),
    max_size=20,
)


@law(PURE)
@given(_history, _edges, st.sets(st.sampled_from(RECORDS)), st.integers(2, 8))
def test_every_clustering_keeps_every_accepted_decision(history, edges, present, size) -> None:  # type: ignore[no-untyped-def]
    """Whatever edges bridge the parts, whichever records are gone, guarded or not."""
    held = accept(history)
    decisions = Decisions(held)
    found = cluster_records(
        present, edges, decisions.must_links_of(present), decisions.cannot_links_of(present),
        Guards(size, 50, 50, 0, 50), Witness(other=-2),
    )  # fmt: skip
    place = {key: number for number, cluster in enumerate(found) for key in cluster.members}
    for decision in held:
        parts = [{place[key] for key in part if key in place} for part in decision.parts]
        assert all(len(part) <= 1 for part in parts)
        assert not any(part & other for part, other in combinations(parts, 2))
