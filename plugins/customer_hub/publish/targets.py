"""Whether a channel may be written to: observe until a person enables it."""

from typing import Literal

from customer_hub.channels.config import read_channel
from customer_hub.core import db, sql
from customer_hub.core.audit import append_entry
from customer_hub.core.errors import ConfigurationError

State = Literal["observe", "enabled"]


def read_state(name: str) -> State:
    """Return the state of a target; one that nobody decided about is observed."""
    with db.begin() as connection:
        found = sql.rows(connection, "publish/select_target", channel=name)
    return found[0].state if found else "observe"


def set_state(name: str, state: State, author: str, reason: str) -> None:
    """Enable a target, or go back to observing it. Takes effect between two batches; audited.

    Raises:
        ConfigurationError: the channel is no target.
    """
    if not read_channel(name).publish:
        raise ConfigurationError(
            "this channel is no target",
            where=name,
            hint="set publish = true in include/channels and say what the hub owns there",
        )
    with db.begin() as connection:
        found = sql.rows(connection, "publish/lock_target", channel=name)
        before = found[0].state if found else "observe"
        sql.run(connection, "publish/set_target_state", channel=name, state=state, author=author)
        append_entry(
            connection, author, f"set target to {state}", name, reason, before=before, after=state
        )
