"""What the matcher looks at: one source record's comparison columns, from opened values.

Pure: rows in, `Feature` out. The feature is sealed as it is into match.feature, so it holds only
JSON values, and every change of its meaning raises FEATURE_VERSION in core/versions.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from customer_hub.core.identity import strip_tag
from customer_hub.values.address import parse_address
from customer_hub.values.company import parse_company
from customer_hub.values.identity import parse_identity, parse_social_credit_code
from customer_hub.values.mail import parse_mail
from customer_hub.values.person import parse_person
from customer_hub.values.text import to_pinyin


@dataclass(frozen=True, slots=True, repr=False)
class Feature:
    """The comparison columns of one record; empty text or an empty tuple means "not known".

    ``kind`` is person, organisation or contact. ``ids`` hold "type:number" of numbers that their
    check digit proves, ``weak_ids`` those without one. ``birth_on`` is YYYY-MM-DD. ``places`` are
    (region code, road, number, postcode) per address.
    """

    kind: str
    full: str = ""
    surname: str = ""
    given: str = ""
    surname_key: str = ""
    given_key: str = ""
    suffix: str = ""
    is_partial: bool = False
    place: str = ""
    brand: str = ""
    brand_key: str = ""
    industry: str = ""
    branch: str = ""
    core: str = ""
    stem: str = ""
    company: str = ""
    phones: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()
    role_mails: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    weak_ids: tuple[str, ...] = ()
    birth_on: str = ""
    region: str = ""
    places: tuple[tuple[str, str, str, str], ...] = ()
    domains: tuple[str, ...] = ()
    parent: str = field(default="", metadata={"names": "source key of the parent company"})

    def as_dict(self) -> dict[str, Any]:
        """Return the known columns as JSON values."""
        return {name: value for name in _NAMES if (value := getattr(self, name))}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Feature":
        """Return the feature that `as_dict` made, after a trip through JSON."""
        known = {name: value for name, value in values.items() if name in _NAMES}
        for name in _TUPLES & known.keys():
            known[name] = tuple(
                tuple(item) if isinstance(item, list) else item for item in known[name]
            )
        return cls(**known)


_NAMES = tuple(column.name for column in fields(Feature))
_TUPLES = frozenset(column.name for column in fields(Feature) if column.default == ())


def build_customer(
    row: Mapping[str, Any],
    identity: Mapping[str, Any],
    points: Iterable[Mapping[str, Any]],
    addresses: Iterable[Mapping[str, Any]],
) -> Feature:
    """Return the feature of a source customer.

    Args:
        row: clear columns: kind, legal_name, region_code, website, parent_source_key.
        identity: the opened segment: social_credit_code, identity_type, identity_number, birth_on.
        points: opened contact points: type, is_masked, value.
        addresses: opened addresses: region_code, country_code, street, postcode.
    """
    kind = row.get("kind") or _guess_kind(row, identity)
    reach: dict[str, Any] = dict(_read_points(points))
    strong, weak, birth_on = _read_ids(identity)
    places = tuple(sorted({_read_place(address) for address in addresses} - {_NOWHERE}))
    region = row.get("region_code") or next((place[0] for place in places if place[0]), "")
    name = row.get("legal_name") or row.get("short_name")
    parts = _read_company(name) if kind == "organisation" else _read_person(name)
    if kind == "organisation" and row.get("website"):
        reach["domains"] = tuple(sorted({*reach["domains"], _domain_of(row["website"])} - {""}))
    return Feature(
        kind=kind,
        **parts,
        **reach,
        ids=strong,
        weak_ids=weak,
        birth_on=birth_on if kind == "person" else "",
        region=region,
        places=places,
        parent=row.get("parent_source_key") or "",
    )


def build_contact(
    row: Mapping[str, Any], customer_name: str | None, points: Iterable[Mapping[str, Any]]
) -> Feature:
    """Return the feature of a source contact.

    Args:
        row: clear columns: name.
        customer_name: the name of the source customer whom the contact speaks for.
        points: opened contact points: type, is_masked, value.
    """
    company = parse_company(customer_name).core if customer_name else None
    parts: dict[str, Any] = {**_read_person(row.get("name")), **_read_points(points)}
    return Feature(kind="contact", **parts, company=company or "")


def _guess_kind(row: Mapping[str, Any], identity: Mapping[str, Any]) -> str:
    if identity.get("social_credit_code"):
        return "organisation"
    return "organisation" if parse_company(row.get("legal_name")).legal_form else "person"


def _read_person(raw: str | None) -> dict[str, Any]:
    name = parse_person(raw)
    if name.full is None:
        return {}
    if name.surname in _PET_WORDS and name.given:
        # 阿强: a given name without its surname.
        return {
            "full": name.full,
            "given": name.given,
            "given_key": _spell(name.given),
            "is_partial": True,
        }
    if name.surname and name.given in _PET_WORDS:
        # A form split 小王 into its two fields: a surname without a given name.
        surname = name.surname
        return {
            "full": name.full,
            "surname": surname,
            "surname_key": _spell(surname),
            "is_partial": True,
        }
    keys = (name.pinyin or "").split(" ")
    surname_key = keys[0] if name.surname else ""
    given_key = keys[-1] if name.given and (len(keys) > 1 or not name.surname) else ""
    return {
        "full": name.full.casefold(),
        "surname": (name.surname or "").casefold(),
        "given": (name.given or "").casefold(),
        "surname_key": surname_key,
        "given_key": given_key,
        "suffix": name.suffix if name.suffix in _GENERATIONS else "",
        "is_partial": name.is_partial or not (name.surname and name.given),
    }


def _spell(part: str) -> str:
    return to_pinyin(part).replace(" ", "")


_PET_WORDS = ("阿", "小", "老")
_GENERATIONS = ("Jr", "Sr", "II", "III", "IV")


def _read_company(raw: str | None) -> dict[str, Any]:
    name = parse_company(raw)
    if name.full is None:
        return {}
    # A branch's core is that of its head company: what it is looked up by.
    core = (name.core or name.full).casefold().removeprefix("the ")
    brand = (name.brand or core).casefold().removeprefix("the ")
    return {
        "full": name.full.casefold(),
        "place": name.place or "",
        "brand": brand,
        "brand_key": to_pinyin(brand, is_name=False).replace(" ", ""),
        "industry": (name.industry or "").casefold(),
        "branch": (name.branch or "").casefold(),
        "core": core,
        "stem": core if name.branch else "",
    }


def _read_points(points: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {
        name: set() for name in ("phones", "masked", "mails", "role_mails", "domains")
    }
    for point in points:
        value = point["value"]
        if point["type"] == "mail":
            mail = parse_mail(value)
            found["role_mails" if mail.is_role else "mails"].add(strip_tag(value))
            found["domains"].add(mail.domain or "")
        elif point["type"] != "fax":  # a fax stands in an office, whoever uses it
            found["masked" if point["is_masked"] else "phones"].add(value)
    return {name: tuple(sorted(values - {""})) for name, values in found.items()}


def _read_ids(identity: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    strong: set[str] = set()
    weak: set[str] = set()
    birth_on = str(identity.get("birth_on") or "")
    code = parse_social_credit_code(identity.get("social_credit_code"))
    if code.number:
        (strong if code.is_valid else weak).add(f"social_credit_code:{code.number}")
    number = parse_identity(identity.get("identity_type"), identity.get("identity_number"))
    if number.number:
        (strong if number.is_valid else weak).add(f"{number.type}:{number.number}")
    if not birth_on and number.is_valid and number.birth_on:
        birth_on = number.birth_on.isoformat()
    return tuple(sorted(strong)), tuple(sorted(weak)), birth_on


_NOWHERE = ("", "", "", "")


def _read_place(address: Mapping[str, Any]) -> tuple[str, str, str, str]:
    road, number = _split_street(address.get("country_code"), address.get("street"))
    return (address.get("region_code") or "", road, number, address.get("postcode") or "")


def _split_street(country: str | None, street: str | None) -> tuple[str, str]:
    if not street:
        return "", ""
    parsed = parse_address(country=country, street=street)
    return parsed.road or street.casefold(), parsed.number or ""


def _domain_of(website: str) -> str:
    host = website.split("//", 1)[-1].split("/", 1)[0].split(":", 1)[0].lower()
    return host.removeprefix("www.")
