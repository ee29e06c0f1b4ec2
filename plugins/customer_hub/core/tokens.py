"""Log-in tokens that end after a while: fetched by one process, used by all that share the log-in.

Some systems void the old token when a new one is given, and some give a new refresh token with each:
two tasks that renew at once would lock each other out, and a lost refresh token the whole channel.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from customer_hub.core import db, sql
from customer_hub.core.clock import now
from customer_hub.core.keys import sealer
from customer_hub.core.seal import Sealer, new_salt

_TABLE, _SEGMENT = "hub.channel_token", "payload"


@dataclass(frozen=True, slots=True)
class Token:
    """A token, until when it is used, and what the next one is asked with ("" for none)."""

    access: str = field(repr=False)
    ends_at: datetime
    refresh: str = field(default="", repr=False)


Fetch = Callable[[str], Token]


class Tokens(Protocol):
    """Keeps the token of one log-in."""

    def take(self, seed: str, ended: str, fetch: Fetch) -> Token:
        """Return a token that holds, a new one if there is none or the kept one is `ended`.

        Args:
            seed: what the connection holds (secrets, a first refresh token): a token that began
                with another is of no use any more.
            ended: the token that the channel refused, "" for none.
            fetch: asks for a new one, given the last refresh token ("" for none).
        """


class LocalTokens:
    """The token of one process."""

    def __init__(self) -> None:
        """Begin without one."""
        self._held: Token | None = None

    def take(self, seed: str, ended: str, fetch: Fetch) -> Token:
        """Return a token that holds."""
        held = self._held
        if held is None or held.access == ended or held.ends_at <= now():
            held = self._held = fetch(held.refresh if held else "")
        return held


class SharedTokens:
    """The token of all processes that name the same credential, sealed in hub.channel_token.

    The row is locked while a new one is asked for: whoever waits gets what the first one fetched.
    """

    def __init__(self, credential: str) -> None:
        """Share the token of one credential (the id of an Airflow connection)."""
        self._credential = credential

    def take(self, seed: str, ended: str, fetch: Fetch) -> Token:
        """Return a token that holds."""
        box = sealer((_SEGMENT, "index"))
        with db.engine().begin() as connection:
            sql.run(connection, "core/begin_channel_token", credential=self._credential)
            held = self._open(connection, box, seed)
            if held is None or held.access == ended or held.ends_at <= now():
                held = fetch(held.refresh if held else "")
                self._store(connection, box, seed, held)
        return held

    def _open(self, connection: Connection, box: Sealer, seed: str) -> Token | None:
        row: Any = sql.rows(connection, "core/lock_channel_token", credential=self._credential)[0]
        if row.sealed_token is None or bytes(row.seed_digest) != box.digest(seed):
            return None
        kept = box.unseal(
            _TABLE, _SEGMENT, self._credential, bytes(row.salt), bytes(row.sealed_token)
        )
        return Token(kept["access"], row.ends_at, kept["refresh"])

    def _store(self, connection: Connection, box: Sealer, seed: str, token: Token) -> None:
        salt = new_salt()
        kept = {"access": token.access, "refresh": token.refresh}
        sql.run(
            connection,
            "core/store_channel_token",
            credential=self._credential,
            seed_digest=box.digest(seed),
            salt=salt,
            sealed_token=box.seal(_TABLE, _SEGMENT, self._credential, salt, kept),
            ends_at=token.ends_at,
        )
