"""A delivery in hand, and what became of it. Values live in memory, between read and write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from customer_hub.publish.decision import Condition

# Stands for the value of a field of which nobody knows what the target holds: it equals none.
UNKNOWN = ""
Settled = Literal["confirmed", "dead", "superseded", "uncertain", "pending", "waiting"]
# Classes of causes of dead letters: somebody alike is there; the target or its channel refuses the
# write; it was taken and does not show, or nobody knows after many attempts; the record cannot be
# read; it went away in between.
Cause = Literal["conflict", "refused", "unproven", "unreadable", "gone"]
CAUSES = get_args(Cause)


@dataclass(frozen=True, slots=True)
class Task:
    """One write to one record. `attempts` is the fence: who claims it anew raises it.

    `conditions` say by field what the write has to find, `givers` which source record gives the
    value; `known` are the digests under which everything in the record is gathered.
    """

    delivery_id: int
    attempts: int
    op: Literal["update", "create", "delete"]
    entity: str
    golden_id: UUID
    source_key: str | None
    source_id: str | None
    seen_change_at: datetime
    values: Mapping[str, str | None] = field(repr=False)
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    givers: Mapping[str, str] = field(default_factory=dict)
    known: frozenset[bytes] = frozenset()

    @property
    def is_bound(self) -> bool:
        """Whether some of it is only written if the target's people have not written there."""
        return any(self.conditions.get(name, "anything") != "anything" for name in self.values)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a task.

    `acknowledged` are the values that the target is now known to hold: None where it holds none,
    UNKNOWN where nobody knows; `shown_at` is the update time that the record had then. `echo_at` is
    that which our own write gave it, `echo_digest` what a read that shows this write alone has.
    `cause` is the class of a failure and `detail` what the target said of it, without values.
    `is_kept` says that a record was not deleted because the target has changed it: a person decides.
    """

    task: Task
    state: Settled
    source_key: str | None = None
    acknowledged: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    shown_at: datetime | None = None
    echo_at: datetime | None = None
    echo_digest: bytes | None = None
    cause: Cause | None = None
    detail: str = ""
    seen_change_at: datetime | None = None
    is_kept: bool = False
