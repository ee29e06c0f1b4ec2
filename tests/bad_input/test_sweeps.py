"""Lists of ids that lack too much: nothing is deleted until a person says that it is right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Channel
from customer_hub.cli import app
from customer_hub.core.errors import BadDataError, HubError
from customer_hub.gather.run import GatherResult
from customer_hub.gather.waive import waive_deletes
from local.sandbox.process import SandboxProcess, WorldEvent
from tests.bad_input.rooms import END, START, check_text, gather, select
from tests.bad_input.test_channel_faults import open_peer
from tests.channels.peers import PEERS
from tests.sandboxes import run_sandbox

LIVES = 15
# How many accounts are gone after each day.
GONE = {1: 0, 2: 2, 3: 9}


def account_events() -> list[WorldEvent]:
    """Fifteen accounts of day 1; two are deleted on day 2 and seven more on day 3."""
    rows: list[WorldEvent] = []
    for number in range(LIVES):
        key, at = f"6b0000000000{number:05x}", f"2026-11-16 01:00:{number:02d}"
        body: dict[str, Any] = {"id": key, "name": f"Account {number}", "modifiedAt": at}
        rows.append((1, f"{at.replace(' ', 'T')}Z", "crm", "Account", "insert", key, body))
        for day in (2, 3):
            if GONE[day - 1] <= number < GONE[day]:
                rows.append(
                    (day, f"2026-11-{15 + day}T02:00:00Z", "crm", "Account", "delete", key, body)
                )
    return rows


@pytest.fixture
def shrinking(tmp_path: Path) -> Iterator[SandboxProcess]:
    """A CRM whose accounts vanish without a trace."""
    with run_sandbox(tmp_path, account_events(), days=1) as running:
        yield running


@pytest.fixture
def crm(hub: str, shrinking: SandboxProcess) -> tuple[ChannelConfig, Channel]:
    return PEERS["crm"].config(), open_peer(shrinking, "crm")


def gather_day(crm: tuple[ChannelConfig, Channel], day: int) -> GatherResult:
    start = START if day == 1 else START.replace(day=14 + day)
    return gather(*crm, start=start, end=START.replace(day=15 + day), run_id=f"day {day}")


def deleted() -> int:
    return int(select("select count(*) from landing.version where op = 'delete'")[0][0])


def close() -> None:
    from customer_hub.core import db

    with db.begin() as connection:
        connection.exec_driver_sql("update hub.gathered_window set state = 'closed'")


def test_two_of_a_handful_may_go(
    crm: tuple[ChannelConfig, Channel], shrinking: SandboxProcess
) -> None:
    gather_day(crm, 1)
    close()
    shrinking.advance(2)
    assert gather_day(crm, 2).landed == 2 == deleted()


def test_a_refused_sweep_is_let_pass_by_a_person(
    crm: tuple[ChannelConfig, Channel], shrinking: SandboxProcess
) -> None:
    gather_day(crm, 1)
    close()
    shrinking.advance(3)
    with pytest.raises(BadDataError) as caught:
        gather_day(crm, 2)
    check_text(caught.value, "crm/customer window", "misses 9 of 15 known records")
    assert deleted() == 0
    ((window, state, reason),) = select(
        "select window_id, state, hold_reason from hub.gathered_window where state <> 'closed'"
    )
    assert (state, reason) == ("open", "a sweep misses 9 of 15 known records")

    def waive(count: int, why: str) -> Any:
        arguments = ["window", "waive", str(window), "--deletes", str(count), "--reason", why]
        return CliRunner().invoke(app, [*arguments, "--author", "lin"])

    assert isinstance(waive(9, " ").exception, HubError)
    assert waive(8, "eight of them are right").exit_code == 0
    with pytest.raises(BadDataError, match="misses 9 of 15"):
        gather_day(crm, 2)
    assert waive(9, "confirmed by the owner").exit_code == 0
    # Another range takes the window over, as a start by hand or the next day's run does.
    result = gather_day(crm, 3)
    assert result.landed == 9 == deleted()
    assert (
        select("select actor, action from hub.audit_log order by entry_id")
        == [("lin", "waive_deletes")] * 2
    )
    with pytest.raises(HubError, match="no sweep of this window was refused"):
        waive_deletes(result.window_id, 9, "lin", "again")


def test_an_empty_list_is_never_believed(
    crm: tuple[ChannelConfig, Channel], shrinking: SandboxProcess
) -> None:
    config, channel = crm
    gather_day(crm, 1)
    close()
    shrinking.advance(2)

    class Blind:
        """A channel whose user has lost the right to see anything."""

        def __getattr__(self, name: str) -> Any:
            return getattr(channel, name)

        def sweep_ids(self, entity: str) -> Iterator[list[str]]:
            yield []

    with pytest.raises(BadDataError, match="misses 15 of 15"):
        gather(config, Blind(), start=END.replace(day=16), end=END.replace(day=17))
    assert deleted() == 0
