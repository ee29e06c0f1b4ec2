"""What the matcher looks at: one source record's comparison columns, from opened values.

Pure: rows in, `Feature` out. The feature is sealed as it is into match.feature, so it holds only
JSON values, and every change of its meaning raises FEATURE_VERSION in core/versions.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from customer_hub.core.identity import strip_tag
from customer_hub.match.engine.companies import core_of, list_names
from customer_hub.match.engine.records import is_half_given
from customer_hub.values.address import parse_address
from customer_hub.values.company import is_department_name, parse_company
from customer_hub.values.identity import parse_identity, parse_social_credit_code
from customer_hub.values.mail import parse_mail
from customer_hub.values.person import parse_person
from customer_hub.values.text import fold_words


@dataclass(frozen=True, slots=True, repr=False)
class Feature:
    """The comparison columns of one record; empty text or an empty tuple means "not known".

    ``kind`` is person, organisation or contact. ``company`` is an organisation's normalised name
    with its former ones (`CompanyName.told`), ``employer`` what the company of a contact is looked
    up by. ``phones`` are E.164, or with stars where digits are hidden. ``ids`` are "type:number",
    with "!" before it where a check digit proves it. ``birth_on`` is YYYY-MM-DD. ``places`` are
    (region code, road and number) per address. ``domains`` are those of the mails and of the
    website.
    """

    kind: str
    family: str = ""
    given: str = ""
    generation: str = ""
    company: str = ""
    employer: str = ""
    phones: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    birth_on: str = ""
    places: tuple[tuple[str, str], ...] = ()
    domains: tuple[str, ...] = ()
    parent: str = field(default="", metadata={"names": "source key of the parent company"})

    @property
    def is_vague(self) -> bool:
        """Tell whether there is half a name (王先生, A. Lang): each member of a household fits it."""
        return bool(self.family) and is_half_given(self.given)

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
    ids, birth_on = _read_ids(identity)
    places = {_read_place(address) for address in addresses}
    if row.get("region_code") and not any(region for region, _ in places):
        places.add((row["region_code"], ""))
    name = row.get("legal_name") or row.get("short_name")
    is_company = kind == "organisation"
    if is_company and row.get("website"):
        reach["domains"] = tuple(sorted({*reach["domains"], _domain_of(row["website"])} - {""}))
    names: dict[str, Any] = (
        {"company": parse_company(name).told or ""} if is_company else _read_person(name)
    )
    return Feature(
        kind=kind,
        **names,
        **reach,
        ids=ids,
        birth_on="" if is_company else birth_on,
        places=tuple(sorted(places - {("", "")})),
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
    employer = core_of(customer_name) if customer_name else ""
    name = row.get("name")
    # Every company has a 财务部: whose it is makes the name.
    of_company = {"given": fold_words(f"{employer} {name}")}
    names = of_company if is_department_name(name) else _read_person(name)
    known: dict[str, Any] = {**names, **_read_points(points)}
    return Feature(kind="contact", employer=employer, **known)


def _guess_kind(row: Mapping[str, Any], identity: Mapping[str, Any]) -> str:
    if identity.get("social_credit_code"):
        return "organisation"
    names = list_names(row.get("legal_name") or "")
    return "organisation" if any(name.legal_form for name in names) else "person"


def _read_person(raw: str | None) -> dict[str, str]:
    name = parse_person(raw)
    family, given = name.surname or "", name.given or ""
    if family in _PET_WORDS and given:
        family = ""  # 阿强: a given name without its surname
    elif len(given) == 2 and given[0] == _PET_WORDS[0]:
        given = given[1]  # 张阿艳 is what 张晨艳 is called
    elif family and given in _PET_WORDS:
        given = ""  # a form split 小王 into its two fields
    if not (family or given) and name.full and not name.is_partial:
        given = name.full  # one word, or a transliteration without dots
    generation = name.suffix if name.suffix in _GENERATIONS else ""
    return {
        "family": fold_words(family),
        "given": fold_words(given),
        "generation": generation.lower(),
    }


_PET_WORDS = ("阿", "小", "老")
_GENERATIONS = ("Jr", "Sr", "II", "III", "IV")


def _read_points(points: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {name: set() for name in ("phones", "mails", "domains")}
    for point in points:
        value = point["value"]
        if point["type"] == "mail":
            found["mails"].add(strip_tag(value))
            found["domains"].add(parse_mail(value).domain or "")
        elif point["type"] != "fax":  # a fax stands in an office, whoever uses it
            found["phones"].add(value)
    return {name: tuple(sorted(values - {""})) for name, values in found.items()}


def _read_ids(identity: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    found: set[str] = set()
    code = parse_social_credit_code(identity.get("social_credit_code"))
    if code.number:
        found.add(f"{'!' if code.is_valid else ''}social_credit_code:{code.number}")
    number = parse_identity(identity.get("identity_type"), identity.get("identity_number"))
    if number.number:
        found.add(f"{'!' if number.is_valid else ''}{number.type}:{number.number}")
    birth_on = str(identity.get("birth_on") or "")
    if not birth_on and number.is_valid and number.birth_on:
        birth_on = number.birth_on.isoformat()
    return tuple(sorted(found)), birth_on


def _read_place(address: Mapping[str, Any]) -> tuple[str, str]:
    street = address.get("street")
    if street:
        parsed = parse_address(country=address.get("country_code"), street=street)
        street = f"{parsed.road}{parsed.number or ''}" if parsed.road else street
    return address.get("region_code") or "", fold_words(street or "")


def _domain_of(website: str) -> str:
    host = website.split("//", 1)[-1].split("/", 1)[0].split(":", 1)[0].lower()
    return host.removeprefix("www.")
