"""HTTP to a channel: reads are repeated until they are whole, writes never blindly.

Errors and log lines carry the channel, the method, the path template and the page cursor: never
query values, headers or bodies, which may hold a customer's data.
"""

import logging
import time
from collections.abc import Collection, Mapping, Sequence
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import NewConnectionError

from customer_hub.core.clock import now
from customer_hub.core.errors import (
    ChannelAccessError,
    ChannelContentError,
    ChannelError,
    ChannelRefusedError,
    ChannelUnavailableError,
    ConfigurationError,
    WriteUncertainError,
)
from customer_hub.core.http_answer import (
    Answer,
    is_throttled,
    read_date,
    read_error_code,
    read_json,
    read_retry_after,
)
from customer_hub.core.patience import Patience, TokenBucket

log = logging.getLogger(__name__)

Params = Sequence[tuple[str, str]]
_HINT_DOWN = "the task is retried; if it lasts, ask the owner of the channel"


class _TransientError(Exception):
    """One attempt failed in a way that another may cure."""

    def __init__(self, what: str, wait: float | None = None, is_content: bool = False) -> None:
        self.what = what
        self.wait = wait
        self.is_content = is_content
        super().__init__(what)


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
        self._bucket = TokenBucket(requests_per_second)
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
        accept: Collection[int] = (),
        cursor: str = "",
    ) -> Answer:
        """Ask for something, again and again until a whole JSON answer comes.

        Args:
            path: template such as `/Account/{id}`; `ids` fills it.
            ids: values of the template, quoted here.
            params: query parameters.
            method: POST where a channel takes its queries in a body.
            body: JSON body of such a query.
            accept: statuses beside 2xx that the caller deals with.
            cursor: the page, for messages; must hold no personal data.

        Raises:
            ChannelAccessError: log-in, rights or address are wrong, whatever is asked.
            ChannelRefusedError: the channel does not take this request.
            ChannelUnavailableError: down, slow or throttling for all attempts.
            ChannelContentError: the last attempt's answer was cut short or not JSON.
        """
        where = self._where(method, path, ids, cursor)
        for attempt in range(self._patience.attempts):
            try:
                return self._attempt(method, path, ids, params, body, accept, where)
            except _TransientError as fault:
                self._wait(attempt, fault, where)
        raise AssertionError("unreachable: the last wait raises")

    def write(
        self,
        method: str,
        path: str,
        *,
        ids: Mapping[str, str] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
    ) -> Answer:
        """Change something, once.

        Only what surely changed nothing is tried again: a refused connection and 429.

        Raises:
            WriteUncertainError: no clear answer came, so the change may or may not have happened.
            ChannelRefusedError: the channel did not take it.
            ChannelUnavailableError: it could not be reached, or throttled too long.
        """
        where = self._where(method, path, ids, "")
        for attempt in range(self._patience.attempts):
            try:
                response = self._send(method, path, ids, (), body, headers)
                if is_throttled(response):
                    what = f"throttled ({response.status_code})"
                    raise _TransientError(what, _wait_of(response))
                return self._judge_write(response, accept, where)
            except requests.ConnectionError as error:
                fault = _connection_fault(error, where)
                if not _never_connected(error):
                    raise _uncertain("the connection broke", where) from None
                self._wait(attempt, fault, where)
            except requests.RequestException as error:
                raise _uncertain(type(error).__name__, where) from None
            except _TransientError as fault:
                self._wait(attempt, fault, where)
        raise AssertionError("unreachable: the last wait raises")

    def _attempt(
        self,
        method: str,
        path: str,
        ids: Mapping[str, str] | None,
        params: Params,
        body: Any,
        accept: Collection[int],
        where: str,
    ) -> Answer:
        try:
            response = self._send(method, path, ids, params, body, None)
        except (requests.ConnectionError, requests.Timeout) as error:
            raise _connection_fault(error, where) from None
        except requests.exceptions.ChunkedEncodingError:
            raise _TransientError("the answer was cut short", is_content=True) from None
        except requests.RequestException as error:
            raise _TransientError(type(error).__name__, is_content=True) from None
        status = response.status_code
        if status >= 500 or status in (408, 425, 429) or is_throttled(response):
            what = f"throttled ({status})" if is_throttled(response) else f"status {status}"
            raise _TransientError(what, _wait_of(response))
        if not 200 <= status < 300 and status not in accept:
            raise _refusal(response, where)
        try:
            answer = Answer(status, read_json(response.content), response.headers)
        except ValueError as error:
            if status in accept:
                return Answer(status, None, response.headers)
            raise _TransientError(str(error), is_content=True) from None
        return answer

    def _send(
        self,
        method: str,
        path: str,
        ids: Mapping[str, str] | None,
        params: Params,
        body: Any,
        headers: Mapping[str, str] | None,
    ) -> requests.Response:
        self._bucket.take()
        quoted = {name: quote(value, safe="") for name, value in (ids or {}).items()}
        timeouts = (self._patience.connect_timeout, self._patience.read_timeout)
        return self._session.request(
            method,
            self._base + path.format(**quoted),
            params=list(params),
            json=body,
            headers=dict(headers or {}),
            timeout=timeouts,
            # A redirect would carry the key to another host, or turn a write into a read.
            allow_redirects=False,
        )

    def _judge_write(
        self, response: requests.Response, accept: Collection[int], where: str
    ) -> Answer:
        status = response.status_code
        if status >= 500 or status == 408:
            raise _uncertain(f"status {status}", where)
        if not 200 <= status < 300 and status not in accept:
            raise _refusal(response, where)
        try:
            body = read_json(response.content) if response.content else None
        except ValueError as error:
            if status in accept:
                return Answer(status, None, response.headers)
            raise _uncertain(str(error), where) from None
        return Answer(status, body, response.headers)

    def _wait(self, attempt: int, fault: _TransientError, where: str) -> None:
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


def _wait_of(response: requests.Response) -> float | None:
    sent_at = read_date(response.headers) or now()
    return read_retry_after(response.headers.get("Retry-After"), sent_at)


def _uncertain(what: str, where: str) -> WriteUncertainError:
    return WriteUncertainError(
        f"{what}: the write may have taken effect",
        where=where,
        hint="it is settled by look-up before any retry; see docs/runbooks/publish.md",
    )


def _refusal(response: requests.Response, where: str) -> ChannelError:
    status = response.status_code
    what = f"status {status} {read_error_code(response)}".rstrip()
    if status in (401, 403):
        hint = (
            "check log-in, rights and address of the Airflow connection (401 can also mean: no TLS)"
        )
    elif 300 <= status < 400:
        hint = "the channel redirects: correct the address of the Airflow connection"
    elif status == 404:
        hint = "the channel does not know this path: check the address of the Airflow connection"
    else:
        hint = "the channel does not take this request; see the channel's README"
        return ChannelRefusedError(what, where=where, hint=hint)
    return ChannelAccessError(what, where=where, hint=hint)


def _connection_fault(error: requests.RequestException, where: str) -> _TransientError:
    if isinstance(error, requests.exceptions.SSLError) and "CERTIFICATE" in str(error):
        raise ChannelAccessError(
            "the server's certificate is not trusted",
            where=where,
            hint="renew it, or install the company's authority (REQUESTS_CA_BUNDLE)",
        ) from None
    if isinstance(error, requests.Timeout):
        return _TransientError("no answer in time")
    return _TransientError("no connection" if _never_connected(error) else "the connection broke")


def _never_connected(error: requests.RequestException) -> bool:
    """Return whether nothing was sent, so that nothing can have happened."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)
