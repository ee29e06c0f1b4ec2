"""The rows of a landed file that rules kept back or marked, by their lines."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from customer_hub.bulk.file import CHANNEL, ImportFile
from customer_hub.bulk.rows import CHUNK, RowResult, name_record
from customer_hub.channels.manual.reading import ENTITY, read_numbered
from customer_hub.core import db, sql
from customer_hub.validate.suites import Rule, read_suite


def read_kept_back(file: ImportFile, author: str, window_id: int) -> Iterator[RowResult]:
    """Yield the rows of a file that break a rule, in the file's order."""
    rules = {rule.name: rule for rule in read_suite(f"{CHANNEL}_{ENTITY}").rules}
    rows = read_numbered(file.path, CHANNEL, author)
    while chunk := list(islice(rows, CHUNK)):
        named = [name_record(record) for _, record in chunk]
        broken: dict[str, list[Rule]] = defaultdict(list)
        with db.begin() as connection:
            for found in sql.rows(
                connection,
                "bulk/select_kept_back",
                window_id=window_id,
                source_keys=[key for key in named if key],
            ):
                broken[found.source_key].append(rules[found.rule])
        for (row, record), key in zip(chunk, named, strict=True):
            if key in broken and record is not None:
                cause = str(record.payload.get("_cause", ""))
                yield RowResult(row.line, "quarantined", None, (), broken[key], cause, row.payload)
