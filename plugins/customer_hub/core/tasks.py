"""Tasks: what a room asks a person to look at."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from customer_hub.core import db, sql
from customer_hub.core.audit import append_entry
from customer_hub.core.errors import HubError


@dataclass(frozen=True, slots=True)
class Task:
    """An open task.

    `look` is the command that shows what it is about, `join` and `part` are the two answers: empty
    where there are none.
    """

    task_id: int
    kind: str
    subject: str
    expected_value: int
    detail: Mapping[str, Any]
    raised_at: datetime
    look: str
    join: str
    part: str


def list_tasks(
    connection: Connection, kind: str | None = None, most: int | None = None
) -> list[Task]:
    """Return the open tasks: those that say what they are worth first, then the oldest.

    Args:
        connection: any connection; nothing is written.
        kind: only this one; None: all.
        most: how many; None: all.
    """
    return [
        Task(
            row.task_id,
            row.kind,
            row.subject,
            row.expected_value,
            row.detail,
            row.raised_at,
            *_find_commands(row.kind, row.detail),
        )
        for row in sql.rows(connection, "core/list_tasks", kind=kind, most=most)
    ]


def _find_commands(kind: str, detail: Mapping[str, Any]) -> tuple[str, str, str]:
    if kind != "match_review":
        return "", "", ""
    pair = shlex.join([detail["left"], detail["right"]])
    return (
        f"hub explain {pair}",
        f"hub decide must-link {pair} --reason WHY",
        f"hub decide cannot-link {pair} --reason WHY",
    )


def close_task(task_id: int, state: Literal["done", "dismissed"], author: str, reason: str) -> None:
    """Close an open task; audited.

    Raises:
        HubError: no reason was given, or the task is not open.
    """
    with db.begin() as connection:
        closed = sql.rows(
            connection, "core/close_task", task_id=task_id, state=state, author=author
        )
        if not closed:
            raise HubError("the task is not open", where=f"task {task_id}", hint="`hub task list`")
        append_entry(
            connection, author, "close task", f"task {task_id}", reason, before="open", after=state
        )
