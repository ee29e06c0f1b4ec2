"""Pins on a real database (laws 4 and 9): entered, followed, met, ended, taken back, rebuilt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import Phase, given
from hypothesis import strategies as st
from typer.testing import CliRunner

from customer_hub.cli import app
from customer_hub.core import db, keys, table_hash
from customer_hub.core.as_of import ZONE, move_as_of
from customer_hub.core.errors import HubError
from customer_hub.core.identity import golden_id
from customer_hub.core.subjects import read_salts
from customer_hub.match.decisions import decide, withdraw
from customer_hub.match.pins import pin
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from customer_hub.rebuild import rebuild
from customer_hub.standardise.run import standardise_pending
from customer_hub.validate.master import validate_master
from tests.landed import Landing, accept
from tests.laws.lineage import find_faults, read_hub
from tests.records import make_contact, make_person
from tests.seeds import ON_POSTGRES, law

IDS = ("65a0000000000b001", "65a0000000000b002")
KEYS = tuple(f"crm/customer/{each}" for each in IDS)
WORD = ("--author", "lin", "--reason", "she rang")


def build(on: date | None = None) -> None:
    standardise_pending("test")
    if on is not None:
        with db.begin() as connection:
            move_as_of(connection, datetime(on.year, on.month, on.day, 12, tzinfo=ZONE))
    match_pending("test")
    merge_pending("test")
    validate_master("test")


def gather(place: int, hour: float = 1, **changes: Any) -> None:
    created = f"2025-03-0{place + 1} 02:00:00"
    person = make_person(id=IDS[place], createdAt=created, **changes)
    accept([Landing(IDS[place], person, hour=hour)])


def execute(statement: str, **params: Any) -> Sequence[Any]:
    with db.begin() as connection:
        return connection.exec_driver_sql(statement, params).all()


def lineage(field: str, customer: UUID | None = None) -> Any:
    (row,) = execute(
        "select * from master.cell_lineage where field = %(field)s::text"
        " and golden_id = %(id)s::uuid",
        field=field,
        id=customer or golden_id(KEYS[0]),
    )
    return row


def customers() -> dict[UUID, Any]:
    return {row.golden_id: row for row in execute("select * from master.customer")}


def identity(customer: UUID) -> Any:
    with db.begin() as connection:
        salt = read_salts(connection, [f"golden:{customer}"])[f"golden:{customer}"]
    sealed = customers()[customer].identity_sealed
    if sealed is None:
        return {}
    return keys.sealer().unseal("master.customer", "identity", str(customer), salt, sealed)


def state() -> dict[str, str]:
    with db.begin() as connection:
        return table_hash.hash_tables(connection, keys.sealer())


def expect_the_same_from_a_rebuild() -> None:
    kept = state()
    assert rebuild().different == ()
    assert state() == kept
    with db.begin() as connection:
        assert find_faults(read_hub(connection)) == []


def hub_command(*words: str, given: str | None = None) -> str:
    finished = CliRunner().invoke(app, words, input=given)
    if finished.exception is not None:
        raise finished.exception
    return finished.stdout


def two_people() -> tuple[UUID, UUID]:
    """Two customers with other papers, phones and mails; returns their golden ids."""
    gather(0)
    gather(
        1, name="欧阳娜娜", cMobile="13900139001", emailAddress="nana@mail.example",
        cIdentityNumber="360426199101010071", cBirthDate="1991-01-01",
    )  # fmt: skip
    build()
    first, second = (golden_id(key) for key in KEYS)
    assert customers().keys() == {first, second}
    return first, second


def test_a_pin_enters_by_a_file_or_standard_input_and_outranks_the_channels(
    hub: str, tmp_path: Path
) -> None:
    gather(0)
    build()
    customer = golden_id(KEYS[0])
    file = tmp_path / "value"
    file.write_text("1950-01-02\n", encoding="utf-8")
    born = hub_command(
        "decide", "pin", KEYS[0], "identity.birth_on", "--file", str(file), *WORD
    ).split()[-1]
    hub_command("decide", "pin", KEYS[0], "level_code", *WORD, given="vip")
    build()
    assert customers()[customer].level_code == "VIP"
    assert identity(customer)["birth_on"] == "1950-01-02"
    row = lineage("identity.birth_on")
    assert (row.rule, row.source_key, row.decision_id) == ("pin", KEYS[0], int(born))
    assert row.losers == [{"source_key": KEYS[0], "lost_by": "pin"}]
    # What the channel says next changes nothing of it.
    gather(0, hour=2, cLevel="C", cBirthDate="1951-01-01")
    build()
    assert customers()[customer].level_code == "VIP"
    assert identity(customer)["birth_on"] == "1950-01-02"
    expect_the_same_from_a_rebuild()
    with db.begin() as connection:
        opened = {
            row.row_key: values
            for row, values in table_hash.open_rows(connection, keys.sealer(), "match.pin")
        }
    assert opened[born] == [{"identity.birth_on": "1950-01-02"}], "as a restore drill opens it"
    # No value stands where it does not belong.
    for table in ("match.decision", "match.pin", "hub.audit_log", "steward.task"):
        expect_no_value(execute(f"select * from {table}"))
    (version,) = execute(
        "select * from master.customer_version where recorded_to is null and golden_id = %(id)s",
        id=customer,
    )
    assert version.sealed_pointers["identity.birth_on"]["decision_id"] == int(born)
    assert int(born) in version.decision_ids
    expect_no_value([version])


def expect_no_value(rows: Sequence[Any]) -> None:
    """Look at rows whole, and for the whole day: a microsecond may well be 1950."""
    told = repr([tuple(row) for row in rows])
    assert "1950-01-02" not in told
    assert "date(1950, 1, 2)" not in told


def test_a_pin_empties_a_field_until_it_is_taken_back(hub: str) -> None:
    gather(0)
    build()
    before = state()
    hub_command("decide", "pin", KEYS[0], "free_text.remark", "--clear", *WORD)
    number = hub_command("decide", "pin", KEYS[0], "website", *WORD, given="x.example").split()[-1]
    build()
    assert lineage("free_text.remark").is_cleared
    assert customers()[golden_id(KEYS[0])].free_text_sealed is None
    expect_the_same_from_a_rebuild()
    for decision in (int(number), int(number) - 1):
        hub_command("decide", "withdraw", str(decision), *WORD)
    build()
    assert state() == before
    assert len(execute("select * from match.decision where deleted_by = 'lin'")) == 2


def test_a_second_pin_of_the_same_record_takes_the_place_of_the_first(hub: str) -> None:
    gather(0)
    build()
    first = pin(KEYS[0], "level_code", "B", "lin", "x")
    second = pin(KEYS[0], "level_code", "C", "lin", "x")
    build()
    row = lineage("level_code")
    assert (row.decision_id, customers()[golden_id(KEYS[0])].level_code) == (second, "C")
    assert [loser["lost_by"] for loser in row.losers] == ["pin"]
    assert execute("select kind from steward.task") == []
    with pytest.raises(HubError, match="no decision"):
        withdraw(first, "lin", "x")


def test_pins_follow_their_records_and_the_later_wins_where_they_meet(hub: str) -> None:
    first, second = two_people()
    later = pin(KEYS[1], "level_code", "C", "lin", "x")
    pin(KEYS[1], "free_text.remark", None, "lin", "x")
    early = pin(KEYS[0], "level_code", "B", "lin", "it is the later, for it is entered later")
    build()
    assert {key: row.level_code for key, row in customers().items()} == {first: "B", second: "C"}
    together = decide("must-link", *KEYS, "lin", "one person")
    build()
    assert {key: row.level_code for key, row in customers().items()} == {first: "B"}
    row = lineage("level_code")
    assert (row.decision_id, {each["lost_by"] for each in row.losers}) == (
        early, {"pin", "later_pin"},
    )  # fmt: skip
    assert lineage("free_text.remark").is_cleared, "the other record's pin came along"
    ((kind, subject, detail),) = execute("select kind, subject, detail from steward.task")
    assert (kind, subject) == ("pins_meet", f"decisions {later} and {early}")
    assert detail == {"golden_id": str(first), "field": "level_code", "holds": early}
    expect_the_same_from_a_rebuild()
    withdraw(together, "lin", "two after all")
    build()
    assert {key: row.level_code for key, row in customers().items()} == {first: "B", second: "C"}
    expect_the_same_from_a_rebuild()
    assert len(execute("select * from steward.task")) == 1


def test_a_pin_ends_when_a_run_of_a_later_day_builds(hub: str) -> None:
    gather(0)
    build(date(2026, 11, 16))
    customer = golden_id(KEYS[0])
    hub_command("decide", "pin", KEYS[0], "level_code", "--until", "2026-11-18", *WORD, given="C")
    for day, level in ((16, "C"), (18, "C"), (19, "A"), (17, "A")):
        build(date(2026, 11, day))
        assert customers()[customer].level_code == level, day
        expect_the_same_from_a_rebuild()
    versions = execute("select * from master.customer_version order by version_no")
    assert [row.clear_values["level_code"] for row in versions] == ["A", "C", "A"]
    assert versions[2].valid_from == datetime(2026, 11, 19, tzinfo=ZONE), "as told, not as run"
    with pytest.raises(HubError, match="ended before 2026-11-19"):
        pin(KEYS[0], "level_code", "B", "lin", "x", date(2026, 11, 18))


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("kind", "person", "no field of that name"),
        ("identity.identity_type", "passport", "no field of that name"),
        ("level_code", "the best", "no value of that field. HINT: write one of VIP, A, B, C$"),
        (
            "status",
            "open-ended",
            "no value of that field. HINT: write one of active, inactive, arch",
        ),
        (
            "identity.birth_on",
            "yesterday",
            "no value of that field. HINT: write a day, as 2001-12-31",
        ),
        ("identity.identity_number", "110105194912310021", "no value of that field"),
        ("region_code", "999999", "no value of that field"),
        ("finance.credit_limit_amount", "much", "no value of that field"),
        ("legal_name", None, "may not be empty"),
        ("status", None, "may not be empty"),
    ],
)
def test_what_cannot_stand_is_refused_without_repeating_it(
    hub: str, field: str, value: str | None, fault: str
) -> None:
    gather(0)
    build()
    with pytest.raises(HubError, match=fault) as caught:
        pin(KEYS[0], field, value, "lin", "x")
    assert value is None or value == "person" or value not in str(caught.value)
    with pytest.raises(HubError, match="no such source record"):
        pin("crm/customer/none", "level_code", "A", "lin", "x")
    with pytest.raises(HubError, match="no reason"):
        pin(KEYS[0], "level_code", "A", "lin", " ")
    assert execute("select * from match.decision") == []


def test_a_contact_is_pinned_as_a_customer_is(hub: str) -> None:
    contact = make_contact()
    key = f"crm/contact/{contact['id']}"
    accept([Landing(contact["id"], contact, customer_id=IDS[0])], entity="contact")
    build()
    pin(key, "name", "李娜娜", "lin", "x")
    pin(key, "title", None, "lin", "x")
    build()
    (row,) = execute("select name, name_pinyin, title from master.contact")
    assert tuple(row) == ("李娜娜", "li na na", None)
    with pytest.raises(HubError, match="a contact has no field"):
        pin(key, "legal_name", "李娜", "lin", "x")
    expect_the_same_from_a_rebuild()


def test_a_pinned_name_brings_its_pinyin_and_a_number_its_type(hub: str) -> None:
    gather(0)
    build()
    customer = golden_id(KEYS[0])
    pin(KEYS[0], "legal_name", "張偉明", "lin", "x")
    pin(KEYS[0], "identity.identity_number", "360426199101010071", "lin", "x")
    build()
    row = customers()[customer]
    assert (row.legal_name, row.name_pinyin) == ("张伟明", "zhang wei ming")
    assert identity(customer)["identity_number"] == "360426199101010071"
    assert identity(customer)["identity_type"] == "resident_id"
    expect_the_same_from_a_rebuild()


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pin"), st.integers(0, 1), st.sampled_from(["B", "C", None])),
        st.tuples(st.just("until"), st.integers(0, 1), st.integers(0, 3)),
        st.tuples(st.just("link"), st.sampled_from(["must-link", "withdraw"]), st.just(None)),
        st.tuples(st.just("say"), st.integers(0, 1), st.sampled_from(["A", "B"])),
        st.tuples(st.just("day"), st.integers(0, 3), st.just(None)),
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.slow
@law(ON_POSTGRES, phases=[Phase.generate])  # what came before cannot be shrunk
@given(_STEPS)
def test_increments_equal_a_rebuild_whatever_is_pinned_and_ends(
    hub: str, no_suites: None, steps: Any
) -> None:
    """One hub for all examples: each goes on from where the one before it stopped."""
    if not customers():
        two_people()
    for what, who, value in steps:
        today = execute("select coalesce(max(as_of_on), '2026-11-16') from hub.as_of")[0][0]
        if what == "pin":
            pin(KEYS[who], "level_code", value, "lin", "x")
        elif what == "until":
            pin(KEYS[who], "level_code", "VIP", "lin", "x", today + timedelta(days=value))
        elif what == "say":
            hour = 2.0 + float(execute("select count(*) from landing.version")[0][0])
            gather(who, hour, cLevel=value, name=("张伟", "欧阳娜娜")[who])
        elif what == "link":
            link(who)
        build(today + timedelta(days=who) if what == "day" else None)
    expect_the_same_from_a_rebuild()


def link(what: str) -> None:
    held = execute(
        "select decision_id from match.decision where kind = 'must-link' and deleted_at is null"
    )
    if what == "must-link" and not held:
        decide("must-link", *KEYS, "lin", "x")
    elif what == "withdraw" and held:
        withdraw(held[0].decision_id, "lin", "x")
