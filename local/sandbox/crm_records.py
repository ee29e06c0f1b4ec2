"""What EspoCRM keeps of each entity type, and how the world's events enter it."""

from __future__ import annotations

from collections.abc import Mapping

from local.sandbox.clock import shown_stamp, utc_stamp
from local.sandbox.store import Body, Event, Record


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ADDRESS = tuple(
    f"{kind}Address{part}"
    for kind in ("billing", "shipping")
    for part in ("Street", "City", "State", "PostalCode", "Country")
)
_APPOINTMENT = (
    "name status dateStart dateEnd description parentType parentId assignedUserId contactsIds "
    "usersIds"
)
DEEDS = ("Call", "Meeting", "Email")
WRITABLE: Mapping[str, frozenset[str]] = {
    "Account": frozenset(_ADDRESS)
    | _names(
        "name cShortName cKind cSocialCreditCode cIdentityType cIdentityNumber cBirthDate website "
        "emailAddress phoneNumber cMobile cFax type industry cLevel cLifecycle cLanguage "
        "cCreditLimit cCreditLimitCurrency cCreditRating cPaymentMethod cPaymentTerms description "
        "cTags cStatus cParentId cHubId cHubLevel cHubRegion"
    ),
    "Contact": _names(
        "salutationName firstName lastName title cRole accountId emailAddress phoneNumber cMobile "
        "description cHubId"
    ),
    "Call": _names(f"{_APPOINTMENT} direction"),
    "Meeting": _names(_APPOINTMENT),
    "Email": _names(
        "name status dateSent from to cc body bodyPlain isHtml parentType parentId assignedUserId"
    ),
}
READ_ONLY = frozenset({"id", "createdAt", "modifiedAt", "deleted", "name", "accountName"})
REQUIRED = {"Account": "name", "Contact": "lastName", **dict.fromkeys(DEEDS, "name")}
# What only a look at a single record shows.
_PARTIES = _names("contactsIds contactsNames usersIds usersNames")
NOT_LISTED: Mapping[str, frozenset[str]] = {
    "Call": _PARTIES,
    "Meeting": _PARTIES,
    "Email": _names("body bodyPlain from to cc"),
}
_REACHED = {"emailAddress": "emailAddressData", "phoneNumber": "phoneNumberData"}
UNCOUNTED = frozenset({"Email"})
INDEXED = [
    (entity, name)
    for entity in ("Account", "Contact")
    for name in ("emailAddress", "phoneNumber", "name", "cHubId")
]


def absorb_event(before: Record | None, event: Event) -> Record:
    """Return the record after an event; fields the event does not name keep their value."""
    body = {**(before.body if before else {}), **event.record}
    body["id"] = event.key
    is_deleted = event.op == "delete"
    at = utc_stamp(event.at)
    modified_at = at if is_deleted else shown_stamp(body.get("modifiedAt"), at)
    body["modifiedAt"] = espo_time(modified_at)
    body.setdefault("createdAt", body["modifiedAt"])
    body["deleted"] = is_deleted
    return Record(event.key, modified_at, body, is_deleted)


def show_alone(entity: str, body: Body) -> Body:
    """Return the fields that the real system adds to a record that is looked at by itself."""
    if entity not in ("Account", "Contact"):
        return {}
    reached = {
        name: [{own: body[own], "primary": True}] if body.get(own) else []
        for own, name in _REACHED.items()
    }
    return {**reached, "teamsIds": [], "teamsNames": {}, "isFollowed": False}


def espo_time(moment: str) -> str:
    """Return a stamp as EspoCRM shows it: UTC, whole seconds, no zone."""
    return moment[:19].replace("T", " ")
