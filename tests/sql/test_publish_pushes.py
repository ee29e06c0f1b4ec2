"""The blast radius: what is above a target's limits goes when a person says so, and only that."""

import threading

import pytest
from typer.testing import CliRunner

from customer_hub.channels.config import read_channel
from customer_hub.cli.app import app
from customer_hub.core import db, sql
from customer_hub.core.errors import ConfigurationError, HubError
from customer_hub.publish.dead_letters import replay_dead_letters
from customer_hub.publish.deliver import deliver_pending
from customer_hub.publish.plan import plan_deliveries
from customer_hub.publish.pushes import Weight, approve_push, read_asked
from customer_hub.publish.targets import read_state, set_state
from tests.sql.publish_target import BatchTarget, MemoryTarget
from tests.sql.publish_world import (
    complete_first_loads,
    enable,
    execute,
    publish,
    put_customer,
    put_golden,
    put_record,
    scalar,
    states,
)

IDS = [str(number) for number in range(1, 41)]
LIMITS = read_channel("crm").push_limits


def settle() -> MemoryTarget:
    """Forty records that hold what they should."""
    complete_first_loads()
    for each in IDS:
        put_customer(f"crm/customer/{each}")
    enable("crm")
    target = BatchTarget(*IDS)
    assert publish(target)["confirmed"] == len(IDS)
    return target


def change(ids: list[str], **values: str | None) -> None:
    for each in ids:
        put_golden(f"crm/customer/{each}", **values)


def push_states() -> list[str]:
    return [row.state for row in execute("select state from publish.push order by push_id")]


def approve(run_id: str | None = None) -> int:
    (push,) = read_asked("crm", run_id=run_id)
    assert approve_push("crm", push.push_id, "lin", "looked at it")
    return push.push_id


@pytest.mark.parametrize(
    ("weight", "is_over"),
    [
        (Weight(changed=19, known=100), False),  # a fifth, but few
        (Weight(changed=20, known=400), False),  # 5 % is not more than 5 %
        (Weight(changed=21, known=400), True),
        (Weight(changed=20, deleted=20, known=4000), False),
        (Weight(changed=21, deleted=21, known=4000), True),
        (Weight(created=21, known=400), True),
        (Weight(changed=25, known=0), True),
    ],
)
def test_a_limit_is_a_share_of_what_is_known_there_with_a_floor(
    weight: Weight, is_over: bool
) -> None:
    assert weight.exceeds(LIMITS) is is_over


def test_who_enables_approves_what_was_last_observed(hub: str) -> None:
    complete_first_loads()
    for each in IDS:
        put_customer(f"crm/customer/{each}")
    target = BatchTarget(*IDS)
    assert publish(target) == {"observed": 40}
    assert publish(target, run_id="again") == {"observed": 40}
    set_state("crm", "enabled", "lin", "seen: forty")
    assert publish(target)["confirmed"] == 40
    assert push_states() == ["replaced", "approved"]
    assert scalar("select decided_by from publish.push where state = 'approved'") == "lin"
    # That was for the first push: the same once more is a question.
    change(IDS, level_code="A")
    assert publish(target)["held"] == 40
    assert {held["level_code"] for held in target.records.values()} == {"B"}


def test_more_than_was_observed_is_asked_about(hub: str) -> None:
    complete_first_loads()
    for each in IDS[:25]:
        put_customer(f"crm/customer/{each}")
    enable("crm")
    put_customer("crm/customer/26")
    target = BatchTarget(*IDS)
    assert publish(target)["held"] == 26
    assert target.writes == []
    approve()
    assert publish(target)["confirmed"] == 26


def test_who_enables_unseen_is_asked(hub: str) -> None:
    complete_first_loads()
    for each in IDS:
        put_customer(f"crm/customer/{each}")
    set_state("crm", "enabled", "lin", "unseen")
    target = BatchTarget(*IDS)
    assert publish(target)["held"] == 40
    assert target.writes == []


def test_creates_are_observed_and_weighed_by_themselves(hub: str) -> None:
    complete_first_loads()
    for each in IDS[:30]:
        put_record(f"shop/customer/{each}")
        put_golden(f"shop/customer/{each}", level_code="VIP")
    config = read_channel("crm")
    assert plan_deliveries(config, "look").counts == {"observed": 30}
    assert states() == {}
    set_state("crm", "enabled", "lin", "unlooked")
    target = BatchTarget()
    assert publish(target)["confirmed"] == 30
    assert execute("select counts from publish.push where state = 'approved'")[0].counts == {
        "customer": {"created": 30, "changed": 0, "deleted": 0, "known": 0}
    }


