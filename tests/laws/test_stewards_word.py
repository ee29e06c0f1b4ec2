"""Law 9: what a steward decides outranks the rules, in match and in the master, and stays."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from customer_hub.channels.config import read_channel
from customer_hub.core import db
from customer_hub.core.identity import golden_id
from customer_hub.match.decisions import ContradictionError, decide, withdraw
from customer_hub.match.explain import explain_pair
from customer_hub.match.run import match_pending
from customer_hub.merge.resolve import resolve
from customer_hub.merge.run import merge_pending
from customer_hub.rebuild import rebuild
from customer_hub.standardise.run import standardise_pending
from customer_hub.validate.gate import validate_window
from tests.landed import Landing, land
from tests.laws.pipeline import current_state, different
from tests.records import make_person

IDS = ("65a0000000000b001", "65a0000000000b002", "65a0000000000b003")
KEYS = tuple(f"crm/customer/{each}" for each in IDS)
NUMBERS = ("11010519491231002X", "360426199101010071", None)
BIRTHS = ("1949-12-31", "1991-01-01", None)


def build() -> None:
    standardise_pending("test")
    match_pending("test")
    merge_pending("test")


def gather(place: int, hour: float = 1, **changes: Any) -> None:
    """Land one of three people of one name and mobile: two with papers that say they differ."""
    paper = {
        "cIdentityNumber": NUMBERS[place],
        "cIdentityType": "resident_id" if NUMBERS[place] else None,
        "cBirthDate": BIRTHS[place],
    }
    created = f"2025-03-0{place + 1} 02:00:00"
    person = make_person(id=IDS[place], createdAt=created, **(paper | changes))
    window = land([Landing(IDS[place], person, hour=hour)])
    assert validate_window(read_channel("crm"), window, "test").accepted == 1


def goldens() -> dict[UUID, int]:
    """Return how many records each golden customer has."""
    with db.begin() as connection:
        rows = connection.exec_driver_sql("select golden_id, record_count from master.customer")
        return {row.golden_id: row.record_count for row in rows}


def expect_the_same_from_a_rebuild() -> None:
    kept = current_state()
    rebuild()
    assert different(kept, current_state()) == []


def test_a_must_link_outranks_a_veto_and_that_is_shown(hub: str) -> None:
    gather(0)
    gather(1)
    build()
    first, second = KEYS[:2]
    assert goldens() == {golden_id(first): 1, golden_id(second): 1}
    apart = current_state()
    decision = decide("must-link", first, second, "steward", "one person, two papers")
    build()
    assert goldens() == {golden_id(first): 2}
    with db.begin() as connection:
        shown = explain_pair(connection, first, second)
        assert resolve(connection, golden_id(second)).golden_id == golden_id(first)
    assert (shown.pair.is_veto, shown.reason) == (True, "decided_together")
    assert shown.is_same_golden
    assert shown.outranks_veto
    assert [each.decision_id for each in shown.pair.decisions] == [decision]
    expect_the_same_from_a_rebuild()
    # What the channel says next does not undo it; taking the word back does.
    gather(1, hour=2, cMobile="13900139001")
    build()
    assert goldens() == {golden_id(first): 2}
    gather(1, hour=3)
    withdraw(decision, "steward", "I was wrong")
    build()
    assert goldens() == {golden_id(first): 1, golden_id(second): 1}
    assert set(different(apart, current_state())) <= {"source.customer"}, "but for version_at"


def test_a_cannot_link_keeps_apart_what_the_rules_join(hub: str) -> None:
    gather(0)
    gather(2)
    build()
    first, third = KEYS[0], KEYS[2]
    assert goldens() == {golden_id(first): 2}
    decide("cannot-link", first, third, "steward", "father and son")
    build()
    assert goldens() == {golden_id(first): 1, golden_id(third): 1}
    expect_the_same_from_a_rebuild()
    gather(2, hour=2, cIdentityNumber=NUMBERS[0], cIdentityType="resident_id")
    build()
    assert goldens() == {golden_id(first): 1, golden_id(third): 1}, "not even by one paper"


def test_a_contradiction_is_refused_and_changes_nothing(hub: str) -> None:
    for place in range(3):
        gather(place)
    build()
    first, second, third = KEYS
    one = decide("must-link", first, second, "steward", "x")
    two = decide("must-link", second, third, "steward", "x")
    build()
    assert goldens() == {golden_id(first): 3}
    kept = current_state()
    with pytest.raises(ContradictionError, match=rf"{one} \(must-link\), {two} \(must-link\)"):
        decide("cannot-link", first, third, "steward", "x")
    build()
    assert different(kept, current_state()) == []
