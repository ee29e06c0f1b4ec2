"""Rows of the template to the hub's raw fields. Cleaning is left to standardise."""

import re
from collections.abc import Mapping
from typing import Any

from customer_hub.channels.contract import CLEARABLE, RAW_FIELDS
from customer_hub.channels.manual.template import (
    ADDRESS,
    AUTHOR,
    CLEAR,
    COLUMNS,
    PHONES,
    SCALARS,
)
from customer_hub.channels.record import Record, make_address, make_contact_points, make_mails

_LISTS = frozenset({"tags", "phones", "mails", "addresses", "unknown", "cleared"})
_SEPARATOR = re.compile("[;|\uff1b]")
_ADDRESS_TYPE = "billing"
# An address is one thing in several columns: it is emptied by the first of them.
_CLEARS = {name: name for name in COLUMNS if name in CLEARABLE} | {"address_raw": "address"}


def map_record(entity: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Map a row (customer) to RAW_FIELDS["customer"]; pure, total.

    A blank cell and a cleared one are both None; `cleared` names the latter. A ragged row has no
    fields.
    """
    if payload.get("_ragged"):
        return {name: [] if name in _LISTS else None for name in RAW_FIELDS[entity]}
    record = Record(payload)
    phones = [(kind, number) for kind in PHONES for number in _take_list(record, kind)]
    mapped: dict[str, Any] = {name: _take(record, name) for name in SCALARS}
    mapped["modified"] = None  # a row is as old as its upload
    mapped["tags"] = _take_list(record, "tags")
    mapped["phones"] = make_contact_points(phones, preferred="mobile")
    mapped["mails"] = make_mails(*_take_list(record, "mail"))
    mapped["addresses"] = make_address(
        _take(record, "address_type") or _ADDRESS_TYPE,
        **{part: _take(record, f"address_{part}") for part in ADDRESS},
    )
    record.ignore(("action", "customer_no", AUTHOR))
    mapped["unknown"] = record.leftovers()
    mapped["cleared"] = [_CLEARS[name] for name in list_clears(payload) if name in _CLEARS]
    return {name: mapped[name] for name in RAW_FIELDS[entity]}


def list_clears(payload: Mapping[str, Any]) -> list[str]:
    """Return the columns that a row explicitly empties with the word CLEAR."""
    return [name for name in COLUMNS if _says_clear(payload.get(name))]


def clears_what_must_stand(payload: Mapping[str, Any]) -> bool:
    """Tell whether a row would empty a column that cannot be: it names or describes the record."""
    return any(name not in _CLEARS for name in list_clears(payload))


def _take(record: Record, name: str) -> str | None:
    value = record.take(name)
    return None if value is None or not value.strip() or _says_clear(value) else value


def _take_list(record: Record, name: str) -> list[str]:
    parts = _SEPARATOR.split(_take(record, name) or "")
    return [part.strip() for part in parts if part.strip()]


def _says_clear(value: Any) -> bool:
    return isinstance(value, str) and value.strip() == CLEAR
