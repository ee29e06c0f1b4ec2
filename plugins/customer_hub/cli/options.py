"""What the verbs share: who acts and why, and how rows are shown."""

import getpass
import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import Connection

from customer_hub.core.errors import HubError
from customer_hub.merge.resolve import resolve


def find_me() -> str:
    """Return the log-in of whoever types, or their number where the system has no name for it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under any uid; newer Pythons say OSError
        return f"uid {os.getuid()}"


Author = Annotated[
    str, typer.Option(default_factory=find_me, help="who does this; kept in the audit log")
]


def _check_channel(name: str | None) -> str | None:
    from customer_hub.channels.config import read_channel

    if name is not None:
        read_channel(name)  # one of no such name would look as if all were well
    return name


OnlyChannel = Annotated[
    str | None, typer.Option("--channel", help="only this channel", callback=_check_channel)
]
FirstDay = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="first business day")
]
LastDay = Annotated[
    datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="last business day")
]
Reason = Annotated[str, typer.Option(help="why; kept in the audit log")]


def find_customer(connection: Connection, golden_id: UUID) -> UUID:
    """Return the id under which a customer stands now.

    Raises:
        HubError: nobody has this id, or nobody any more.
    """
    found = resolve(connection, golden_id).golden_id
    if found is None:
        raise HubError("nobody has this id", where=str(golden_id), hint="`hub find` looks by name")
    return found


def write_bits(score: int | None) -> str:
    """Return a score or a weight, kept in 1/1000 bit, as bits with its sign."""
    return "unknown" if score is None else f"{score / 1000:+.3f}"


def show(rows: Any) -> None:
    """Print rows as a plain table with tabs, or say that there are none; no value breaks a line."""
    found = [getattr(row, "_mapping", row) for row in rows]
    if not found:
        typer.echo("none")
        return
    typer.echo("\t".join(found[0]))
    for row in found:
        typer.echo("\t".join(map(_write_cell, row.values())))


def _write_cell(value: object) -> str:
    return "" if value is None else re.sub(r"[\t\r\n]+", " ", str(value))


@contextmanager
def progress() -> Iterator[None]:
    """Show the rooms' own log lines, which hold counts and ids, while something long runs."""
    log, handler = logging.getLogger("customer_hub"), logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.setLevel(level)
        log.removeHandler(handler)
