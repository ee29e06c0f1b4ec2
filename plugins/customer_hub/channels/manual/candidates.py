"""The customers that a file would add, for a search before anything is created."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from customer_hub.channels.manual.mapping import map_record
from customer_hub.channels.manual.reading import ENTITY, read_template

_ADD = "add"


def read_candidate_records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number, mapped record) of each row of a file that adds a customer.

    Raises:
        ChannelContentError: the file is not a filled template.
    """
    for row in read_template(path, "manual"):
        if not row.is_ragged and row.payload["action"].strip().lower() == _ADD:
            yield row.line, map_record(ENTITY, row.payload)
