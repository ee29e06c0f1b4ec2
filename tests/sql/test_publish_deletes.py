"""Only what the hub made is deleted in a target, once, and never what the target has made its own."""

from datetime import timedelta

import pytest

import customer_hub.publish.deliver as delivering
import customer_hub.publish.plan as planning
from customer_hub.channels.config import read_channel
from customer_hub.core.errors import ChannelRefusedError, WriteUncertainError
from customer_hub.core.identity import golden_id
from customer_hub.publish.dead_letters import replay_dead_letters
from customer_hub.publish.ownership import Ownership, read_ownership
from customer_hub.publish.pushes import approve_push, read_asked
from customer_hub.publish.targets import set_state
from tests.sql.publish_target import MemoryTarget
from tests.sql.publish_world import (
    DAY,
    START,
    close_window,
    complete_first_loads,
    enable,
    execute,
    letters,
    publish,
    put_golden,
    put_record,
    scalar,
    states,
    tell_digest,
)

MADE, SHOP = "crm/customer/new0", "shop/customer/1"


@pytest.fixture
def permitted(hub: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub may delete what it makes in the CRM."""
    rule = read_ownership("crm")["customer"]
    may = Ownership.model_validate({**rule.model_dump(), "delete": True})
    for module in (planning, delivering):
        monkeypatch.setattr(module, "read_ownership", lambda _: {"customer": may})


@pytest.fixture
def target(permitted: None) -> MemoryTarget:
    """A CRM in which the hub has made one customer, which its own gather has brought."""
    return make_target(1)


def make_target(count: int) -> MemoryTarget:
    complete_first_loads()
    close_window("crm", "customer", day=2)
    for number in range(1, count + 1):
        put_record(f"shop/customer/{number}", seen_at=START + DAY + DAY / 24)
        put_golden(f"shop/customer/{number}", level_code="VIP")
    enable("crm")
    made = MemoryTarget()
    assert publish(made)["confirmed"] == count
    shops = {str(golden_id(f"shop/customer/{each}")): each for each in range(1, count + 1)}
    for source_id, record in made.records.items():
        key = f"crm/customer/{source_id}"
        put_record(key, golden_of=f"shop/customer/{shops[record['hub_id']]}")
        tell_digest(made, source_id)
    made.records["7"] = {}
    assert not any(publish(made).values())
    return made


def tasks() -> list[tuple[str, str]]:
    rows = execute("select kind, subject from steward.task")
    return [(row.kind, row.subject) for row in rows]


@pytest.mark.parametrize("status", ["archived", "erased"])
def test_a_customer_that_is_no_more_takes_the_record_that_we_made_with_it(
    target: MemoryTarget, status: str
) -> None:
    put_golden(SHOP, level_code="VIP", status=status)
    counts = publish(target)
    assert (counts["deletes"], counts["confirmed"]) == (1, 1)
    assert list(target.records) == ["7"]
    assert not any(publish(target).values())
    put_record(MADE, golden_of=SHOP, deleted=True)
    put_golden(SHOP, level_code="VIP")
    assert publish(target).get("creates", 0) == 0, "what was deleted is not made again"
    assert tasks() == []


def test_a_record_goes_when_all_others_of_its_customer_are_deleted(target: MemoryTarget) -> None:
    put_record("pos/customer/2", golden_of=SHOP)
    put_record(SHOP, deleted=True)
    assert publish(target)["deletes"] == 0, "the till still knows them"
    put_record("pos/customer/2", golden_of=SHOP, deleted=True)
    assert publish(target)["deletes"] == 1
    assert list(target.records) == ["7"]


def test_a_record_that_we_did_not_make_is_never_deleted(target: MemoryTarget) -> None:
    put_record("crm/customer/7", golden_of="shop/customer/9")
    put_golden("shop/customer/9", status="archived")
    assert publish(target)["deletes"] == 0
    assert "7" in target.records


def test_a_record_whose_link_a_steward_took_back_is_not_ours(target: MemoryTarget) -> None:
    execute("update match.decision set deleted_at = now()")
    put_golden(SHOP, level_code="VIP", status="archived")
    assert publish(target)["deletes"] == 0


def test_what_the_target_changed_and_we_gathered_is_for_a_person(target: MemoryTarget) -> None:
    execute(
        "update landing.version set version_at = %(at)s where source_key = %(key)s",
        at=target.version_at["new0"] + timedelta(seconds=1),
        key=MADE,
    )
    put_golden(SHOP, level_code="VIP", status="archived")
    assert publish(target)["deletes"] == 0
    assert tasks() == [("delete_in_target", MADE)]
    assert "new0" in target.records


def test_what_hangs_on_it_in_the_target_is_for_a_person(target: MemoryTarget) -> None:
    put_record("crm/contact/5")
    execute("update source.contact set customer_source_key = %(key)s", key=MADE)
    put_golden(SHOP, level_code="VIP", status="archived")
    assert publish(target)["deletes"] == 0
    assert tasks() == [("delete_in_target", MADE)]


def test_what_people_said_of_it_there_is_for_a_person(target: MemoryTarget) -> None:
    execute(
        "insert into source.feedback (source_key, kind_code, channel, source_id, version_id,"
        " version_at, is_deleted, standardiser_version, customer_source_key)"
        " values ('crm/feedback/1', 'nps', 'crm', '1', 0, now(), false, 1, %(key)s)",
        key=MADE,
    )
    put_golden(SHOP, level_code="VIP", status="archived")
    assert publish(target)["deletes"] == 0
    assert tasks() == [("delete_in_target", MADE)]


def test_the_dead_letter_of_a_delete_is_not_closed_by_an_update(target: MemoryTarget) -> None:
    left = [ChannelRefusedError("status 422")]

    def refuse_once(_: str) -> None:
        if left:
            raise left.pop()

    target.before = refuse_once
    put_golden(SHOP, level_code="VIP", status="archived")
    assert publish(target)["dead"] == 1
    put_golden(SHOP, level_code="A", status="archived")
    assert publish(target)["confirmed"] == 1
    assert letters() == [("refused", "open")]
    assert replay_dead_letters("crm", None, None, "tester", "may now") == 1
    publish(target)
    assert list(target.records) == ["7"]


def test_what_the_target_changed_and_nobody_gathered_stays(target: MemoryTarget) -> None:
    put_golden(SHOP, level_code="VIP", status="archived")
    target.records["new0"]["description"] = "called them today"
    counts = publish(target)
    assert (counts["deletes"], counts["superseded"]) == (1, 1)
    assert "new0" in target.records
    assert tasks() == [("delete_in_target", MADE)]


def test_who_is_back_before_the_delete_went_out_stays(target: MemoryTarget) -> None:
    put_golden(SHOP, level_code="VIP", status="archived")
    planning.plan_deliveries(read_channel("crm"), "run")
    put_golden(SHOP, level_code="VIP")
    delivering.deliver_pending(read_channel("crm"), target, "run")
    assert states() == {"confirmed": 1, "superseded": 1}
    assert "new0" in target.records


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_delete_without_an_answer_is_settled_by_a_read(target: MemoryTarget, moment: str) -> None:
    left = [WriteUncertainError("no answer")]

    def fail(_: str) -> None:
        if left:
            raise left.pop()

    setattr(target, moment, fail)
    put_golden(SHOP, level_code="VIP", status="archived")
    counts = publish(target)
    assert (counts["settled"], counts["confirmed"]) == (1, 1)
    assert list(target.records) == ["7"]
    assert [source_id for source_id, fields in target.writes if not fields] == ["new0"]
    assert golden_id(SHOP) == scalar("select golden_id from publish.delivery where op = 'delete'")


def archive(count: int, status: str = "archived") -> None:
    for number in range(1, count + 1):
        put_golden(f"shop/customer/{number}", level_code="VIP", status=status)


def test_many_deletes_wait_for_a_person(permitted: None) -> None:
    target = make_target(25)
    archive(25)
    assert publish(target)["held"] == 25
    assert len(target.records) == 26
    (push,) = read_asked("crm")
    weight = push.weights["customer"]
    assert (weight.created, weight.changed, weight.deleted) == (0, 25, 25)
    assert approve_push("crm", push.push_id, "lin", "they closed")
    assert publish(target)["confirmed"] == 25
    assert list(target.records) == ["7"]


def test_who_is_back_while_the_push_waits_is_no_part_of_it(permitted: None) -> None:
    target = make_target(25)
    archive(25)
    publish(target)
    archive(10, status="active")
    assert publish(target)["confirmed"] == 15, "few enough to go without a word"
    assert len(target.records) == 11
    assert read_asked("crm") == []


def test_deletes_are_observed_as_they_would_be_planned(permitted: None) -> None:
    target = make_target(2)
    set_state("crm", "observe", "lin", "a look")
    archive(2)
    assert publish(target) == {"observed": 2}
    assert scalar("select counts from publish.push where state = 'observed'") == {
        "customer": {"created": 0, "changed": 2, "deleted": 2, "known": 2}
    }
    assert len(target.records) == 3
