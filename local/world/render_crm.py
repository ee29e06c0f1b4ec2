"""Views as EspoCRM JSON."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from local.world.addresses import Address
from local.world.people import Contact
from local.world.views import View

if TYPE_CHECKING:
    from local.world.talks import Talk

Record = dict[str, Any]
_SALUTATIONS = {"m": "Mr.", "f": "Ms."}


def render_account(view: View, modified: datetime) -> Record:
    """Return the CRM's account; fields that are not held are null, as EspoCRM shows them."""
    customer = view.customer
    phones = [number for number in (view.phone, view.mobile) if number]
    record: Record = {
        "id": view.key,
        "name": view.company or view.full_name,
        "cShortName": view.short_name or None,
        "cKind": customer.kind,
        "cSocialCreditCode": view.social_credit_code or None,
        "cIdentityType": view.identity_type if view.identity_number else None,
        "cIdentityNumber": view.identity_number or None,
        "cBirthDate": view.born or None,
        "website": view.website or None,
        "emailAddress": view.email or None,
        "phoneNumber": phones[0] if phones else None,
        "cMobile": view.mobile or None,
        "cFax": view.fax or None,
        "type": "Partner" if view.level == "VIP" else "Customer",
        "industry": view.industry or None,
        "cLevel": view.level or None,
        "cLifecycle": view.lifecycle or None,
        "cLanguage": view.language or None,
        "cCreditLimit": float(view.credit_limit) if view.credit_limit else None,
        "cCreditLimitCurrency": view.currency or None,
        "cCreditRating": view.credit_rating or None,
        "cPaymentMethod": view.payment_method or None,
        "cPaymentTerms": view.payment_terms or None,
        "description": view.remark or None,
        "cTags": list(view.tags),
        "cStatus": view.status,
        "cParentId": view.parent_key or None,
        **_block("billing", view.address),
        **_block("shipping", view.shipping),
        "createdAt": _stamp(view.created_at),
        "modifiedAt": _stamp(modified),
        "deleted": False,
    }
    record.update(view.extra)
    return record


def render_contact(
    view: View, contact: Contact, key: str, created: datetime, modified: datetime
) -> Record:
    """Return the CRM's contact of an account; a department stands in the last name."""
    name = contact.name
    first, last = (name.given, name.family) if name else ("", contact.department)
    return {
        "id": key,
        "salutationName": _SALUTATIONS[name.sex] if name else None,
        "firstName": first or None,
        "lastName": last,
        "name": name.full if name else contact.department,
        "title": contact.title or None,
        "cRole": contact.role,
        "accountId": view.key,
        "accountName": view.company,
        "emailAddress": contact.email or None,
        "phoneNumber": view.phone or None,
        "cMobile": contact.mobile or None,
        "description": contact.department or None,
        "createdAt": _stamp(created),
        "modifiedAt": _stamp(modified),
    }


def render_talk(view: View, talk: Talk, modified: datetime) -> Record:
    """Return the CRM's call, meeting or mail, with the account that EspoCRM derives from its parent."""
    record: Record = {
        "id": talk.key,
        "name": talk.subject,
        "status": talk.status,
        "parentType": talk.parent_type or None,
        "parentId": talk.parent_key or None,
        "accountId": view.key if talk.parent_type else None,
        "accountName": (view.company or view.full_name) if talk.parent_type else None,
        "assignedUserId": talk.agent[0],
        "assignedUserName": talk.agent[1],
        "createdAt": _stamp(talk.created),
        "modifiedAt": _stamp(modified),
        "deleted": False,
    }
    if talk.kind == "Email":
        desk, customer = "sales@hub.example", view.email or "somebody@mail.example"
        is_sent = talk.status == "Sent"
        return record | {
            "dateSent": _stamp(talk.began),
            "from": desk if is_sent else customer,
            "to": customer if is_sent else desk,
            "cc": None,
            "bodyPlain": talk.text,
            "body": f"<p>{talk.text}</p>",
            "isHtml": True,
        }
    if talk.kind == "Call":
        record["direction"] = talk.direction
    return record | {
        "dateStart": _stamp(talk.began),
        "dateEnd": _stamp(talk.ended),
        "description": talk.text,
        "contactsIds": list(talk.contact_keys),
        "usersIds": [talk.agent[0]],
    }


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _block(kind: str, address: Address | None) -> Record:
    if address is None:
        return {
            f"{kind}Address{part}": None
            for part in ("Street", "City", "State", "PostalCode", "Country")
        }
    return {
        f"{kind}AddressStreet": address.district + address.line,
        f"{kind}AddressCity": address.city,
        f"{kind}AddressState": address.province,
        f"{kind}AddressPostalCode": address.postcode,
        f"{kind}AddressCountry": address.country,
    }
