"""EspoCRM's records to the hub's raw fields. Cleaning is left to standardise."""

from collections.abc import Iterable
from typing import Any

from customer_hub.channels.espocrm.interaction_mapping import map_interaction
from customer_hub.channels.record import (
    Record,
    as_text,
    make_address,
    make_contact_points,
    make_mails,
)

# EspoCRM's own book-keeping, and the slots that the hub itself writes.
_KNOWN = (
    "id", "deleted", "type", "cHubId", "cHubLevel", "cHubRegion", "accountName", "assignedUserId",
    "assignedUserName", "createdById", "createdByName", "modifiedById", "modifiedByName",
    "teamsIds", "teamsNames", "streamUpdatedAt", "versionNumber", "isFollowed", "followersIds",
    "followersNames", "emailAddressData", "emailAddressIsOptedOut", "emailAddressIsInvalid",
    "phoneNumberData", "phoneNumberIsOptedOut", "phoneNumberIsInvalid", "cCreditLimitConverted",
)  # fmt: skip


def map_record(entity: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Map an Account, a Contact, or a Call, Meeting or Email to RAW_FIELDS[entity]; pure, total."""
    record = Record(payload)
    if entity == "interaction":
        mapped = map_interaction(record)
    else:
        mapped = _map_customer(record) if entity == "customer" else _map_contact(record)
        record.ignore(_KNOWN)
    return {**mapped, "unknown": record.leftovers()}


def _map_customer(record: Record) -> dict[str, Any]:
    take = record.take
    phones = (
        ("phone", take("phoneNumber")),
        ("mobile", take("cMobile")),
        ("fax", take("cFax")),
    )
    return {
        "kind": take("cKind"),
        "name": take("name"),
        "surname": None,
        "given_name": None,
        "company": None,
        "short_name": take("cShortName"),
        "social_credit_code": take("cSocialCreditCode"),
        "identity_type": take("cIdentityType"),
        "identity_number": take("cIdentityNumber"),
        "birth_date": take("cBirthDate"),
        "website": take("website"),
        "industry": take("industry"),
        "level": take("cLevel"),
        "lifecycle": take("cLifecycle"),
        "language": take("cLanguage"),
        "currency": take("cCreditLimitCurrency"),
        "credit_limit": take("cCreditLimit"),
        "credit_rating": take("cCreditRating"),
        "payment_method": take("cPaymentMethod"),
        "payment_terms": take("cPaymentTerms"),
        "remark": take("description"),
        "status": take("cStatus"),
        "parent": take("cParentId"),
        "created": take("createdAt"),
        "modified": take("modifiedAt"),
        "tags": _read_tags(record.look("cTags")),
        "phones": make_contact_points(phones),
        "mails": make_mails(take("emailAddress")),
        "addresses": [*_read_address(record, "billing"), *_read_address(record, "shipping")],
        "cleared": [],
    }


def _map_contact(record: Record) -> dict[str, Any]:
    take = record.take
    phones = (("phone", take("phoneNumber")), ("mobile", take("cMobile")))
    record.ignore(("salutationName",))
    return {
        "name": take("name"),
        "surname": take("lastName"),
        "given_name": take("firstName"),
        "title": take("title"),
        "role": take("cRole"),
        "customer": take("accountId"),
        "remark": take("description"),
        "created": take("createdAt"),
        "modified": take("modifiedAt"),
        "phones": make_contact_points(phones),
        "mails": make_mails(take("emailAddress")),
    }


def _read_address(record: Record, kind: str) -> list[dict[str, Any]]:
    prefix = f"{kind}Address"
    return make_address(
        kind,
        country=record.take(f"{prefix}Country"),
        province=record.take(f"{prefix}State"),
        city=record.take(f"{prefix}City"),
        street=record.take(f"{prefix}Street"),
        postcode=record.take(f"{prefix}PostalCode"),
    )


def _read_tags(value: Any) -> list[str]:
    values: Iterable[Any] = value if isinstance(value, list) else [value]
    return [text for text in map(as_text, values) if text]
