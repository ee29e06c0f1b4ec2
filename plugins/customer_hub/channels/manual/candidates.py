"""The customers that a person would add, for a search before anything is created."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from customer_hub.channels.manual.mapping import map_record
from customer_hub.channels.manual.reading import ENTITY, read_template
from customer_hub.channels.manual.template import COLUMNS
from customer_hub.core.errors import BadDataError

_ADD = "add"


def read_candidate_records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number, mapped record) of each row of a file that adds a customer.

    Raises:
        ChannelContentError: the file is not a filled template.
    """
    for row in read_template(path, "manual"):
        if not row.is_ragged and row.payload["action"].strip().lower() == _ADD:
            yield row.line, map_record(ENTITY, row.payload)


def read_candidate(lines: Iterable[str]) -> dict[str, Any]:
    """Return the mapped record of lines ``column: value``, with the template's columns.

    Raises:
        BadDataError: a line names no column; its value is not repeated.
    """
    payload = dict.fromkeys(COLUMNS, "")
    for number, line in enumerate(lines, 1):
        name, _, value = line.partition(":")
        if not line.strip():
            continue
        if name.strip() not in COLUMNS:
            raise BadDataError(
                "no column of the template", where=f"line {number}",
                hint=f"write column: value, with {', '.join(COLUMNS)}",
            )  # fmt: skip
        payload[name.strip()] = value.strip()
    return map_record(ENTITY, payload)
