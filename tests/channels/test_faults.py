"""Every channel under every fault that its sandbox can play: nothing lost, nothing done twice."""

from __future__ import annotations

import time

import pytest

from customer_hub.core.errors import (
    ChannelContentError,
    ChannelError,
    ChannelRefusedError,
    ChannelUnavailableError,
    WriteUncertainError,
)
from local.sandbox.process import SandboxProcess
from tests.channels.peers import PEERS, READ, WRITTEN
from tests.channels.test_contract import END, START, a_record, expect_ids, read_all

# Each is over before the attempts are used up.
PASSING = [
    ("throttle", {"count": 2}),
    ("throttle", {"count": 1, "variant": "http_date"}),
    ("error500", {"count": 3}),
    ("timeout", {"count": 1}),
    ("drop", {"count": 3}),
    ("drop", {"count": 2, "variant": "mid_body"}),
    ("invalid_json", {"count": 3}),
    ("truncated", {"count": 3}),
    ("gzip_truncated", {"count": 3}),
    ("duplicate_page", {"count": 4}),
    ("out_of_order_page", {"count": 4}),
]
LASTING = [
    ("throttle", {"retry_after": 0}, ChannelUnavailableError),
    ("throttle", {"retry_after": 3600}, ChannelUnavailableError),
    ("error500", {}, ChannelUnavailableError),
    ("drop", {}, ChannelUnavailableError),
    ("timeout", {}, ChannelUnavailableError),
    ("invalid_json", {}, ChannelContentError),
    ("truncated", {}, ChannelContentError),
    ("gzip_truncated", {}, ChannelContentError),
    ("error_in_200", {}, ChannelContentError),
    ("loop_page", {}, ChannelContentError),
]
each_entity = pytest.mark.parametrize(("name", "entity"), READ)
each_written = pytest.mark.parametrize(("name", "entity"), WRITTEN)


@each_entity
@pytest.mark.parametrize(("kind", "options"), PASSING, ids=lambda value: str(value))
def test_a_passing_fault_loses_nothing(
    sandbox: SandboxProcess, name: str, entity: str, kind: str, options: dict[str, object]
) -> None:
    expected = expect_ids(sandbox, name, entity)
    sandbox.fail(name, kind, after=1, **options)
    records = read_all(sandbox, name, entity)
    assert {record.source_id for record in records} == expected
    shown = sandbox.control("GET", "/faults").json()
    assert shown[0]["shown"] > 0


@pytest.mark.parametrize(("kind", "options", "expected"), LASTING, ids=lambda value: str(value))
@pytest.mark.parametrize("name", list(PEERS))
def test_a_lasting_fault_ends_in_its_own_error(
    sandbox: SandboxProcess,
    name: str,
    kind: str,
    options: dict[str, object],
    expected: type[ChannelError],
) -> None:
    sandbox.fail(name, kind, **options)
    with pytest.raises(expected) as caught:
        read_all(sandbox, name, "customer")
    assert type(caught.value) is expected
    assert caught.value.where.startswith(name)
    assert caught.value.hint


@each_entity
def test_pages_that_loop_are_noticed_soon(sandbox: SandboxProcess, name: str, entity: str) -> None:
    sandbox.fail(name, "loop_page", after=1)
    with pytest.raises(ChannelContentError, match="loop"):
        read_all(sandbox, name, entity)
    calls = sandbox.control("GET", "/calls").json()
    assert sum(call["count"] for call in calls) < 60


@pytest.mark.parametrize("name", list(PEERS))
def test_a_wrong_password_is_refused_at_once_and_not_shown(
    sandbox: SandboxProcess, name: str
) -> None:
    peer = PEERS[name]
    access = peer.access(sandbox)
    config = peer.config()
    wrong = type(access)(access.base_url, access.login, "w" + access.password, access.extra)
    channel = config.load_system().open_channel(config, wrong)
    with pytest.raises(ChannelRefusedError, match="401") as caught:
        channel.read_clock()
    assert wrong.password not in str(caught.value)
    assert wrong.password not in repr(wrong)
    calls = sandbox.control("GET", "/calls").json()
    assert sum(call["count"] for call in calls) == 1


