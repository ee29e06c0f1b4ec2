"""Whether the hub has a say in one field of one record of a target, and on what condition."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Owner = Literal["hub", "most_recent", "fill_if_empty", "target"]
# What a write has to find in the target: anything, a record of which everything is gathered, or an
# empty field.
Condition = Literal["anything", "gathered", "empty"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of one record, as far as the hub knows.

    Attributes:
        owner: by ownership.toml.
        is_told: the master has an opinion: a value, or an explicit clear.
        is_held: the target holds what the master says.
        is_empty: the target holds nothing there.
        is_withdrawn: what the target holds came from us, of a record that has left the customer.
        given_at: update time of the record that gives the golden value; None: unknown.
        target_at: update time of the target's own record, as it was last gathered.
        target_spoke: what stands there is the word of people of the target, none of ours.
    """

    owner: Owner
    is_told: bool
    is_held: bool
    is_empty: bool
    is_withdrawn: bool
    given_at: datetime | None
    target_at: datetime | None
    target_spoke: bool


def decide(cell: Cell) -> Condition | None:
    """Return on what condition the master's word is to be written; None: not at all.

    What an unmerge takes away from a customer is taken back whoever owns the field: it was ours.
    """
    if cell.owner == "target" or cell.is_held:
        return None
    if cell.owner == "hub":
        return "anything" if cell.is_told or cell.is_withdrawn else None
    if cell.is_withdrawn:
        return "gathered"
    if not cell.is_told:
        return None
    if cell.owner == "fill_if_empty":
        return "empty" if cell.is_empty else None
    return "gathered" if not cell.target_spoke or _is_newer(cell) else None


def _is_newer(cell: Cell) -> bool:
    if cell.given_at is None or cell.target_at is None:
        return False
    return cell.given_at > cell.target_at
