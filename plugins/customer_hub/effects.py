"""What makes one master another: customers joined and parted, cells that change, record by record.

Two connections see the two: one what stands, the other what a rebuild in its own transaction made
of it. Both are read in the order of their keys, side by side, so memory is bounded by what changes.
An effect names ids and fields, never a value.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

from sqlalchemy import Connection, Row

from customer_hub.core.seal import Sealer, canonical_json
from customer_hub.core.table_hash import open_rows
from customer_hub.merge.rules import CONTACT_FIELDS, CUSTOMER_FIELDS

_log = logging.getLogger(__name__)
Change = Literal["merged", "split", "moved", "came", "went", "filled", "changed", "emptied"]
EXAMPLES = 5
_CHUNK = 50_000
_GOLDEN = (
    "master.customer", "master.contact", "master.contact_point", "master.address", "master.tag",
    "master.relation",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a replay does otherwise.

    ``merged``: the golden id holds records of the other one as well. ``split``: it becomes the other
    one too. ``moved``: the source record leaves the golden id for the other one. ``came`` and
    ``went``: the golden id is new, or no more. Else a field of it is filled, changed or emptied.
    """

    change: Change
    golden_id: str
    field: str = ""
    other_golden_id: str = ""
    source_key: str = ""


@dataclass(slots=True)
class Effects:
    """All effects counted, the first of each kind as examples.

    ``merges``, ``splits``, ``standing`` (golden records), ``affected`` and ``came`` are counted by
    entity; ``fields`` by field. ``records`` are the source records, ``untouched`` those whose golden
    record is what it was.
    """

    merges: Counter[str] = field(default_factory=Counter)
    splits: Counter[str] = field(default_factory=Counter)
    standing: Counter[str] = field(default_factory=Counter)
    affected: Counter[str] = field(default_factory=Counter)
    came: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    records: int = 0
    untouched: int = 0
    joined: dict[str, list[str]] = field(default_factory=dict)
    parted: dict[str, list[str]] = field(default_factory=dict)
    cells: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Moves:
    """Golden ids between which records move, with the entity of each; what stays in them as well."""

    into: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    out_of: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    entities: dict[str, str] = field(default_factory=dict)


def measure_effects(
    standing: Connection,
    rebuilt: Connection,
    sealer: Sealer,
    tell: Callable[[Effect], object],
) -> Effects:
    """Compare the golden records of two transactions; `tell` gets every effect.

    What leads to the same golden id with the same values is no effect, whatever the way to it.
    """
    found = Effects()
    moves = _find_moves(standing, rebuilt, sealer, tell)
    _tell_moves(found, moves, tell)
    pairs = _pair_goldens(standing, rebuilt, sealer)
    for number, (golden_id, entity, before, after) in enumerate(pairs, 1):
        is_affected = golden_id in moves.entities
        if before and after:
            is_affected |= _tell_cells(found, golden_id, before, after, tell)
        else:
            is_affected = True
            tell(Effect("went" if before else "came", golden_id))
            found.came[entity] += not before
        if before:
            found.standing[entity] += 1
            found.affected[entity] += is_affected
            found.records += before["record_count"]
            found.untouched += 0 if is_affected else before["record_count"]
        if number % _CHUNK == 0:
            _log.info("effects: %s golden records compared", number)
    return found


def _find_moves(
    standing: Connection, rebuilt: Connection, sealer: Sealer, tell: Callable[[Effect], object]
) -> _Moves:
    moves = _Moves()
    for key, entity, before, after in _pair_records(standing, rebuilt, sealer):
        if before == after:
            continue
        tell(Effect("moved", before, other_golden_id=after, source_key=key))
        for golden_id in filter(None, (before, after)):
            moves.entities[golden_id] = entity
        if before and after:
            moves.into[after].add(before)
            moves.out_of[before].add(after)
    # What stays where it is counts where others come or leave.
    for _, _, before, after in _pair_records(standing, rebuilt, sealer):
        if before == after:
            for held in (moves.into, moves.out_of):
                if before in held:
                    held[before].add(before)
    return moves


