"""Push-back settles (law 12): what a target is told, when, how often, and what becomes of it."""

import threading
from typing import Any

import pytest

from customer_hub.channels.config import read_channel
from customer_hub.core import db
from customer_hub.core.errors import HubError
from customer_hub.core.identity import golden_id
from customer_hub.publish import prepare
from customer_hub.publish.deliver import deliver_pending
from customer_hub.publish.plan import plan_deliveries
from customer_hub.publish.targets import read_state, set_state
from tests.sql.publish_target import BatchTarget, MemoryTarget
from tests.sql.publish_world import (
    complete_first_loads,
    enable,
    execute,
    judge,
    publish,
    put_customer,
    put_golden,
    put_record,
    scalar,
    states,
)

TARGETS = [MemoryTarget, BatchTarget]
_PENDING = (
    "insert into match.pending_record (source_key, entity) values ('pos/customer/9', 'customer')"
)


def test_nothing_is_planned_before_every_first_load_is_complete(hub: str) -> None:
    put_customer("crm/customer/1")
    enable("crm")
    target = MemoryTarget("1")
    assert publish(target)["blocked"] > 0
    complete_first_loads()
    execute(
        "update hub.gathered_window set state = 'held'"
        " where channel = 'pos' and entity = 'customer'"
    )
    assert publish(target) == {"blocked": 1}
    assert not target.writes
    execute("update hub.gathered_window set state = 'closed'")
    assert publish(target)["confirmed"] == 1


def test_a_backfill_is_no_first_load(hub: str) -> None:
    complete_first_loads(day=3)
    put_customer("crm/customer/1")
    enable("crm")
    target = MemoryTarget("1")
    assert publish(target)["blocked"] > 0
    assert not target.writes
    complete_first_loads()
    assert publish(target)["confirmed"] == 1


def test_no_id_leaves_before_the_first_loads_are_matched(hub: str) -> None:
    complete_first_loads()
    put_customer("crm/customer/1")
    enable("crm")
    execute(_PENDING)
    target = MemoryTarget("1")
    assert publish(target) == {"blocked": 1}
    execute("delete from match.pending_record")
    assert publish(target)["confirmed"] == 1
    # Once ids are out, what has only landed never holds the others up.
    execute("insert into landing.pending_key values ('crm/customer/9', 'customer')")
    put_golden("crm/customer/1", level_code="A")
    assert publish(target)["confirmed"] == 1


@pytest.mark.parametrize("make", TARGETS)
def test_nothing_is_given_up_because_the_master_is_half_built(
    hub: str, make: type[MemoryTarget]
) -> None:
    complete_first_loads()
    for each in "12":
        put_customer(f"crm/customer/{each}")
    config = enable("crm")
    target = make("1", "2")
    plan_deliveries(config, "run")
    execute("update publish.delivery set state = 'uncertain' where source_key like '%%/2'")
    gone = execute("delete from master.customer returning golden_id")
    execute(_PENDING)
    assert publish(target) == {"blocked": 1, "pending": 1, "uncertain": 1}
    assert len(gone) == 2
    assert not target.writes
    execute("delete from match.pending_record")
    for each in "12":
        put_golden(f"crm/customer/{each}")
    assert publish(target)["confirmed"] == 2


def test_a_new_target_is_observed_and_nothing_is_written(hub: str) -> None:
    complete_first_loads()
    put_customer("crm/customer/1")
    target = MemoryTarget("1")
    assert read_state("crm") == "observe"
    assert publish(target) == {"observed": 1} == publish(target)
    assert not target.writes
    assert states() == {}
    enable("crm")
    assert scalar("select action from hub.audit_log") == "set target to enabled"
    assert publish(target)["confirmed"] == 1


def test_back_to_observe_stops_the_writes_of_what_is_planned(hub: str) -> None:
    complete_first_loads()
    put_customer("crm/customer/1")
    plan_deliveries(enable("crm"), "run")
    set_state("crm", "observe", "tester", "something is wrong")
    target = MemoryTarget("1")
    assert deliver_pending(read_channel("crm"), target, "run").counts == {}
    assert not target.writes
    assert states() == {"pending": 1}


def test_a_channel_that_is_no_target_cannot_be_enabled(hub: str) -> None:
    with pytest.raises(HubError, match="no target"):
        set_state("pos", "enabled", "tester", "")


