"""A channel that fails in the middle of a window: a clear error, an open window, the same tables later."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from customer_hub.channels.contract import Access, Channel, Page
from customer_hub.core.errors import (
    ChannelAccessError,
    ChannelContentError,
    ChannelError,
    ChannelUnavailableError,
)
from customer_hub.gather.run import gather_entity
from local.sandbox.process import SandboxProcess, start_sandbox, write_events
from tests.bad_input.rooms import (
    check_nothing_is_half,
    check_text,
    gather,
    read_tables,
    select,
    start_over,
)
from tests.channels.peers import PEERS, READ, SANDBOX_EXTRA
from tests.channels.synthetic import ROWS, make_events

each_channel = pytest.mark.parametrize("name", list(PEERS))
# What the sandbox plays, the error it ends in, and what that says.
LASTING: dict[str, tuple[dict[str, Any], type[ChannelError], str]] = {
    "throttle": ({"retry_after": 0}, ChannelUnavailableError, "throttled (429) after 4 attempt(s)"),
    "error500": ({}, ChannelUnavailableError, "status 500 after 4 attempt(s)"),
    "timeout": ({}, ChannelUnavailableError, "no answer in time after 4 attempt(s)"),
    "drop": ({}, ChannelUnavailableError, "the connection broke after 4 attempt(s)"),
    "invalid_json": ({}, ChannelContentError, "not JSON"),
    "truncated": ({}, ChannelContentError, "is not JSON"),
    "loop_page": ({}, ChannelContentError, "the pages loop"),
}


def open_peer(sandbox: SandboxProcess, name: str, **changes: Any) -> Channel:
    peer = PEERS[name]
    config = peer.config()
    return config.load_system().open_channel(config, replace(peer.access(sandbox), **changes))


def hidden_words(sandbox: SandboxProcess, name: str) -> tuple[str, ...]:
    """Secrets of the channel, and what only a customer's record holds."""
    secrets = [value for value in sandbox.secrets[name].values() if len(value) > 5]
    return (*secrets, ".example", "公司", "Question", "oauth_")


@pytest.mark.parametrize(("name", "entity"), READ)
def test_a_fault_in_the_middle_of_a_window(
    hub: str, sandbox: SandboxProcess, name: str, entity: str
) -> None:
    config = PEERS[name].config()
    channel = open_peer(sandbox, name)
    gather(config, channel, entity)
    healthy = read_tables()
    assert len(healthy["landed"]) == ROWS * len(PEERS[name].remote[entity].split())
    for kind, (options, expected, words) in LASTING.items():
        start_over()
        sandbox.fail(name, kind, after=3, **options)
        with pytest.raises(expected) as caught:
            gather(config, channel, entity)
        check_text(caught.value, name, words, hidden=hidden_words(sandbox, name))
        assert type(caught.value) is expected, kind
        check_nothing_is_half()

        sandbox.control("DELETE", "/faults").raise_for_status()
        gather(config, channel, entity, run_id="again")
        assert read_tables() == healthy, kind


@each_channel
def test_a_storm_of_throttling_that_passes_is_waited_out(
    hub: str, sandbox: SandboxProcess, name: str
) -> None:
    config = PEERS[name].config()
    gather(config, open_peer(sandbox, name))
    healthy = read_tables()
    start_over()
    sandbox.fail(name, "throttle", share=0.8, retry_after=0)
    patient = open_peer(sandbox, name, extra={**SANDBOX_EXTRA, "attempts": "40"})
    gather(config, patient)
    assert sandbox.control("GET", "/faults").json()[0]["shown"] > 3
    assert read_tables() == healthy


@each_channel
@pytest.mark.parametrize("variant", ["seconds", "http_date"])
def test_a_channel_that_asks_to_wait_ten_days_is_not_waited_for(
    hub: str, sandbox: SandboxProcess, name: str, variant: str
) -> None:
    config, channel = PEERS[name].config(), open_peer(sandbox, name)
    sandbox.control("POST", "/calls/reset")
    sandbox.fail(name, "throttle", after=3, retry_after=864_000, variant=variant)
    with pytest.raises(ChannelUnavailableError) as caught:
        gather(config, channel)
    check_text(caught.value, name, "it asks to wait 8640", "the task is retried")
    throttled = [c for c in sandbox.control("GET", "/calls").json() if c["status"] == "429"]
    assert sum(call["count"] for call in throttled) == 1
    check_nothing_is_half()


@each_channel
def test_a_channel_that_is_down_leaves_no_window(
    hub: str, sandbox: SandboxProcess, name: str
) -> None:
    config = PEERS[name].config()
    nowhere = open_peer(sandbox, name, base_url="http://127.0.0.1:9")
    with pytest.raises(ChannelUnavailableError) as caught:
        gather(config, nowhere)
    check_text(caught.value, name, "no connection", "the task is retried")
    assert select("select 1 from hub.gathered_window") == []
    assert gather(config, open_peer(sandbox, name)).landed == 24


@each_channel
def test_a_wrong_password_is_refused_at_once(hub: str, sandbox: SandboxProcess, name: str) -> None:
    config, right = PEERS[name].config(), PEERS[name].access(sandbox)
    wrong: Access = replace(right, password=f"w{right.password}")
    with pytest.raises(ChannelAccessError) as caught:
        gather(config, config.load_system().open_channel(config, wrong))
    hidden = (*hidden_words(sandbox, name), wrong.password)
    check_text(caught.value, name, "401", "check log-in, rights and address", hidden=hidden)
    assert select("select 1 from hub.gathered_window") == []
    assert gather(config, open_peer(sandbox, name)).landed == 24


class _Deadly:
    """A channel whose server dies after the second page."""

    def __init__(self, channel: Channel, sandbox: SandboxProcess) -> None:
        self._channel = channel
        self._sandbox = sandbox

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)

    def extract(self, *arguments: Any) -> Iterator[Page]:
        for number, page in enumerate(self._channel.extract(*arguments), start=1):
            yield page
            if number == 2:
                self._sandbox.stop(signal.SIGKILL)


def test_a_server_that_is_killed_while_it_is_read(hub: str, tmp_path: Path) -> None:
    events, state = tmp_path / "events.sqlite", tmp_path / "state"
    write_events(events, make_events())
    sandbox = start_sandbox(state, events)
    try:
        sandbox.advance(3)
        config, channel = PEERS["crm"].config(), open_peer(sandbox, "crm")
        gather(config, channel)
        healthy = read_tables()
        start_over()
        window = {"start": healthy["covered"][0][2], "end": healthy["covered"][0][3]}
        with pytest.raises(ChannelUnavailableError) as caught:
            gather_entity(config, _Deadly(channel, sandbox), "customer", run_id="killed", **window)
        check_text(caught.value, "crm GET", "no connection after 4 attempt(s)")
        check_nothing_is_half()
        ((landed,),) = select("select count(*) from landing.version")
        assert 0 < landed < 24
        sandbox = start_sandbox(state, events, sandbox.ports)
        gather(config, channel, run_id="again")
        assert read_tables() == healthy
    finally:
        if sandbox.process.poll() is None:
            sandbox.stop()
