"""A channel's clock that is ten minutes off, or is set back: nothing is lost, nothing counts twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import pytest

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Channel
from customer_hub.core import db
from customer_hub.gather.run import GatherResult
from local.sandbox.process import SandboxProcess
from tests.bad_input.liar import Answer, Liar, lying_to
from tests.bad_input.rooms import gather, select
from tests.bad_input.test_lying_answers import open_through
from tests.channels.peers import PEERS
from tests.channels.synthetic import ROWS, make_events
from tests.sandboxes import run_sandbox

TEN = timedelta(minutes=10)
# Zendesk shows nothing of its last minute, which no test waits for.
NAMES = [name for name in PEERS if name != "zendesk"]


def shift_clock(by: timedelta) -> Callable[[str, Answer], Answer]:
    """Show another time in the Date header than the one that the records are stamped with."""

    def twist(path: str, answer: Answer) -> Answer:
        date = parsedate_to_datetime(answer.headers["Date"]) + by
        return replace(answer, headers={**answer.headers, "Date": format_datetime(date, True)})

    return twist


def close() -> None:
    with db.begin() as connection:
        connection.exec_driver_sql("update hub.gathered_window set state = 'closed'")


def gather_to_now(config: ChannelConfig, channel: Channel, run_id: str) -> GatherResult:
    """Gather as a run by hand without dates: from the last closed window to the channel's clock."""
    result = gather(config, channel, start=None, end=None, run_id=run_id)
    close()
    return result


def tell_versions() -> set[str]:
    """The records with more than one landed version."""
    rows = select("select source_id from landing.version group by 1 having count(*) > 1")
    return {source_id for (source_id,) in rows}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("by", [TEN, -TEN], ids=["ahead", "behind"])
def test_a_clock_ten_minutes_off_its_records_loses_none(
    hub: str, tmp_path: Path, name: str, by: timedelta
) -> None:
    """Two machines of one channel: the one that answers, and the one that stamps records."""
    config = PEERS[name].config()
    entity = config.entities["customer"].model_copy(update={"overlap_minutes": 15})
    config = config.model_copy(update={"entities": {**config.entities, "customer": entity}})
    with (
        run_sandbox(tmp_path, make_events()) as sandbox,
        lying_to(sandbox.ports[name]) as liar,
    ):
        sandbox.set("hubspot", search_lag_seconds=0)
        changed = play(sandbox, liar, name, config, by)
        assert len(select("select distinct source_key from landing.version")) == ROWS
        assert tell_versions() == changed


def play(
    sandbox: SandboxProcess, liar: Liar, name: str, config: ChannelConfig, by: timedelta
) -> set[str]:
    """Gather, let somebody change two records, gather, twice; returns the changed ones."""
    liar.twist = shift_clock(by)
    channel, honest = open_through(liar, sandbox, name), PEERS[name].open(sandbox)
    gather_to_now(config, channel, "first")
    changed = set(sorted(PEERS[name].rows(sandbox, "customer"))[:2])
    for source_id in changed:
        honest.update("customer", source_id, {"hub_id": f"h-{source_id}"})
    gather_to_now(config, channel, "second")
    # Somebody sets the clock right; from here on it stands ten minutes before or behind.
    liar.twist = shift_clock(timedelta())
    gather_to_now(config, channel, "third")
    liar.twist = shift_clock(2 * TEN)
    gather_to_now(config, channel, "fourth")
    return changed
