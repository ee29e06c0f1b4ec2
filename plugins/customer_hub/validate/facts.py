"""Facts that rules of every entity need: what a landed record says, judged value by value.

A fact is one column of the frame that the suites read. A fact that does not apply is None, which
no expectation counts; ``*_is_known``, ``*_is_valid`` and the like are True or False.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from customer_hub.core.landing import LandedVersion
from customer_hub.values.address import parse_address
from customer_hub.values.amount import parse_amount
from customer_hub.values.mail import parse_mail
from customer_hub.values.moment import parse_at
from customer_hub.values.phone import parse_phone
from customer_hub.values.text import clean

Record = Mapping[str, Any]
Facts = dict[str, Any]

MISSING_ID = "!"
"""Gather gives a record without an id of its own a source id that starts with this."""

# Sealed and in no index; every other value may stand in one, which takes some 2,700 bytes.
_FREE_TEXTS = frozenset(
    {"remark", "subject", "text", "raw", "street", "sender", "recipients", "comment", "reason"}
)
_chinese_postcode = re.compile("[0-9]{6}").fullmatch
_american_postcode = re.compile("[0-9]{5}(?:-?[0-9]{4})?").fullmatch
_other_postcode = re.compile("[0-9A-Za-z][0-9A-Za-z -]{1,11}").fullmatch


def describe_version(version: LandedVersion, record: Record, zone: str) -> Facts:
    """Return the facts that every landed record has: its id, its shape, its own times."""
    created_at = parse_at(record.get("created"), zone)
    modified_at = parse_at(record.get("modified"), zone)
    return {
        "version_id": version.version_id,
        "source_id": show_text(version.source_id),
        "is_ragged": is_ragged(version.payload),
        "longest_field": find_longest(record),
        "created_at": created_at,
        "created_is_time": is_read(record.get("created"), created_at),
        "modified_at": modified_at,
        "modified_is_time": is_read(record.get("modified"), modified_at),
    }


def is_ragged(payload: Mapping[str, Any]) -> bool:
    """Tell whether a file's row could not be told by its columns (file_drop lands it as such)."""
    return bool(payload.get("_ragged"))


def find_longest(record: Record) -> int:
    """Return the length of the longest value that is no free text."""
    longest = 0
    for name, value in record.items():
        if isinstance(value, str):
            longest = max(longest, 0 if name in _FREE_TEXTS else len(value))
        elif isinstance(value, list | tuple) and name != "unknown":
            sizes = (len(v) if isinstance(v, str) else find_longest(v) for v in value)
            longest = max(longest, *sizes, 0)
    return longest


def is_read(raw: str | None, value: object) -> bool | None:
    """Tell whether a present raw value could be read at all; None when there is none."""
    return None if clean(raw) is None else value is not None


def is_number(raw: str | None) -> bool | None:
    """Tell whether a present amount is a number; ``n/a`` is none, for an amount is never a word."""
    return None if not (raw or "").strip() else parse_amount(raw) is not None


def is_known(raw: str | None, parse: Callable[[str | None], str | None]) -> bool | None:
    """Tell whether a present raw code is one that the hub knows; None when there is none."""
    return None if clean(raw) is None else parse(raw) is not None


def show_text(raw: str | None) -> str | None:
    """Return a text that pandas can hold: lone surrogates, which no encoder takes, are escaped."""
    return None if raw is None else raw.encode("utf-8", "backslashreplace").decode()


def join_names(record: Record, fields: Iterable[str]) -> str | None:
    """Return the raw name fields as one text, for rules on characters; None when all are empty."""
    return show_text("|".join(str(record[name]) for name in fields if record.get(name))) or None


def read_word(raw: str | None) -> str | None:
    """Return a code as one lower-case word, to be compared with a suite's own list."""
    text = clean(raw)
    return text.lower() if text else None


def read_number(raw: str | None) -> float | None:
    """Return an amount as a float (rules compare, they never add), or None."""
    amount = parse_amount(raw)
    return None if amount is None else float(amount)


def describe_reach(record: Record) -> Facts:
    """Return the facts about phones and mails; masked numbers (138****1234) are no fault."""
    phones = [parse_phone(entry.get("value")) for entry in record.get("phones") or ()]
    mails = [parse_mail(entry.get("value")) for entry in record.get("mails") or ()]
    told_phones = [phone for phone in phones if phone.e164 or phone.masked or phone.problem]
    told_mails = [mail for mail in mails if mail.address or mail.problem]
    return {
        "phone_is_number": _all(
            phone.problem not in ("format", "too_long") for phone in told_phones
        ),
        "phone_is_dialable": _all(
            phone.problem not in ("invalid", "no_area_code") for phone in told_phones
        ),
        "mail_is_valid": _all(mail.address is not None for mail in told_mails),
        "is_reachable": bool(told_phones or told_mails),
    }


def describe_addresses(record: Record) -> Facts:
    """Return the facts about addresses: the postcode's form, and contradictions in the fields."""
    postcodes: list[bool] = []
    problems: list[str | None] = []
    for entry in record.get("addresses") or ():
        address = parse_address(
            entry.get("raw"),
            country=entry.get("country"),
            province=entry.get("province"),
            city=entry.get("city"),
            district=entry.get("district"),
            street=entry.get("street"),
            postcode=entry.get("postcode"),
        )
        problems.append(address.problem)
        postcode = clean(entry.get("postcode"))
        if postcode is not None:
            postcodes.append(_fits_country(postcode, address.country_code))
    return {
        "postcode_fits_country": _all(postcodes),
        "address_is_consistent": _all(
            problem not in ("conflict", "too_long") for problem in problems
        ),
    }


def is_in_order(earlier: datetime | None, later: datetime | None) -> bool | None:
    """Tell whether two moments stand in their order; None unless both are there."""
    return None if earlier is None or later is None else earlier <= later


def _fits_country(postcode: str, country: str | None) -> bool:
    if country == "CN":
        return _chinese_postcode(postcode) is not None
    if country == "US":
        return _american_postcode(postcode) is not None
    return _other_postcode(postcode) is not None


def _all(judgements: Iterable[bool]) -> bool | None:
    told = list(judgements)
    return all(told) if told else None
