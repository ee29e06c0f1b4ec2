"""One golden customer as its page shows it: values with their lineage, members, masked contacts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from customer_hub.core import sql
from customer_hub.core.seal import Sealer
from customer_hub.core.subjects import read_salts
from customer_hub.values.masking import mask_address, mask_identity, mask_point
from customer_hub.values.region import find_region

_LIMIT = 200
_VERSIONS = 20
CLEAR_FIELDS = (
    "kind", "legal_name", "short_name", "name_pinyin", "status", "lifecycle_code", "level_code",
    "region_code", "industry_code", "website", "language_code", "currency_code",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One field: what is shown of it, and where it came from.

    ``value`` is None for what stays sealed, and for what a record says to be empty. ``losers`` are
    (source key, criterion it lost by).
    """

    field: str
    value: str | None
    source_key: str = ""
    rule: str = ""
    losers: Sequence[tuple[str, str]] = ()
    is_cleared: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """A masked contact point or address."""

    type: str
    shown: str | None
    source_key: str
    is_preferred: bool = False
    is_generic: bool = False
    country_code: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What one version changed: (field, before, after); both None for what stays sealed."""

    version: Row[Any]
    fields: Sequence[tuple[str, str | None, str | None]]
    joined: Sequence[str]
    left: Sequence[str]


@dataclass(frozen=True, slots=True)
class CustomerView:
    """Everything on the page of one customer."""

    head: Row[Any]
    cells: Sequence[Cell]
    members: Sequence[Row[Any]]
    points: Sequence[Reach]
    addresses: Sequence[Reach]
    contacts: Sequence[Row[Any]]
    relations: Sequence[Row[Any]]
    tags: Sequence[str]
    aliases: Sequence[UUID]
    changes: Sequence[Change]

    @property
    def order_count(self) -> int:
        """Orders of all members."""
        return sum(member.order_count for member in self.members)

    @property
    def ticket_count(self) -> int:
        """Tickets of all members."""
        return sum(member.ticket_count for member in self.members)

    @property
    def channels(self) -> Mapping[str, int]:
        """Channel -> how many members it has here."""
        return Counter(member.source_key.split("/", 1)[0] for member in self.members)


def load_customer(connection: Connection, sealer: Sealer, golden_id: UUID) -> CustomerView | None:
    """Return one golden customer, or None when there is none of that id.

    Args:
        connection: a reading transaction.
        sealer: opens contact and identity, to mask them.
        golden_id: the current id; see merge.resolve for others.
    """
    head = sql.run(connection, "steward/select_customer", customer_id=golden_id).one_or_none()
    if head is None:
        return None
    salt = read_salts(connection, [f"golden:{golden_id}"]).get(f"golden:{golden_id}")
    opener = _Opener(sealer, golden_id, salt)

    def read(name: str, size: int = _LIMIT) -> Sequence[Row[Any]]:
        return sql.rows(connection, f"steward/{name}", customer_id=golden_id, size=size)

    return CustomerView(
        head=head,
        cells=_make_cells(
            head,
            opener.open_identity(head.identity_sealed),
            sql.rows(connection, "steward/select_lineage", customer_id=golden_id),
        ),
        members=read("select_members"),
        points=[opener.mask_point(row) for row in read("select_points")],
        addresses=[opener.mask_address(row) for row in read("select_addresses")],
        contacts=read("select_contacts"),
        relations=read("select_relations"),
        tags=[row.tag for row in read("select_tags")],
        aliases=[row.golden_id for row in read("select_aliases", 20)],
        changes=_compare_versions(read("select_versions", _VERSIONS + 1)),
    )


class _Opener:
    """Opens what is sealed for one customer and gives it back masked."""

    def __init__(self, sealer: Sealer, golden_id: UUID, salt: bytes | None) -> None:
        self._sealer = sealer
        self._golden_id = golden_id
        self._salt = salt

    def open_identity(self, sealed: bytes | None) -> dict[str, str]:
        """Return identity field -> masked value."""
        values = self._open("master.customer", "identity", str(self._golden_id), sealed)
        return {field: mask_identity(field, value) for field, value in values.items()}

    def mask_point(self, row: Row[Any]) -> Reach:
        """Return a contact point; nothing is shown of one whose salt was dropped."""
        values = self._open_child("master.contact_point", row)
        shown = mask_point(row.type, values["value"]) if values else None
        return Reach(row.type, shown, row.source_key, row.is_preferred, row.is_generic)

    def mask_address(self, row: Row[Any]) -> Reach:
        """Return an address: the places that its region names when its own are not told."""
        values = self._open_child("master.address", row)
        if values and not values.get("province"):
            values |= _name_places(row.region_code)
        shown = mask_address(values) if values else None
        return Reach(row.type, shown, row.source_key, country_code=row.country_code)

    def _open_child(self, table: str, row: Row[Any]) -> dict[str, str]:
        return self._open(table, "contact", f"{self._golden_id}|{row.ordinal}", row.contact_sealed)

    def _open(self, table: str, segment: str, key: str, sealed: bytes | None) -> dict[str, str]:
        if sealed is None or self._salt is None:
            return {}
        return dict(self._sealer.unseal(table, segment, key, self._salt, sealed))


def _name_places(region_code: str | None) -> dict[str, str]:
    region = find_region(region_code) if region_code else None
    return {"province": region.name} if region else {}


def _make_cells(
    head: Row[Any], identity: Mapping[str, str], lineage: Sequence[Row[Any]]
) -> list[Cell]:
    """Return every field with a value or a clear: clear ones, identity masked, the rest shut."""
    origins = {row.field: row for row in lineage}
    shown: dict[str, str | None] = {
        field: str(value) for field in CLEAR_FIELDS if (value := getattr(head, field)) is not None
    }
    shown |= {f"identity.{field}": identity[field] for field in sorted(identity)}
    shown |= {field: None for field in sorted(origins) if field not in shown}
    return [_trace(field, value, origins.get(field)) for field, value in shown.items()]


def _trace(field: str, value: str | None, origin: Row[Any] | None) -> Cell:
    if origin is None:
        return Cell(field, value)
    losers = [(each["source_key"], each["lost_by"]) for each in origin.losers]
    return Cell(field, value, origin.source_key, origin.rule, losers, origin.is_cleared)


def _compare_versions(versions: Sequence[Row[Any]]) -> list[Change]:
    """Return what each version changed against the one before; the oldest shown only if first."""
    changes = []
    for place, version in enumerate(versions[:_VERSIONS]):
        before = versions[place + 1] if place + 1 < len(versions) else None
        old = before.clear_values if before else {}
        fields: list[tuple[str, str | None, str | None]] = [
            (field, old.get(field), version.clear_values.get(field))
            for field in sorted({*old, *version.clear_values})
            if old.get(field) != version.clear_values.get(field)
        ]
        sealed_before = _name_givers(before.sealed_pointers if before else {})
        sealed_after = _name_givers(version.sealed_pointers)
        fields += [
            (field, None, None)
            for field in sorted({*sealed_before, *sealed_after})
            if sealed_before.get(field) != sealed_after.get(field)
        ]
        had = set(before.member_keys) if before else set()
        has = set(version.member_keys)
        changes.append(Change(version, fields, sorted(has - had), sorted(had - has)))
    return changes


def _name_givers(pointers: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    return {
        field: f"{pointer['source_key']} {pointer.get('decision_id', '')}"
        for field, pointer in pointers.items()
    }
