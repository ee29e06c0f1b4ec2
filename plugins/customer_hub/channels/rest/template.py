"""Paths into an answer, and texts and bodies with places to fill: the small language of the TOML."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from customer_hub.channels.record import read_moment

_PLACE = re.compile(r"\{([a-z_]+(?:\.\w+)*)\}")
# A count of seconds reaches this in the year 5138; from there on it is one of milliseconds.
_MILLIS_FROM = 100_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Nothing:
    """Stands for what is left out, since null is a value."""


_NOTHING = _Nothing()


def look(node: Any, path: str) -> Any:
    """Return what stands at a path such as `paging.next.after`; None where there is nothing.

    An empty path is the node itself; a number is a place in a list.
    """
    for step in path.split(".") if path else ():
        if isinstance(node, Mapping):
            node = node.get(step)
        elif isinstance(node, list) and step.isdecimal() and int(step) < len(node):
            node = node[int(step)]
        else:
            return None
    return node


def plant(tree: dict[str, Any], path: str, value: Any) -> None:
    """Put a value at a path of nested tables, making those that are missing."""
    *steps, last = path.split(".")
    for step in steps:
        tree = tree.setdefault(step, {})
    tree[last] = value


def fill(template: Any, values: Mapping[str, Any]) -> Any:
    """Return a template with its places filled; None where nothing is left of it.

    A place is `{name}`, or `{name.key}` of a table. A text that is one place alone becomes the value
    itself: a number stays a number. A key whose place has no value (None) is left out, so that
    `after = "{cursor}"` is not sent for a first page.
    """
    filled = _fill(template, values)
    return None if filled is _NOTHING else filled


def _fill(template: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(template, str):
        alone = _PLACE.fullmatch(template)
        if alone:
            value = look(values, alone[1])
            return _NOTHING if value is None else _unfreeze(value)
        if any(look(values, name) is None for name in _PLACE.findall(template)):
            return _NOTHING
        return _PLACE.sub(lambda place: _show(look(values, place[1])), template)
    if isinstance(template, Mapping):
        filled = {key: _fill(value, values) for key, value in template.items()}
        return {key: value for key, value in filled.items() if value is not _NOTHING}
    if isinstance(template, list):
        return [value for each in template if (value := _fill(each, values)) is not _NOTHING]
    return template


def fill_params(template: Mapping[str, str], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the parameters of a query with their places filled; a list is joined by commas."""
    return [(key, _show(value)) for key, value in fill(template, values).items()]


def _show(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _unfreeze(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def find_places(template: Any) -> Iterator[str]:
    """Yield the names of all places of a template."""
    if isinstance(template, str):
        yield from _PLACE.findall(template)
    elif isinstance(template, Mapping):
        for value in template.values():
            yield from find_places(value)
    elif isinstance(template, Iterable):
        for value in template:
            yield from find_places(value)


def show_time(moment: datetime, form: str) -> str | int:
    """Return a moment as a system wants it: iso, seconds, millis, or a strftime pattern, in UTC."""
    moment = moment.astimezone(UTC)
    if form == "seconds":
        return int(moment.timestamp())
    if form == "millis":
        return (moment - _EPOCH) // timedelta(milliseconds=1)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ" if form == "iso" else form)


def read_time(value: Any) -> datetime | None:
    """Return a moment (aware UTC) out of ISO text or a count of seconds or milliseconds, or None."""
    if isinstance(value, bool):
        return None
    text = value.strip() if isinstance(value, str) else value
    if isinstance(text, int) or (isinstance(text, str) and text.isdecimal() and len(text) > 8):
        count = int(text)
        try:
            if count >= _MILLIS_FROM:
                return _EPOCH + timedelta(milliseconds=count)
            return _EPOCH + timedelta(seconds=count)
        except OverflowError:
            return None
    return read_moment(text)
