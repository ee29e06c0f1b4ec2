"""Whether a server on loopback answers."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Callable

from local.stack.errors import StackError
from local.stack.ports import HOST

REQUEST_SECONDS = 3.0
POLL_SECONDS = 0.1


def ask(port: int, path: str) -> tuple[int, bytes] | None:
    """Send a GET and return status and body, or None if nobody answers in time."""
    connection = http.client.HTTPConnection(HOST, port, timeout=REQUEST_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def ask_json(port: int, path: str) -> dict[str, object] | None:
    """Send a GET and return the JSON object of a 200 answer, else None."""
    answer = ask(port, path)
    if answer is None or answer[0] != http.client.OK:
        return None
    try:
        body = json.loads(answer[1])
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def is_listening(port: int) -> bool:
    """Tell whether something accepts connections on this loopback port."""
    try:
        socket.create_connection((HOST, port), timeout=REQUEST_SECONDS).close()
    except OSError:
        return False
    return True


def wait_until(
    is_ready: Callable[[], bool], is_alive: Callable[[], bool], seconds: float, failure: StackError
) -> None:
    """Poll until a service is ready.

    Raises:
        StackError: `failure`, as soon as the service has ended or when the time is over.
    """
    deadline = time.monotonic() + seconds
    while not is_ready():
        if not is_alive() or time.monotonic() > deadline:
            raise failure
        time.sleep(POLL_SECONDS)
