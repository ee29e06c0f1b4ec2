"""What is told of one row of an import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from customer_hub.bulk.file import CHANNEL
from customer_hub.channels.contract import RawRecord
from customer_hub.channels.manual.reading import ENTITY
from customer_hub.core import landing
from customer_hub.history import FieldChange
from customer_hub.validate.suites import Rule

CHUNK = 500
# Untouched: an exported row that nobody changed. Duplicate: this very row landed before. Unchanged: it
# lands, and no customer is otherwise for it. Moved: its record leaves one customer for another.
Outcome = Literal[
    "untouched",
    "quarantined",
    "held",
    "duplicate",
    "unchanged",
    "changed",
    "new",
    "merged",
    "moved",
]


@dataclass(frozen=True, slots=True)
class RowResult:
    """What would become of one row.

    `golden_id` is the customer that it would belong to, `cause` why its line cannot be followed.
    `fields` are what would change of the customer, masked where sealed.
    """

    line: int
    outcome: Outcome
    golden_id: UUID | None = None
    fields: Sequence[FieldChange] = ()
    rules: Sequence[Rule] = ()
    cause: str = ""
    cells: Mapping[str, Any] = field(default_factory=dict, repr=False)


def name_record(record: RawRecord | None) -> str:
    """Return the source key of a row's record; "" for an untouched row."""
    if record is None:
        return ""
    return landing.source_key(CHANNEL, ENTITY, landing.escape_unstorable(record.source_id))
