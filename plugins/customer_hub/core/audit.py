"""The audit log: who did what, one row an action, each row holding the hash of the one before.

Values never stand in it: what was there before and after is kept as keyed digests.
"""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from customer_hub.core import clock, keys, sql
from customer_hub.core.errors import HubError
from customer_hub.core.seal import canonical_json

_INDEX = ("index",)


def append_entry(
    connection: Connection,
    actor: str,
    action: str,
    subject: str,
    reason: str,
    before: Any = None,
    after: Any = None,
) -> int:
    """Append one entry inside the caller's transaction and return its id.

    Writers wait for each other until their transactions end: a chain has one end.

    Args:
        connection: the transaction of the action itself, so that neither stands without the other.
        actor: the person's log-in, or the step that acts.
        action: a verb phrase, e.g. ``waive_window``.
        subject: the id of what it was done to.
        reason: why; never empty.
        before: JSON value before the action; only its keyed digest is kept. None: not applicable.
        after: the same, after it.

    Raises:
        HubError: no reason was given.
    """
    if not reason.strip():
        raise HubError("no reason was given", where=subject, hint="say why; the audit log keeps it")
    sql.run(connection, "core/lock_audit_chain")
    last = sql.rows(connection, "core/select_last_audit")
    previous = bytes(last[0].entry_hash) if last else None
    sealer = keys.sealer(_INDEX)
    entry: dict[str, Any] = {
        "at": clock.now(),
        "actor": actor,
        "action": action,
        "subject": subject,
        "reason": reason,
        "before_digest": None if before is None else sealer.digest(before),
        "after_digest": None if after is None else sealer.digest(after),
    }
    row = sql.run(
        connection,
        "core/append_audit",
        **entry,
        previous_hash=previous,
        entry_hash=_hash_entry(previous, entry),
    ).one()
    return int(row.entry_id)


def verify_chain(connection: Connection) -> int | None:
    """Return the id of the first entry that was changed or follows a missing one, or None."""
    previous: bytes | None = None
    for chunk in sql.stream(connection, "core/select_audit_chain"):
        for row in chunk:
            entry = {name: getattr(row, name) for name in _HASHED}
            if _bytes(row.previous_hash) != previous:
                return int(row.entry_id)
            if bytes(row.entry_hash) != _hash_entry(previous, entry):
                return int(row.entry_id)
            previous = bytes(row.entry_hash)
    return None


_HASHED = ("at", "actor", "action", "subject", "reason", "before_digest", "after_digest")


def _hash_entry(previous: bytes | None, entry: dict[str, Any]) -> bytes:
    parts = [None if previous is None else previous.hex()]
    parts += [_text(entry[name]) for name in _HASHED]
    return hashlib.sha256(canonical_json(parts)).digest()


def _text(value: Any) -> str | None:
    if isinstance(value, datetime):
        return f"{value.timestamp():.6f}"
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return None if value is None else str(value)


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)
