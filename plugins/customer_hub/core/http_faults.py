"""What went wrong with a request: which error of ours it is, and whether trying again can help."""

import requests
from urllib3.exceptions import NewConnectionError

from customer_hub.core import tls_faults
from customer_hub.core.clock import now
from customer_hub.core.errors import (
    ChannelAccessError,
    ChannelError,
    ChannelForbiddenError,
    ChannelRefusedError,
    ChannelUnavailableError,
    WriteUncertainError,
)
from customer_hub.core.http_answer import Verdict, read_date, read_error_code, read_retry_after


class TransientError(Exception):
    """One attempt failed in a way that another may cure.

    `is_refusal`: the channel surely did nothing, so that even a write may be sent again.
    """

    def __init__(
        self,
        what: str,
        wait: float | None = None,
        *,
        is_content: bool = False,
        is_refusal: bool = False,
    ) -> None:
        self.what = what
        self.wait = wait
        self.is_content = is_content
        self.is_refusal = is_refusal
        super().__init__(what)


def wait_of(response: requests.Response) -> float | None:
    """Return the seconds that the channel asks to wait, None where it asks for nothing."""
    sent_at = read_date(response.headers) or now()
    return read_retry_after(response.headers.get("Retry-After"), sent_at)


def uncertain(what: str, where: str) -> WriteUncertainError:
    """Return the error of a write that got no clear answer."""
    return WriteUncertainError(
        f"{what}: the write may have taken effect",
        where=where,
        hint="it is settled by look-up before any retry; see docs/runbooks/publish.md",
    )


def refusal(response: requests.Response, where: str) -> ChannelError:
    """Return the error of a status that refuses."""
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
    kind = ChannelForbiddenError if status == 403 else ChannelAccessError
    return kind(what, where=where, hint=hint)


def connection_fault(error: requests.RequestException, where: str) -> TransientError:
    """Return what a broken connection amounts to.

    Raises:
        ChannelAccessError: the server is not the one it says, or speaks no TLS; none will be sent.
    """
    distrust = tls_faults.explain_tls(error)
    if distrust is not None:
        raise ChannelAccessError(distrust, where=where, hint=tls_faults.HINT) from None
    if isinstance(error, requests.Timeout):
        return TransientError("no answer in time")
    return TransientError("no connection" if never_connected(error) else "the connection broke")


def refusal_by_body(verdict: Verdict, response: requests.Response, where: str) -> int:
    """Return the status that a body stands for, whatever the answer's own.

    Raises:
        TransientError: another attempt may be answered.
        ChannelUnavailableError: a quota is used up: nothing is asked before it is new.
        ChannelAccessError: log-in or rights are wrong.
        ChannelRefusedError: the request is not taken.
    """
    what = f"the body says {verdict.means} {verdict.code}".rstrip()
    match verdict.means:
        case "missing":
            return 404
        case "throttled":
            raise TransientError(what, wait_of(response), is_refusal=True)
        case "transient":
            raise TransientError(what, wait_of(response))
        case "quota":
            hint = "the task is retried; if it lasts, ask the owner for a larger quota"
            raise ChannelUnavailableError(what, where=where, hint=hint)
        case "access":
            hint = "check log-in and rights of the Airflow connection"
            raise ChannelAccessError(what, where=where, hint=hint)
        case "refused":
            hint = "the channel does not take this request; see the description of its system"
            raise ChannelRefusedError(what, where=where, hint=hint)


def never_connected(error: requests.RequestException) -> bool:
    """Return whether nothing was sent, so that nothing can have happened."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)
