"""A log-in that ends: one process renews it, all that share it go on."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest

from customer_hub.core import db, sql
from customer_hub.core.clock import now
from customer_hub.core.errors import ChannelAccessError
from customer_hub.core.tokens import LocalTokens, SharedTokens, Token


class Server:
    """Gives a token for each refresh token once, as systems do that rotate them."""

    def __init__(self, seconds: float = 3600) -> None:
        self.seconds = seconds
        self.asked: list[str] = []
        self.lock = threading.Lock()

    def fetch(self, refresh: str) -> Token:
        with self.lock:
            if refresh in self.asked:
                raise ChannelAccessError("this refresh token was used", where="test")
            self.asked.append(refresh)
            number = len(self.asked)
        time.sleep(0.1)
        return Token(
            f"access-{number}", now() + timedelta(seconds=self.seconds), f"refresh-{number}"
        )


def test_tasks_that_begin_at_once_ask_for_one_token(hub: str) -> None:
    server, taken = Server(), list[str]()

    def begin() -> None:
        taken.append(SharedTokens("hub_crm").take("seed", "", server.fetch).access)

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken == ["access-1"] * 4
    assert server.asked == [""]


def test_a_token_that_was_refused_is_renewed_once(hub: str) -> None:
    server = Server()
    first, second = SharedTokens("hub_crm"), SharedTokens("hub_crm")
    old = first.take("seed", "", server.fetch).access
    assert first.take("seed", old, server.fetch).access == "access-2"
    assert second.take("seed", old, server.fetch).access == "access-2", "not renewed a second time"
    assert server.asked == ["", "refresh-1"], "by the refresh token that came last"


def test_a_token_whose_time_is_over_is_renewed(hub: str) -> None:
    server = Server(seconds=-1)
    tokens = SharedTokens("hub_crm")
    assert tokens.take("seed", "", server.fetch).access == "access-1"
    assert tokens.take("seed", "", server.fetch).access == "access-2"


def test_new_secrets_in_the_connection_begin_again(hub: str) -> None:
    server = Server()
    SharedTokens("hub_crm").take("old secrets", "", server.fetch)
    other = Server()
    assert SharedTokens("hub_crm").take("new secrets", "", other.fetch).access == "access-1"
    assert other.asked == [""], "not by the refresh token of the old ones"


def test_a_refused_renewal_leaves_what_there_was(hub: str) -> None:
    server = Server()
    tokens = SharedTokens("hub_crm")
    old = tokens.take("seed", "", server.fetch)
    server.asked.append(old.refresh)
    with pytest.raises(ChannelAccessError):
        tokens.take("seed", old.access, server.fetch)
    assert tokens.take("seed", "", server.fetch) == old


def test_each_credential_has_its_own_and_nothing_stands_in_clear(hub: str) -> None:
    server, other = Server(), Server()
    SharedTokens("hub_crm").take("seed", "", server.fetch)
    SharedTokens("hub_shop").take("seed", "", other.fetch)
    assert other.asked == [""]
    with db.begin() as connection:
        rows = [
            *sql.rows(connection, "core/lock_channel_token", credential="hub_crm"),
            *sql.rows(connection, "core/lock_channel_token", credential="hub_shop"),
        ]
    assert len({bytes(row.seed_digest) for row in rows}) == 1
    assert not any(b"access-1" in bytes(row.sealed_token) for row in rows)
    assert not any(b"seed" in bytes(row.seed_digest) for row in rows)


def test_one_process_keeps_its_token_to_itself() -> None:
    server = Server()
    tokens = LocalTokens()
    old = tokens.take("seed", "", server.fetch)
    assert tokens.take("seed", "", server.fetch) == old
    assert tokens.take("seed", old.access, server.fetch).access == "access-2"
    assert server.asked == ["", "refresh-1"]
