"""The steps of build_master: what is left from a run that failed half-way is taken up again."""

import sys
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from customer_hub.channels.config import read_channel
from customer_hub.core.errors import ChannelRefusedError, ChannelUnavailableError
from customer_hub.flows import steps
from customer_hub.match.pins import pin
from customer_hub.publish.plan import plan_deliveries
from customer_hub.validate.gate import validate_window
from tests.landed import Landing, land
from tests.records import make_account
from tests.sql.publish_target import MemoryTarget
from tests.sql.publish_world import complete_first_loads, enable, put_customer

MIDDAY = datetime(2026, 11, 16, 4, tzinfo=UTC)


def test_a_build_says_what_waits_until_nothing_does(hub: str) -> None:
    assert steps.standardise("idle", MIDDAY)["counts"]["waiting"] == 0
    account = make_account()
    window = land([Landing(account["id"], account)])
    validate_window(read_channel("crm"), window, "gather")
    assert steps.standardise("first", MIDDAY)["counts"]["waiting"] == 1
    # The run broke off here: the next one finds nothing to standardise and goes on all the same.
    again = steps.standardise("second", MIDDAY)["counts"]
    assert (again["keys"], again["waiting"]) == (0, 1)
    steps.match("second")
    assert steps.standardise("third", MIDDAY)["counts"]["waiting"] == 1
    assert steps.merge("third")["counts"]["created"] == 1
    assert steps.standardise("idle", MIDDAY)["counts"]["waiting"] == 0


def test_a_run_of_a_later_day_takes_up_what_has_ended(hub: str) -> None:
    account = make_account()
    window = land([Landing(account["id"], account)])
    validate_window(read_channel("crm"), window, "gather")
    steps.standardise("first", MIDDAY)
    steps.match("first")
    pin(f"crm/customer/{account['id']}", "level_code", "C", "lin", "x", MIDDAY.date())
    steps.match("first")
    steps.merge("first")
    for days, waiting in ((0, 0), (-3, 0), (1, 1)):
        counts = steps.standardise("later", MIDDAY + timedelta(days=days))["counts"]
        assert counts["waiting"] == waiting
    assert steps.merge("later")["counts"]["changed"] == 1


def listen(monkeypatch: pytest.MonkeyPatch, target: MemoryTarget) -> list[Any]:
    """Let the steps open `target`; returns the alerts that they send."""
    told: list[Any] = []
    opening = SimpleNamespace(open_target=lambda _: target)
    monkeypatch.setitem(sys.modules, "customer_hub.flows.connections", opening)
    monkeypatch.setattr(steps, "send_alert", lambda *what, **facts: told.append((what, facts)))
    return told


def test_people_are_told_of_dead_letters_after_an_answer_too(
    hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete_first_loads()
    put_customer("crm/customer/1")
    plan_deliveries(enable("crm"), "run")
    target = MemoryTarget("1")

    def refuse(_: str) -> None:
        raise ChannelRefusedError("status 422")

    target.before = refuse
    told = listen(monkeypatch, target)
    steps.answer_push("crm", "run", is_approved=None, person="lin")
    assert told == [(("dead_letters", "crm"), {"count": 1, "run": "run"})]


def test_what_failed_for_good_is_told_also_of_a_run_that_broke_off(
    hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete_first_loads()
    for each in "12":
        put_customer(f"crm/customer/{each}")
    plan_deliveries(enable("crm"), "run")
    target = MemoryTarget("1", "2")

    def fail(source_id: str) -> None:
        if source_id == "1":
            raise ChannelRefusedError("status 422")
        raise ChannelUnavailableError("down")

    target.before = fail
    told = listen(monkeypatch, target)
    with pytest.raises(ChannelUnavailableError):
        steps.publish("crm", "run")
    assert told == [(("dead_letters", "crm"), {"count": 1, "run": "run"})]
