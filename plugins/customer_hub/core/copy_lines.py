"""Rows as lines of PostgreSQL's COPY text, and lists as arrays: what any process can send.

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
    lines = ["\t".join([_FORMS[type(value)](value) for value in record]) for record in records]
    lines.append("")
    return "\n".join(lines).encode()


def make_array(values: Iterable[Any]) -> str:
    """Return the text of an array, as a bind parameter that is cast to one.

    The driver takes several times as long, and again for each statement that is given the array.
    """
    return "{" + ",".join([_ELEMENTS[type(value)](value) for value in values]) + "}"


class _Forms(dict[type, Callable[[Any], str]]):
    """How values of a type are written; a subclass is written as its base."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        for base in kind.__mro__[1:]:
            if base in self:
                self[kind] = self[base]
                return self[kind]
        raise TypeError(f"no form for {kind.__name__}")


def _write_text(value: str) -> str:
    # Nearly all texts are printable and without a backslash, which is quicker to see than to mend.
    return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPES)


def _quote(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _write_array(values: Sequence[Any]) -> str:
    return _write_text(make_array(values)) if values else "{}"


_ELEMENTS = _Forms(
    {
        str: _quote,
        bytes: lambda value: rf'"\\x{value.hex()}"',
        int: str,
        UUID: str,
        datetime: datetime.isoformat,
    }
)
_FORMS = _Forms(
    {
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
        list: _write_array,
        tuple: _write_array,
    }
)
