"""Read source records and stored features out of their seals; opened values stay in memory."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Row

from customer_hub.core import sql
from customer_hub.core.seal import Sealer
from customer_hub.core.subjects import Salts, ensure_salts, read_salts
from customer_hub.core.versions import FEATURE_VERSION
from customer_hub.match.features import (
    Feature,
    build_contact,
    build_customer,
)

CHUNK = 2000
MANY = 5000  # changes after which the planner must look again, or plans for an empty table stay
PORTION = 50_000  # records that are worked on at once: it bounds the memory, whatever waits
_Item = TypeVar("_Item")
_log = logging.getLogger(__name__)


def cut(items: Sequence[_Item], size: int = CHUNK) -> Iterator[Sequence[_Item]]:
    """Yield the items in chunks."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def subject_of(source_key: str) -> str:
    """Return the reference of the subject that seals a source record."""
    return f"source:{source_key}"


def build_features(
    connection: Connection, sealer: Sealer, keys: Sequence[str]
) -> dict[str, Feature]:
    """Build the features of source records from their current rows; those that are gone are absent.

    Args:
        connection: the caller's transaction.
        sealer: opens the segments identity and contact.
        keys: source keys of customers and contacts, one chunk.
    """
    wanted = list(keys)
    salts = read_salts(connection, [subject_of(key) for key in wanted])
    points = _open_rows(
        sealer, salts, "source.contact_point",
        sql.rows(connection, "match/select_source_points", keys=wanted),
    )  # fmt: skip
    addresses = _open_rows(
        sealer, salts, "source.address",
        sql.rows(connection, "match/select_source_addresses", keys=wanted),
    )  # fmt: skip
    found: dict[str, Feature] = {}
    for row in sql.rows(connection, "match/select_source_customers", keys=wanted):
        key = row.source_key
        identity: dict[str, Any] = {}
        if row.identity_sealed is not None:
            identity = sealer.unseal(
                "source.customer", "identity", key, salts[subject_of(key)], row.identity_sealed
            )
        found[key] = build_customer(row._asdict(), identity, points[key], addresses[key])
    for row in sql.rows(connection, "match/select_source_contacts", keys=wanted):
        key = row.source_key
        found[key] = build_contact(row._asdict(), row.customer_name, points[key])
    return found


def _open_rows(
    sealer: Sealer, salts: Salts, table: str, rows: Sequence[Row[Any]]
) -> dict[str, list[dict[str, Any]]]:
    opened: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        key, salt = f"{row.source_key}|{row.ordinal}", salts[subject_of(row.source_key)]
        value = sealer.unseal(table, "contact", key, salt, row.contact_sealed)
        opened[row.source_key].append({**row._asdict(), **value})
    return opened


def store_features(
    connection: Connection, sealer: Sealer, features: dict[str, Feature]
) -> set[str]:
    """Seal and write the features that differ from what is stored; returns their source keys."""
    keys = sorted(features)
    stored = {
        row.source_key: (bytes(row.matcher_digest), row.feature_version)
        for row in sql.rows(connection, "match/select_feature_digests", keys=keys)
    }
    values = {key: features[key].as_dict() for key in keys}
    digests = {key: sealer.digest(values[key]) for key in keys}
    changed = [key for key in keys if stored.get(key) != (digests[key], FEATURE_VERSION)]
    if not changed:
        return set()
    salts = ensure_salts(connection, [subject_of(key) for key in changed])
    sql.run(
        connection,
        "match/upsert_features",
        keys=changed,
        entities=[entity_of(features[key]) for key in changed],
        sealed=[
            sealer.seal("match.feature", "matcher", key, salts[subject_of(key)], values[key])
            for key in changed
        ],
        digests=[digests[key] for key in changed],
        feature_version=FEATURE_VERSION,
    )
    return set(changed)


def open_features(
    connection: Connection, sealer: Sealer, keys: Sequence[str]
) -> dict[str, Feature]:
    """Open the stored features of source records; unknown ones are absent."""
    opened: dict[str, Feature] = {}
    for part in cut(sorted(keys)):
        rows = sql.rows(connection, "match/select_features", keys=list(part))
        salts = Salts({row.reference: bytes(row.salt) for row in rows if row.reference})
        for row in rows:
            salt = salts[subject_of(row.source_key)]
            opened[row.source_key] = Feature.from_dict(
                sealer.unseal("match.feature", "matcher", row.source_key, salt, row.matcher_sealed)
            )
    return opened


def entity_of(feature: Feature) -> str:
    """Return the entity that a feature belongs to: customer or contact."""
    return "contact" if feature.kind == "contact" else "customer"
