"""A mapped customer to its source rows. Pure: no clock, no table, no other record."""

from collections.abc import Mapping

from customer_hub.standardise.reach import (
    find_country,
    find_region,
    make_address_rows,
    make_contact_points,
    read_addresses,
)
from customer_hub.standardise.rows import Origin, Record, Row, Sealable, SourceRows, keep_told
from customer_hub.values import code
from customer_hub.values.amount import parse_amount
from customer_hub.values.company import is_company_name, parse_company
from customer_hub.values.identity import parse_identity, parse_social_credit_code
from customer_hub.values.moment import parse_on
from customer_hub.values.person import parse_person
from customer_hub.values.text import clean, to_pinyin, to_simplified
from customer_hub.values.website import parse_website

_LONGEST_TAG = 100
# What a channel can clear, as merge knows it: golden cells, or kinds of children. The region is
# read from the addresses, so that it goes with them.
_CLEARED: dict[str, tuple[str, ...]] = {
    "short_name": ("short_name",),
    "social_credit_code": ("identity.social_credit_code",),
    "identity_number": ("identity.identity_number",),
    "birth_date": ("identity.birth_on",),
    "website": ("website",),
    "industry": ("industry_code",),
    "level": ("level_code",),
    "lifecycle": ("lifecycle_code",),
    "language": ("language_code",),
    "currency": ("currency_code",),
    "credit_limit": ("finance.credit_limit_amount",),
    "credit_rating": ("finance.credit_rating_code",),
    "payment_method": ("finance.payment_method_code",),
    "payment_terms": ("finance.payment_terms_code",),
    "remark": ("free_text.remark",),
    "parent": ("branch_of",),
    "tags": ("tag",),
    "phone": ("phone",),
    "mobile": ("mobile",),
    "fax": ("fax",),
    "mail": ("mail",),
    "address": ("address", "region_code"),
}


def standardise_customer(record: Record, origin: Origin, parent_key: str | None) -> SourceRows:
    """Return the rows of source.customer and its children for one accepted version.

    Args:
        record: the payload, mapped to the raw columns of the contract.
        origin: which version it is.
        parent_key: source key of the customer that it is a branch of.
    """
    addresses = read_addresses(record)
    points, blind = make_contact_points(origin.source_key, record, find_country(addresses))
    identity = _read_identity(record)
    row = {
        **origin.start_row(),
        "first_created_at": origin.first_created_at,
        "is_validation_downgraded": origin.is_downgraded,
        **_read_names(record),
        "region_code": find_region(addresses),
        "industry_code": code.parse_industry(record.get("industry")),
        "level_code": code.parse_level(record.get("level")),
        "lifecycle_code": code.parse_lifecycle(record.get("lifecycle")),
        "website": parse_website(record.get("website")),
        "language_code": code.parse_language(record.get("language")),
        "currency_code": code.parse_currency(record.get("currency")),
        "status": code.parse_status(record.get("status")),
        "parent_source_key": parent_key if parent_key != origin.source_key else None,
    }
    segments = {
        "identity": identity,
        "finance": _read_finance(record),
        "free_text": keep_told(remark=clean(record.get("remark"))),
    }
    row["cleared_fields"] = _list_cleared(record, row, segments)
    return SourceRows(
        entity="customer",
        source_key=origin.source_key,
        head=Sealable("customer", origin.source_key, row, segments),
        sealed=[*points, *make_address_rows(origin.source_key, addresses)],
        plain={"tag": _make_tags(origin.source_key, record)},
        blind=blind + _index_identity(identity),
    )


def _read_names(record: Record) -> Row:
    kind = _choose_kind(record)
    legal_name, pinyin = _name_person(record) if kind == "person" else _name_organisation(record)
    short_name = clean(record.get("short_name"))
    return {
        "kind": kind,
        "legal_name": legal_name,
        "short_name": to_simplified(short_name) if short_name else None,
        "name_pinyin": pinyin,
    }


def _choose_kind(record: Record) -> str | None:
    """Return the kind as given, else as the names tell it."""
    given = code.parse_kind(record.get("kind"))
    if given:
        return given
    if clean(record.get("company")) or is_company_name(record.get("name")):
        return "organisation"
    has_name = any(clean(record.get(field)) for field in ("name", "surname", "given_name"))
    return "person" if has_name else None


def _name_person(record: Record) -> tuple[str | None, str | None]:
    raw, surname, given = (record.get(name) for name in ("name", "surname", "given_name"))
    person = parse_person(raw, surname, given)
    if person.full is not None:
        return person.full, person.pinyin
    return _name_plainly(_join_name(record) or clean(record.get("company")), is_person=True)


def _name_organisation(record: Record) -> tuple[str | None, str | None]:
    raw = clean(record.get("company")) or _join_name(record) or clean(record.get("short_name"))
    name = parse_company(raw)
    told, _ = _name_plainly(name.told or raw, is_person=False)
    return told, _name_plainly(name.full or raw, is_person=False)[1]


def _name_plainly(text: str | None, *, is_person: bool) -> tuple[str | None, str | None]:
    if text is None:
        return None, None
    name = to_simplified(text)
    return name, to_pinyin(name, is_name=is_person) or None


def _join_name(record: Record) -> str | None:
    """Return the name as one text when it is no name that can be taken apart."""
    whole = clean(record.get("name"))
    if whole:
        return whole
    parts = (clean(record.get("surname")), clean(record.get("given_name")))
    return " ".join(part for part in parts if part) or None


def _read_identity(record: Record) -> Row:
    """Return the ids and birth date; a number with a wrong check digit is left out."""
    company_code = parse_social_credit_code(record.get("social_credit_code"))
    identity = parse_identity(record.get("identity_type"), record.get("identity_number"))
    code_number = company_code.number if company_code.is_valid else None
    if identity.type == "social_credit_code":
        # A code given as an identity number is the same thing in another field.
        code_number = code_number or (identity.number if identity.is_valid else None)
        number = None
    else:
        number = None if identity.problem in ("checksum", "region") else identity.number
    born = parse_on(record.get("birth_date")) or (identity.birth_on if number else None)
    return keep_told(
        social_credit_code=code_number,
        identity_type=identity.type if number else None,
        identity_number=number,
        birth_on=born.isoformat() if born else None,
    )


def _read_finance(record: Record) -> Row:
    limit = parse_amount(record.get("credit_limit"))
    return keep_told(
        credit_limit_amount=None if limit is None else format(limit, "f"),
        credit_rating_code=code.parse_credit_rating(record.get("credit_rating")),
        payment_method_code=code.parse_payment_method(record.get("payment_method")),
        payment_terms_code=code.parse_payment_terms(record.get("payment_terms")),
    )


def _list_cleared(record: Record, row: Row, segments: Mapping[str, Row]) -> list[str]:
    """Return what the record empties; what another of its columns gives all the same stands."""
    told = {name for name, value in row.items() if value is not None}
    told |= {f"{segment}.{name}" for segment, values in segments.items() for name in values}
    named = {cell for name in record.get("cleared") or () for cell in _CLEARED[name]}
    return sorted(named - told)


def _index_identity(identity: Row) -> list[tuple[str, str]]:
    names = (("social_credit_code", "social_credit_code"), ("identity", "identity_number"))
    return [(kind, identity[name]) for kind, name in names if name in identity]


def _make_tags(source_key: str, record: Record) -> list[Row]:
    cleaned = (clean(str(raw)) for raw in record.get("tags") or ())
    tags = {to_simplified(text)[:_LONGEST_TAG] for text in cleaned if text}
    return [{"source_key": source_key, "tag": tag} for tag in sorted(tags)]
