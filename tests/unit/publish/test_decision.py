"""Whose word a field of a target is: decided from what is known, and never against its owner."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_hub.publish.decision import Cell, decide

DAY = datetime(2026, 11, 16, tzinfo=UTC)
MOMENTS = st.none() | st.integers(0, 3).map(lambda days: DAY + timedelta(days=days))
OWNERS = ("hub", "most_recent", "fill_if_empty", "target")
CELLS = st.builds(
    Cell,
    owner=st.sampled_from(OWNERS),
    is_told=st.booleans(),
    is_held=st.booleans(),
    is_empty=st.booleans(),
    is_withdrawn=st.booleans(),
    given_at=MOMENTS,
    target_at=MOMENTS,
    target_spoke=st.booleans(),
)
NEWS = Cell(
    "hub",
    is_told=True,
    is_held=False,
    is_empty=False,
    is_withdrawn=False,
    given_at=DAY + timedelta(days=1),
    target_at=DAY,
    target_spoke=True,
)


@given(CELLS)
def test_nothing_is_written_that_is_held_or_the_targets_own(cell: Cell) -> None:
    if cell.is_held or cell.owner == "target":
        assert decide(cell) is None


@given(CELLS)
def test_no_opinion_writes_nothing_but_takes_back_what_was_ours(cell: Cell) -> None:
    if not cell.is_told and not cell.is_withdrawn:
        assert decide(cell) is None
    if cell.is_withdrawn and not cell.is_held and cell.owner != "target":
        assert decide(cell) is not None


@given(CELLS)
def test_only_the_hubs_own_fields_are_written_over_anything(cell: Cell) -> None:
    condition = decide(cell)
    if cell.owner == "hub":
        assert condition in (None, "anything")
    else:
        assert condition != "anything"
    if cell.owner == "fill_if_empty" and not cell.is_withdrawn:
        assert condition in (None, "empty")
        assert condition is None or cell.is_empty


@given(CELLS)
def test_a_target_that_changed_later_is_never_overruled_by_the_older(cell: Cell) -> None:
    if cell.owner == "most_recent" and cell.target_spoke and not cell.is_withdrawn:
        is_newer = (
            cell.given_at is not None
            and cell.target_at is not None
            and cell.given_at > cell.target_at
        )
        assert (decide(cell) is not None) <= is_newer


@given(CELLS)
def test_to_be_told_or_to_be_newer_never_takes_a_write_away(cell: Cell) -> None:
    if decide(cell) is not None:
        assert decide(replace(cell, is_told=True)) is not None
        assert decide(replace(cell, given_at=DAY + timedelta(days=9), target_at=DAY)) is not None


@pytest.mark.parametrize(
    ("owner", "expected"),
    [("hub", "anything"), ("most_recent", "gathered"), ("fill_if_empty", None), ("target", None)],
)
def test_each_owner_says_what_becomes_of_news(owner: str, expected: str | None) -> None:
    assert decide(replace(NEWS, owner=owner)) == expected  # type: ignore[arg-type]


def test_who_never_said_anything_is_told() -> None:
    silent = replace(NEWS, owner="most_recent", target_spoke=False, is_empty=True, given_at=None)
    assert decide(silent) == "gathered"
    assert decide(replace(silent, target_spoke=True)) is None
    assert decide(replace(silent, owner="fill_if_empty")) == "empty"
