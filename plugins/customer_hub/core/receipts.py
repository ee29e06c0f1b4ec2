"""Receipts: what a step of a run did, and the audit entry of a batch that changed something.

The root hash is one over all that the batch changed, in the order of its keys. It stands in the
receipt and in the chained audit log, so that neither can be changed unseen.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from customer_hub.core import db, sql
from customer_hub.core.audit import append_entry
from customer_hub.core.seal import canonical_json

ACTOR = "pipeline"


class RootHash:
    """One hash over what a batch changed: ids, numbers, states and keyed digests, never a value."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._is_empty = True

    def add(self, *parts: str | int | bytes | None) -> None:
        """Take one changed thing in; the order counts."""
        plain = [part.hex() if isinstance(part, bytes) else part for part in parts]
        self._hash.update(canonical_json(plain) + b"\n")
        self._is_empty = False

    def digest(self) -> bytes | None:
        """Return the hash; None when nothing changed."""
        return None if self._is_empty else self._hash.digest()


@dataclass(frozen=True, slots=True)
class Batch:
    """What closes with a receipt: an action on a subject, and the hash of what it changed."""

    action: str
    subject: str
    root: RootHash


def write_receipt(
    connection: Connection,
    run_id: str,
    step: str,
    counts: Mapping[str, Any],
    *,
    channel: str = "",
    entity: str = "",
    window_id: int = 0,
    batch: Batch | None = None,
) -> None:
    """Write what a step of a run did; a retry of the step replaces it.

    Args:
        connection: the transaction of the work itself.
        run_id: the run.
        step: names the step.
        counts: counts and ids only.
        channel: the channel that it is about, if it is about one.
        entity: the same.
        window_id: the same.
        batch: what the step closes. If it changed anything it gets its entry in the audit log,
            for which others wait until the transaction ends: call this last.
    """
    root = batch.root.digest() if batch else None
    sql.run(
        connection,
        "core/insert_receipt",
        run_id=run_id,
        step=step,
        channel=channel,
        entity=entity,
        window_id=window_id,
        counts=json.dumps(counts),
        root_hash=root,
    )
    if batch is None or root is None:
        return
    action, subject = batch.action, batch.subject
    told = f"run {run_id}: {json.dumps(counts, sort_keys=True)}, root hash {root.hex()}"
    db.do_last(lambda: append_entry(connection, ACTOR, action, subject, told))
