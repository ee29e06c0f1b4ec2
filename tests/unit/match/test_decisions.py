"""Contradictions are found through the chain of decisions that causes them."""

from customer_hub.match.decisions import Decision, Decisions

MUST, CANNOT = "must-link", "cannot-link"


def test_a_cannot_link_across_a_chain_of_must_links() -> None:
    held = Decisions([Decision(1, MUST, "a", "b"), Decision(2, MUST, "b", "c")])
    assert [each.decision_id for each in held.find_contradiction(CANNOT, "a", "c")] == [1, 2]
    assert held.find_contradiction(CANNOT, "a", "d") == []


def test_a_must_link_across_a_cannot_link_behind_chains() -> None:
    held = Decisions(
        [Decision(1, MUST, "a", "b"), Decision(2, CANNOT, "b", "c"), Decision(3, MUST, "c", "d")]
    )
    assert [each.decision_id for each in held.find_contradiction(MUST, "a", "d")] == [1, 2, 3]
    assert [each.decision_id for each in held.find_contradiction(MUST, "d", "a")] == [3, 2, 1]
    assert held.find_contradiction(MUST, "a", "e") == []


def test_saying_the_same_again_is_no_contradiction() -> None:
    held = Decisions([Decision(1, MUST, "a", "b"), Decision(2, CANNOT, "a", "c")])
    assert held.find_contradiction(MUST, "b", "a") == []
    assert held.find_contradiction(CANNOT, "c", "a") == []
