"""Logging in as a description says: a fixed header, Basic, OAuth2, or a session."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Protocol

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Access
from customer_hub.channels.record import as_text
from customer_hub.channels.rest.asking import Request
from customer_hub.channels.rest.description import BasicAuth, HeaderAuth, OAuth2, SessionAuth
from customer_hub.channels.rest.template import fill, fill_params, find_places, look
from customer_hub.core.clock import now
from customer_hub.core.errors import ChannelAccessError, ConfigurationError
from customer_hub.core.http import HttpClient
from customer_hub.core.http_answer import Answer
from customer_hub.core.tokens import LocalTokens, Token, Tokens

# A token is not used in its last seconds: it might end on the way.
_MARGIN_SECONDS = 30
_LONGEST_SECONDS = 86_400
_USUAL_SECONDS = 3600


class NoAuth(AuthBase):
    """Requests without a log-in, such as the one that asks for a token."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Leave the request as it is; no .netrc entry may log it in."""
        return request


class FixedHeader(AuthBase):
    """A header that never changes."""

    def __init__(self, header: str, value: str) -> None:
        """Send `value` as `header`."""
        self._header = header
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Set the header."""
        request.headers[self._header] = self._value
        return request


class TokenSource(Protocol):
    """Where tokens come from."""

    ended: tuple[int, ...]
    seed: str

    def fetch(self, refresh: str) -> Token:
        """Return a new token, asked for with the refresh token that came with the last one."""

    def show(self, token: str) -> tuple[str, str]:
        """Return the header that carries a token, and its value."""


class RenewedToken(AuthBase):
    """A token that is fetched when it is first needed, and anew when it has ended."""

    def __init__(self, source: TokenSource, tokens: Tokens) -> None:
        """Take tokens from `source` and keep them in `tokens`."""
        self._source = source
        self._tokens = tokens
        self._held: Token | None = None
        self._lock = Lock()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Set the header with a token that still holds."""
        with self._lock:
            if self._held is None or self._held.ends_at <= now():
                self._held = self._take("")
            header, value = self._source.show(self._held.access)
        request.headers[header] = value
        return request

    def has_ended(self, status: int) -> bool:
        """Tell whether a status says that the token is over, whatever was promised."""
        return status in self._source.ended

    def renew(self, refused: requests.PreparedRequest) -> None:
        """Take another token than the one that was refused, unless another thread just did."""
        with self._lock:
            held = self._held.access if self._held else ""
            header, value = self._source.show(held)
            if refused.headers.get(header) == value:
                self._held = self._take(held)

    def _take(self, ended: str) -> Token:
        return self._tokens.take(self._source.seed, ended, self._source.fetch)


class OAuth2Source:
    """Access tokens of an OAuth2 server."""

    ended: tuple[int, ...] = (401,)

    def __init__(self, rule: OAuth2, http: HttpClient, access: Access) -> None:
        """Ask through `http`, which must not log in by itself."""
        self._rule = rule
        self._http = http
        self._access = access
        self._first_refresh = access.extra.get("refresh_token", "")
        self.seed = "|".join((access.login, access.password, self._first_refresh))

    def fetch(self, refresh: str) -> Token:
        """Return a new access token; a refresh token that comes with it takes the former's place."""
        refresh = refresh or self._first_refresh
        form: dict[str, str] = {"grant_type": self._rule.grant}
        if self._rule.scope:
            form["scope"] = self._rule.scope
        if self._rule.grant == "refresh_token":
            form["refresh_token"] = refresh
        if self._rule.client == "body":
            form |= {"client_id": self._access.login, "client_secret": self._access.password}
        answer = self._http.read(self._rule.path, method="POST", form=form, accept=(400,))
        token = as_text(look(answer.body, "access_token"))
        if answer.status == 400 or not token:
            raise _refused(self._http, "the OAuth2 server gives no token")
        following = as_text(look(answer.body, "refresh_token")) or refresh
        return Token(token, _end_after(look(answer.body, "expires_in")), following)

    def show(self, token: str) -> tuple[str, str]:
        """Return the header of a bearer token."""
        return "Authorization", f"Bearer {token}"


