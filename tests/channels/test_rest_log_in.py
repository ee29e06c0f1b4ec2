"""The driver's log-ins, each against a server that gives and ends them."""

from __future__ import annotations

import base64
import threading
from typing import Any
from urllib.parse import parse_qs

import pytest

from customer_hub.core.abreast import do_abreast
from customer_hub.core.errors import ChannelAccessError, ConfigurationError
from tests.channels.rest_lab import (
    WRITE,
    Asked,
    Said,
    describe,
    make_rows,
    open_lab,
    read_ids,
    run_lab,
)

ROWS = make_rows(3)


def show_rows(asked: Asked) -> Said:
    return Said({"rows": ROWS})


class TokenServer:
    """Gives tokens that end after so many uses, and rows to whoever holds the newest one."""

    def __init__(self, uses: int = 2, **answer: Any) -> None:
        self.uses = uses
        self.answer = answer
        self.given = 0
        self.left = 0
        self.forms: list[dict[str, list[str]]] = []

    def __call__(self, asked: Asked) -> Said:
        if asked.path == "/token":
            self.forms.append(parse_qs(asked.body.decode()))
            return self.give()
        if asked.path == "/login":
            assert asked.json == {"user": "who", "password": "word"}
            return self.give()
        token = asked.headers.get("Authorization", "").removeprefix("Bearer ")
        if token != f"t{self.given}" or self.left < 1:
            return Said({"error": "ended"}, status=401)
        self.left -= 1
        return Said({"rows": ROWS})

    def give(self) -> Said:
        self.given += 1
        self.left = self.uses
        return Said({"access_token": f"t{self.given}", "expires_in": 3600, **self.answer})


OAUTH2 = {"kind": "oauth2", "grant": "client_credentials", "path": "/token", "scope": "all"}
SESSION = {
    "kind": "session",
    "request": {
        "method": "POST",
        "path": "/login",
        "body": {"user": "{login}", "password": "{password}"},
    },
    "token": "access_token",
}


@pytest.mark.parametrize("auth", [OAUTH2, {**OAUTH2, "client": "basic"}, SESSION])
def test_a_log_in_that_ends_in_the_middle_is_renewed(auth: dict[str, Any]) -> None:
    server = TokenServer()
    with run_lab(server) as lab:
        channel = open_lab(lab, {**describe(), "auth": auth})
        for _ in range(5):
            assert len(read_ids(channel)) == 3
    assert server.given == 3, "one for each two requests, and no more"


def test_requests_that_all_meet_an_ended_log_in_renew_it_once() -> None:
    server, together = TokenServer(uses=100), threading.Barrier(4)

    def answer(asked: Asked) -> Said:
        if asked.headers.get("Authorization") == "Bearer t1":
            together.wait(timeout=10)
            return Said({"error": "ended"}, status=401)
        said = server(asked)
        return Said({}, status=404) if said.body == {"rows": ROWS} else said

    with run_lab(answer) as lab:
        channel = open_lab(lab, {**describe(), "auth": OAUTH2})
        asked = do_abreast(lambda key: channel.read_one("customer", key), "1234")
        assert [told.result() for _, told in asked] == [None] * 4
    assert server.given == 2


def test_a_session_that_is_created_is_one() -> None:
    server = TokenServer()

    def answer(asked: Asked) -> Said:
        said = server(asked)
        return Said(said.body, 201) if asked.path == "/login" else said

    with run_lab(answer) as lab:
        assert len(read_ids(open_lab(lab, {**describe(), "auth": SESSION}))) == 3


def test_client_id_and_secret_go_where_the_description_says() -> None:
    server = TokenServer()
    with run_lab(server) as lab:
        read_ids(open_lab(lab, {**describe(), "auth": OAUTH2}))
        assert server.forms[0] == {
            "grant_type": ["client_credentials"],
            "scope": ["all"],
            "client_id": ["who"],
            "client_secret": ["word"],
        }
        read_ids(open_lab(lab, {**describe(), "auth": {**OAUTH2, "client": "basic"}}))
        asked = [each for each in lab.asked if each.path == "/token"][-1]
    assert asked.headers["Authorization"] == "Basic " + base64.b64encode(b"who:word").decode()
    assert "client_secret" not in server.forms[1]


def test_a_refresh_token_is_followed_when_it_changes() -> None:
    server = TokenServer(refresh_token="r2")
    auth = {"kind": "oauth2", "grant": "refresh_token", "path": "/token"}
    with run_lab(server) as lab:
        channel = open_lab(lab, {**describe(), "auth": auth}, refresh_token="r1")
        for _ in range(3):
            read_ids(channel)
    assert [form["refresh_token"] for form in server.forms] == [["r1"], ["r2"]]


def test_a_log_in_that_is_refused_says_so_once_and_shows_no_secret() -> None:
    def refuse(asked: Asked) -> Said:
        return Said({"error": "invalid_client", "echo": "word"}, status=400)

    with run_lab(refuse) as lab, pytest.raises(ChannelAccessError) as caught:
        read_ids(open_lab(lab, {**describe(), "auth": OAUTH2}))
    assert "word" not in str(caught.value).replace("password", "")


def test_an_ended_log_in_does_not_make_a_write_uncertain() -> None:
    server = TokenServer(uses=1)

    def answer(asked: Asked) -> Said:
        said = server(asked)
        if said.status == 401 or asked.path in ("/token", "/clock"):
            return said
        if asked.method == "PUT":
            row.update(asked.json)
        return Said(row)

    row = {"id": "1", "at": None, "hub": None}
    described = {**describe(write=WRITE), "auth": OAUTH2}
    with run_lab(answer) as lab:
        assert (
            open_lab(lab, described).update("customer", "1", {"hub_id": "h"}).outcome == "updated"
        )


@pytest.mark.parametrize(
    ("auth", "extra", "missing"),
    [
        ({"kind": "oauth2", "grant": "refresh_token", "path": "/token"}, {}, "refresh_token"),
        ({"kind": "header", "value": "{tenant}:{password}"}, {}, "tenant"),
    ],
)
def test_what_the_connection_lacks_is_named(
    auth: dict[str, Any], extra: dict[str, str], missing: str
) -> None:
    with run_lab(show_rows) as lab, pytest.raises(ConfigurationError, match=missing):
        open_lab(lab, {**describe(), "auth": auth}, **extra)


def test_the_extra_of_the_connection_fills_the_header() -> None:
    auth = {"kind": "header", "header": "X-Key", "value": "{tenant}:{password}"}
    with run_lab(show_rows) as lab:
        read_ids(open_lab(lab, {**describe(), "auth": auth}, tenant="north"))
        assert lab.asked[0].headers["X-Key"] == "north:word"