def test_nothing_goes_until_a_person_approves_and_nobody_is_asked_twice(hub: str) -> None:
    target = settle()
    before = len(target.writes)
    change(IDS[:30], level_code="A")
    assert publish(target, run_id="one")["held"] == 30
    (push,) = read_asked("crm", run_id="one")
    assert push.describe() == "customer: changed 30 (75.0%) of 40 known"
    counts = scalar("select counts from hub.run_receipt where step = 'weigh' and run_id = 'one'")
    assert (counts["changed"], counts["known"], counts["changed_share"]) == (30, 40, 0.75)
    # The run is retried, the next one comes: the same question, and nothing is written.
    publish(target, run_id="one")
    assert publish(target, run_id="two")["held"] == 30
    assert [each.push_id for each in read_asked()] == [push.push_id]
    assert read_asked("crm", run_id="one") == []
    assert len(target.writes) == before
    assert approve_push("crm", push.push_id, "lin", "agreed with sales")
    assert not approve_push("crm", push.push_id, "lin", "once more")
    assert deliver_pending(read_channel("crm"), target, "two").counts["confirmed"] == 30
    assert not any(publish(target, run_id="three").values())
    assert scalar("select count(*) from hub.audit_log where action = 'approve push'") == 1


def test_an_approval_outlives_a_target_that_is_down(hub: str) -> None:
    target = settle()
    change(IDS[:30], level_code="A")
    publish(target)
    approve()
    # Approved, and nothing sent before the process died: the next run sends it without a question.
    assert publish(target, run_id="after the crash")["confirmed"] == 30


def test_an_approval_covers_what_was_planned_then(hub: str) -> None:
    target = settle()
    change(IDS[:30], level_code="A")
    publish(target)
    first = approve()
    # One of them changes once more, before anything is sent: planned or not, that is not approved.
    change(IDS[:1], level_code="VIP")
    assert deliver_pending(read_channel("crm"), target, "run").counts == {
        "confirmed": 29,
        "pending": 1,
    }
    assert target.records["1"]["level_code"] == "B"
    change(IDS[1:30], level_code="C")
    assert publish(target)["held"] == 30
    (second,) = read_asked("crm")
    assert second.push_id > first
    assert {held["level_code"] for held in target.records.values()} == {"A", "B"}


def test_what_is_planned_later_makes_a_new_question(hub: str) -> None:
    target = settle()
    change(IDS[:30], level_code="A")
    publish(target)
    (old,) = read_asked("crm")
    change(IDS[30:32], level_code="A")
    assert publish(target)["held"] == 32
    with pytest.raises(ConfigurationError, match=r"changed 32"):
        approve_push("crm", old.push_id, "lin", "the old one")
    approve()
    assert publish(target)["confirmed"] == 32


def test_what_is_not_wanted_any_more_is_no_part_of_the_question(hub: str) -> None:
    target = settle()
    change(IDS[:30], level_code="A")
    publish(target)
    change(IDS[:25], level_code="B")
    counts = publish(target)
    # Five are left, which are within the limits.
    assert (counts["confirmed"], counts["superseded"]) == (5, 25)
    assert read_asked("crm") == []


def test_emptied_fields_have_a_limit_of_their_own(hub: str) -> None:
    ids = [str(number) for number in range(1, 601)]
    complete_first_loads()
    execute(
        "insert into source.customer (source_key, channel, source_id, version_id, version_at,"
        " is_deleted, standardiser_version) select 'crm/customer/x' || number, 'crm', 'x' || number,"
        " 0, now(), false, 1 from generate_series(1, 600) as number"
    )
    for each in ids[:21]:
        put_customer(f"crm/customer/{each}", region_code="440300")
    enable("crm")
    target = BatchTarget(*ids)
    publish(target)
    # Who gave the value has left by an unmerge: the targets do not keep it.
    execute("update publish.sent set giver_key = 'crm/customer/gone' where field = 'region_code'")
    change(ids[:21], region_code=None)
    counts = publish(target)
    assert counts["held"] == 21
    (push,) = read_asked("crm")
    assert (push.weights["customer"].changed, push.weights["customer"].deleted) == (21, 21)


