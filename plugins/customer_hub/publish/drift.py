"""Whose difference it is when a target does not show what it should: ours, theirs, or both."""

from typing import Literal

from customer_hub.core.seal import Sealer
from customer_hub.publish.decision import Cell, decide
from customer_hub.publish.held import Held

Side = Literal["ours", "theirs", "both"]


def judge_field(
    sealer: Sealer,
    cell: Cell,
    known: Held,
    seen: Held,
    wanted: str | None,
    shown: str | None,
) -> Side | None:
    """Return whose difference one field of one record is; None: it is none.

    What the target shows and what the master wants are each held against what was last agreed: what
    the target acknowledged, or what its own record said if it never acknowledged anything. Where
    nothing is to be written, a change that is not gathered yet is theirs, in a field that the most
    recent owns; so is one of the hub's last value, should the hub have no opinion any more.

    Args:
        sealer: digests.
        cell: the field, with what the read tells of it.
        known: what the target held by all that was known before the read.
        seen: the same with the read.
        wanted: what the master says.
        shown: what stands in the slot.
    """
    is_agreed = known.acknowledged is not None
    if decide(cell) is None:
        is_news = seen.by == "shown" and not cell.is_held
        counts = {"hub": is_agreed, "most_recent": cell.is_told}
        return "theirs" if is_news and counts.get(cell.owner, False) else None
    is_edited = not known.has_agreed(sealer, shown) if is_agreed else seen.by == "shown"
    # Empty is no opinion, so an emptied field is nobody's word, unless the field is the hub's.
    if not is_edited or (shown is None and cell.owner != "hub"):
        return "ours"
    return "theirs" if known.has_agreed(sealer, wanted) else "both"
