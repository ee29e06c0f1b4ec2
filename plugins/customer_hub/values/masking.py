"""Masks: what a page shows of a sealed value. Pure; the whole value never leaves the server."""

from collections.abc import Mapping

_STARS = "****"
_SHORTEST_SHOWN = 11


def mask_phone(value: str) -> str:
    """Show how a number begins and its last four digits: ``138****1234``, ``+1 202****0100``.

    Args:
        value: E.164; of a number too short to hide anything in, nothing is shown.
    """
    if len(value) < _SHORTEST_SHOWN:
        return _STARS
    if value.startswith("+86"):
        national = value[3:]
        # A landline is dialled with its trunk 0; mobiles and service numbers are not.
        is_landline = not (len(national) == 11 and national.startswith("1"))
        shown = (
            "0" + national if is_landline and not national.startswith(("400", "800")) else national
        )
        return f"{shown[:3]}{_STARS}{shown[-4:]}"
    return f"{value[:5]}{_STARS}{value[-2:]}"


def mask_mail(value: str) -> str:
    """Show the first letter of the mailbox and the domain: ``a***@x.example``."""
    mailbox, at, domain = value.rpartition("@")
    shown = mailbox[:1] if len(mailbox) > 1 else ""
    return f"{shown}***@{domain}" if at else "***"


def mask_point(kind: str, value: str) -> str:
    """Mask a contact point of the given type (phone, mobile, fax, mail)."""
    return mask_mail(value) if kind == "mail" else mask_phone(value)


def mask_address(values: Mapping[str, str]) -> str:
    """Show province, city and district; the street and the postcode stay hidden."""
    places = [values[part] for part in ("province", "city", "district") if values.get(part)]
    return " ".join([*dict.fromkeys(places), _STARS])


def mask_identity(field: str, value: str) -> str:
    """Mask an identity value: a birth date keeps its year, a number its first and last characters.

    Args:
        field: ``identity_type`` (shown whole), ``birth_on``, or a number's field.
        value: the standardised value.
    """
    if field == "identity_type":
        return value
    if field == "birth_on":
        return f"{value[:4]}-**-**"
    return f"{value[:2]}{'*' * max(len(value) - 4, 4)}{value[-2:]}" if len(value) > 6 else "****"
