"""A step that dies in the middle: in a child process that ends at a request, as by SIGKILL."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import requests

from customer_hub.core import db

_KILLED = 9


def run_killed(act: Callable[[], object], at_request: int, *, before: bool) -> bool:
    """Run `act` in a child that ends at its n-th request; returns whether it came that far.

    No `finally` runs there, no transaction is rolled back by hand. The child's database connections
    are its own.
    """
    child = os.fork()
    if child == 0:
        try:
            _die_at(at_request, before=before)
            inherited = db.engine()  # kept: closing it would close the parent's connections
            db.engine.cache_clear()
            act()
            assert inherited
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == _KILLED


def _die_at(number: int, *, before: bool) -> None:
    send, count = requests.Session.send, 0

    def counted(self: requests.Session, request: Any, **settings: Any) -> requests.Response:
        nonlocal count
        count += 1
        if count == number and before:
            os._exit(_KILLED)
        response = send(self, request, **settings)
        if count == number:
            os._exit(_KILLED)
        return response

    requests.Session.send = counted  # type: ignore[method-assign]
