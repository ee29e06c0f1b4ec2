"""HTTP to a channel: reads are repeated until they are whole, writes never blindly.

Errors and log lines carry the channel, the method, the path template and the page cursor: never
query values, headers or bodies, which may hold a customer's data.
"""

import logging
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Protocol, runtime_checkable
from urllib.parse import quote, urlsplit

import requests
from requests.auth import AuthBase

from customer_hub.core.errors import (
    ChannelContentError,
    ChannelUnavailableError,
    ConfigurationError,
)
from customer_hub.core.http_answer import Answer, Dialect, is_throttled, read_json
from customer_hub.core.http_faults import (
    TransientError,
    connection_fault,
    never_connected,
    refusal,
    refusal_by_body,
    uncertain,
    wait_of,
)
from customer_hub.core.pace import LocalPace, Pace
from customer_hub.core.patience import Patience

log = logging.getLogger(__name__)

Params = Sequence[tuple[str, str]]
_HINT_DOWN = "the task is retried; if it lasts, ask the owner of the channel"


@dataclass(frozen=True, slots=True)
class Budget:
    """How many requests a second a kind of request is permitted."""

    name: str
    rate: float


@runtime_checkable
class RenewingAuth(Protocol):
    """A log-in that ends after a while."""

    def has_ended(self, status: int) -> bool:
        """Tell whether an answer's status says that the log-in is over."""

    def renew(self, refused: requests.PreparedRequest) -> None:
        """Log in again, unless that has happened since the refused request was signed."""


@dataclass(frozen=True, slots=True)
class _Call:
    """One request, and the accepted statuses beside 2xx."""

    method: str
    path: str
    ids: Mapping[str, str] | None = field(repr=False)
    params: Params = field(repr=False)
    body: Any = field(repr=False)
    form: Mapping[str, str] | None = field(repr=False)
    headers: Mapping[str, str] | None = field(repr=False)
    accept: Collection[int]
    budget: Budget
    where: str


