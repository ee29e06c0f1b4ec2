"""Where an order stands: a function of what happened, whatever its order, that names contradictions."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_hub.values.order_state import OrderEvent, OrderLine, derive_state

START = datetime(2026, 11, 16, tzinfo=UTC)
TWO, ONE = OrderLine("1", Decimal(2)), OrderLine("2", Decimal(1))
_codes: Any = st.sampled_from(
    ["placed", "approved", "rejected", "paid", "shipped", "delivered", "completed", "returned",
     "refunded", "cancelled"]
)  # fmt: skip
_quantities = st.none() | st.integers(0, 3).map(Decimal)
_events = st.lists(
    st.builds(
        OrderEvent, _codes, st.integers(0, 5).map(lambda hour: START + timedelta(hours=hour)),
        st.sampled_from(["", "1", "2", "9"]), _quantities, st.sampled_from(["", "A", "B"]),
    ),
    max_size=8,
)  # fmt: skip
_lines = st.lists(
    st.builds(OrderLine, st.sampled_from("12"), _quantities)
    | st.builds(
        OrderLine, st.sampled_from("ab"), _quantities, st.just(True), st.sampled_from(["1", "2", "9"])
    ),
    max_size=4, unique_by=lambda line: line.line_no,
)  # fmt: skip


def event(
    code: Any, hour: int, line: str = "", quantity: int | None = None, document: str = ""
) -> Any:
    amount = None if quantity is None else Decimal(quantity)
    return OrderEvent(code, START + timedelta(hours=hour), line, amount, document)


@given(_lines, _events, _codes | st.none(), st.randoms(use_true_random=False))
@settings(max_examples=400, deadline=None)
def test_order_of_arrival_and_repetition_change_nothing(
    lines: list[OrderLine], events: list[OrderEvent], stated: Any, dice: random.Random
) -> None:
    expected = derive_state(stated, lines, events)
    again = [*events, *dice.sample(events, dice.randint(0, len(events)))]
    dice.shuffle(again)
    shuffled = dice.sample(lines, len(lines))
    assert derive_state(stated, shuffled, again) == expected
    for line in lines:
        if not line.is_return and line.quantity is not None:
            is_over = expected.returned[line.line_no] > line.quantity
            assert not is_over or "returned_over_ordered" in expected.violations
            is_early = expected.returned[line.line_no] > expected.shipped[line.line_no]
            assert not is_early or expected.violations & {
                "returned_over_ordered", "returned_over_shipped"
            }  # fmt: skip


@given(st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_a_lawful_life_breaks_no_rule_and_ends_where_it_went(dice: random.Random) -> None:
    """Let an order live: approved, then sent and taken back piece by piece, never too much."""
    lines = [OrderLine(str(n), Decimal(dice.randint(1, 4))) for n in range(dice.randint(1, 3))]
    left = {line.line_no: int(line.quantity or 0) for line in lines}
    out = dict.fromkeys(left, 0)
    back = dict.fromkeys(left, 0)
    events = [event("placed", 0), event("approved", 1), event("paid", 1)]
    for hour in range(2, dice.randint(2, 14)):
        number = dice.choice(list(left))
        if dice.random() < 0.6 and left[number]:
            sent = dice.randint(1, left[number])
            left[number], out[number] = left[number] - sent, out[number] + sent
            events.append(event("shipped", hour, number, sent, f"P{hour}"))
        elif out[number] - back[number]:
            taken = dice.randint(1, out[number] - back[number])
            back[number] += taken
            events.append(event("returned", hour, number, taken, f"R{hour}"))
    state = derive_state("paid", lines, events)
    assert state.violations == frozenset()
    assert {number: int(value) for number, value in state.shipped.items()} == out
    assert {number: int(value) for number, value in state.returned.items()} == back
    if any(back.values()):
        is_all = all(back[line.line_no] == line.quantity for line in lines)
        assert state.status_code == ("returned" if is_all else "partly_returned")
    elif any(out.values()):
        assert state.status_code == ("partly_shipped" if any(left.values()) else "shipped")
    else:
        assert state.status_code == "paid"


@given(st.integers(1, 3), st.integers(0, 3), st.integers(0, 3), st.booleans())
def test_each_bound_is_judged(ordered: int, sent: int, back: int, is_approved: bool) -> None:
    line = OrderLine("1", Decimal(ordered))
    events = [event("rejected", 0), event("shipped", 2, "1", sent), event("returned", 3, "1", back)]
    events += [event("approved", 1)] if is_approved else []
    found = derive_state(None, [line], events).violations
    assert ("shipped_over_ordered" in found) == (sent > ordered)
    assert ("returned_over_ordered" in found) == (back > ordered)
    assert ("returned_over_shipped" in found) == (ordered >= back > sent)
    assert ("shipped_unapproved" in found) == (not is_approved)


@pytest.mark.parametrize(
    ("stated", "events", "expected"),
    [
        (None, [], None),
        ("placed", [], "placed"),
        ("paid", [event("placed", 0)], "paid"),
        ("paid", [event("shipped", 1, "1", 2)], "partly_shipped"),
        ("paid", [event("shipped", 1, "1", 1, "A"), event("shipped", 1, "1", 1, "B"),
                  event("shipped", 2, "2")], "shipped"),
        ("paid", [event("shipped", 1)], "shipped"),
        ("paid", [event("shipped", 1), event("delivered", 2, "1")], "shipped"),
        ("paid", [event("delivered", 2, "1"), event("delivered", 3, "2")], "delivered"),
        ("completed", [event("returned", 3, "2")], "partly_returned"),
        ("completed", [event("returned", 3)], "returned"),
        ("refunded", [event("completed", 3)], "refunded"),
        ("placed", [event("rejected", 1), event("approved", 0)], "rejected"),
        ("placed", [event("rejected", 0), event("approved", 1)], "approved"),
        ("placed", [event("rejected", 1), event("approved", 1)], "rejected"),
        ("cancelled", [event("paid", 1)], "cancelled"),
        ("partly_shipped", [], "partly_shipped"),
    ],
)  # fmt: skip
def test_the_status_is_the_furthest_that_something_speaks_for(
    stated: Any, events: list[OrderEvent], expected: str | None
) -> None:
    assert derive_state(stated, [TWO, ONE], events).status_code == expected


def test_money_that_is_all_back_makes_an_order_refunded() -> None:
    for refunded, expected in ((Decimal(29), "completed"), (Decimal(30), "refunded")):
        state = derive_state("completed", [TWO], [], total=Decimal(30), refunded=refunded)
        assert state.status_code == expected
    assert derive_state("placed", [], [], total=Decimal(0)).status_code == "placed"


def test_after_a_cancellation_goods_and_money_only_go_back() -> None:
    cancelled = event("cancelled", 1)
    for code, is_wrong in (
        ("refunded", False),
        ("returned", False),
        ("paid", True),
        ("shipped", True),
    ):
        found = derive_state(None, [TWO], [cancelled, event(code, 2)]).violations
        assert ("went_on_after_cancel" in found) == is_wrong
        assert "went_on_after_cancel" not in derive_state(
            None, [TWO], [cancelled, event(code, 1)]
        ).violations  # fmt: skip


def test_a_shipment_told_twice_counts_once_and_the_larger_word_holds() -> None:
    told = [event("shipped", 1, "1", 1, "A"), event("shipped", 1, "1", 2, "A")]
    assert derive_state(None, [TWO], told).shipped == {"1": Decimal(2)}
    assert derive_state(None, [TWO], told[:1]).shipped == {"1": Decimal(1)}