@pytest.mark.parametrize("name", list(PEERS))
def test_a_channel_that_is_down_is_unavailable(sandbox: SandboxProcess, name: str) -> None:
    peer = PEERS[name]
    config = peer.config()
    access = peer.access(sandbox)
    nowhere = type(access)("http://127.0.0.1:9", access.login, access.password, access.extra)
    channel = config.load_system().open_channel(config, nowhere)
    with pytest.raises(ChannelUnavailableError, match="no connection"):
        channel.read_clock()
    with pytest.raises(ChannelUnavailableError):
        channel.update("customer", "5", {"hub_id": "h"})


def count_writes(sandbox: SandboxProcess, method: str) -> int:
    """The writes that the channel saw; one that hung is counted when the server sees us gone."""
    deadline = time.monotonic() + 5
    while True:
        calls = sandbox.control("GET", "/calls").json()
        writes = sum(call["count"] for call in calls if call["method"] == method)
        if writes or time.monotonic() > deadline:
            return writes
        time.sleep(0.05)


@each_written
@pytest.mark.parametrize("kind", ["timeout", "drop"])
@pytest.mark.parametrize("variant", ["before", "after_write"])
def test_a_write_without_an_answer_is_uncertain_and_settled_by_doing_it_again(
    sandbox: SandboxProcess, name: str, entity: str, kind: str, variant: str
) -> None:
    channel = PEERS[name].open(sandbox)
    source_id = a_record(sandbox, name, entity)
    channel.update(entity, source_id, {"hub_id": None})
    sandbox.control("POST", "/calls/reset")
    sandbox.fail(name, kind, count=1, method=PEERS[name].write_method, variant=variant)
    with pytest.raises(WriteUncertainError):
        channel.update(entity, source_id, {"hub_id": "h-again"})
    assert count_writes(sandbox, PEERS[name].write_method) == 1
    expected = "unchanged" if variant == "after_write" else "updated"
    assert channel.update(entity, source_id, {"hub_id": "h-again"}).outcome == expected


@each_written
def test_a_throttled_write_is_done_after_waiting(
    sandbox: SandboxProcess, name: str, entity: str
) -> None:
    channel = PEERS[name].open(sandbox)
    source_id = a_record(sandbox, name, entity)
    channel.update(entity, source_id, {"hub_id": None})
    sandbox.fail(name, "throttle", count=2, method=PEERS[name].write_method, retry_after=0)
    assert channel.update(entity, source_id, {"hub_id": "h-late"}).outcome == "updated"


@each_written
def test_a_write_that_broke_the_server_is_uncertain(
    sandbox: SandboxProcess, name: str, entity: str
) -> None:
    channel = PEERS[name].open(sandbox)
    source_id = a_record(sandbox, name, entity)
    channel.update(entity, source_id, {"hub_id": None})
    sandbox.fail(name, "error500", count=1, method=PEERS[name].write_method)
    with pytest.raises(WriteUncertainError, match="status 500"):
        channel.update(entity, source_id, {"hub_id": "h-500"})


@each_written
@pytest.mark.parametrize("kind", ["error_in_200", "gzip_truncated"])
def test_a_write_with_an_answer_that_says_nothing_is_not_taken_for_done(
    sandbox: SandboxProcess, name: str, entity: str, kind: str
) -> None:
    channel = PEERS[name].open(sandbox)
    source_id = a_record(sandbox, name, entity)
    channel.update(entity, source_id, {"hub_id": None})
    sandbox.fail(name, kind, count=1, method=PEERS[name].write_method)
    try:
        outcome = channel.update(entity, source_id, {"hub_id": "h-said"}).outcome
    except WriteUncertainError:
        outcome = "uncertain"
    # A read-back may prove it; nothing else may.
    record = channel.read_one(entity, source_id)
    assert record is not None
    stands = channel.read_hub_fields(record)["hub_id"] == "h-said"
    assert outcome == "uncertain" or (outcome == "updated") is stands


@each_entity
def test_errors_name_the_page_and_no_values(
    sandbox: SandboxProcess, name: str, entity: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="customer_hub")
    channel = PEERS[name].open(sandbox)
    pages = channel.extract(entity, START, END, None)
    next(pages)
    sandbox.fail(name, "error500")
    with pytest.raises(ChannelUnavailableError) as caught:
        list(pages)
    text = str(caught.value) + caplog.text
    assert " at " in caught.value.where
    secrets = [value for value in sandbox.secrets[name].values() if len(value) > 5]
    assert not any(secret in text for secret in secrets)
    assert ".example" not in text
    assert "oauth" not in text.lower()
