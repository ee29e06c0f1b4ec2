"""Records that a target merges by itself: the one that went is gone, nothing is written to the other."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from customer_hub.core import db
from local.sandbox.process import SandboxProcess
from tests.bad_input.rooms import gather, select
from tests.channels.peers import PEERS
from tests.channels.synthetic import ROWS, make_events
from tests.sandboxes import run_sandbox


def merge(sandbox: SandboxProcess, name: str, winner: str, loser: str) -> None:
    """Let a person in the target merge one customer into another."""
    secrets = sandbox.secrets[name]
    if name == "hubspot":
        answer = requests.post(
            sandbox.url(name, "/crm/v3/objects/companies/merge"),
            json={"primaryObjectId": winner, "objectIdToMerge": loser},
            headers={"Authorization": f"Bearer {secrets['access_token']}"},
            timeout=10,
        )
    else:
        answer = requests.put(
            sandbox.url(name, f"/api/v2/users/{loser}/merge"),
            json={"user": {"id": int(winner)}},
            auth=(secrets["user"], secrets["api_token"]),
            timeout=10,
        )
    answer.raise_for_status()


@pytest.mark.parametrize("name", ["hubspot", "zendesk"])
def test_a_record_that_was_merged_away_is_gone(hub: str, tmp_path: Path, name: str) -> None:
    config = PEERS[name].config()
    with run_sandbox(tmp_path, make_events()) as sandbox:
        sandbox.set("hubspot", search_lag_seconds=0)
        channel = PEERS[name].open(sandbox)
        gather(config, channel)
        with db.begin() as connection:
            connection.exec_driver_sql("update hub.gathered_window set state = 'closed'")
        winner, loser = sorted(PEERS[name].rows(sandbox, "customer"))[:2]
        merge(sandbox, name, winner, loser)

        # Its id may lead to the other one by now: nothing meant for it reaches that.
        shown = channel.read_one("customer", loser)
        assert shown is None or shown.op == "delete"
        assert channel.update("customer", loser, {"hub_id": "h-lost"}).outcome == "missing"
        found = channel.read_one("customer", winner)
        assert found is not None
        assert channel.read_hub_fields(found)["hub_id"] != "h-lost"
        standing = channel.read_many("customer", [loser, winner]).values()
        assert [each.source_id for each in standing if each.op == "upsert"] == [winner]
        assert loser not in [each for page in channel.sweep_ids("customer") for each in page]

        if config.load_system().CAPABILITIES["customer"].lag:
            return  # the merge cannot be seen yet
        gather(config, channel, start=None, end=None, run_id="after")
        deleted = select("select source_id from landing.version where op = 'delete'")
        assert deleted == [(loser,)]
        assert len(select("select distinct source_key from landing.version")) == ROWS
