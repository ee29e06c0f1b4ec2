"""Blocking keys in the database: replace them, and notice which became generic or usable again."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row

from customer_hub.core import sql
from customer_hub.match.blocking import REACH_KINDS, BlockingKey
from customer_hub.match.reading import MANY, cut
from customer_hub.match.rules import MatchRules

KeyId = tuple[str, str, bytes]
"""(entity, kind, hash)."""
Usability = tuple[bool, bool]
"""(proposes pairs, is a phone or mail that many names share)."""
_USABLE: Usability = (True, False)


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
        The holders of every key that crossed a limit that matters for its kind, either way, and
        the keys that records gained or lost.
    """
    old = read_keys(connection, sorted(keys))
    new = {
        record: {(entity, key.kind, key.hash): key.name_hash for key in wanted}
        for record, (entity, wanted) in keys.items()
    }
    changed = sorted(record for record in keys if old.get(record, {}) != new[record])
    before = _read_generic(connection, rules, changed)
    for part in cut(changed):
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
    if count > MANY:
        sql.run(connection, "match/analyze_keys")
    after = _read_generic(connection, rules, changed)
    held = {key for record in changed for key in old.get(record, {})}
    gained_or_lost = {
        key for record in changed for key in old.get(record, {}).keys() ^ new[record].keys()
    }
    # Only a key that is generic now or was so before can have crossed a limit. One that no changed
    # record held before was held by the others alone; one that none holds now may still be generic.
    before |= _count(connection, rules, after.keys() - held, excluded=changed)
    after |= _count(connection, rules, before.keys() - after.keys(), excluded=[])
    crossed = {
        key
        for key in before.keys() | after.keys()
        if before.get(key, _USABLE) != after.get(key, _USABLE)
    }
    return _read_holders(connection, crossed), gained_or_lost


def read_keys(connection: Connection, records: Sequence[str]) -> dict[str, dict[KeyId, bytes]]:
    """Return the keys that records hold now, with the hash of the name beside each."""
    held: dict[str, dict[KeyId, bytes]] = {}
    for part in cut(records):
        for row in sql.rows(connection, "match/select_keys", keys=list(part)):
            key = (row.entity, row.kind, bytes(row.hash))
            held.setdefault(row.source_key, {})[key] = bytes(row.name_hash)
    return held


def _read_generic(
    connection: Connection, rules: MatchRules, records: Sequence[str]
) -> dict[KeyId, Usability]:
    """Return the keys that records hold and that are over some limit; of silent kinds none.

    A silent phone or mail says less all the same when many names share it.
    """
    # Of a portion at once: each look at many keys may read the whole table.
    found = sql.rows(
        connection,
        "match/select_generic_keys",
        keys=list(records),
        cap=rules.cap,
        shared_names=rules.shared_names,
        silent_kinds=sorted({*rules.silent_kinds} - REACH_KINDS),
    )
    return {(row.entity, row.kind, bytes(row.hash)): _judge(rules, row) for row in found}


def _count(
    connection: Connection, rules: MatchRules, keys: Iterable[KeyId], excluded: Sequence[str]
) -> dict[KeyId, Usability]:
    """Return the state of keys as the records outside `excluded` make it."""
    found: dict[KeyId, Usability] = {}
    for part in cut(sorted(keys)):
        entities, kinds, hashes = _columns(part)
        for row in sql.rows(
            connection,
            "match/select_key_counts",
            entities=entities,
            kinds=kinds,
            key_hashes=hashes,
            excluded=list(excluded),
        ):
            found[(row.entity, row.kind, bytes(row.hash))] = _judge(rules, row)
    return found


def _judge(rules: MatchRules, row: Row[Any]) -> Usability:
    proposes = row.record_count <= rules.cap and row.name_count <= rules.distinct_names
    return proposes, row.kind in REACH_KINDS and row.name_count > rules.shared_names


def _read_holders(connection: Connection, keys: Iterable[KeyId]) -> set[str]:
    holders: set[str] = set()
    for part in cut(sorted(keys)):
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