class HttpClient:
    """Requests to one channel.

    Args:
        channel: its name, for messages.
        base_url: scheme, host, port and an optional path; no secrets in it.
        auth: signs each attempt anew (a retry needs its own nonce and time).
        headers: sent with every request; kept out of messages.
        allow_insecure: permit plain http; for sandboxes only.
        requests_per_second: the most that the channel is asked.
        patience: time-outs and retries.
        pace: keeps to the budgets; None: the pace of this client alone.
        dialect: how the system says in bodies and headers what others say by their status.

    Raises:
        ConfigurationError: the address is unusable, or plain where it must not be.
    """

    def __init__(
        self,
        channel: str,
        base_url: str,
        *,
        auth: AuthBase,
        headers: Mapping[str, str] | None = None,
        allow_insecure: bool = False,
        requests_per_second: float = 5,
        patience: Patience | None = None,
        pace: Pace | None = None,
        dialect: Dialect | None = None,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigurationError(
                "the connection has no usable address", where=channel, hint="give https://host"
            )
        if parts.username or parts.password:
            raise ConfigurationError(
                "the address holds a log-in",
                where=channel,
                hint="put it into the login and password of the connection",
            )
        if parts.scheme == "http" and not allow_insecure:
            raise ConfigurationError(
                "plain http would show personal data to the network",
                where=channel,
                hint="use https, or for a sandbox allow_insecure in the extra of its connection",
            )
        self._channel = channel
        self._base = base_url.rstrip("/")
        self._budget = Budget("", requests_per_second)
        self._pace = pace or LocalPace()
        self._dialect = dialect
        self._renewing = auth if isinstance(auth, RenewingAuth) else None
        self._patience = patience or Patience()
        self._session = requests.Session()
        self._session.auth = auth
        self._session.headers.update({"Accept": "application/json", **(headers or {})})
        # Every request logs in by itself; a server's session cookie must not outlive its key.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # Proxy and authority of the environment hold for the one host that is asked; looked up
        # at every request, they cost more than the request.
        found = self._session.merge_environment_settings(self._base, {}, False, None, None)
        self._session.proxies, self._session.verify = found["proxies"], found["verify"]
        self._session.trust_env = False

    @property
    def channel(self) -> str:
        """The channel's name, for messages."""
        return self._channel

    def read(
        self,
        path: str,
        *,
        ids: Mapping[str, str] | None = None,
        params: Params = (),
        method: str = "GET",
        body: Any = None,
        form: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
        cursor: str = "",
        budget: Budget | None = None,
    ) -> Answer:
        """Ask for something, again and again until a whole JSON answer comes.

        Args:
            path: template such as `/Account/{id}`; `ids` fills it.
            ids: values of the template, quoted here.
            params: query parameters.
            method: POST where a channel takes its queries in a body.
            body: JSON body of such a query.
            form: or its body as a form.
            accept: statuses beside 2xx that the caller deals with.
            cursor: the page, for messages; must hold no personal data.
            budget: of this kind of request; None: the channel's own.

        Raises:
            ChannelAccessError: log-in, rights or address are wrong, whatever is asked.
            ChannelRefusedError: the channel does not take this request.
            ChannelUnavailableError: down, slow or throttling for all attempts.
            ChannelContentError: the last attempt's answer was cut short or not JSON.
        """
        where = self._where(method, path, ids, cursor)
        spent = budget or self._budget
        call = _Call(method, path, ids, params, body, form, None, accept, spent, where)
        for attempt in range(self._patience.attempts):
            try:
                return self._attempt(call)
            except TransientError as fault:
                self._wait(attempt, fault, where)
        raise AssertionError("unreachable: the last wait raises")

    def write(
        self,
        method: str,
        path: str,
        *,
        ids: Mapping[str, str] | None = None,
        params: Params = (),
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
        budget: Budget | None = None,
    ) -> Answer:
        """Change something, once.

        Only what surely changed nothing is tried again: a refused connection, 429, an ended log-in.

        Raises:
            WriteUncertainError: no clear answer came, so the change may or may not have happened.
            ChannelRefusedError: the channel did not take it.
            ChannelUnavailableError: it could not be reached, or throttled too long.
        """
        where = self._where(method, path, ids, "")
        spent = budget or self._budget
        call = _Call(method, path, ids, params, body, None, headers, accept, spent, where)
        for attempt in range(self._patience.attempts):
            try:
                return self._judge_write(call, self._send(call))
            except requests.ConnectionError as error:
                fault = connection_fault(error, where)
                if not never_connected(error):
                    raise uncertain("the connection broke", where) from None
                self._wait(attempt, fault, where)
            except requests.RequestException as error:
                raise uncertain(type(error).__name__, where) from None
            except TransientError as fault:
                self._wait(attempt, fault, where)
        raise AssertionError("unreachable: the last wait raises")

    def _attempt(self, call: _Call) -> Answer:
        try:
            response = self._send(call)
        except (requests.ConnectionError, requests.Timeout) as error:
            raise connection_fault(error, call.where) from None
        except requests.exceptions.ChunkedEncodingError:
            raise TransientError("the answer was cut short", is_content=True) from None
        except requests.RequestException as error:
            raise TransientError(type(error).__name__, is_content=True) from None
        status = response.status_code
        if status >= 500 or status in (408, 425):
            raise TransientError(f"status {status}", wait_of(response))
        try:
            body = read_json(response.content)
        except ValueError as error:
            if not 200 <= status < 300:
                return self._accept(call, response, None)
            raise TransientError(str(error), is_content=True) from None
        return self._accept(call, response, body)

    def _judge_write(self, call: _Call, response: requests.Response) -> Answer:
        status = response.status_code
        if status >= 500 or status == 408:
            raise uncertain(f"status {status}", call.where)
        try:
            body = read_json(response.content) if response.content else None
        except ValueError as error:
            if 200 <= status < 300 and status not in call.accept:
                raise uncertain(str(error), call.where) from None
            body = None
        try:
            return self._accept(call, response, body)
        except TransientError as fault:
            if fault.is_refusal:
                raise
            raise uncertain(fault.what, call.where) from None

    def _accept(self, call: _Call, response: requests.Response, body: Any) -> Answer:
        """Return the answer of a request that was taken, or raise what it amounts to."""
        status, headers = response.status_code, response.headers
        verdict = None if self._dialect is None else self._dialect.judge(status, body)
        if verdict is not None:
            status = refusal_by_body(verdict, response, call.where)
        if not 200 <= status < 300 and status not in call.accept:
            raise refusal(response, call.where)
        return Answer(status, body, headers)

    def _send(self, call: _Call) -> requests.Response:
        """Send a request; with a new log-in once more if the one that was used has ended.

        Raises:
            TransientError: throttled; nothing has happened.
        """
        response = self._request(call)
        if self._renewing and self._renewing.has_ended(response.status_code):
            self._renewing.renew(response.request)
            response = self._request(call)
        hold = self._dialect.read_hold(response.headers) if self._dialect else 0.0
        if is_throttled(response):
            wait = wait_of(response)
            self._hold(call, max(hold, wait or 0.0))
            what = f"throttled ({response.status_code})"
            raise TransientError(what, wait, is_refusal=True)
        self._hold(call, hold)
        return response

    def _hold(self, call: _Call, seconds: float) -> None:
        """Keep every task from asking for a while, as far as anyone would wait for it."""
        if 0 < seconds <= self._patience.longest_wait:
            self._pace.hold(call.budget.name, seconds)

    def _request(self, call: _Call) -> requests.Response:
        self._pace.take(call.budget.name, call.budget.rate)
        quoted = {name: quote(value, safe="") for name, value in (call.ids or {}).items()}
        try:
            return self._session.request(
                call.method,
                self._base + call.path.format(**quoted),
                params=list(call.params),
                json=call.body,
                data=call.form,
                headers=dict(call.headers or {}),
                timeout=(self._patience.connect_timeout, self._patience.read_timeout),
                # A redirect would carry the key to another host, or turn a write into a read.
                allow_redirects=False,
            )
        except ValueError as error:
            is_header = getattr(error, "encoding", "latin-1") == "latin-1"
            if isinstance(error, requests.RequestException) or not is_header:
                raise
            # Python shows the header that it refuses, and with it the log-in.
            raise _unsendable(self._channel) from None

    def _wait(self, attempt: int, fault: TransientError, where: str) -> None:
        """Sleep before the next attempt, or raise what the last one amounts to."""
        wait = fault.wait if fault.wait is not None else self._patience.backoff(attempt)
        is_last = attempt + 1 >= self._patience.attempts
        if is_last or wait > self._patience.longest_wait:
            tried = f"{fault.what} after {attempt + 1} attempt(s)"
            if fault.is_content:
                raise ChannelContentError(tried, where=where, hint="see the channel's README")
            asked = "" if is_last else f"; it asks to wait {wait:.0f} s"
            raise ChannelUnavailableError(tried + asked, where=where, hint=_HINT_DOWN)
        log.info("%s: %s, attempt %d, waiting %.1f s", where, fault.what, attempt + 1, wait)
        time.sleep(wait)

    def _where(self, method: str, path: str, ids: Mapping[str, str] | None, cursor: str) -> str:
        # Which kind of record it is may be shown; which record need not.
        kind = (ids or {}).get("type", "{type}")
        text = f"{self._channel} {method} {path.replace('{type}', kind)}"
        return f"{text} at {cursor}" if cursor else text


def _unsendable(channel: str) -> ConfigurationError:
    return ConfigurationError(
        "the log-in cannot be sent: it holds a line break, or a character outside Latin-1",
        where=channel,
        hint="correct login, password and extra of the Airflow connection",
    )
