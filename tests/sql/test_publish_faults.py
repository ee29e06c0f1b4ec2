"""Whatever breaks in the middle of a write: it takes effect once, and nobody else waits for it."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from customer_hub.channels.config import read_channel
from customer_hub.core import db, sql
from customer_hub.core.abreast import ABREAST
from customer_hub.core.errors import (
    ChannelAccessError,
    ChannelForbiddenError,
    ChannelRefusedError,
    ChannelUnavailableError,
    FencedError,
    WriteUncertainError,
)
from customer_hub.core.identity import golden_id
from customer_hub.core.keys import sealer
from customer_hub.publish.claim import claim_deliveries
from customer_hub.publish.dead_letters import replay_dead_letters
from customer_hub.publish.deliver import deliver_pending
from customer_hub.publish.ownership import read_ownership
from customer_hub.publish.plan import plan_deliveries
from customer_hub.publish.settle import settle_deliveries
from customer_hub.publish.task import Settlement
from tests.sql.publish_target import BatchTarget, FileTarget, MemoryTarget
from tests.sql.publish_world import (
    complete_first_loads,
    enable,
    execute,
    letters,
    publish,
    put_customer,
    put_golden,
    scalar,
    states,
    tell_digest,
)

TARGETS = [MemoryTarget, BatchTarget]
_VICTIM = """
import os, pathlib, signal, sys
from customer_hub.channels.config import read_channel
from customer_hub.publish.deliver import deliver_pending
from tests.sql.publish_target import FileTarget
target = FileTarget(pathlib.Path(sys.argv[1]), *"12345")
def kill(source_id):
    if source_id == sys.argv[3] and sys.argv[2] == sys.argv[4]:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def set_up(*ids: str) -> None:
    complete_first_loads()
    for each in ids:
        put_customer(f"crm/customer/{each}")
    enable("crm")


def fail_once(source_id: str, error: Exception) -> object:
    left = [error]

    def hook(given: str) -> None:
        if given == source_id and left:
            raise left.pop()

    return hook


@pytest.mark.parametrize("make", TARGETS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_unanswered_write_is_looked_up_and_takes_effect_once(
    hub: str, make: type[MemoryTarget], moment: str
) -> None:
    set_up(*"12345")
    target = make(*"12345")
    setattr(target, moment, fail_once("3", WriteUncertainError("no answer")))
    counts = publish(target)
    assert counts["confirmed"] == 5
    assert counts["settled"] >= 1
    assert "uncertain" not in counts
    written = [source_id for source_id, _ in target.writes]
    assert sorted(written) == list("12345")
    assert states() == {"confirmed": 5}
    # The times of all five writes are our own, also of that which nobody confirmed.
    assert scalar("select count(distinct source_key) from publish.echo") == 5
    assert not any(publish(target).values())


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_killed_process_leaves_nothing_half_done(hub: str, tmp_path: Path, moment: str) -> None:
    set_up(*"12345")
    plan_deliveries(read_channel("crm"), "killed")
    path = tmp_path / "target.json"
    script = (
        _VICTIM + f"target.{moment} = kill\n"
        "deliver_pending(read_channel('crm'), target, 'killed')\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", script, str(path), moment, "3", moment],
        env={**os.environ, "PYTHONPATH": "plugins:."},
        check=False,
        timeout=60,
    )
    assert finished.returncode == -signal.SIGKILL
    assert states() == {"in_flight": 5}
    target = FileTarget(path, *"12345")
    assert ("3" in dict(target.writes)) == (moment == "after")
    counts = deliver_pending(read_channel("crm"), target, "again").counts
    assert counts["settled"] == 5
    assert sorted(source_id for source_id, _ in target.writes) == list("12345")
    assert states() == {"confirmed": 5}
    assert not any(publish(target).values())


def test_a_value_that_changed_while_its_write_was_unknown_does_not_stay_behind(hub: str) -> None:
    set_up("1")
    target = MemoryTarget("1")
    publish(target)
    put_golden("crm/customer/1", level_code="A")
    target.after = fail_once("1", ChannelUnavailableError("gone"))  # the write took effect
    with pytest.raises(ChannelUnavailableError):
        publish(target)
    assert states()["uncertain"] == 1
    put_golden("crm/customer/1", level_code="B")  # what was acknowledged before
    publish(target)
    assert target.records["1"]["level_code"] == "B"
    assert not any(publish(target).values())


