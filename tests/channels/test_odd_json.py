"""Payloads of every system with every field turned into something else: mapped, never refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from customer_hub.channels.contract import RAW_FIELDS
from customer_hub.core.http_answer import read_json
from customer_hub.core.seal import canonical_json
from customer_hub.standardise.rows import Origin
from customer_hub.standardise.run import _STANDARDISE
from local.sandbox.process import SandboxProcess
from tests.channels.peers import PEERS, READ
from tests.channels.test_contract import START, read_all

each_entity = pytest.mark.parametrize(("name", "entity"), READ)
# What a field may turn into from one release of a system to the next, and what broken ones send.
TURNED: list[Any] = [
    None, "", "x", True, 7, -1, 10**40, "1e999", "NaN", "0000-00-00T00:00:00", "\ud800\0",
    [], [None], [None, 7, "x", [], {}], {}, {"id": None}, {"x": [None]},
]  # fmt: skip

Path = tuple[str | int, ...]


def list_paths(value: Any, before: Path = ()) -> Iterator[Path]:
    """Yield the place of every value in a payload, of the first of each list only."""
    if before:
        yield before
    if isinstance(value, dict):
        for name, held in value.items():
            yield from list_paths(held, (*before, name))
    elif isinstance(value, list) and value:
        yield from list_paths(value[0], (*before, 0))


def turn(payload: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """Return a copy of a payload with another value at one place."""
    copied: Any = deepcopy(payload)
    place = copied
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return copied  # type: ignore[no-any-return]


@each_entity
def test_a_field_of_another_type_is_mapped_and_standardised(
    sandbox: SandboxProcess, name: str, entity: str
) -> None:
    system = PEERS[name].config().load_system()
    payload = read_all(sandbox, name, entity)[5].payload
    origin = Origin(f"{name}/{entity}/6", name, "6", 1, START, is_deleted=False, zone="UTC")
    tried = 0
    for path in list_paths(payload):
        for value in TURNED:
            record = system.map_record(entity, turn(payload, path, value))
            assert sorted(record) == sorted(RAW_FIELDS[entity]), (path, value)
            _STANDARDISE[entity](record, origin, None)
            tried += 1
    assert tried > 100


@each_entity
def test_nulls_in_every_list_change_nothing(
    sandbox: SandboxProcess, name: str, entity: str
) -> None:
    """A list with a null before, between and after its own says what it said without."""

    def dilute(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: dilute(held) for key, held in value.items()}
        if isinstance(value, list):
            return [None, *(each for held in value for each in (dilute(held), None))]
        return value

    system = PEERS[name].config().load_system()
    for record in read_all(sandbox, name, entity):
        assert system.map_record(entity, dilute(record.payload)) == system.map_record(
            entity, record.payload
        )


def test_an_integer_of_any_length_is_read_word_for_word() -> None:
    digits = "9" * 5000
    body = read_json(f'{{"small": 7, "large": {digits}, "minus": -{digits}}}'.encode())
    assert body["small"] == 7
    assert (str(body["large"]), str(body["minus"])) == (digits, f"-{digits}")
    assert json.loads(canonical_json(body)) == body


@each_entity
@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_json_has_not_is_an_error(name: str, entity: str, constant: str) -> None:
    with pytest.raises(ValueError, match="is not JSON"):
        read_json(f'[{{"id": "1", "amount": {constant}}}]'.encode())
