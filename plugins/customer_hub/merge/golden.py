"""One golden record from its opened members: cells, children, content. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from customer_hub.merge.children import (
    Address,
    Family,
    Point,
    classify,
    rank_heard,
    unite_addresses,
    unite_points,
    unite_tags,
)
from customer_hub.merge.reading import Batch
from customer_hub.merge.rules import SEALED_FIELDS, Survivorship
from customer_hub.merge.survive import (
    Candidate,
    Cell,
    Pin,
    archive_cell,
    choose_cells,
    choose_pins,
    living,
)


@dataclass(frozen=True, slots=True, repr=False)
class Golden:
    """A golden customer or contact, opened: for this process's memory only.

    ``key`` is the golden id as text, made once for all that is written. ``members`` are the source
    keys that it is made of, each with its landed version; ``gone`` those that their channel deleted.
    ``met`` are (field, pin that holds, pin that it outranks).
    """

    golden_id: UUID
    key: str
    entity: str
    cells: Mapping[str, Cell]
    family: Family
    members: Mapping[str, int]
    gone: tuple[str, ...]
    valid_from: datetime
    met: tuple[tuple[str, int, int], ...] = ()

    def value(self, name: str) -> str | None:
        """Return the value of a cell, or None."""
        cell = self.cells.get(name)
        return cell.value if cell else None

    def segment(self, segment: str) -> dict[str, str]:
        """Return what a sealed segment holds; empty when nothing is known."""
        named = {name: self.value(f"{segment}.{name}") for name in SEALED_FIELDS[segment]}
        return {name: value for name, value in named.items() if value is not None}

    def content(self) -> dict[str, Any]:
        """Return what makes a version: every value, and the members, but not who gave which value.

        A cell that was explicitly cleared is None; one without an opinion is absent.
        """
        family = self.family
        return {
            "members": list(self.members),
            "gone": list(self.gone),
            "cells": {name: cell.value for name, cell in sorted(self.cells.items())},
            "points": [
                [point.type, dict(point.value), point.is_preferred, point.is_generic]
                for point in family.points
            ],
            "addresses": [
                [each.type, each.country_code, each.region_code, dict(each.value)]
                for each in family.addresses
            ],
            "tags": family.tags,
            "relations": [list(relation) for relation in family.relations],
        }


def build_golden(golden_id: UUID, batch: Batch, rules: Survivorship) -> Golden:
    """Return the golden record of a batch's members; their order does not matter."""
    entity = batch.entities[golden_id]
    members = sorted(batch.members[golden_id], key=lambda each: each.source_key)
    pins = batch.pins.get(golden_id, ())
    cells = choose_cells(members, rules.customer if entity == "customer" else rules.contact, pins)
    if all(member.is_deleted for member in members):
        cells["status"] = archive_cell(members)
    elif entity == "contact":
        first = min(living(members), key=lambda each: each.source_key)
        cells["status"] = Cell("active", first.source_key, first.version_id, "default")
    return Golden(
        golden_id=golden_id,
        key=str(golden_id),
        entity=entity,
        cells=cells,
        family=_build_family(golden_id, entity, members, cells, batch),
        members={each.source_key: each.version_id for each in members},
        gone=tuple(each.source_key for each in members if each.is_deleted),
        valid_from=max(
            [member.version_at for member in members] + batch.pin_moments.get(golden_id, [])
        ),
        met=_find_met(pins),
    )


def _find_met(pins: Sequence[Pin]) -> tuple[tuple[str, int, int], ...]:
    latest = choose_pins(pins)
    pairs = [(pin.name, latest[pin.name].decision_id, pin.decision_id) for pin in pins]
    return tuple(sorted(pair for pair in pairs if pair[1] != pair[2]))


def _build_family(
    golden_id: UUID,
    entity: str,
    members: Sequence[Candidate],
    cells: Mapping[str, Cell],
    batch: Batch,
) -> Family:
    keys = [member.source_key for member in members]
    return Family(
        points=unite_points(members, _points(keys, batch), batch.generic),
        addresses=unite_addresses(members, _addresses(keys, batch)),
        tags=unite_tags(members, batch.tags),
        classification=classify(cells) if entity == "customer" else [],
        relations=_relate(golden_id, living(members), batch),
    )


def _points(keys: Sequence[str], batch: Batch) -> Iterator[Point]:
    return (point for key in keys for point in batch.points.get(key, ()))


def _addresses(keys: Sequence[str], batch: Batch) -> Iterator[Address]:
    return (address for key in keys for address in batch.addresses.get(key, ()))


def _relate(golden_id: UUID, members: Sequence[Candidate], batch: Batch) -> list[tuple[str, str]]:
    """Return (kind, other golden id).

    A parent that a channel names, and its word that there is none, outrank one found by name.
    """
    if not any(batch.relations.get(member.source_key) for member in members):
        return []
    found: dict[str, set[str]] = defaultdict(set)
    heard = rank_heard(members, "branch_of")
    for member in members:
        for kind, other in batch.relations.get(member.source_key, ()):
            if other != golden_id and (kind != "branch_of" or member.source_key in heard):
                found[kind].add(str(other))
    named = found.pop("named_like", set())
    is_denied = any("branch_of" in member.cleared for member in members)
    if not found["branch_of"] and len(named) == 1 and not is_denied:
        found["branch_of"] = named
    return sorted((kind, other) for kind, others in found.items() for other in others)


def measure_completeness(golden: Golden, wanted: Sequence[str]) -> float:
    """Return the share (0..1) of the declared fields that the record has."""
    known = {
        *(name for name, cell in golden.cells.items() if cell.value is not None),
        *(point.type for point in golden.family.points),
        *(segment for segment in SEALED_FIELDS if golden.segment(segment)),
    }
    if golden.family.addresses:
        known.add("address")
    if "mobile" in known:
        known.add("phone")
    return sum(name in known for name in wanted) / len(wanted)
