"""Rows as lines of PostgreSQL's COPY text: what a worker process prepares, any process can send.

Written here, and not by the driver, because it is the greater part of a bulk load's time.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def make_lines(records: Iterable[Sequence[Any]]) -> bytes:
    """Return a line for each record; None is NULL.

    Raises:
        TypeError: a value is of a type that has no form here.
    """
    lines = ["\t".join([_write(value) for value in record]) for record in records]
    lines.append("")
    return "\n".join(lines).encode()


def _write(value: Any) -> str:
    form = _FORMS.get(type(value))
    if form is None:
        form = next((_FORMS[kind] for kind in type(value).__mro__ if kind in _FORMS), None)
    if form is None:
        raise TypeError(f"no form for {type(value).__name__}")
    return form(value)


def _write_text(value: str) -> str:
    # Nearly all texts are printable and without a backslash, which is quicker to see than to mend.
    return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPES)


def _write_list(values: Sequence[Any]) -> str:
    if not values:
        return "{}"
    return _write_text("{" + ",".join(map(_write_element, values)) + "}")


def _write_element(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, int):
        return str(value)
    raise TypeError(f"no form for {type(value).__name__} in a list")


_FORMS: dict[type, Callable[[Any], str]] = {
    str: _write_text,
    type(None): lambda _: r"\N",
    bytes: lambda value: rf"\\x{value.hex()}",
    bool: lambda value: "t" if value else "f",
    int: str,
    float: repr,
    Decimal: lambda value: format(value, "f"),
    UUID: str,
    datetime: datetime.isoformat,
    date: date.isoformat,
    list: _write_list,
    tuple: _write_list,
}
