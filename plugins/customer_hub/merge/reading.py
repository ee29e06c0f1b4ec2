"""Read the members of golden records out of their seals; opened values stay in memory."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from customer_hub.core import sql
from customer_hub.core.copy_lines import make_array
from customer_hub.core.identity import blocking_key_hash
from customer_hub.core.seal import Sealer
from customer_hub.core.subjects import Salts, read_salts
from customer_hub.merge.children import Address, Point
from customer_hub.merge.kinship import Person, relate_contact, relate_person
from customer_hub.merge.rules import CONTACT_FIELDS, CUSTOMER_FIELDS, SEALED_FIELDS
from customer_hub.merge.survive import Candidate, Pin
from customer_hub.values.mail import parse_mail

_MATCHED_KINDS = ("person", "organisation", "contact")


@dataclass(slots=True, repr=False)
class Batch:
    """Everything about the members of some golden ids, opened."""

    members: dict[UUID, list[Candidate]] = field(default_factory=lambda: defaultdict(list))
    entities: dict[UUID, str] = field(default_factory=dict)
    points: dict[str, list[Point]] = field(default_factory=lambda: defaultdict(list))
    addresses: dict[str, list[Address]] = field(default_factory=lambda: defaultdict(list))
    tags: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    relations: dict[str, list[tuple[str, UUID]]] = field(default_factory=lambda: defaultdict(list))
    generic: set[tuple[str, bytes]] = field(default_factory=set)  # (source key, digest)
    pins: dict[UUID, list[Pin]] = field(default_factory=lambda: defaultdict(list))
    # Since when a pin holds, or does not hold any more.
    pin_moments: dict[UUID, list[datetime]] = field(default_factory=lambda: defaultdict(list))


def read_batch(
    session: sql.Session,
    sealer: Sealer,
    golden_ids: Sequence[UUID],
    trusts: Mapping[str, int],
    shared_names: int,
) -> Batch:
    """Return the opened members of golden ids; one without members is absent.

    Args:
        session: the caller's transaction.
        sealer: opens identity, finance, free_text and contact.
        golden_ids: one chunk.
        trusts: channel -> trust.
        shared_names: a phone or mail that more distinct names hold is generic.
    """
    batch = Batch()
    golden_of: dict[str, UUID] = {}
    for row in sql.rows(session, "merge/select_members", golden_ids=make_array(golden_ids)):
        golden_of[row.source_key] = row.golden_id
        batch.entities[row.golden_id] = row.entity
    keys = make_array(golden_of)
    opener = _Opener(sealer, read_salts(session, [f"source:{key}" for key in golden_of]))
    for row in sql.rows(session, "merge/select_customers", keys=keys):
        values = {name: getattr(row, name) for name in CUSTOMER_FIELDS}
        for segment, names in SEALED_FIELDS.items():
            sealed = getattr(row, f"{segment}_sealed")
            opened = opener.open("source.customer", segment, row.source_key, row.source_key, sealed)
            values |= {f"{segment}.{name}": opened.get(name) for name in names}
        batch.members[golden_of[row.source_key]].append(_candidate(row, values, trusts))
    for row in sql.rows(session, "merge/select_contacts", keys=keys):
        values = {name: getattr(row, name) for name in CONTACT_FIELDS}
        batch.members[golden_of[row.source_key]].append(_candidate(row, values, trusts))
    _read_children(session, opener, keys, batch)
    _read_pins(session, opener, keys, golden_of, batch)
    _find_generic(session, sealer, keys, batch, shared_names)
    _find_kin(session, sealer, batch)
    return batch


def _candidate(row: Row[Any], values: Mapping[str, Any], trusts: Mapping[str, int]) -> Candidate:
    return Candidate(
        source_key=row.source_key,
        channel=row.channel,
        version_id=row.version_id,
        version_at=row.version_at,
        is_deleted=row.is_deleted,
        is_downgraded=row.is_validation_downgraded,
        trust=trusts.get(row.channel, 0),
        values={name: str(value) for name, value in values.items() if value not in (None, "")},
        cleared=frozenset(row.cleared_fields),
    )


class _Opener:
    """Opens sealed values of source records."""

    def __init__(self, sealer: Sealer, salts: Salts) -> None:
        self._sealer = sealer
        self._salts = salts

    def open(
        self, table: str, segment: str, source_key: str, key: str, sealed: bytes | None
    ) -> dict[str, Any]:
        if sealed is None:
            return {}
        salt = self._salts[f"source:{source_key}"]
        opened: dict[str, Any] = self._sealer.unseal(table, segment, key, salt, sealed)
        return opened


def _read_children(session: sql.Session, opener: _Opener, keys: str, batch: Batch) -> None:
    for row in sql.rows(session, "merge/select_points", keys=keys):
        key = f"{row.source_key}|{row.ordinal}"
        value = opener.open(
            "source.contact_point", "contact", row.source_key, key, row.contact_sealed
        )
        batch.points[row.source_key].append(
            Point(
                row.type, value, bytes(row.contact_digest), row.source_key, row.is_preferred,
                row.is_masked, ordinal=row.ordinal,
            )
        )  # fmt: skip
    for row in sql.rows(session, "merge/select_addresses", keys=keys):
        key = f"{row.source_key}|{row.ordinal}"
        value = opener.open("source.address", "contact", row.source_key, key, row.contact_sealed)
        batch.addresses[row.source_key].append(
            Address(
                row.type, row.country_code, row.region_code, value, bytes(row.contact_digest),
                row.source_key, ordinal=row.ordinal,
            )
        )  # fmt: skip
    for row in sql.rows(session, "merge/select_tags", keys=keys):
        batch.tags[row.source_key].append(row.tag)
    for row in sql.rows(session, "merge/select_relations", keys=keys):
        batch.relations[row.source_key].append((row.kind, row.other_golden_id))


def _read_pins(
    session: sql.Session, opener: _Opener, keys: str, golden_of: Mapping[str, UUID], batch: Batch
) -> None:
    """Read the pins that name the members; of one that has expired only the moment counts."""
    for row in sql.rows(session, "merge/select_pins", keys=keys):
        golden_id = golden_of[row.source_key]
        batch.pin_moments[golden_id].append(row.changed_at)
        if row.holds and any(
            each.source_key == row.source_key for each in batch.members[golden_id]
        ):
            values = opener.open(
                "match.pin", row.segment, row.source_key, str(row.decision_id), row.value_sealed
            )
            batch.pins[golden_id].append(Pin(row.decision_id, row.source_key, row.field, values))


def _find_generic(
    session: sql.Session, sealer: Sealer, keys: str, batch: Batch, shared_names: int
) -> None:
    """Note which phones and mails are a switchboard's, an agent's or a role's, record by record."""
    shared: dict[str, set[bytes]] = defaultdict(set)
    for row in sql.rows(session, "core/select_shared_keys", keys=keys, shared_names=shared_names):
        shared[row.source_key].add(bytes(row.hash))
    for source_key, points in batch.points.items():
        held = shared.get(source_key, ())
        for point in points:
            value, kind = point.value["value"], "mail" if point.type == "mail" else "phone"
            is_role = kind == "mail" and parse_mail(value).is_role
            if is_role or any(
                blocking_key_hash(sealer, matched, kind, value) in held
                for matched in (_MATCHED_KINDS if held else ())
            ):
                batch.generic.add((source_key, point.digest))


