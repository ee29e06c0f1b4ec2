"""Children of a golden record: the union of what its members have. Pure.

A member that explicitly clears a kind of children silences what members behind it in the order of
trust and age say of that kind; what it says itself, and what better members say, stands.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

from customer_hub.merge.survive import Candidate, Cell, living
from customer_hub.values.address import fold_street, is_same_place

_POINT_ORDER = {"mobile": 0, "phone": 1, "mail": 2, "fax": 3}
_ADDRESS_ORDER = {"billing": 0, "shipping": 1, "office": 2}
CLASSIFIED = {"industry": "industry_code", "level": "level_code", "region": "region_code"}


@dataclass(frozen=True, slots=True, repr=False)
class Point:
    """A contact point, opened; ``digest`` is the keyed digest of its value.

    ``ordinal`` is its place in the source record.
    """

    type: str
    value: Mapping[str, Any]
    digest: bytes
    source_key: str
    is_preferred: bool
    is_masked: bool = False
    is_generic: bool = False
    ordinal: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """An address, opened; ``digest`` is the keyed digest of its value.

    ``ordinal`` is its place in the source record.
    """

    type: str
    country_code: str | None
    region_code: str | None
    value: Mapping[str, Any]
    digest: bytes
    source_key: str
    is_preferred: bool = False
    ordinal: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Family:
    """The children of one golden record, each list in its lasting order."""

    points: list[Point] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    classification: list[tuple[str, str, str]] = field(default_factory=list)
    relations: list[tuple[str, str]] = field(default_factory=list)


def unite_points(
    candidates: Sequence[Candidate],
    points: Iterable[Point],
    generic: Set[tuple[str, bytes]],
) -> list[Point]:
    """Return the distinct contact points of the living members, one of each type preferred.

    A masked phone is no number that anybody can ring: it helps the matching and never gets here.
    Preferred is what most trusted, newest records prefer; a generic value only if there is no
    other.

    Args:
        candidates: the members.
        points: their contact points.
        generic: (source key, digest) of values that many customers share.
    """
    given = list(points)
    heard = {kind: rank_heard(candidates, kind) for kind in {point.type for point in given}}
    kept: dict[tuple[str, bytes], Point] = {}
    best: dict[tuple[str, bytes], tuple[Any, ...]] = {}
    preferred: set[tuple[str, bytes]] = set()
    for point in given:
        rank = heard[point.type]
        if point.source_key not in rank or point.is_masked:
            continue
        # One number entered as a mobile here and as a phone there is one number.
        key = ("phone" if point.type == "mobile" else point.type, point.digest)
        if point.is_preferred:
            preferred.add(key)
        place = (*rank[point.source_key], _POINT_ORDER[point.type])
        if key not in best or place < best[key]:
            kept[key], best[key] = point, place
    rows = []
    for key, point in kept.items():
        is_generic = (point.source_key, point.digest) in generic
        order = (
            _POINT_ORDER[point.type],
            is_generic,
            key not in preferred,
            best[key],
            point.digest,
        )
        rows.append((order, point, is_generic))
    result: list[Point] = []
    for _, point, is_generic in sorted(rows, key=lambda row: row[0]):
        is_first = all(other.type != point.type for other in result)
        result.append(replace(point, is_preferred=is_first, is_masked=False, is_generic=is_generic))
    return result


def unite_addresses(candidates: Sequence[Candidate], addresses: Iterable[Address]) -> list[Address]:
    """Return the distinct addresses of the living members by type, trust and age of the record.

    One address written in two ways is one: as the best of its records writes it. The first of each
    type is preferred.
    """
    given = list(addresses)
    rank = rank_heard(candidates, "address") if given else {}
    ordered = sorted(
        (each for each in given if each.source_key in rank),
        key=lambda each: (
            _ADDRESS_ORDER.get(each.type, len(_ADDRESS_ORDER)),
            each.type,
            rank[each.source_key],
            each.digest,
            each.ordinal,
        ),
    )
    kept: list[Address] = []
    streets: dict[str, list[tuple[str, Address]]] = {}
    for address in ordered:
        same_type = streets.setdefault(address.type, [])
        street = fold_street(address.value.get("street")) if len(ordered) > 1 else ""
        if any(_is_same(street, address, *other) for other in same_type):
            continue
        kept.append(replace(address, is_preferred=not same_type))
        same_type.append((street, address))
    return kept


def _is_same(street: str, address: Address, other_street: str, other: Address) -> bool:
    """Tell whether two addresses of a type are one; without a street only if all is the same."""
    if address.digest == other.digest:
        return True
    countries = {address.country_code, other.country_code} - {None}
    if not street or street != other_street or len(countries) > 1:
        return False
    if address.region_code or other.region_code:
        return is_same_place(address.region_code, other.region_code)
    city, other_city = (str(each.value.get("city") or "").casefold() for each in (address, other))
    return city == other_city


def unite_tags(candidates: Sequence[Candidate], tags: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the tags that any living member has."""
    if not any(each.source_key in tags for each in candidates):
        return []
    return sorted({tag for key in rank_heard(candidates, "tag") for tag in tags.get(key, ())})


def classify(cells: Mapping[str, Cell]) -> list[tuple[str, str, str]]:
    """Return (scheme, code, source key) of what the golden cells classify."""
    named = [(scheme, cells.get(name)) for scheme, name in sorted(CLASSIFIED.items())]
    return [
        (scheme, cell.value, cell.source_key)
        for scheme, cell in named
        if cell is not None and cell.value is not None
    ]


def rank_heard(candidates: Sequence[Candidate], kind: str) -> dict[str, tuple[Any, ...]]:
    """Return a sortable rank, the best smallest, of each living member that no clear silences."""
    alive = living(candidates)
    rank = {
        each.source_key: (
            each.is_downgraded,
            -each.trust,
            -each.version_at.timestamp(),
            each.source_key,
        )
        for each in alive
    }
    clears = [rank[each.source_key] for each in alive if kind in each.cleared]
    return {key: place for key, place in rank.items() if not clears or place <= min(clears)}
