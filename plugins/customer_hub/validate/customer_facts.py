"""What the suites of customers judge, computed from one mapped customer."""

import re
from datetime import date

from customer_hub.core.landing import LandedVersion
from customer_hub.validate.facts import (
    Facts,
    Record,
    describe_addresses,
    describe_reach,
    describe_version,
    is_known,
    is_number,
    is_read,
    join_names,
    read_number,
    show_text,
)
from customer_hub.values import code
from customer_hub.values.identity import Identity, parse_identity, parse_social_credit_code
from customer_hub.values.moment import parse_on
from customer_hub.values.text import clean
from customer_hub.values.website import parse_website

_NAMES = ("name", "surname", "given_name", "company", "short_name")
_PERSONAL_IDS = ("resident_id", "passport")
_year = re.compile(r"([0-9]{4})(?:[-/.年]|[0-9]{4})").match


def describe_customer(version: LandedVersion, record: Record, zone: str) -> Facts:
    """Return the columns of a customer suite for one landed version.

    Args:
        version: the landed version, open.
        record: its payload, mapped to the raw columns of the contract.
        zone: IANA zone in which times without an offset are read.
    """
    kind = code.parse_kind(record.get("kind"))
    website = parse_website(record.get("website"))
    return {
        **describe_version(version, record, zone),
        "name": show_text(_find_name(record)),
        "raw_names": join_names(record, _NAMES),
        "kind": kind,
        "kind_is_known": is_known(record.get("kind"), code.parse_kind),
        **_describe_identity(record, kind),
        **_describe_birth(version, record, kind),
        **describe_reach(record),
        **describe_addresses(record),
        "website_is_valid": is_read(record.get("website"), website),
        "industry_is_known": is_known(record.get("industry"), code.parse_industry),
        "level_is_known": is_known(record.get("level"), code.parse_level),
        "lifecycle_is_known": is_known(record.get("lifecycle"), code.parse_lifecycle),
        "language_is_known": is_known(record.get("language"), code.parse_language),
        "status_is_known": is_known(record.get("status"), code.parse_status),
        **_describe_finance(record),
        "remark_length": len(record.get("remark") or ""),
        "parent_is_another": _is_another(version, record.get("parent")),
    }


def _find_name(record: Record) -> str | None:
    """Return the first thing that can be called a name: a company, a whole name, its parts."""
    return next((text for field in _NAMES if (text := clean(record.get(field)))), None)


def _describe_identity(record: Record, kind: str | None) -> Facts:
    company_code = parse_social_credit_code(record.get("social_credit_code"))
    has_code = clean(record.get("social_credit_code")) is not None
    identity = parse_identity(record.get("identity_type"), record.get("identity_number"))
    has_number = clean(record.get("identity_number")) is not None
    return {
        "social_credit_code_is_valid": company_code.is_valid if has_code else None,
        "company_code_fits_kind": kind == "organisation" if has_code and kind else None,
        "identity_has_type": (
            clean(record.get("identity_type")) is not None if has_number else None
        ),
        "identity_is_valid": _is_acceptable(identity) if has_number else None,
        "identity_fits_kind": (
            (identity.type in _PERSONAL_IDS) == (kind == "person")
            if has_number and kind and identity.type != "other"
            else None
        ),
    }


def _is_acceptable(identity: Identity) -> bool:
    """Tell whether nothing speaks against a number; one without a check digit proves nothing."""
    return identity.is_valid or identity.problem in (None, "unknown_type", "no_check_digit")


def _describe_birth(version: LandedVersion, record: Record, kind: str | None) -> Facts:
    raw = record.get("birth_date")
    born: date | None = parse_on(raw)
    identity = parse_identity(record.get("identity_type"), record.get("identity_number"))
    is_proven = identity.is_valid and identity.birth_on is not None and born is not None
    has_birth = clean(raw) is not None
    return {
        "birth_year": int(year[1]) if (year := _year(clean(raw) or "")) else None,
        "birth_is_date": is_read(raw, born),
        "birth_is_past": None if born is None else born <= version.version_at.date(),
        "birth_fits_kind": kind == "person" if has_birth and kind else None,
        "birth_matches_identity": identity.birth_on == born if is_proven else None,
    }


def _describe_finance(record: Record) -> Facts:
    limit = record.get("credit_limit")
    has_limit = clean(limit) is not None
    return {
        "credit_limit_is_number": is_number(limit),
        "credit_limit": read_number(limit),
        "credit_limit_has_currency": (
            clean(record.get("currency")) is not None if has_limit else None
        ),
        "currency_is_known": is_known(record.get("currency"), code.parse_currency),
        "credit_rating_is_known": is_known(record.get("credit_rating"), code.parse_credit_rating),
        "payment_method_is_known": is_known(
            record.get("payment_method"), code.parse_payment_method
        ),
        "payment_terms_is_known": is_known(record.get("payment_terms"), code.parse_payment_terms),
    }


def _is_another(version: LandedVersion, parent: str | None) -> bool | None:
    text = clean(parent)
    return None if text is None else text != version.source_id
