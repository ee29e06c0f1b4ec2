"""Whether what differs between two reads of a record is our own write, and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from customer_hub.channels.contract import RawRecord
from customer_hub.channels.digest import strip_volatile
from customer_hub.channels.hub_fields import normalise
from customer_hub.channels.record import as_text

_Path = tuple[str | int, ...]


def is_own_write(
    before: RawRecord,
    after: RawRecord,
    fields: Mapping[str, str | None],
    volatile: Sequence[str],
) -> bool:
    """Say whether every value that a record shows otherwise than before is one that we wrote.

    Between the two reads people may have edited it: what they wrote is to be gathered.

    Args:
        before: the record as it was read before the write.
        after: and after it.
        fields: what was written.
        volatile: paths of the payload that count for nothing.
    """
    old, new = (
        dict(_list_leaves(strip_volatile(each.payload, volatile))) for each in (before, after)
    )
    return all(
        _is_given(new.get(path), fields)
        for path in old.keys() | new.keys()
        if old.get(path) != new.get(path)
    )


def _list_leaves(node: Any, path: _Path = ()) -> Iterator[tuple[_Path, Any]]:
    """Yield what stands in a payload and where; empty is nothing."""
    if isinstance(node, Mapping):
        for name, value in node.items():
            yield from _list_leaves(value, (*path, name))
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _list_leaves(value, (*path, place))
    elif node is not None and node != "":
        yield path, node


def _is_given(leaf: Any, fields: Mapping[str, str | None]) -> bool:
    if leaf is None:
        return None in fields.values()
    text = as_text(leaf)
    return any(
        value is not None and normalise(name, value) == normalise(name, text)
        for name, value in fields.items()
    )
