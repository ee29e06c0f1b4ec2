"""What a person may allow: the deletions of a sweep that the guard has refused."""

from customer_hub.core import audit, db, sql
from customer_hub.core.errors import HubError


def waive_deletes(window_id: int, count: int, actor: str, reason: str) -> None:
    """Let the next sweep of an open window delete up to `count` records.

    It holds for this window, or for the one that takes it over, and ends with it.

    Args:
        window_id: an open window whose sweep was refused.
        count: the number that the refusal named and that the channel's owner has confirmed.
        actor: log-in of the person who decides.
        reason: why; kept in the audit log.

    Raises:
        HubError: no sweep of that window was refused, the number is none, or no reason is given.
    """
    where = f"window {window_id}"
    if not reason.strip():
        raise HubError("no reason was given", where=where, hint="say why; the audit log keeps it")
    if count < 1:
        raise HubError(
            f"{count} deletions cannot be let pass", where=where, hint="give the refusal's number"
        )
    with db.begin() as connection:
        waived = sql.rows(
            connection, "gather/waive_deletes", window_id=window_id, waived_delete_count=count
        )
        if not waived:
            raise HubError(
                "no sweep of this window was refused",
                where=where,
                hint="`hub window list` shows the windows with what holds them",
            )
        audit.append_entry(
            connection,
            actor,
            "waive_deletes",
            where,
            reason,
            before={"hold_reason": waived[0].hold_reason},
            after={"waived_delete_count": count},
        )
