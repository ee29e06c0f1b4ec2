"""What was true, what was believed, what changed, and where values came from: on a real database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from customer_hub.core import db, keys
from customer_hub.core.errors import HubError
from customer_hub.core.identity import golden_id
from customer_hub.history import Snapshot, read_as_of, read_history, read_lineage
from customer_hub.match.decisions import decide, withdraw
from customer_hub.match.pins import pin
from customer_hub.merge.explain import WHY
from customer_hub.revealing import MASKS_ONLY, Access, Value
from tests.landed import START
from tests.sql.test_pins import KEYS, build, execute, gather, hub_command, two_people

WHOLE = Access(frozenset({"contact", "identity", "finance", "free_text"}))
FIRST, SECOND = (golden_id(key) for key in KEYS)


def hours(number: float) -> datetime:
    return START + timedelta(hours=number)


def as_of(
    customer: UUID,
    valid_at: datetime,
    recorded_at: datetime | None = None,
    access: Access = WHOLE,
    segments: tuple[str, ...] | None = None,
) -> Snapshot | None:
    sealer = keys.sealer(segments) if segments else keys.sealer()
    with db.begin() as connection:
        return read_as_of(connection, sealer, customer, valid_at, recorded_at, access)


def texts(found: Snapshot | None, name: str) -> list[str | None]:
    assert found is not None
    return [value.text for value in found.values.get(name, ())]


def last_recorded() -> datetime:
    found: datetime = execute("select max(recorded_from) from master.customer_version")[0][0]
    return found


def written(values: Sequence[Value]) -> list[tuple[str | None, str]]:
    return [(value.text, value.state) for value in values]


def test_a_customer_as_it_was_and_as_it_was_believed_to_be(hub: str) -> None:
    gather(0, hour=1, cLevel="A", cBirthDate="1949-12-31")
    build()
    believed = last_recorded()
    gather(0, hour=5, cLevel="B", cBirthDate="1950-01-01", cMobile="13800138009")
    build()
    # What the channel corrects about the past comes later and overrules it from there on.
    assert as_of(FIRST, hours(0.5)) is None
    then, now = as_of(FIRST, hours(3)), as_of(FIRST, hours(5))
    assert (texts(then, "level_code"), texts(now, "level_code")) == (["A"], ["B"])
    assert texts(then, "identity.birth_on") == ["1949-12-31"]
    assert texts(now, "identity.birth_on") == ["1950-01-01"]
    assert texts(then, "points")[0] == "mobile +8613800138001 preferred"
    assert texts(now, "points")[0] == "mobile +8613800138009 preferred"
    assert texts(now, "free_text.remark") == ["月结客户"]
    assert texts(now, "tags") == ["老客户"]
    assert texts(as_of(FIRST, hours(9), believed), "level_code") == ["A"]
    assert as_of(FIRST, hours(9), believed - timedelta(seconds=1)) is None


def test_what_is_sealed_is_masked_or_stays_so(hub: str) -> None:
    gather(0)
    build()
    pin(KEYS[0], "identity.identity_number", "360426199101010071", "lin", "x")
    build()
    now = datetime.now(tz=UTC)
    masked = as_of(FIRST, now, access=MASKS_ONLY)
    assert masked is not None
    assert written(masked.values["identity.birth_on"]) == [("1949-**-**", "masked")]
    assert written(masked.values["identity.identity_number"]) == [("36**************71", "masked")]
    assert written(masked.values["finance.credit_rating_code"]) == [(None, "sealed")]
    assert written(masked.values["points"])[0] == ("mobile 138****8001 preferred", "masked")
    assert written(masked.values["addresses"]) == [
        ("billing 广东省 深圳市 南山区 **** preferred", "masked")
    ]
    assert texts(as_of(FIRST, now), "identity.identity_number") == ["360426199101010071"]
    assert texts(as_of(FIRST, now), "addresses")[0].endswith("518057 preferred")  # type: ignore[union-attr]
    # A process opens no more than its role has keys for, whatever the reader may see.
    for segments in (("contact", "identity", "index"), ("payload", "index")):
        shut = as_of(FIRST, now, segments=segments)
        assert shut is not None
        assert written(shut.values["finance.credit_rating_code"]) == [(None, "sealed")]
        assert written(shut.values["points"])[0] == ("mobile", "sealed")
        assert "13800138001" not in str(shut) + str(masked)


def test_erased_data_is_sealed_for_ever(hub: str) -> None:
    gather(0)
    build()
    execute_only(
        "delete from privacy.subject_key where reference = %(key)s", key=f"source:{KEYS[0]}"
    )
    found = as_of(FIRST, hours(9))
    assert found is not None
    assert written(found.values["identity.birth_on"]) == [(None, "sealed")]
    assert texts(found, "level_code") == ["A"]


def execute_only(statement: str, **params: Any) -> None:
    with db.begin() as connection:
        connection.exec_driver_sql(statement, params)


def test_history_tells_what_changed_and_by_whom(hub: str) -> None:
    first, second = two_people()
    gather(0, hour=3, cLevel="B", cBirthDate="1950-01-01", cTags=["vip", "老客户"])
    build()
    together = decide("must-link", *KEYS, "lin", "one person")
    build()
    pinned = pin(KEYS[1], "level_code", "C", "lin", "x")
    build()
    withdraw(together, "lin", "two after all")
    build()
    with db.begin() as connection:
        history = read_history(connection, keys.sealer(), first)
        other = read_history(connection, keys.sealer(), second)
    steps = {step.version_no: step for step in history.steps}
    assert [step.version_no for step in history.steps] == [5, 4, 3, 2, 1]
    assert (steps[1].op, steps[1].joined, history.leads_to) == ("created", [KEYS[0]], first)
    changed = {each.field: (written(each.before), written(each.after)) for each in steps[2].fields}
    assert (steps[2].changed, steps[2].joined, steps[2].left) == ([KEYS[0]], [], [])
    assert changed == {
        "level_code": ([("A", "clear")], [("B", "clear")]),
        "identity.birth_on": ([("1949-**-**", "masked")], [("1950-**-**", "masked")]),
        "tags": ([("老客户", "clear")], [("vip", "clear"), ("老客户", "clear")]),
    }
    assert (steps[3].joined, steps[3].left, steps[3].changed) == ([KEYS[1]], [], [])
    assert "points" in {each.field for each in steps[3].fields}
    assert (steps[4].pinned, steps[4].joined) == ([pinned], [])
    assert [each.field for each in steps[4].fields] == ["level_code"]
    assert (steps[5].left, steps[5].unpinned) == ([KEYS[1]], [pinned])
    assert all(step.policy_version == 1 for step in history.steps)
    assert [step.op for step in other.steps] == ["created", "removed", "created"]
    assert all(step.recorded_to for step in history.steps[1:])


def test_an_id_that_was_merged_leads_to_what_became_of_it(hub: str) -> None:
    first, second = two_people()
    believed = last_recorded()
    decide("must-link", *KEYS, "lin", "one person")
    build()
    now = datetime.now(tz=UTC)
    found = as_of(second, now)
    assert found is not None
    assert (found.golden_id, found.members) == (first, list(KEYS))
    before = as_of(second, now, believed)
    assert before is not None
    assert (before.golden_id, before.members) == (second, [KEYS[1]])
    with db.begin() as connection:
        assert read_history(connection, keys.sealer(), second).leads_to == first
        current, origins = read_lineage(connection, keys.sealer(), second, "legal_name")
        assert (current, [each.field for each in origins]) == (first, ["legal_name"])
        for call in (read_lineage, read_history):
            with pytest.raises(HubError, match="no record ever had this id"):
                call(connection, keys.sealer(), uuid4())
        with pytest.raises(HubError, match="no such cell"):
            read_lineage(connection, keys.sealer(), first, "colour")


def test_lineage_names_winner_rule_losers_and_whose_word_it_is(hub: str) -> None:
    two_people()
    decide("must-link", *KEYS, "lin", "one person")
    number = pin(KEYS[0], "free_text.remark", None, "lin", "she asked for it")
    build()
    with db.begin() as connection:
        _, origins = read_lineage(connection, keys.sealer(), FIRST, access=WHOLE)
    cells = {each.field: each for each in origins}
    name = cells["legal_name"]
    assert {name.source_key, *(key for key, _ in name.losers)} == set(KEYS)
    assert name.rule == name.losers[0][1]
    remark = cells["free_text.remark"]
    assert (remark.rule, remark.decision) == ("pin", (number, "lin", "she asked for it"))
    assert written(remark.values) == [(None, "empty")]
    fields = {row.field for row in execute("select field from master.cell_lineage")}
    assert cells.keys() == {*fields, "points", "addresses"}
    with db.begin() as connection:
        _, points = read_lineage(connection, keys.sealer(), FIRST, "points", access=WHOLE)
    givers = execute("select source_key from master.contact_point order by ordinal")
    assert [each.source_key for each in points] == [row.source_key for row in givers]
    assert {each.rule for each in points} == {"union"}
    assert {each.rule for each in origins} <= WHY.keys()


def test_the_commands_show_masks_and_open_more_only_for_a_reason(hub: str) -> None:
    first, second = two_people()
    decide("must-link", *KEYS, "lin", "one person")
    build()
    shown = hub_command("as-of", "2026-11-30", str(second))
    shown += hub_command("history", str(second)) + hub_command("history", str(first))
    shown += hub_command("lineage", str(second), "identity.birth_on")
    assert f"{second} leads to {first}" in shown
    assert f"  joined {KEYS[1]}" in shown
    assert "identity.birth_on\t19" in shown
    for secret in ("1949-12-31", "1991-01-01", "13800138001", "11010519491231002X", "月结客户"):
        assert secret not in shown
    assert hub_command("as-of", "2026-11-01", str(first)).startswith("nothing was known of it")
    with pytest.raises(HubError, match="no reason"):
        hub_command("as-of", "2026-11-30", str(first), "--open", "identity", "--author", "lin")
    opened = hub_command(
        "as-of", "2026-11-30", str(first), "--open", "free_text", "--author", "lin",
        "--reason", "she wants to know what we hold",
    )  # fmt: skip
    assert "月结客户" in opened
    (entry,) = execute("select * from hub.audit_log where action = 'open sealed values'")
    assert (entry.actor, entry.subject) == ("lin", f"golden {first}")
    with pytest.raises(SystemExit):
        hub_command("as-of", "2026-11-30", str(first), "--open", "everything")
