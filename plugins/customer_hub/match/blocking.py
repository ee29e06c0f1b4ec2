"""Blocking keys: the values under which a record may meet another; only their hashes are stored."""

from collections.abc import Iterator
from dataclasses import dataclass

from customer_hub.core.identity import blocking_key_hash
from customer_hub.core.seal import Sealer
from customer_hub.match.features import Feature
from customer_hub.match.rules import MatchRules

_UNNAMED = b""


@dataclass(frozen=True, slots=True)
class BlockingKey:
    """One key of one record; `name_hash` is empty for a record without a full name."""

    kind: str
    hash: bytes
    name_hash: bytes


def build_keys(feature: Feature, rules: MatchRules, sealer: Sealer) -> frozenset[BlockingKey]:
    """Return the keys of a record. Persons, organisations and contacts never share a hash."""
    name_hash = _hash_name(feature, sealer)
    return frozenset(
        BlockingKey(kind, blocking_key_hash(sealer, feature.kind, kind, value), name_hash)
        for kind, value in list_values(feature, rules)
        if value
    )


def list_values(feature: Feature, rules: MatchRules) -> Iterator[tuple[str, str]]:
    """Yield (kind, value) of every key, in clear: for this process's memory only."""
    yield from list_reach(feature)
    yield from _list_parts(feature)
    yield from (("identity", number) for number in (*feature.ids, *feature.weak_ids))
    if feature.kind == "organisation":
        yield from _list_company(feature, rules)
    else:
        yield from _list_person(feature)


def list_reach(feature: Feature) -> Iterator[tuple[str, str]]:
    """Yield (kind, value) of a record's phones and mails."""
    yield from (("phone", phone) for phone in feature.phones)
    yield from (("mail", mail) for mail in (*feature.mails, *feature.role_mails))


def _list_parts(feature: Feature) -> Iterator[tuple[str, str]]:
    yield from (("phone_tail", phone[-7:]) for phone in feature.phones)
    for mail in feature.mails:
        local = mail.split("@", 1)[0]
        if len(local) >= 5:
            yield "mail_local", local


def _list_person(feature: Feature) -> Iterator[tuple[str, str]]:
    surname, given = feature.surname_key, feature.given_key
    for phone in (*feature.phones, *feature.masked):
        if surname:
            yield "surname_phone_end", f"{surname}|{phone[-4:]}"
    for _, road, number, _ in feature.places:
        if surname and road:
            yield "surname_road", f"{surname}|{road}|{number}"
    if not (surname and given):
        return
    # Sorted, for people and forms swap surname and given name.
    name = "|".join(sorted((surname, given)))
    if feature.birth_on:
        yield "name_birth", f"{name}|{feature.birth_on}"
    if feature.company:
        yield "name_company", f"{name}|{feature.company}"
    for city in sorted({region[:4] for region in _regions(feature)}):
        yield "name_city", f"{name}|{city}"
    if feature.kind == "person":
        yield "name", name


def _list_company(feature: Feature, rules: MatchRules) -> Iterator[tuple[str, str]]:
    if not feature.branch:
        yield "core", feature.core
    else:
        yield "stem", feature.stem
    yield "name", f"{feature.core}|{feature.branch}"
    yield "brand_industry", f"{feature.brand_key}|{feature.industry}"
    for city in sorted({region[:4] for region in _regions(feature)}):
        yield "brand_city", f"{feature.brand}|{city}"
        yield "brand_key_city", f"{feature.brand_key}|{city}"
    for domain in feature.domains:
        if domain not in rules.public_domains:
            yield "domain", domain


def _regions(feature: Feature) -> Iterator[str]:
    for region in (feature.region, *(place[0] for place in feature.places)):
        if len(region) >= 4 and region[2:4] != "00":
            yield region


def _hash_name(feature: Feature, sealer: Sealer) -> bytes:
    """Return what counts as one name; a title form or a lone surname counts as none."""
    if feature.kind == "organisation":
        name = feature.brand
    elif feature.surname_key and feature.given_key:
        name = "|".join(sorted((feature.surname_key, feature.given_key)))
    else:
        return _UNNAMED
    return sealer.blocking_hash("distinct_name", name) if name else _UNNAMED
