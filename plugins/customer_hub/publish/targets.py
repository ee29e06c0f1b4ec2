"""Whether a channel may be written to: observe until a person enables it."""

from typing import Literal

from customer_hub.channels.config import read_channel
from customer_hub.core import db, sql
from customer_hub.core.audit import append_entry
from customer_hub.core.errors import ConfigurationError

State = Literal["observe", "enabled"]
# What a person's word about the target says of its pushes.
_ANSWERS: dict[State, dict[str, str]] = {
    "enabled": {"observed": "granted"},
    "observe": {"asked": "rejected", "granted": "replaced"},
}


def read_state(name: str) -> State:
    """Return the state of a target; one that nobody decided about is observed."""
    with db.begin() as connection:
        found = sql.rows(connection, "publish/select_target", channel=name)
    return found[0].state if found else "observe"


def set_state(name: str, state: State, author: str, reason: str) -> None:
    """Enable a target, or go back to observing it. Takes effect after the batches at hand; audited.

    Who enables approves what was last observed, for the first push. Who goes back to observing
    rejects what waits for an approval: it stays planned, and is weighed again once enabled.

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
        for old, new in _ANSWERS[state].items():
            sql.rows(
                connection,
                "publish/decide_pushes",
                channel=name,
                push_id=None,
                before=old,
                after=new,
                author=author,
            )
        append_entry(
            connection, author, f"set target to {state}", name, reason, before=before, after=state
        )