@pytest.mark.parametrize("make", TARGETS)
def test_owned_fields_are_written_once_and_pushes_fall_to_zero(
    hub: str, make: type[MemoryTarget]
) -> None:
    complete_first_loads()
    ids = [str(number) for number in range(1, 8)]
    for each in ids:
        put_customer(f"crm/customer/{each}", level_code="A", region_code="440300")
    enable("crm")
    target = make(*ids)
    assert publish(target, run_id="first")["confirmed"] == 7
    assert target.records["3"] == {
        "hub_id": str(golden_id("crm/customer/3")),
        "level_code": "A",
        "region_code": "440300",
    }
    assert not any(publish(target, run_id="second").values())
    assert len(target.writes) == 7
    assert scalar("select count(*) from publish.echo") == 7
    receipts = execute(
        "select run_id, step, counts from hub.run_receipt where run_id in ('first', 'second')"
        " and step in ('plan', 'deliver') order by receipt_id"
    )
    assert [(row.run_id, row.step) for row in receipts] == [
        ("first", "plan"), ("first", "deliver"), ("second", "plan"), ("second", "deliver"),
    ]  # fmt: skip
    assert receipts[1].counts == {"confirmed": 7}


def test_only_what_changed_is_sent_and_an_empty_value_is_no_opinion(hub: str) -> None:
    complete_first_loads()
    put_customer("crm/customer/1", level_code="A", region_code=None)
    enable("crm")
    target = MemoryTarget("1")
    publish(target)
    put_golden("crm/customer/1", level_code=None, region_code="110000")
    publish(target)
    assert target.writes[1] == ("1", {"region_code": "110000"})
    assert target.records["1"]["level_code"] == "A"
    put_golden("crm/customer/1", level_code=None, region_code=None)
    assert not any(publish(target).values())
    assert len(target.writes) == 2


def test_a_field_that_ownership_does_not_give_is_never_sent(hub: str) -> None:
    complete_first_loads()
    put_customer("support/customer/1", level_code="A", region_code="440300")
    enable("support")
    target = MemoryTarget("1")
    publish(target, "support")
    assert list(target.records["1"]) == ["hub_id"]


def test_a_record_that_moves_to_another_golden_record_gets_the_new_id(hub: str) -> None:
    complete_first_loads()
    put_customer("shop/customer/1")
    put_customer("crm/customer/2")
    enable("crm")
    target = MemoryTarget("2")
    publish(target)
    first = target.records["2"]["hub_id"]
    put_record("crm/customer/2", golden_of="shop/customer/1")
    execute("delete from master.customer where golden_id = %(id)s", id=golden_id("crm/customer/2"))
    # No golden value changed: that the record stands elsewhere is reason enough.
    assert publish(target)["confirmed"] == 1
    assert target.records["2"]["hub_id"] == str(golden_id("shop/customer/1")) != first
    assert not any(publish(target).values())
    # Taken apart again, the target is as though they had never met (law 7).
    put_record("crm/customer/2")
    put_golden("crm/customer/2")
    publish(target)
    assert target.records["2"]["hub_id"] == first


def test_a_record_that_joins_later_gets_its_id_although_no_value_changes(hub: str) -> None:
    complete_first_loads()
    put_customer("shop/customer/1")
    enable("crm")
    target = MemoryTarget("2")
    publish(target)
    put_record("crm/customer/2", golden_of="shop/customer/1")
    assert publish(target)["confirmed"] == 1
    assert target.records["2"]["hub_id"] == str(golden_id("shop/customer/1"))


def test_the_newest_value_is_sent_whichever_run_planned_it(hub: str) -> None:
    complete_first_loads()
    put_customer("crm/customer/1", level_code="C")
    config = enable("crm")
    plan_deliveries(config, "one")
    put_golden("crm/customer/1", level_code="B")
    plan_deliveries(config, "two")
    assert states() == {"pending": 1}
    put_golden("crm/customer/1", level_code="VIP")
    target = MemoryTarget("1")
    deliver_pending(config, target, "three")
    assert [fields["level_code"] for _, fields in target.writes] == ["VIP"]
    assert not target.writes[1:]
    publish(target)
    assert len(target.writes) == 1


def test_a_value_that_came_back_before_it_was_sent_is_not_sent(hub: str) -> None:
    complete_first_loads()
    put_customer("crm/customer/1", level_code="A")
    config = enable("crm")
    target = MemoryTarget("1")
    publish(target)
    put_golden("crm/customer/1", level_code="B")
    plan_deliveries(config, "two")
    put_golden("crm/customer/1", level_code="A")
    assert deliver_pending(config, target, "two").counts == {"superseded": 1}
    assert len(target.writes) == 1