def _find_kin(session: sql.Session, sealer: Sealer, batch: Batch) -> None:
    """Relate contacts and persons to the persons who hold one of their own phones or mails."""
    people = [
        (candidate, golden_id)
        for golden_id, members in batch.members.items()
        for candidate in members
        if not candidate.is_deleted
        and (batch.entities[golden_id] == "contact" or candidate.values.get("kind") == "person")
    ]
    reach = {
        candidate.source_key: set(_hash_reach(sealer, candidate.source_key, batch))
        for candidate, _ in people
    }
    asked = sorted({held for hashes in reach.values() for held in hashes})
    sharers: dict[tuple[str, bytes], list[Person]] = defaultdict(list)
    for row in sql.rows(
        session,
        "merge/select_sharers",
        kinds=make_array(kind for kind, _ in asked),
        key_hashes=make_array(hash_ for _, hash_ in asked),
    ):
        person = Person(row.golden_id, row.legal_name, row.name_pinyin)
        sharers[row.kind, bytes(row.hash)].append(person)
    for candidate, golden_id in people:
        others = {
            each
            for held in reach[candidate.source_key]
            for each in sharers[held]
            if each.golden_id != golden_id
        }
        batch.relations[candidate.source_key] += _name_kin(candidate, list(others))


def _hash_reach(sealer: Sealer, source_key: str, batch: Batch) -> Iterator[tuple[str, bytes]]:
    """Yield the look-up hashes of the phones and mails that are the record's own."""
    for point in batch.points.get(source_key, ()):
        is_own = not point.is_masked and (source_key, point.digest) not in batch.generic
        if is_own and point.type != "fax":
            kind = "mail" if point.type == "mail" else "phone"
            yield kind, sealer.blind(kind, point.value["value"])


def _name_kin(candidate: Candidate, others: Sequence[Person]) -> Iterator[tuple[str, UUID]]:
    if "name" in candidate.values:
        found = relate_contact(
            candidate.values["name"], candidate.values.get("name_pinyin"), others
        )
        yield from (("same_person", other) for other in found)
    elif "legal_name" in candidate.values:
        found = relate_person(candidate.values["legal_name"], others)
        yield from (("household", other) for other in found)
