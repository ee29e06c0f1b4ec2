"""Blocking keys: the values under which a record may meet another; only their hashes are stored."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from customer_hub.core.identity import blocking_key_hash
from customer_hub.core.seal import Sealer
from customer_hub.match.engine.companies import core_of_parts, list_names
from customer_hub.match.engine.persons import spell
from customer_hub.match.features import Feature
from customer_hub.match.rules import MatchRules
from customer_hub.values.company import CompanyName, parse_company
from customer_hub.values.mail import LOCAL_MARKS, is_role_name
from customer_hub.values.text import has_cjk, to_pinyin

REACH_KINDS = frozenset({"phone", "mail"})
"""The kinds of `list_reach`: what many names share says less."""
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
    yield from (("identity", number.removeprefix("!")) for number in feature.ids)
    if feature.kind == "organisation":
        for name in list_names(feature.company):
            yield from _list_name(name, _cities(feature))
        yield from _list_domains(feature, rules)
    else:
        yield from _list_person(feature)


def list_reach(feature: Feature) -> Iterator[tuple[str, str]]:
    """Yield (kind, value) of a record's phones and mails; a phone with hidden digits is no key."""
    yield from (("phone", phone) for phone in _whole_phones(feature))
    yield from (("mail", mail) for mail in feature.mails)


def name_of(feature: Feature) -> str:
    """Return what counts as one name; empty for a title form, a lone word, or none."""
    if feature.kind == "organisation":
        return _brand(parse_company(feature.company))[0]
    family, given = _spell_person(feature)
    # Sorted, for people and forms swap family and given name.
    return "|".join(sorted((family, given))) if family and given else ""


def _spell_person(feature: Feature) -> tuple[str, str]:
    return spell(feature.family, is_name=True), spell(feature.given, is_name=False)


def _whole_phones(feature: Feature) -> list[str]:
    return [phone for phone in feature.phones if "*" not in phone]


def _list_parts(feature: Feature) -> Iterator[tuple[str, str]]:
    yield from (("phone_tail", phone[-7:]) for phone in _whole_phones(feature))
    for mail in feature.mails:
        local = mail.split("@", 1)[0]
        bare = re.sub(LOCAL_MARKS, "", local)
        if len(bare) >= 5 and not is_role_name(local):
            yield "mail_local", bare


def _list_person(feature: Feature) -> Iterator[tuple[str, str]]:
    family, given = _spell_person(feature)
    for phone in feature.phones if family else ():
        yield "family_phone_end", f"{family}|{phone[-4:]}"
    for _, street in feature.places if family else ():
        if street:
            yield "family_address", f"{family}|{street}"
    for part, name in (("family", family), ("given", given)):
        if name and feature.birth_on:
            yield f"{part}_birth", f"{name}|{feature.birth_on}"
    name = name_of(feature)
    if not name:
        return
    if feature.employer:
        yield "name_employer", f"{name}|{feature.employer}"
    for city in _cities(feature):
        yield "name_city", f"{name}|{city}"
    if feature.kind == "person":
        yield "name", name


def _list_name(name: CompanyName, cities: list[str]) -> Iterator[tuple[str, str]]:
    core, branch = core_of_parts(name), (name.branch or "").casefold()
    yield "stem" if branch else "core", core
    brand, spelled = _brand(name)
    yield "name", f"{core}|{branch}"
    yield "brand", spelled
    yield "brand_start", _spell(brand[:2]) if has_cjk(brand) else brand.partition(" ")[0]
    yield "brand_industry", f"{spelled}|{(name.industry or '').casefold()}"
    for city in cities:
        yield "brand_city", f"{spelled}|{city}"


def _list_domains(feature: Feature, rules: MatchRules) -> Iterator[tuple[str, str]]:
    for domain in feature.domains:
        if domain not in rules.public_domains:
            yield "domain", domain


def _brand(name: CompanyName) -> tuple[str, str]:
    """Return the brand of a company, and how it is spelled."""
    brand = (name.brand or core_of_parts(name)).casefold().removeprefix("the ")
    return brand, _spell(brand)


def _spell(brand: str) -> str:
    return to_pinyin(brand, is_name=False).replace(" ", "")


def _cities(feature: Feature) -> list[str]:
    regions = {region for region, _ in feature.places}
    return sorted({each[:4] for each in regions if len(each) >= 4 and each[2:4] != "00"})


def _hash_name(feature: Feature, sealer: Sealer) -> bytes:
    name = name_of(feature)
    return sealer.blocking_hash("distinct_name", name) if name else _UNNAMED
