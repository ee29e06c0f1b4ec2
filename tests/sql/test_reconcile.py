"""What a target does not show is found, sorted by whose it is, and mended where it is the hub's."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from customer_hub.channels.config import read_channel
from customer_hub.channels.digest import digest_payload
from customer_hub.core import db, landing, sql
from customer_hub.core.errors import ChannelUnavailableError
from customer_hub.core.identity import golden_id
from customer_hub.core.keys import sealer
from customer_hub.core.results import BatchResult
from customer_hub.core.subjects import ensure_salts
from customer_hub.publish.held import digest_sent
from customer_hub.publish.reconcile import is_alarming, is_whole_due, reconcile_target
from customer_hub.publish.targets import set_state
from tests.sql.publish_target import BatchTarget, MemoryTarget
from tests.sql.publish_world import (
    close_window,
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

DAY = date(2026, 11, 23)
IDS = list("123456")
TARGETS = [MemoryTarget, BatchTarget]


def reconcile(
    target: MemoryTarget, day: date = DAY, *, is_whole: bool = True, name: str = "crm"
) -> dict[str, int]:
    result = reconcile_target(read_channel(name), target, "reconcile", day, is_whole=is_whole)
    return {name: count for name, count in result.counts.items() if count}


def drift() -> list[tuple[str, str, str, str]]:
    with db.begin() as connection:
        rows = sql.rows(connection, "publish/list_drift", channel="crm", side=None, size=100)
    return sorted((row.source_key[-1], row.field, row.side, row.action) for row in rows)


def settle(make: type[MemoryTarget] = BatchTarget) -> MemoryTarget:
    complete_first_loads()
    for each in IDS:
        put_customer(f"crm/customer/{each}", region_code="440300")
    enable("crm")
    target = make(*IDS)
    assert publish(target)["confirmed"] == len(IDS)
    return target


@pytest.mark.parametrize("make", TARGETS)
def test_a_settled_target_gives_nothing_to_do(hub: str, make: type[MemoryTarget]) -> None:
    target = settle(make)
    assert reconcile(target) == {"read": 6, "same": 6}
    assert drift() == []
    assert not any(publish(target, run_id="second").values())
    assert scalar("select counts from hub.run_receipt where step = 'reconcile'")["read"] == 6


@pytest.mark.parametrize("make", TARGETS)
def test_an_edit_behind_the_hubs_back_is_pushed_again(hub: str, make: type[MemoryTarget]) -> None:
    target = settle(make)
    target.records["2"]["level_code"] = "VIP"
    target.records["3"]["region_code"] = ""
    assert reconcile(target) == {"read": 6, "same": 4, "drifted": 2, "theirs": 2, "planned": 2}
    assert drift() == [
        ("2", "level_code", "theirs", "planned"),
        ("3", "region_code", "theirs", "planned"),
    ]
    # Once more before anything was sent: nothing new is planned, and what was found stands.
    assert reconcile(target) == {"read": 6, "same": 4, "moving": 2}
    assert len(drift()) == 2
    assert publish(target, run_id="second")["confirmed"] == 2
    assert (target.records["2"]["level_code"], target.records["3"]["region_code"]) == (
        "B", "440300",
    )  # fmt: skip
    assert reconcile(target) == {"read": 6, "same": 6}
    assert drift() == []
    assert not any(publish(target, run_id="third").values())


def test_a_lost_push_is_planned_again(hub: str) -> None:
    target = settle()
    put_golden("crm/customer/2", level_code="A", region_code="440300")
    publish(target)
    # As though the write had never been: the ledger knows the value before, and so does the target.
    target.records["2"]["level_code"] = "B"
    lose("2", "level_code")
    target.records["3"] = {"hub_id": "", "level_code": "", "region_code": ""}
    execute("delete from publish.sent where source_key = 'crm/customer/3'")
    assert reconcile(target) == {"read": 6, "same": 4, "drifted": 2, "ours": 4, "planned": 2}
    assert publish(target, run_id="second")["confirmed"] == 2
    assert target.records["2"]["level_code"] == "A"
    assert target.records["3"]["hub_id"] == str(golden_id("crm/customer/3"))
    assert reconcile(target) == {"read": 6, "same": 6}


def lose(each: str, name: str) -> None:
    """Let the ledger say of a record what the target shows."""
    key = f"crm/customer/{each}"
    execute(
        "update publish.sent set digest = %(digest)s, acknowledged_at = '2026-11-01'"
        " where source_key = %(key)s and field = %(name)s",
        digest=digest_sent(sealer(), key, name, "B"), key=key, name=name,
    )  # fmt: skip


def test_where_both_changed_the_owner_wins_and_it_is_counted_apart(hub: str) -> None:
    target = settle()
    put_golden("crm/customer/2", level_code="A", region_code="440300")
    publish(target)
    lose("2", "level_code")
    target.records["2"]["level_code"] = "VIP"
    assert reconcile(target) == {"read": 6, "same": 5, "drifted": 1, "both": 1, "planned": 1}
    publish(target, run_id="second")
    assert target.records["2"]["level_code"] == "A"


def test_a_field_without_an_opinion_is_noted_and_never_written(hub: str) -> None:
    target = settle()
    put_golden("crm/customer/2", level_code=None, region_code="440300")
    publish(target)
    target.records["2"]["level_code"] = "VIP"
    writes = len(target.writes)
    assert reconcile(target) == {"read": 6, "same": 5, "drifted": 1, "theirs": 1}
    assert drift() == [("2", "level_code", "theirs", "noted")]
    publish(target, run_id="second")
    assert len(target.writes) == writes
    assert reconcile(target) == {"read": 6, "same": 6}


def test_a_missing_record_is_noted_and_never_made_anew(hub: str) -> None:
    target = settle()
    del target.records["4"]
    for _ in range(2):
        assert reconcile(target) == {"read": 6, "same": 5, "drifted": 1, "missing": 1}
    assert drift() == [("4", "", "missing", "noted")]
    assert not any(publish(target, run_id="second").values())
    assert "4" not in target.records


def test_one_that_cannot_be_read_keeps_nobody_from_being_compared(hub: str) -> None:
    target = settle()
    target.unreadable = {"1"}
    target.records["2"]["level_code"] = "VIP"
    counts = reconcile(target)
    assert (counts["unreadable"], counts["theirs"], counts["same"]) == (1, 1, 4)


def test_what_is_open_dead_or_not_planned_yet_is_left_alone(hub: str) -> None:
    target = settle()
    put_golden("crm/customer/1", level_code="A", region_code="440300")
    target.ignored = {"level_code"}
    publish(target)
    assert states()["dead"] == 1
    put_golden("crm/customer/2", level_code="A", region_code="440300")
    put_customer("crm/customer/7")
    assert reconcile(target) == {"read": 7, "same": 4, "moving": 3}
    assert drift() == []


def test_an_observed_target_is_only_reported(hub: str) -> None:
    target = settle()
    set_state("crm", "observe", "lin", "a look")
    target.records["2"]["level_code"] = "VIP"
    for _ in range(2):
        assert reconcile(target) == {"read": 6, "same": 5, "drifted": 1, "theirs": 1}
    assert states() == {"confirmed": 6}


def test_nothing_is_judged_by_a_master_that_is_half_built(hub: str) -> None:
    target = settle()
    target.records["2"]["level_code"] = "VIP"
    execute(
        "insert into match.pending_record (source_key, entity) values ('a/customer/1', 'customer')"
    )
    assert reconcile(target) == {"blocked": 1}
    assert states() == {"confirmed": 6}


def test_a_target_that_goes_away_keeps_what_was_compared(hub: str) -> None:
    target = settle()

    def go(_entity: str, _ids: object) -> None:
        raise ChannelUnavailableError("down")

    target.read_many = go  # type: ignore[method-assign]
    with pytest.raises(ChannelUnavailableError):
        reconcile(target)
    assert states() == {"confirmed": 6}


def test_a_sample_is_the_same_on_one_day_and_another_the_next(
    hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = settle()
    assert isinstance(target, BatchTarget)
    monkeypatch.setattr("customer_hub.publish.reconcile._SAMPLE", 2)
    read: list[tuple[str, ...]] = []
    real = target.read_many
    monkeypatch.setattr(
        target,
        "read_many",
        lambda entity, ids: (read.append(tuple(sorted(ids))), real(entity, ids))[1],
    )
    for day in (1, 1, 2, 3, 4, 5, 6, 7, 8):
        assert reconcile(target, DAY.replace(day=day), is_whole=False)["read"] == 2
    assert read[0] == read[1]
    assert {each for pair in read for each in pair} == set(IDS)


def test_everything_is_read_in_chunks(hub: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target = settle()
    put_record("shop/customer/1")
    monkeypatch.setattr("customer_hub.publish.reconcile._CHUNK", 4)
    assert reconcile(target) == {"read": 6, "same": 6}


def test_people_are_told_above_a_share(hub: str) -> None:
    config = read_channel("crm")
    for read, drifted, is_told in ((200, 19, False), (200, 20, True), (5000, 50, False)):
        result = BatchResult("reconcile", {"read": read, "drifted": drifted})
        assert is_alarming(config, result) is is_told


def test_an_edit_that_the_gather_passed_over_is_noted(hub: str) -> None:
    target = settle()
    key, record = "crm/customer/1", target.read_one("customer", "1")
    assert record is not None
    digest = digest_payload(sealer(), record.payload, ())
    (moments,) = execute(
        "select version_at, seen_at from landing.version where source_key = %(key)s", key=key
    )
    with db.begin() as connection:
        salt = ensure_salts(connection, [f"source:{key}"])[f"source:{key}"]
    row_key = landing.payload_key(key, *moments, digest)
    execute(
        "update landing.version set op = 'upsert', payload = %(payload)s, digest = %(digest)s,"
        " subject = 'source:' || source_key where source_key = %(key)s",
        payload=sealer().seal(landing.TABLE, landing.SEGMENT, row_key, salt, record.payload),
        digest=digest, key=key,
    )  # fmt: skip
    target.records["1"]["name"] = "edited"
    # Its own gather has not come that far yet: that is no finding.
    assert reconcile(target) == {"read": 6, "same": 6}
    for day in range(2, 9):
        close_window("crm", "customer", day)
    assert reconcile(target) == {"read": 6, "same": 5, "drifted": 1, "unseen": 1}
    assert drift() == [("1", "", "unseen", "planned")]
    assert not any(publish(target, run_id="second").values())


def fall_over(*_: object) -> None:
    raise ChannelUnavailableError("down")


def test_everything_is_read_once_a_month_whichever_day_it_works(
    hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = settle()
    crm = read_channel("crm")
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date().replace(day=3)
    following = (today + timedelta(days=45)).replace(day=7)
    assert is_whole_due(crm, today)
    reconcile(target, today, is_whole=False)
    assert is_whole_due(crm, today), "a sample is not everything"
    with monkeypatch.context() as broken:
        broken.setattr(BatchTarget, "read_many", fall_over)
        with pytest.raises(ChannelUnavailableError):
            reconcile(target, today)
    assert is_whole_due(crm, today), "it broke off"
    reconcile(target, today)
    assert not is_whole_due(crm, today)
    assert not is_whole_due(crm, today.replace(day=1))
    assert is_whole_due(crm, following)
    assert not is_whole_due(crm, following.replace(day=8)), "a person asks for it, or next month"
    assert is_whole_due(read_channel("shop"), today)
