"""What an HTTP answer says: its JSON without loss, its date, its fault."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal, Protocol

import requests

from customer_hub.core.errors import ChannelContentError

# Some systems throttle with 400 or 403 and say so in the body alone (Salesforce, DingTalk).
_THROTTLED = re.compile(
    rb"request_limit|rate[ ._-]?limit|too[ ._-]?(?:many[ ._-]?(?:requests|calls)|frequent)|throttl",
    re.IGNORECASE,
)
# Codes are words of the system. Without digits, spaces and @ they cannot be a customer's value.
_CODE = re.compile(r"[A-Za-z][A-Za-z_.-]{0,79}\Z")
_LARGEST_CODE = 1_000_000
_LONGEST_INTEGER = 1000
_CODE_KEYS = ("code", "errorCode", "error", "type")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a body says of a request, and the system's own code for it ("" where it has none)."""

    means: Literal["throttled", "quota", "access", "refused", "missing", "transient"]
    code: str = ""


class Dialect(Protocol):
    """How a system says in bodies and headers what others say by their status."""

    def judge(self, status: int, body: Any) -> Verdict | None:
        """Return what a body says, None where it says no more than its status."""

    def read_hold(self, headers: Mapping[str, str]) -> float:
        """Return for how many seconds nothing more may be asked, 0 where the budget lasts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. Numbers with a fraction in `body` are text, exactly as they were sent."""

    status: int
    body: Any = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)

    def read_clock(self) -> datetime:
        """Return the channel's clock when it answered (aware UTC, whole seconds).

        Raises:
            ChannelContentError: the answer has no readable Date header.
        """
        moment = read_date(self.headers)
        if moment is None:
            raise ChannelContentError(
                "the answer has no readable Date header, so windows cannot be closed by its clock",
                where=f"status {self.status}",
                hint="a proxy strips it, or the address is not the channel's",
            )
        return moment


def read_json(content: bytes) -> Any:
    """Parse a body without loss.

    Fractions and integers of more than a thousand digits stay text as sent (a float would change
    the former, Python refuses the latter), lone surrogates and NUL survive, the last of duplicate
    keys counts, a byte order mark is skipped.

    Raises:
        ValueError: the body is not JSON; the text names no content of it.
    """
    try:
        return json.loads(
            content.decode("utf-8-sig"),
            parse_float=str,
            parse_int=_read_integer,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError:
        raise ValueError("the body is not UTF-8") from None
    except (ValueError, RecursionError):
        if content.lstrip().startswith(b"<"):
            raise ValueError(
                "the answer is HTML, not JSON (a log-in page, a proxy, a server's notice)"
            ) from None
        raise ValueError(f"the body of {len(content)} bytes is not JSON") from None


def read_date(headers: Mapping[str, str]) -> datetime | None:
    """Return the Date header as aware UTC, None where there is none."""
    return _read_http_date(headers.get("Date"))


def read_retry_after(text: str | None, sent_at: datetime) -> float | None:
    """Return the seconds that Retry-After asks for, None where it asks for nothing readable.

    A date counts from `sent_at`, the server's own clock, so that a wrong clock here does no harm.
    """
    if text is None:
        return None
    if text.strip().isdecimal():
        return min(float(text), 1e9)
    until = _read_http_date(text)
    return None if until is None else max(0.0, (until - sent_at).total_seconds())


def is_throttled(response: requests.Response) -> bool:
    """Return whether the answer means: too many requests."""
    if response.status_code == 429:
        return True
    return response.status_code in (400, 403) and bool(_THROTTLED.search(response.content[:4096]))


def read_error_code(response: requests.Response) -> str:
    """Return the system's own code of a refusal, "" where none can be shown safely."""
    try:
        body = read_json(response.content)
    except ValueError:
        return ""
    if not isinstance(body, dict):
        return ""
    codes = (body.get(key) for key in _CODE_KEYS)
    return next((show_code(c) for c in codes if isinstance(c, str) and show_code(c)), "")


def show_code(value: Any) -> str:
    """Return a system's own code if it cannot be a customer's value, else "".

    A number is none where it is known to be a code.
    """
    is_small = isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST_CODE
    if is_small:
        return str(value)
    return value if isinstance(value, str) and _CODE.match(value) else ""


def _read_integer(text: str) -> int | str:
    return int(text) if len(text) <= _LONGEST_INTEGER else text


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _read_http_date(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