def test_a_rejection_stops_the_writing_and_keeps_what_is_planned(hub: str) -> None:
    target = settle()
    change(IDS[:30], level_code="A")
    publish(target)
    (push,) = read_asked("crm")
    set_state("crm", "observe", "lin", "wrong levels")
    assert read_state("crm") == "observe"
    assert states()["pending"] == 30
    with pytest.raises(ConfigurationError, match="none waits"):
        approve_push("crm", push.push_id, "lin", "too late")
    assert publish(target) == {"observed": 30}
    set_state("crm", "enabled", "lin", "they are right after all: thirty")
    assert publish(target)["confirmed"] == 30


def test_two_persons_at_once_give_one_approval(hub: str) -> None:
    target = settle()
    change(IDS[:30], level_code="A")
    publish(target)
    (push,) = read_asked("crm")
    answers: list[bool] = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(approve_push("crm", push.push_id, "lin", "yes"))
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == [False, False, False, True]


def test_runs_beside_replays_and_an_approval_lose_nothing(hub: str) -> None:
    target = settle()
    target.ignored = {"level_code"}
    change(IDS[:15], level_code="A")
    assert publish(target)["dead"] == 15
    target.ignored = set()
    change(IDS[15:40], level_code="A")
    publish(target)
    (push,) = read_asked("crm")

    def run(name: str) -> None:
        for _ in range(3):
            try:
                publish(target, run_id=name)
            except HubError:
                continue  # the other run is at work

    threads = [threading.Thread(target=run, args=(name,)) for name in ("one", "two")]
    threads += [
        threading.Thread(
            target=replay_dead_letters, args=("crm", "unproven", None, "lin", "mended")
        )
        for _ in range(2)
    ]
    threads.append(
        threading.Thread(target=approve_push, args=("crm", push.push_id, "lin", "agreed"))
    )
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    publish(target, run_id="last")
    assert {held["level_code"] for held in target.records.values()} == {"A"}
    assert scalar("select count(*) from publish.dead_letter where state = 'open'") == 0
    assert set(states()) <= {"confirmed", "superseded"}
    assert not any(publish(target, run_id="settled").values())


def test_a_dead_letter_points_at_what_was_to_be_sent(hub: str) -> None:
    complete_first_loads()
    golden = put_customer("crm/customer/1")
    enable("crm")
    target = MemoryTarget("1")
    target.ignored = {"level_code"}
    publish(target)
    with db.begin() as connection:
        (letter,) = sql.rows(
            connection, "publish/list_each_letter", channel="crm", cause="unproven", size=10
        )
    assert letter.detail == "the read-back does not show level_code"
    assert (letter.attempts, letter.op, letter.source_key) == (1, "update", "crm/customer/1")
    assert (letter.golden_id, letter.golden_version_no) == (golden, 1)
    assert letter.fields == "hub_id,level_code"


def test_the_command_shows_and_approves(hub: str) -> None:
    target = settle()
    change(IDS[:30], level_code="A")
    publish(target)
    (push,) = read_asked("crm")
    runner = CliRunner()
    shown = runner.invoke(app, ["channel", "pushes"])
    assert f"{push.push_id}\tcrm\tcustomer: changed 30 (75.0%) of 40 known" in shown.output
    signed = ["--author", "lin", "--reason", "agreed"]
    approving = ["channel", "approve", "crm", "--push", str(push.push_id), *signed]
    assert "is approved" in runner.invoke(app, approving).output
    assert "was approved already" in runner.invoke(app, approving).output
    assert runner.invoke(app, ["channel", "pushes"]).output == "none\n"
    assert (
        runner.invoke(app, ["dead-letter", "list", "--each", "--cause", "gone"]).output == "none\n"
    )
    assert runner.invoke(app, ["drift", "list", "--channel", "crm"]).output == "none\n"
    for words in (
        ["dead-letter", "replay", "--cause", "bad luck", *signed],
        ["dead-letter", "replay", "--channel", "crmm", *signed],
        ["dead-letter", "list", "--channel", "crmm"],
        ["drift", "list", "--channel", "crmm"],
        ["quarantine", "replay", "--channel", "crmm", *signed],
    ):
        assert isinstance(runner.invoke(app, words).exception, ConfigurationError), words