@pytest.mark.parametrize("make", TARGETS)
def test_deleted_and_missing_records_are_given_up(hub: str, make: type[MemoryTarget]) -> None:
    complete_first_loads()
    for each in "123":
        put_customer(f"crm/customer/{each}")
    config = enable("crm")
    target = make("1", "3")
    plan_deliveries(config, "run")
    put_record("crm/customer/3", deleted=True)
    counts = deliver_pending(config, target, "run").counts
    assert counts == {"confirmed": 1, "superseded": 2}
    assert not any(publish(target).values())


def test_what_the_target_held_already_is_acknowledged_without_a_write(hub: str) -> None:
    complete_first_loads()
    golden = put_customer("crm/customer/1", level_code="A")
    enable("crm")
    target = MemoryTarget("1")
    target.records["1"] = {"hub_id": str(golden), "level_code": "A"}
    assert publish(target)["unchanged"] == 1
    assert not target.writes
    assert scalar("select count(*) from publish.echo") == 0
    assert not any(publish(target).values())


def test_two_runs_at_once_write_everything_once(hub: str) -> None:
    complete_first_loads()
    for each in "123":
        put_customer(f"crm/customer/{each}")
    config = enable("crm")
    target = MemoryTarget("1", "2", "3")
    refused = []

    def run_beside(_: str) -> None:
        for step in (
            lambda: plan_deliveries(config, "beside"),
            lambda: deliver_pending(config, target, "beside"),
        ):
            try:
                step()
            except HubError as error:
                refused.append(str(error))

    target.before = run_beside
    assert publish(target)["confirmed"] == 3
    assert len(target.writes) == 3
    assert len(refused) == 6
    assert "another run" in refused[0]


def test_a_plan_waits_for_changes_that_are_being_written(hub: str) -> None:
    complete_first_loads()
    put_customer("crm/customer/1")
    put_customer("crm/customer/2")
    config = enable("crm")
    publish(MemoryTarget("1", "2"))
    planned: list[dict[str, int]] = []
    plan = threading.Thread(target=lambda: planned.append(plan_deliveries(config, "second").counts))
    with db.begin() as connection:
        connection.exec_driver_sql("update master.customer set level_code = 'A'")
        connection.exec_driver_sql(
            "insert into publish.change (golden_id, entity, version_no, kind)"
            " values (%(id)s, 'customer', 9, 'changed')",
            {"id": golden_id("crm/customer/1")},
        )
        # A later change is committed first: its number must not hide the one above.
        execute(
            "insert into publish.change (golden_id, entity, version_no, kind)"
            " values (%(id)s, 'customer', 9, 'changed')",
            id=golden_id("crm/customer/2"),
        )
        judge()
        plan.start()
        plan.join(0.5)
        assert plan.is_alive()
    plan.join(10)
    assert planned[0]["planned"] == 2


_BROKEN = (
    "with broken as (update master.customer set level_code = 'A' returning golden_id)"
    " insert into publish.change (golden_id, entity, version_no, kind)"
    " select golden_id, 'customer', 99, 'changed' from broken"
)


def test_what_the_master_suite_has_not_passed_is_neither_planned_nor_sent(hub: str) -> None:
    complete_first_loads()
    for each in "12":
        put_customer(f"crm/customer/{each}")
    config = enable("crm")
    plan_deliveries(config, "planned before")
    execute(_BROKEN)  # a merge is committed, its suite fails or has not run yet
    target = MemoryTarget("1", "2")
    assert publish(target) == {"blocked": 2, "pending": 2}
    assert not target.writes
    judge()
    assert publish(target)["confirmed"] == 2
    assert target.records["1"]["level_code"] == "A"


def test_values_that_a_merge_commits_while_they_are_read_are_not_sent(
    hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete_first_loads()
    put_customer("crm/customer/1")
    config = enable("crm")
    plan_deliveries(config, "planned before")
    read = prepare.read_desired

    def merge_and_read(*args: Any) -> Any:
        execute(_BROKEN)
        return read(*args)

    monkeypatch.setattr(prepare, "read_desired", merge_and_read)
    target = MemoryTarget("1")
    assert deliver_pending(config, target, "run").counts == {"pending": 1}
    assert not target.writes
