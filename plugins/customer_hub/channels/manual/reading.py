"""A file of the template to records, row by row."""

from collections.abc import Iterator
from pathlib import Path

from customer_hub.channels.contract import RawRecord
from customer_hub.channels.csv_file import CsvForm, prove_file, read_rows
from customer_hub.channels.encodings import GB18030, UTF_8
from customer_hub.channels.file_rows import Row, plain_columns, ragged_payload
from customer_hub.channels.manual.mapping import clears_what_must_stand
from customer_hub.channels.manual.template import ACTIONS, AUTHOR, COLUMNS, TITLE

ENTITY = "customer"
_FORM = CsvForm(plain_columns(COLUMNS), encodings=(UTF_8, GB18030), title=TITLE)


def read_template(path: Path, channel: str) -> Iterator[Row]:
    """Yield the rows of a file.

    Raises:
        ChannelContentError: it is empty, is not the template of this version, lacks a column, or
            is neither UTF-8 nor GB18030.
    """
    with path.open("rb") as file:
        proof = prove_file(file, path.name, _FORM, channel)
    with path.open("rb") as file:
        yield from read_rows(file, path.name, proof, _FORM, channel)


def read_records(path: Path, channel: str, author: str) -> Iterator[RawRecord]:
    """Yield a record for each row of a file, with its author in the payload.

    A row without a customer number, with another action than add, change and delete, with CLEAR
    in a column that cannot be empty, or with a number that stood in the file before, lands under
    its line for the gate to quarantine.

    Raises:
        ChannelContentError: as `read_template`.
    """
    seen: set[str] = set()
    for row in read_template(path, channel):
        cause = _find_fault(row, seen)
        if cause is not None or row.is_ragged:
            payload = (
                row.payload
                if cause is None
                else ragged_payload(cause, path.name, row.line, row.payload)
            )
            yield _make_record(f"!{path.name}:{row.line}", "upsert", {**payload, AUTHOR: author})
            continue
        number = row.payload["customer_no"].strip()
        seen.add(number)
        if _action(row) == "delete":
            yield _make_record(number, "delete", {})
        else:
            yield _make_record(number, "upsert", {**row.payload, AUTHOR: author})


def _find_fault(row: Row, seen: set[str]) -> str | None:
    if row.is_ragged:
        return None
    number = row.read_key("customer_no")
    if not number:
        return "key"
    if _action(row) not in ACTIONS:
        return "action"
    if clears_what_must_stand(row.payload):
        return "clear"
    return "twice" if number in seen else None


def _action(row: Row) -> str:
    return str(row.payload["action"]).strip().lower()


def _make_record(source_id: str, op: str, payload: dict[str, object]) -> RawRecord:
    return RawRecord(
        entity=ENTITY,
        source_id=source_id,
        op="delete" if op == "delete" else "upsert",
        version_at=None,
        created_at=None,
        payload=payload,
    )