@pytest.mark.parametrize("make", TARGETS)
def test_a_target_that_goes_away_keeps_the_rest_pending(hub: str, make: type[MemoryTarget]) -> None:
    set_up(*"12345")
    target = make(*"12345")
    target.before = fail_once("3", ChannelUnavailableError("down"))
    with pytest.raises(ChannelUnavailableError):
        publish(target)
    assert states().get("dead", 0) == 0
    assert scalar("select counts from hub.run_receipt where step = 'deliver'")
    publish(target)
    assert states() == {"confirmed": 5}
    assert sorted(source_id for source_id, _ in target.writes) == list("12345")


@pytest.mark.parametrize("make", TARGETS)
def test_a_refused_log_in_puts_everything_back(hub: str, make: type[MemoryTarget]) -> None:
    set_up(*"123")
    target = make(*"123")

    def refuse(source_id: str) -> None:
        raise ChannelAccessError("status 401")

    target.before = refuse
    with pytest.raises(ChannelAccessError):
        publish(target)
    assert states() == {"pending": 3}
    assert letters() == []


@pytest.mark.parametrize("make", TARGETS)
def test_a_poison_record_blocks_nobody(hub: str, make: type[MemoryTarget]) -> None:
    set_up(*"12345")
    target = make(*"12345")

    def refuse(source_id: str) -> None:
        if source_id == "2":
            raise ChannelRefusedError("status 422")

    target.before = refuse
    target.unreadable = {"4"}
    counts = publish(target)
    assert counts["confirmed"] == 3
    assert counts["dead"] == 2
    assert sorted(letters()) == [
        ("refused", "open"),
        ("unreadable", "open"),
    ]
    # Nothing changed: the poison is not swallowed again.
    assert not any(publish(target).values())


@pytest.mark.parametrize("make", TARGETS)
def test_a_record_that_the_log_in_may_not_write_blocks_nobody(
    hub: str, make: type[MemoryTarget]
) -> None:
    set_up(*"12345")
    target = make(*"12345")
    target.write_size = 1  # type: ignore[attr-defined]
    forbidden = set("12345")

    def refuse(source_id: str) -> None:
        if source_id in forbidden:
            raise ChannelForbiddenError("status 403")

    target.before = refuse
    with pytest.raises(ChannelForbiddenError):
        publish(target)
    assert states() == {"pending": 5}, "a log-in that may write nothing"
    forbidden -= set("1345")
    assert publish(target)["confirmed"] == 4
    assert letters() == [("refused", "open")]
    assert not any(publish(target).values())


def test_a_target_that_answers_nothing_is_left_alone_after_five(hub: str) -> None:
    ids = [str(number) for number in range(1, 21)]
    set_up(*ids)
    target = MemoryTarget(*ids)
    tried: list[str] = []

    def hang(source_id: str) -> None:
        tried.append(source_id)
        raise WriteUncertainError("no answer")

    target.before = hang
    with pytest.raises(ChannelUnavailableError, match="writes in a row"):
        publish(target)
    # Those that are at work when the fifth gives up come to their end as well.
    assert 5 <= len(tried) < 5 + ABREAST
    assert states() == {"uncertain": len(tried), "pending": 20 - len(tried)}


def test_records_that_are_never_answered_do_not_block_the_others_for_ever(hub: str) -> None:
    poison, others = list("12345"), list("6789")
    set_up(*poison, *others)
    target = MemoryTarget(*poison, *others)

    def hang(source_id: str) -> None:
        if source_id in poison:
            raise WriteUncertainError("no answer")

    target.before = hang
    for _ in range(12):
        with suppress(ChannelUnavailableError):
            publish(target)
    assert states() == {"dead": 5, "confirmed": 4}
    assert letters() == [("unproven", "open")] * 5
    target.before = lambda _: None
    assert replay_dead_letters("crm", "unproven", None, "tester", "mended") == 5
    publish(target)
    assert states() == {"confirmed": 9}


@pytest.mark.parametrize("make", TARGETS)
def test_a_record_that_may_not_be_read_blocks_nobody(hub: str, make: type[MemoryTarget]) -> None:
    set_up(*"123")
    target = make(*"123")
    target.before = fail_once("2", WriteUncertainError("no answer"))
    read = target.read_one

    def refuse(entity: str, source_id: str) -> object:
        if source_id == "2":
            raise ChannelRefusedError("status 400")
        return read(entity, source_id)

    target.read_one = refuse  # type: ignore[method-assign]
    publish(target)
    assert states() == {"confirmed": 2, "dead": 1}
    assert not any(publish(target).values())


