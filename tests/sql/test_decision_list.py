"""The decisions that stand, as a steward reads them; and none of them twice."""

import pytest

from customer_hub.core import db
from customer_hub.core.errors import HubError
from customer_hub.core.identity import golden_id
from customer_hub.match.decisions import (
    RepeatedDecisionError,
    decide,
    list_decisions,
    unmerge,
    withdraw,
)
from customer_hub.match.pins import pin
from customer_hub.match.run import match_pending
from tests.sql.source_rows import Source, put
from tests.sql.test_cli import hub_command

PHONE = "+8613800012345"
ONE, TWO, THREE = (
    Source(f"crm/customer/{number}", "王建国", phones=[PHONE], created=number)
    for number in (1, 2, 3)
)
OTHER = Source("pos/customer/9", "李明", phones=["+8613900000001"])


@pytest.fixture(autouse=True)
def records(hub: str) -> None:
    with db.begin() as connection:
        put(connection, ONE, TWO, THREE, OTHER)
    match_pending("test")


def table(*words: str) -> list[list[str]]:
    """Return what `hub decide list` prints, without its header."""
    return [line.split("\t") for line in hub_command("decide", "list", *words).splitlines()[1:]]


def test_decisions_of_every_kind_are_listed_with_parts_reason_and_end_and_without_values() -> None:
    assert hub_command("decide", "list") == "none\n"
    joined = decide("must-link", THREE.key, OTHER.key, "lin", "asked\tthem,\nboth")
    pinned = pin(ONE.key, "identity.birth_on", "1950-01-02", "wu", "passport seen")
    parted = unmerge(golden_id(ONE.key), [[THREE.key], [TWO.key, ONE.key]], "lin", "two of them")
    header = hub_command("decide", "list").splitlines()[0].split("\t")
    found = [dict(zip(header, line, strict=True)) for line in table()]
    assert [(each["decision_id"], each["kind"], each["parts"]) for each in found] == [
        (str(parted), "unmerge", f"{THREE.key} | {ONE.key},{TWO.key}"),
        (str(pinned), "pin", ONE.key),
        (str(joined), "must-link", f"{THREE.key},{OTHER.key}"),
    ]
    assert [each["reason"] for each in found] == [
        "two of them",
        "passport seen",
        "asked them, both",
    ]
    assert (found[1]["field"], found[1]["author"]) == ("identity.birth_on", "wu")
    assert all(each["decided_at"] and not each["withdrawn_by"] for each in found)
    assert "1950-01-02" not in hub_command("decide", "list")
    assert [line[0] for line in table("--limit", "1")] == [str(parted)]


def test_one_record_is_asked_for_and_what_was_taken_back_on_demand() -> None:
    first = decide("cannot-link", TWO.key, ONE.key, "lin", "x")
    second = pin(ONE.key, "level_code", "B", "lin", "x")
    decide("must-link", THREE.key, OTHER.key, "lin", "x")
    third = unmerge(golden_id(ONE.key), [[ONE.key], [TWO.key], [THREE.key]], "lin", "x")
    assert [line[0] for line in table(ONE.key)] == [str(third), str(second), str(first)]
    assert table("crm/customer/none") == []
    withdraw(first, "wu", "a mistake")
    assert [line[0] for line in table(ONE.key)] == [str(third), str(second)]
    with db.begin() as connection:
        *_, taken = list_decisions(connection, TWO.key, with_withdrawn=True)
        assert taken not in list_decisions(connection)
    assert (taken.decision_id, taken.parts) == (first, ((ONE.key,), (TWO.key,)))
    assert (taken.author, taken.withdrawn_by) == ("lin", "wu")
    assert taken.withdrawn_at is not None
    assert [line[0] for line in table(TWO.key, "--withdrawn")] == [str(third), str(first)]


def test_a_word_that_is_in_force_is_refused_with_its_id_and_author() -> None:
    joined = decide("must-link", THREE.key, OTHER.key, "lin", "x")
    apart = decide("cannot-link", ONE.key, TWO.key, "lin", "x")
    parted = unmerge(golden_id(ONE.key), [[ONE.key], [TWO.key], [THREE.key]], "lin", "x")
    said = [
        (joined, lambda: decide("must-link", OTHER.key, THREE.key, "wu", "y")),
        (apart, lambda: decide("cannot-link", TWO.key, ONE.key, "wu", "y")),
        (
            parted,
            lambda: unmerge(golden_id(ONE.key), [[THREE.key], [ONE.key], [TWO.key]], "wu", "y"),
        ),
    ]
    for number, again in said:
        with pytest.raises(
            RepeatedDecisionError, match=f"in force already: decision {number} of lin"
        ):
            again()
    with db.begin() as connection:
        assert len(list_decisions(connection)) == 3
    for number, again in said:
        withdraw(number, "lin", "x")
        assert again() > number
    with pytest.raises(HubError, match=r"no decision .* `hub decide list`"):
        withdraw(joined, "lin", "x")
