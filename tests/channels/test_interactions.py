"""What is special about EspoCRM's interactions: three types of its own under one entity."""

from __future__ import annotations

from typing import Any

import pytest

from customer_hub.channels.config import ChannelConfig
from customer_hub.core.errors import ConfigurationError
from local.sandbox.process import SandboxProcess
from tests.channels.peers import PEERS
from tests.channels.test_contract import END, START

PEER = PEERS["crm"]


def configure(remote: str) -> ChannelConfig:
    entities = PEER.config().entities
    changed = entities["interaction"].model_copy(update={"remote": remote})
    return PEER.config(entities={**entities, "interaction": changed})


def open_channel(sandbox: SandboxProcess, remote: str) -> Any:
    config = configure(remote)
    return config.load_system().open_channel(config, PEER.access(sandbox))


def test_only_the_types_that_are_named_are_read(sandbox: SandboxProcess) -> None:
    channel = open_channel(sandbox, "Email,Call")
    pages = list(channel.extract("interaction", START, END, None))
    read = [record.source_id.partition("-")[0] for page in pages for record in page.records]
    assert list(dict.fromkeys(read)) == ["Email", "Call"]
    swept = {source_id for batch in channel.sweep_ids("interaction") for source_id in batch}
    assert {source_id.partition("-")[0] for source_id in swept} == {"Email", "Call"}
    some = sorted(swept)[:3]
    singly = {source_id: channel.read_one("interaction", source_id) for source_id in some}
    assert channel.read_many("interaction", [*some, "Call-nobody"]) == singly
    assert channel.read_one("interaction", f"Meeting-{next(iter(swept)).partition('-')[2]}") is None
    # A window that was left at a type which is read no more begins anew: nothing is skipped.
    rest = channel.extract("interaction", START, END, {"type": "Meeting", "from": END.isoformat()})
    assert {r.source_id for page in rest for r in page.records} == swept


@pytest.mark.parametrize("remote", ["Call, Fax", "Call, Call", ""])
def test_types_that_nobody_knows_are_refused(sandbox: SandboxProcess, remote: str) -> None:
    with pytest.raises(ConfigurationError, match="remote of interaction"):
        open_channel(sandbox, remote)


def test_equal_ids_of_two_types_are_two_records_with_their_words(sandbox: SandboxProcess) -> None:
    channel = PEER.open(sandbox)
    records = {
        record.source_id: record
        for page in channel.extract("interaction", START, END, None)
        for record in page.records
    }
    types: dict[str, set[str]] = {}
    for source_id in records:
        kind, _, own_id = source_id.partition("-")
        types.setdefault(own_id, set()).add(kind)
    assert {frozenset(kinds) for kinds in types.values()} == {
        frozenset(("Call", "Meeting", "Email"))
    }
    system = PEER.config().load_system()
    mapped = [system.map_record("interaction", record.payload) for record in records.values()]
    assert {row["medium"] for row in mapped} == {"call", "meeting", "mail"}
    assert all(row["text"] and row["customer"] and row["at"] for row in mapped)
    assert all(row["contact"] for row in mapped if row["medium"] != "mail")
    assert all(
        record.payload.get("usersIds", ["u1", "u2"]) == ["u1", "u2"] for record in records.values()
    )
    assert all(record.customer_id for record in records.values())
