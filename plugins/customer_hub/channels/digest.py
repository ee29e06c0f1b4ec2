"""What of a payload counts as a change: its keyed digest without the volatile fields.

A volatile path is a list of steps joined by dots. A step is a field name, or ``name[key]`` for
those items of a list of dicts whose "key" or "name" is ``key``. A field that holds a list of dicts
is entered item by item.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from customer_hub.core.errors import ConfigurationError
from customer_hub.core.seal import Sealer

DELETED = "deleted"
_STEP = re.compile(r"([^.\[\]]+)(?:\[([^\[\]]+)\])?")
_TAGS = ("key", "name")

Step = tuple[str, str | None]


@cache
def parse_path(path: str) -> tuple[Step, ...]:
    """Return the steps of a volatile path: (field, key of the items or None).

    Raises:
        ConfigurationError: it is not a path.
    """
    steps: list[Step] = []
    position = 0
    while position <= len(path):
        match = _STEP.match(path, position)
        if match is None or (match.end() < len(path) and path[match.end()] != "."):
            raise ConfigurationError(
                f"{path!r} is not a volatile path",
                where="include/channels",
                hint="write a, a.b or list[name]; see docs/guides/add-a-channel.md",
            )
        steps.append((match[1], match[2]))
        position = match.end() + 1
    return tuple(steps)


def digest_payload(sealer: Sealer, payload: dict[str, Any], paths: Sequence[str]) -> bytes:
    """Return the keyed digest of a payload without the fields that `paths` name."""
    return sealer.digest(strip_volatile(payload, paths))


def strip_volatile(payload: dict[str, Any], paths: Sequence[str]) -> Any:
    """Return a payload without the fields that `paths` name."""
    stable: Any = payload
    for path in paths:
        stable = _strip(stable, parse_path(path))
    return stable


def digest_delete(sealer: Sealer) -> bytes:
    """Return the digest that every delete has."""
    return sealer.digest(DELETED)


def _strip(node: Any, steps: tuple[Step, ...]) -> Any:
    """Return a copy of `node` without what `steps` lead to; the rest is shared, not copied."""
    if isinstance(node, list):
        return [_strip(item, steps) for item in node]
    name, tag = steps[0]
    if not isinstance(node, dict) or name not in node:
        return node
    value, rest = node[name], steps[1:]
    if tag is not None:
        if not isinstance(value, list):
            return node
        return {**node, name: _strip_items(value, tag, rest)}
    if rest:
        return {**node, name: _strip(value, rest)}
    return {key: kept for key, kept in node.items() if key != name}


def _strip_items(items: list[Any], tag: str, rest: tuple[Step, ...]) -> list[Any]:
    kept = []
    for item in items:
        is_meant = isinstance(item, dict) and any(item.get(key) == tag for key in _TAGS)
        if not is_meant:
            kept.append(item)
        elif rest:
            kept.append(_strip(item, rest))
    return kept