class SessionSource:
    """Tokens of a log-in request."""

    def __init__(self, rule: SessionAuth, http: HttpClient, values: Mapping[str, str]) -> None:
        """Log in through `http` with the `values` of the connection."""
        self._rule = rule
        self._http = http
        self._values = values
        self.ended = rule.ended
        self.seed = "|".join(f"{name}={values[name]}" for name in sorted(values))

    def fetch(self, refresh: str) -> Token:
        """Log in and return the session's token."""
        answer = _ask(self._http, self._rule.request, self._values)
        token = as_text(look(answer.body, self._rule.token))
        if answer.status >= 400 or not token:
            raise _refused(self._http, "the log-in gives no session")
        return Token(token, _end_after(self._rule.seconds))

    def show(self, token: str) -> tuple[str, str]:
        """Return the header of the session."""
        return self._rule.header, str(fill(self._rule.value, {**self._values, "token": token}))


def make_auth(
    rule: HeaderAuth | BasicAuth | OAuth2 | SessionAuth,
    config: ChannelConfig,
    access: Access,
    open_http: Callable[[AuthBase], HttpClient],
) -> AuthBase:
    """Return the log-in of a channel.

    Args:
        rule: what the system's description says.
        config: the channel.
        access: its connection; its fields and its extra fill the places of the rule.
        open_http: gives a client of the same address with a given log-in, for asking for tokens.

    Raises:
        ConfigurationError: the connection lacks what the rule asks for; all of it is named.
    """
    values = {**access.extra, "login": access.login, "password": access.password}
    _check_values(rule, config, values)
    tokens = access.tokens or LocalTokens()
    match rule:
        case HeaderAuth():
            return FixedHeader(rule.header, str(fill(rule.value, values)))
        case BasicAuth():
            login, password = (str(fill(text, values)) for text in (rule.login, rule.password))
            return HTTPBasicAuth(login.encode(), password.encode())
        case OAuth2(client="basic"):
            client = HTTPBasicAuth(access.login.encode(), access.password.encode())
            return RenewedToken(OAuth2Source(rule, open_http(client), access), tokens)
        case OAuth2():
            return RenewedToken(OAuth2Source(rule, open_http(NoAuth()), access), tokens)
        case SessionAuth():
            return RenewedToken(SessionSource(rule, open_http(NoAuth()), values), tokens)


def _check_values(
    rule: HeaderAuth | BasicAuth | OAuth2 | SessionAuth,
    config: ChannelConfig,
    values: Mapping[str, str],
) -> None:
    needed = {place for text in rule.model_dump().values() for place in find_places(text)}
    if isinstance(rule, OAuth2):
        needed = {"login", "password"}
        if rule.grant == "refresh_token":
            needed.add("refresh_token")
    missing = sorted(name for name in needed - {"token"} if not values.get(name))
    if missing:
        raise ConfigurationError(
            f"the connection lacks {', '.join(missing)}",
            where=config.name,
            hint=f"set them in the Airflow connection {config.connection} (login, password, extra)",
        )


def _ask(http: HttpClient, request: Request, values: Mapping[str, Any]) -> Answer:
    return http.read(
        request.path,
        params=fill_params(request.params, values),
        method=request.method,
        body=fill(request.body, values),
        accept=(400, 401, 403),
    )


def _end_after(seconds: Any) -> datetime:
    """Return until when a token is used that is said to hold for so many seconds."""
    text = as_text(seconds) or ""
    told = min(int(text), _LONGEST_SECONDS) if text.isdecimal() else _USUAL_SECONDS
    return now() + timedelta(seconds=max(told - _MARGIN_SECONDS, 1))


def _refused(http: HttpClient, what: str) -> ChannelAccessError:
    return ChannelAccessError(
        what, where=http.channel, hint="check login, password and extra of the Airflow connection"
    )