def _pair_records(
    standing: Connection, rebuilt: Connection, sealer: Sealer
) -> Iterator[tuple[str, str, str, str]]:
    """Yield (source key, entity, golden id before, golden id after) of all source records."""
    sides = [
        _group(each, sealer, "match.crosswalk", side, "source_key")
        for side, each in enumerate((standing, rebuilt))
    ]
    for key, found in groupby(merge(*sides, key=itemgetter(0)), key=itemgetter(0)):
        ids, entity = ["", ""], ""
        for _, side, _, rows in found:
            content = rows[0][0].content
            ids[side], entity = content["golden_id"], content["entity"]
        yield key, entity, ids[0], ids[1]


def _tell_moves(found: Effects, moves: _Moves, tell: Callable[[Effect], object]) -> None:
    named: tuple[tuple[Change, Mapping[str, set[str]], Counter[str], dict[str, list[str]]], ...] = (
        ("merged", moves.into, found.merges, found.joined),
        ("split", moves.out_of, found.splits, found.parted),
    )
    for change, groups, counts, examples in named:
        for golden_id, others in sorted(groups.items()):
            if len(others) < 2:
                continue  # a record under another id, alone as before
            counts[moves.entities[golden_id]] += 1
            rest = sorted(others - {golden_id})
            if len(examples) < EXAMPLES:
                examples[golden_id] = rest
            for other in rest:
                tell(Effect(change, golden_id, other_golden_id=other))


def _tell_cells(
    found: Effects,
    golden_id: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    tell: Callable[[Effect], object],
) -> bool:
    names = [
        name
        for name in sorted(before.keys() | after.keys())
        if name != "record_count" and before.get(name) != after.get(name)
    ]
    for name in names:
        change: Change = "changed"
        if name not in before or name not in after:
            change = "emptied" if name in before else "filled"
        tell(Effect(change, golden_id, name))
        found.fields[name] += 1
        examples = found.cells.setdefault(name, [])
        if len(examples) < EXAMPLES:
            examples.append(golden_id)
    return bool(names)


def _pair_goldens(
    standing: Connection, rebuilt: Connection, sealer: Sealer
) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Yield (golden id, entity, cells before, cells after); no cells where there is no such record."""
    streams = [
        _group(each, sealer, table, side, "golden_id")
        for side, each in enumerate((standing, rebuilt))
        for table in _GOLDEN
    ]
    for golden_id, found in groupby(merge(*streams, key=itemgetter(0)), key=itemgetter(0)):
        sides: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
        entity = "contact"
        for _, side, table, rows in found:
            entity = "customer" if table == "master.customer" else entity
            sides[side].update(_read_cells(table, rows))
        yield golden_id, entity, *sides


def _group(
    connection: Connection, sealer: Sealer, table: str, side: int, key: str
) -> Iterator[tuple[str, int, str, list[tuple[Row[Any], list[Any]]]]]:
    rows = open_rows(connection, sealer, table)
    for owner, held in groupby(rows, key=lambda each: each[0].content[key]):
        yield owner, side, table, list(held)


def _read_cells(table: str, rows: Iterable[tuple[Row[Any], list[Any]]]) -> dict[str, Any]:
    """Return the cells of one record of a table; of children a field for each type, all of it."""
    cells: dict[str, Any] = defaultdict(list)
    for row, opened in rows:
        content = row.content
        match table:
            case "master.customer" | "master.contact":
                plain = {name: content[name] for name in _NAMES[table]}
                for segment, value in zip(row.segments, opened, strict=True):
                    plain |= {f"{segment}.{name}": each for name, each in (value or {}).items()}
                cells |= {name: value for name, value in plain.items() if value is not None}
            case "master.contact_point":
                marks = content["is_preferred"], content["is_generic"]
                cells[content["type"]].append(canonical_json([*opened, *marks]))
            case "master.address":
                place = content["type"], content["country_code"], content["region_code"]
                cells["address"].append(canonical_json([*opened, *place]))
            case "master.tag":
                cells["tag"].append(content["tag"])
            case "master.relation":
                cells[f"relation.{content['kind']}"].append(content["other_golden_id"])
    return dict(cells)


_NAMES = {
    "master.customer": (*CUSTOMER_FIELDS, "record_count"),
    "master.contact": (*CONTACT_FIELDS, "status", "record_count"),
}
