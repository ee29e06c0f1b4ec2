"""Answers that a portal, a cache or a broken plug-in puts in the place of the channel's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from customer_hub.channels.contract import Channel
from customer_hub.core.errors import ChannelAccessError, ChannelContentError
from local.sandbox.process import SandboxProcess
from tests.bad_input.liar import Answer, Liar, Twist, find_rows, lying_to
from tests.bad_input.rooms import (
    check_nothing_is_half,
    check_text,
    gather,
    read_tables,
    select,
    start_over,
)
from tests.bad_input.test_channel_faults import each_channel, hidden_words
from tests.channels.peers import PEERS, READ
from tests.channels.synthetic import ROWS

LOGIN_PAGE = "<!DOCTYPE html><html><title>登录</title><p>Li Na</p></html>".encode()
each_entity = pytest.mark.parametrize(("name", "entity"), READ)
# Zendesk tells no totals.
each_counted = pytest.mark.parametrize(
    ("name", "entity"), [each for each in READ if each[0] != "zendesk"]
)


@pytest.fixture
def liar(sandbox: SandboxProcess, name: str) -> Iterator[Liar]:
    """A proxy before the channel `name` of the sandbox; honest until it is told otherwise."""
    with lying_to(sandbox.ports[name]) as running:
        yield running


def open_through(liar: Liar, sandbox: SandboxProcess, name: str, **extra: str) -> Channel:
    config = PEERS[name].config()
    access = PEERS[name].access(sandbox, **{"read_timeout": "5", **extra})
    access = replace(access, base_url=liar.url)
    return config.load_system().open_channel(config, access)


def after(calls: int, twist: Twist) -> Twist:
    """Be honest for so many calls."""
    left = iter(range(calls))
    return lambda path, answer: twist(path, answer) if next(left, None) is None else answer


def change_rows(change: Callable[[dict[str, Any]], None]) -> Twist:
    """Change each record of a list; what goes out is JSON in ASCII, escapes and all."""

    def twist(path: str, answer: Answer) -> Answer:
        if "/history" in path or "/attachments" in path:
            return answer
        body = json.loads(answer.body)
        for row in find_rows(body) or []:
            # HubSpot's fields stand one level lower.
            change(row.get("properties", row))
        return answer.with_body(json.dumps(body).encode())

    return twist


def tell_total(total: int) -> Twist:
    """Count so many records, whatever there are."""

    def twist(path: str, answer: Answer) -> Answer:
        headers = {k: v for k, v in answer.headers.items() if k.lower() != "x-wp-total"}
        if len(headers) < len(answer.headers):
            return replace(answer, headers={**headers, "X-WP-Total": str(total)})
        body = json.loads(answer.body)
        if "total" not in body or find_rows(body) is None:
            return answer
        return answer.with_body(json.dumps({**body, "total": total}).encode())

    return twist


def gather_healthy(liar: Liar, sandbox: SandboxProcess, name: str, entity: str) -> dict[str, Any]:
    gather(PEERS[name].config(), open_through(liar, sandbox, name), entity)
    tables = read_tables()
    assert len(tables["landed"]) == ROWS * len(PEERS[name].remote[entity].split())
    start_over()
    return tables


SPOILT: dict[str, tuple[Twist, type[Exception], str]] = {
    "login_page": (
        lambda path, answer: Answer(
            200, answer.headers | {"Content-Type": "text/html"}, LOGIN_PAGE
        ),
        ChannelContentError,
        "the answer is HTML, not JSON (a log-in page",
    ),
    "redirect": (
        lambda path, answer: Answer(302, {"Location": "https://elsewhere.example/login"}),
        ChannelAccessError,
        "status 302",
    ),
    "gbk_as_utf8": (
        lambda path, answer: answer.with_body('{"list": [{"name": "公司"}]}'.encode("gbk")),
        ChannelContentError,
        "the body is not UTF-8",
    ),
    "empty_body": (
        lambda path, answer: answer.with_body(b""),
        ChannelContentError,
        "the body of 0 bytes is not JSON",
    ),
    "other_json": (
        lambda path, answer: answer.with_body(b'{"message": "Li Na"}'),
        ChannelContentError,
        "a page",
    ),
}


@each_channel
@pytest.mark.parametrize("kind", SPOILT)
def test_an_answer_that_is_not_the_channels_own(
    hub: str, sandbox: SandboxProcess, liar: Liar, name: str, kind: str
) -> None:
    twist, expected, words = SPOILT[kind]
    healthy = gather_healthy(liar, sandbox, name, "customer")
    liar.twist = after(3, twist)
    config, channel = PEERS[name].config(), open_through(liar, sandbox, name)
    with pytest.raises(expected) as caught:
        gather(config, channel)
    hidden = (*hidden_words(sandbox, name), "Li Na", "登录", "elsewhere")
    check_text(caught.value, name, words, hidden=hidden)
    check_nothing_is_half()
    liar.twist = lambda path, answer: answer
    gather(config, channel, run_id="again")
    assert read_tables() == healthy


@each_channel
def test_a_redirect_takes_no_credentials_to_another_host(
    hub: str, sandbox: SandboxProcess, liar: Liar, name: str
) -> None:
    with lying_to(sandbox.ports[name]) as other:
        liar.twist = lambda path, answer: Answer(307, {"Location": f"{other.url}{path}"})
        with pytest.raises(ChannelAccessError, match="the channel redirects: correct the address"):
            gather(PEERS[name].config(), open_through(liar, sandbox, name))
        assert other.seen == []
    assert select("select 1 from hub.gathered_window") == []


@each_counted
@pytest.mark.parametrize("total", [3, 20])
def test_a_total_that_is_too_small_hides_no_record(
    hub: str, sandbox: SandboxProcess, liar: Liar, name: str, entity: str, total: int
) -> None:
    healthy = gather_healthy(liar, sandbox, name, entity)
    liar.twist = tell_total(total)
    try:
        gather(PEERS[name].config(), open_through(liar, sandbox, name), entity)
    except ChannelContentError as error:
        # Announced and never shown: the window stays open rather than be short.
        check_text(error, name, hidden=hidden_words(sandbox, name))
        check_nothing_is_half()
        liar.twist = lambda path, answer: answer
        gather(PEERS[name].config(), open_through(liar, sandbox, name), entity)
    assert read_tables() == healthy
    assert select("select 1 from landing.version where op = 'delete'") == []


@each_counted
def test_a_total_that_is_too_large_is_an_error(
    hub: str, sandbox: SandboxProcess, liar: Liar, name: str, entity: str
) -> None:
    healthy = gather_healthy(liar, sandbox, name, entity)
    liar.twist = tell_total(1000)
    config, channel = PEERS[name].config(), open_through(liar, sandbox, name)
    with pytest.raises(ChannelContentError) as caught:
        gather(config, channel, entity)
    check_text(caught.value, name, hidden=hidden_words(sandbox, name))
    check_nothing_is_half()
    liar.twist = lambda path, answer: answer
    gather(config, channel, entity)
    assert read_tables() == healthy


@each_channel
def test_a_byte_order_mark_changes_nothing(
    hub: str, sandbox: SandboxProcess, liar: Liar, name: str
) -> None:
    healthy = gather_healthy(liar, sandbox, name, "customer")
    liar.twist = lambda path, answer: answer.with_body(b"\xef\xbb\xbf" + answer.body)
    gather(PEERS[name].config(), open_through(liar, sandbox, name))
    assert read_tables() == healthy
