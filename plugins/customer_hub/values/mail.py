"""Read mail addresses; no DNS is asked, ever."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from customer_hub.values.text import clean_short

_bracketed = re.compile(r"<([^<>]+)>")
_several = re.compile(r"[;,，；、|\s]+")
# Plain ASCII addresses, all but a handful: read without the validator, with the same answer.
_plain = re.compile(
    r"(?=.{6,254}$)([a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*)"
    r"@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})"
).fullmatch
_RESERVED_ENDS = (".local", ".localhost", ".invalid", ".onion", ".arpa")

_ROLES_TEXT: Final = (
    "info information sales sale service services support admin administrator kefu contact "
    "contacts contactus hr office finance caiwu accounting accounts account billing invoice "
    "fapiao order orders purchasing purchase procurement caigou xiaoshou shichang market "
    "marketing webmaster postmaster hostmaster abuse root noreply no-reply donotreply "
    "mailer-daemon hello hi help helpdesk enquiry enquiries inquiry feedback shop store mail "
    "email public pr press media jobs job career careers recruit zhaopin legal tech it team "
    "reception frontdesk qiantai shouhou customer customerservice cs test"
)
_ROLES = frozenset(_ROLES_TEXT.split())
_role_name = re.compile(r"^([a-z]+(?:-[a-z]+)?)[0-9._-]*$")
ROLE_MAIL: Final = rf"^(?:{'|'.join(sorted(_ROLES))})[0-9._-]*(?:[+].*)?@"
"""What the address of a role begins with; for engines of regular expressions without look-around."""

LOCAL_MARKS: Final = "[._-]+"
"""Marks in a local part that people leave out as they like: li.wei and liwei are one; a pattern."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail address, lower-case.

    ``is_role`` marks a mailbox that many share (info@, kefu@). ``problem`` is ``too_long``,
    ``invalid``, or ``several`` (the first of several addresses was read).
    """

    address: str | None = None
    local: str | None = None
    domain: str | None = None
    is_role: bool = False
    problem: str | None = None


def parse_mail(raw: str | None) -> Mail:
    """Read a mail address; ``Name <a@b.example>``, ``mailto:`` and full width are understood."""
    text, problem = clean_short(raw)
    if text is None:
        return Mail(problem=problem)
    return _parse(text)


@lru_cache(maxsize=65_536)
def _parse(text: str) -> Mail:
    bracketed = _bracketed.search(text)
    text = bracketed[1] if bracketed else text
    text = re.sub(r"\s*([@.])\s*", r"\1", text).strip(" .。;,，；、<>\"'")
    text = re.sub("^mailto:", "", text, flags=re.IGNORECASE)
    first, *others = [part for part in _several.split(text) if part] or [""]
    mail = _read_one(first.lower())
    if mail.address is not None and any("@" in other for other in others):
        return Mail(mail.address, mail.local, mail.domain, mail.is_role, "several")
    if others and not any("@" in other for other in others):
        return Mail(problem="invalid")
    return mail


def _read_one(text: str) -> Mail:
    match = _plain(text)
    if match is not None and _is_ordinary(match[2]):
        return Mail(text, match[1], match[2], is_role_name(match[1]))
    return _validate(text)


def _is_ordinary(domain: str) -> bool:
    is_international = domain.startswith("xn--") or ".xn--" in domain or "--" in domain
    return not is_international and not domain.endswith(_RESERVED_ENDS)


def _validate(text: str) -> Mail:
    # Imported at the first unusual address only.
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except (EmailNotValidError, ValueError):
        return Mail(problem="invalid")
    address = found.normalized.lower()
    if address != text:
        # Lower-casing and normalising may each undo the other: only a settled form is kept.
        try:
            again = validate_email(address, check_deliverability=False, test_environment=True)
        except (EmailNotValidError, ValueError):
            return Mail(problem="invalid")
        if again.normalized.lower() != address:
            return Mail(problem="invalid")
    local, _, domain = address.rpartition("@")
    return Mail(address, local, domain, is_role_name(local))


def is_role_name(local: str) -> bool:
    """Tell whether a local part is a role and not a person: info, sales, hr."""
    match = _role_name.match(local.split("+", 1)[0])
    return match is not None and match[1].rstrip("-") in _ROLES
