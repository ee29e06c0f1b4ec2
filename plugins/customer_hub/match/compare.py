"""One function over a pair of features: a level per comparison, the same in every path."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from customer_hub.match.companies import compare_organisations
from customer_hub.match.features import Feature
from customer_hub.match.names import compare_persons
from customer_hub.match.rules import LEVELS, MatchRules
from customer_hub.values.phone import masks_match

Levels = dict[str, int]
"""Comparison -> index into `LEVELS[kind][comparison]`."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a comparison needs beside the two records.

    Attributes:
        shared: kind of record -> phones and mails that too many distinct names hold.
        nicknames: folded given name -> its group.
        public_domains: mail domains that anybody may use.
    """

    shared: Mapping[str, Set[str]] = field(default_factory=dict)
    nicknames: Mapping[str, str] = field(default_factory=dict)
    public_domains: Set[str] = frozenset()

    @classmethod
    def of(cls, rules: MatchRules, shared: Mapping[str, Set[str]]) -> "Surroundings":
        """Return the surroundings that the rules give."""
        return cls(
            shared,
            {name: group[0] for group in rules.nicknames for name in group},
            frozenset(rules.public_domains),
        )


def compare(left: Feature, right: Feature, around: Surroundings) -> Levels:
    """Return the level of each comparison of two records of one kind.

    Raises:
        ValueError: the kinds differ; persons, organisations and contacts never meet.
    """
    if left.kind != right.kind:
        raise ValueError("only records of one kind are compared")
    is_company = left.kind == "organisation"
    shared = around.shared.get(left.kind, frozenset())
    words = {
        "name": compare_organisations(left, right)
        if is_company
        else compare_persons(left, right, around.nicknames),
        "phone": compare_phones(left, right, shared),
        "mail": compare_mails(left, right, shared, around.public_domains),
    }
    if left.kind == "contact":
        words["company"] = _compare_known(left.company, right.company)
    else:
        words["identity"] = compare_identities(left, right)
        words["address"] = compare_addresses(left, right)
    if left.kind == "person":
        words["birth"] = compare_births(left.birth_on, right.birth_on)
    levels = LEVELS[left.kind]
    return {comparison: levels[comparison].index(word) for comparison, word in words.items()}


def compare_phones(left: Feature, right: Feature, shared: Set[str]) -> str:
    """Return the level of two records' phones; a shared one is a switchboard's or an agent's."""
    common = set(left.phones) & set(right.phones)
    if common:
        return "shared" if common <= shared else "equal"
    if _masks_fit(left, right) or _masks_fit(right, left) or set(left.masked) & set(right.masked):
        return "masked"
    if {phone[-7:] for phone in left.phones} & {phone[-7:] for phone in right.phones}:
        return "tail"
    # A landline says nothing about a mobile.
    mine, theirs = _mobiles(left), _mobiles(right)
    return "different" if mine and theirs else "missing"


def _masks_fit(masked: Feature, full: Feature) -> bool:
    return any(masks_match(mask, phone) for mask in masked.masked for phone in full.phones)


def _mobiles(feature: Feature) -> bool:
    return bool(feature.masked) or any(
        not phone.startswith("+86") or phone[3:4] == "1" for phone in feature.phones
    )


def compare_mails(left: Feature, right: Feature, shared: Set[str], public_domains: Set[str]) -> str:
    """Return the level of two records' mails; a role's mailbox (info@) counts as shared."""
    common = set(left.mails) & set(right.mails)
    if common - shared:
        return "equal"
    if common or set(left.role_mails) & set(right.role_mails):
        return "shared"
    if _locals(left) & _locals(right):
        return "local"
    if (set(left.domains) & set(right.domains)) - public_domains:
        return "domain"
    has_both = (left.mails or left.role_mails) and (right.mails or right.role_mails)
    return "different" if has_both else "missing"


def _locals(feature: Feature) -> set[str]:
    return {local for mail in feature.mails if len(local := mail.split("@", 1)[0]) >= 5}


def compare_identities(left: Feature, right: Feature) -> str:
    """Return the level of two records' numbers: proven ones of one type that differ are a veto."""
    numbers = {*left.ids, *left.weak_ids} & {*right.ids, *right.weak_ids}
    if numbers:
        return "equal"
    if _types(left.ids) & _types(right.ids):
        return "veto"
    is_comparable = _types((*left.ids, *left.weak_ids)) & _types((*right.ids, *right.weak_ids))
    return "different" if is_comparable else "missing"


def _types(numbers: tuple[str, ...]) -> set[str]:
    return {number.split(":", 1)[0] for number in numbers}


def compare_births(left: str, right: str) -> str:
    """Return the level of two birth dates (YYYY-MM-DD): strong evidence, never a veto."""
    if not left or not right:
        return "missing"
    if left == right:
        return "default_day" if left.endswith("-01-01") else "equal"
    if left[:4] == right[:4] and left[5:7] == right[8:] and left[8:] == right[5:7]:
        return "close"
    if left.endswith("-01-01") or right.endswith("-01-01"):
        return "default_day" if left[:4] == right[:4] else "different"
    differing = sum(a != b for a, b in zip(left, right, strict=False))
    return "close" if differing == 1 else "different"


def compare_addresses(left: Feature, right: Feature) -> str:
    """Return the best level between any two addresses, or between the regions alone."""
    levels = LEVELS["person"]["address"]
    best = "missing"
    for mine in left.places or ((left.region, "", "", ""),):
        for theirs in right.places or ((right.region, "", "", ""),):
            found = _compare_places(mine, theirs)
            if best == "missing" or 0 < levels.index(found) < levels.index(best):
                best = found
    return best


def _compare_places(mine: tuple[str, str, str, str], theirs: tuple[str, str, str, str]) -> str:
    region, other = mine[0], theirs[0]
    is_near = not region or not other or region[:4] == other[:4]
    if mine[1] and mine[1] == theirs[1] and is_near:
        if mine[2] and mine[2] == theirs[2]:
            return "equal"
        return "road" if not (mine[2] and theirs[2]) else "district"
    if not region or not other:
        return "missing"
    if region == other and region[4:] != "00":
        return "district"
    if region[:4] == other[:4] and region[2:4] != "00":
        return "city"
    return "province" if region[:2] == other[:2] else "different"


def _compare_known(left: str, right: str) -> str:
    if not left or not right:
        return "missing"
    return "equal" if left == right else "different"
