"""Tasks: what a room asks a person to look at."""

from typing import Literal

from customer_hub.core import db, sql
from customer_hub.core.audit import append_entry
from customer_hub.core.errors import HubError


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