@pytest.mark.parametrize("make", TARGETS)
@pytest.mark.parametrize("is_edited", [False, True])
def test_what_people_write_beside_us_is_not_taken_for_our_own(
    hub: str, make: type[MemoryTarget], is_edited: bool
) -> None:
    set_up("1")
    target = make("1")
    target.records["1"]["remark"] = "call on Monday"
    tell_digest(target, "1")
    if is_edited:
        # Between the read before our write and the one after it.
        target.before = lambda _: target.records["1"].update(remark="call on Tuesday")
    assert publish(target)["confirmed"] == 1
    assert scalar("select count(digest) from publish.echo") == (0 if is_edited else 1)


def test_a_fault_of_our_own_leaves_no_write_under_way(hub: str) -> None:
    ids = list("123456")
    set_up(*ids)
    target = MemoryTarget(*ids)
    begun: list[str] = []
    ended: list[str] = []

    def fail(source_id: str) -> None:
        begun.append(source_id)
        if source_id == "1":
            raise KeyError("a fault of ours")
        time.sleep(0.5)

    target.before, target.after = fail, ended.append
    with pytest.raises(KeyError):
        publish(target)
    assert sorted([*ended, "1"]) == sorted(begun), "the lock is free: nobody may be writing"


def test_a_write_that_the_read_back_does_not_show_is_dead_and_can_be_replayed(hub: str) -> None:
    set_up("1", "2")
    target = MemoryTarget("1", "2")
    target.ignored = {"level_code"}
    assert publish(target)["dead"] == 2
    cause = "unproven"
    assert letters() == [(cause, "open"), (cause, "open")]
    with db.begin() as connection:
        listed = sql.rows(connection, "publish/list_dead_letters")
    assert [(row.channel, row.cause, row.count) for row in listed] == [("crm", cause, 2)]
    assert not any(publish(target).values())
    target.ignored = set()
    assert replay_dead_letters("crm", "refused", None, "tester", "mended") == 0
    assert replay_dead_letters(None, cause, None, "tester", "mended") == 2
    assert publish(target)["confirmed"] == 2
    assert {state for _, state in letters()} == {"replayed"}
    assert scalar("select count(*) from hub.audit_log where action = 'replay dead letters'") == 1


def test_letters_that_a_later_delivery_overtook_are_closed(hub: str) -> None:
    set_up("1")
    target = MemoryTarget("1")
    target.ignored = {"level_code"}
    publish(target)
    target.ignored = set()
    put_golden("crm/customer/1", level_code="A")
    assert publish(target)["confirmed"] == 1
    assert [state for _, state in letters()] == ["replayed"]
    assert states() == {"superseded": 1, "confirmed": 1}


def test_replays_beside_each_other_and_beside_a_plan_lose_nothing(hub: str) -> None:
    ids = [str(number) for number in range(1, 31)]
    set_up(*ids)
    target = MemoryTarget(*ids)
    target.ignored = {"level_code"}
    publish(target)
    for each in ids[:10]:
        put_golden(f"crm/customer/{each}", level_code="A")
    counted: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: counted.append(
                replay_dead_letters("crm", None, None, "tester", "mended")
            )
        )
        for _ in range(3)
    ]
    threads.append(threading.Thread(target=plan_deliveries, args=(read_channel("crm"), "beside")))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(counted) == 30
    target.ignored = set()
    publish(target)
    assert states()["confirmed"] == 30
    assert {state for _, state in letters()} == {"replayed"}
    assert {held["level_code"] for held in target.records.values()} == {"A", "B"}


def test_who_was_overtaken_may_not_settle(hub: str) -> None:
    set_up("1")
    config = read_channel("crm")
    plan_deliveries(config, "slow")
    owned = read_ownership("crm")

    def claim(run_id: str) -> object:
        with db.begin() as connection:
            return claim_deliveries(
                connection, sealer(), config, owned, after_delivery_id=0, size=10, run_id=run_id
            )

    slow = claim("slow")
    execute("update publish.delivery set state = 'pending'")
    claim("fast")
    task = slow.tasks[0]  # type: ignore[attr-defined]
    with pytest.raises(FencedError), db.begin() as connection:
        settle_deliveries(
            connection, sealer(), config, [Settlement(task, "confirmed", task.source_key)]
        )
    assert states() == {"in_flight": 1}
    assert golden_id("crm/customer/1") == task.golden_id
