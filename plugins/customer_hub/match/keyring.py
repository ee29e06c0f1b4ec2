"""Blocking keys in the database: replace them, and notice which became generic or usable again."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from customer_hub.core import sql
from customer_hub.match.blocking import BlockingKey
from customer_hub.match.reading import cut
from customer_hub.match.rules import MatchRules

KeyId = tuple[str, str, bytes]
"""(entity, kind, hash)."""
Usability = tuple[bool, bool]
"""(proposes pairs, is shared by many names)."""
_USABLE: Usability = (True, False)
_BULK = 5000


def replace_keys(
    connection: Connection,
    rules: MatchRules,
    keys: Mapping[str, tuple[str, frozenset[BlockingKey]]],
) -> tuple[set[str], set[KeyId]]:
    """Replace the blocking keys of records; unchanged ones are not rewritten.

    Args:
        connection: the caller's transaction.
        rules: the limits beyond which a key is generic.
        keys: source key -> (entity, its keys now); an empty set for a record that is gone.

    Returns:
        The holders of every key that crossed a limit either way, and the keys that records gained
        or lost.
    """
    old = read_keys(connection, sorted(keys))
    new = {
        record: {(entity, key.kind, key.hash): key.name_hash for key in wanted}
        for record, (entity, wanted) in keys.items()
    }
    changed = sorted(record for record in keys if old.get(record, {}) != new[record])
    moved = {key for record in changed for key in old.get(record, {}).keys() | new[record].keys()}
    before = _read_usability(connection, rules, moved)
    for part in cut(changed, _BULK):
        sql.run(connection, "match/delete_keys", keys=list(part))
    count = sql.copy_in(
        connection,
        "match/copy_keys",
        (
            (entity, kind, hash_, record, name)
            for record in changed
            for (entity, kind, hash_), name in sorted(new[record].items())
        ),
    )
    if count > _BULK:
        sql.run(connection, "match/analyze_keys")
    after = _read_usability(connection, rules, moved)
    crossed = {key for key in moved if before.get(key, _USABLE) != after.get(key, _USABLE)}
    gained_or_lost = {
        key for record in changed for key in old.get(record, {}).keys() ^ new[record].keys()
    }
    return _read_holders(connection, crossed), gained_or_lost


def read_keys(connection: Connection, records: Sequence[str]) -> dict[str, dict[KeyId, bytes]]:
    """Return the keys that records hold now, with the hash of the name beside each."""
    held: dict[str, dict[KeyId, bytes]] = {}
    for part in cut(records, _BULK):
        for row in sql.rows(connection, "match/select_keys", keys=list(part)):
            key = (row.entity, row.kind, bytes(row.hash))
            held.setdefault(row.source_key, {})[key] = bytes(row.name_hash)
    return held


def _read_usability(
    connection: Connection, rules: MatchRules, keys: Iterable[KeyId]
) -> dict[KeyId, Usability]:
    found: dict[KeyId, Usability] = {}
    for part in cut(sorted(keys), _BULK):
        entities, kinds, hashes = _columns(part)
        for row in sql.rows(
            connection, "match/select_key_counts", entities=entities, kinds=kinds, key_hashes=hashes
        ):
            found[(row.entity, row.kind, bytes(row.hash))] = (
                row.record_count <= rules.cap and row.name_count <= rules.distinct_names,
                row.name_count > rules.shared_names,
            )
    return found


def _read_holders(connection: Connection, keys: Iterable[KeyId]) -> set[str]:
    holders: set[str] = set()
    for part in cut(sorted(keys), _BULK):
        entities, kinds, hashes = _columns(part)
        holders |= {
            row.source_key
            for row in sql.rows(
                connection,
                "match/select_holders",
                entities=entities,
                kinds=kinds,
                key_hashes=hashes,
            )
        }
    return holders


def _columns(keys: Sequence[KeyId]) -> tuple[list[str], list[str], list[bytes]]:
    return [key[0] for key in keys], [key[1] for key in keys], [key[2] for key in keys]
