"""Whose difference it is when a target does not show what it should: ours, theirs, or both."""

from collections.abc import Mapping
from typing import Literal

from customer_hub.core.seal import Sealer
from customer_hub.publish.desired import Desired, digest_sent

Side = Literal["ours", "theirs", "both"]


def judge_fields(
    sealer: Sealer,
    want: Desired,
    shown: Mapping[str, str | None],
    sent: Mapping[str, bytes],
) -> dict[str, Side]:
    """Return the fields in which a record and the hub differ, and whose difference each is.

    Three values of a field are held against each other: what the target shows, what it last
    acknowledged (a digest), and what the master wants now. A field that shows what is wanted is no
    difference, whatever was acknowledged; one that the hub has no opinion about differs only if
    the hub's own last value was edited away.

    Args:
        sealer: digests.
        want: what the record should hold.
        shown: what the target shows in the hub's slots.
        sent: digest of each field as the target last acknowledged it.
    """
    found: dict[str, Side] = {}
    for name in sorted({*want.values, *sent}):
        if name not in shown:
            continue  # a slot that was the hub's once
        value = shown[name] or None
        has_opinion = name in want.values
        if has_opinion and value == (want.values[name] or None):
            continue
        held = digest_sent(sealer, want.source_key, name, value)
        is_untouched = sent[name] == held if name in sent else value is None
        if has_opinion and name in want.changed:
            found[name] = "ours" if is_untouched else "both"
        elif not is_untouched:
            found[name] = "theirs"
    return found
