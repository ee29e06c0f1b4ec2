"""Dead letters: deliveries that need a person, put back when the cause is gone.

One holds its class of cause (`task.CAUSES`), the attempts, and a pointer to what was to be sent: the
delivery names golden record and fields, the letter the version. No values stand in it.
"""

from customer_hub.core import db, sql
from customer_hub.core.audit import append_entry


def replay_dead_letters(
    channel: str | None, cause: str | None, dead_letter_id: int | None, author: str, reason: str
) -> int:
    """Put open dead letters back into the queue; the next publish run sends the current values.

    Safe beside a publish run and beside itself: a letter is put back once.

    Args:
        channel: only this target; None: all.
        cause: only this class of cause, of `task.CAUSES`; None: all.
        dead_letter_id: only this one; None: all.
        author: who does this; kept in the audit log.
        reason: why; kept there too.

    What was let through once is not weighed again: a person has just said that it should go.

    Returns:
        How many letters were put back.
    """
    chosen = {"cause": cause, "dead_letter_id": dead_letter_id}
    with db.begin() as connection:
        names = [
            row.channel
            for row in sql.rows(
                connection, "publish/select_letter_channels", channel=channel, **chosen
            )
        ]
    count = 0
    for name in names:
        with db.begin() as connection:
            # Planning opens deliveries too: one after the other.
            sql.rows(connection, "publish/lock_target", channel=name)
            replayed = sql.rows(
                connection, "publish/replay_letters", channel=name, author=author, **chosen
            )
            if replayed:
                letters = sorted(row.dead_letter_id for row in replayed)
                append_entry(connection, author, "replay dead letters", name, reason, after=letters)
        count += len(replayed)
    return count
