"""A view: what one channel wrote down about one customer, corrupted as that channel does it.

A view is made once and then changed field by field on days 2 and 3, so that a record keeps its
own spelling over the days.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from local.world import phones
from local.world.addresses import Address, rewrite_address
from local.world.habits import HELD, HOW_COMPANY, HOW_PERSON
from local.world.names import PersonName
from local.world.people import PERSON, Contact, Customer
from local.world.writing import (
    mask_phone,
    mistype,
    mistype_digit,
    to_full_width,
    to_traditional,
    write_landline,
    write_mobile,
)


@dataclass(slots=True)
class View:
    """One channel's picture of a customer; every text is as written, empty if not held.

    ``full_name`` is the person's (or, for an organisation, the speaker's) name as one text,
    ``family`` and ``given`` the same as two; ``created_at`` is aware UTC.
    """

    channel: str
    key: str
    customer: Customer
    identity_class: str
    created_at: datetime
    day: int
    repeat: int = 0
    company: str = ""
    short_name: str = ""
    full_name: str = ""
    family: str = ""
    given: str = ""
    nickname: str = ""
    mobile: str = ""
    phone: str = ""
    fax: str = ""
    email: str = ""
    address: Address | None = None
    shipping: Address | None = None
    social_credit_code: str = ""
    identity_type: str = ""
    identity_number: str = ""
    born: str = ""
    level: str = ""
    lifecycle: str = ""
    website: str = ""
    language: str = ""
    industry: str = ""
    credit_limit: str = ""
    currency: str = ""
    credit_rating: str = ""
    payment_method: str = ""
    payment_terms: str = ""
    remark: str = ""
    tags: list[str] = field(default_factory=list)
    status: str = "active"
    parent_key: str = ""
    member_number: str = ""
    extra: dict[str, object] = field(default_factory=dict)

    @property
    def is_person(self) -> bool:
        """Whether the customer is a person."""
        return self.customer.kind == PERSON


def make_view(rng: Random, view: View, book: phones.Phonebook) -> View:
    """Fill a new view from its true customer, with the corruptions of its channel."""
    customer = view.customer
    held = {
        name: rng.random() < shares[0 if view.is_person else 1]
        for name, shares in HELD[view.channel].items()
    }
    # A few records hold nearly no evidence: a name and one thing more.
    if rng.random() < 0.045:
        kept = rng.choice(("mobile", "address", "mail"))
        held = {name: name in {kept, "level"} for name in held}
    speaker = _choose_speaker(rng, view)
    if customer.company is not None:
        view.company = _write_company(rng, view)
        if speaker is not None and speaker.name is not None:
            _write_name(rng, view, speaker.name, "as_is")
        elif speaker is not None:
            view.full_name = view.family = speaker.department
    elif customer.name is not None:
        _write_name(rng, view, customer.name, HOW_PERSON[view.channel].draw(rng))
    _write_reach(rng, view, speaker, held, book)
    _write_business(rng, view, held)
    return view


def _choose_speaker(rng: Random, view: View) -> Contact | None:
    """Return who wrote for the organisation; mostly its first contact."""
    contacts = view.customer.contacts
    if not contacts:
        return None
    return contacts[0] if rng.random() < 0.7 else rng.choice(contacts)


def _write_company(rng: Random, view: View) -> str:
    name = view.customer.company
    if name is None:
        return ""
    legal = name.legal
    match HOW_COMPANY[view.channel].draw(rng):
        case "vary":
            return name.vary(rng)
        case "traditional":
            return legal.upper() if name.latin else to_traditional(legal)
        case "typo":
            return mistype(rng, legal, keep=2)
        case "department" if not name.latin:
            view.identity_class = "department"
            return legal + rng.choice(("采购部", "财务部", "技术部", "市场部"))
        case "full_width" if name.latin:
            return to_full_width(legal)
        case "full_width":
            return legal.replace("（", "(").replace("）", ")")
        case "former" if view.customer.former_company is not None:
            return view.customer.former_company.legal
        case _:
            return legal


def _write_name(rng: Random, view: View, name: PersonName, how: str) -> None:
    distort = _distort_latin if name.script == "latin" else _distort_han
    view.family, view.given, view.full_name = distort(rng, name, how)
    if view.is_person and rng.random() < 0.3:
        view.nickname = name.nickname(rng)


def _distort_latin(rng: Random, name: PersonName, how: str) -> tuple[str, str, str]:
    """Return family, given and full name as written."""
    family, given, full = name.family, name.given, name.full
    match how:
        case "swapped":
            return given, family, f"{family}, {given}"
        case "title":
            return family, given, name.titled(rng)
        case "nickname":
            given = name.nickname(rng)
            return family, given, f"{given} {family}"
        case "typo":
            given = mistype(rng, given)
            return family, given, f"{given} {family}"
        case "full_width":
            return to_full_width(family), to_full_width(given), to_full_width(full)
    return family, given, full


def _distort_han(rng: Random, name: PersonName, how: str) -> tuple[str, str, str]:
    """Return family, given and full name as written; minority names get no nicknames."""
    family, given, full = name.family, name.given, name.full
    match how:
        case "pinyin":
            family, given = name.pinyin()
            forms = (f"{given} {family}", f"{family} {given}", f"{family}{given}".lower())
            full = rng.choices(forms, (45, 35, 20))[0]
        case "title":
            full = name.titled(rng)
            given = full.removeprefix(family) if name.script == "han" else given
        case "nickname" if name.script == "han":
            full = name.nickname(rng)
            given = full.replace(family, "")
        case "traditional":
            family, given, full = map(to_traditional, (family, given, full))
        case "typo":
            given = mistype(rng, given)
            full = full.replace(name.given, given)
    return family, given, full


def _write_reach(
    rng: Random, view: View, speaker: Contact | None, held: dict[str, bool], book: phones.Phonebook
) -> None:
    customer = view.customer
    # The first view of an agent's customer always shows the agent; others often the speaker.
    own = speaker.mobile if speaker and speaker.mobile else customer.mobile
    agent = customer.identity_class == "agent_mobile" and (view.repeat == 0 or rng.random() < 0.7)
    number = customer.mobile if view.is_person or agent else own
    stale = rng.random() < 0.05 and view.is_person and not number.startswith("+")
    if stale and customer.identity_class in {"plain", "duplicate"}:
        number = book.mobile(customer.number, phones.MOVED)
    elif rng.random() < 0.015:
        number = mistype_digit(rng, number)
    # No channel keeps a customer that it cannot reach at all.
    has_landline = held["phone"] and customer.landline
    if held["mobile"] or agent or not (has_landline or held["mail"]):
        masked = view.channel == "shop" and rng.random() < 0.07
        view.mobile = mask_phone(number) if masked else write_mobile(rng, number)
    if held["phone"]:
        view.phone = write_landline(rng, customer.landline)
    if not view.is_person and held["extras"] and view.channel in {"crm", "pos"}:
        view.fax = customer.fax
    if held["mail"] or view.channel == "shop":
        view.email = _choose_mail(rng, view, speaker)
    if held["address"]:
        view.address = rewrite_address(rng, customer.address)
        view.shipping = customer.shipping if view.channel in {"shop", "crm"} else None


def _choose_mail(rng: Random, view: View, speaker: Contact | None) -> str:
    """Return the mail; in the shop and at the desk no two records share one, as they demand."""
    customer = view.customer
    unique = view.channel in {"shop", "support"}
    local, _, domain = customer.email.partition("@")
    turn = rng.random()
    if view.repeat and unique:
        # Whoever registers twice needs another mail: a tagged one, or a forgotten one.
        tagged = (
            f"{local}+{view.channel}@{domain}" if turn < 0.6 else f"old-{customer.second_email}"
        )
        mail = tagged if view.is_person else f"{view.channel}{customer.number}@{domain}"
    elif view.is_person:
        mail = customer.second_email if turn < 0.16 else customer.email
    elif view.channel == "shop":
        first = customer.contacts[0].email if customer.contacts else ""
        mail = first if first and turn < 0.8 else f"order{customer.number}@{domain}"
    elif view.channel == "support":
        shared = customer.parent is not None or customer.identity_class == "sister"
        is_spoken_for = speaker is not None and speaker.name is not None
        mail = customer.email if turn < 0.3 and not shared else (
            speaker.email if speaker and is_spoken_for else f"help{customer.number}@{domain}"
        )  # fmt: skip
    else:
        mail = speaker.email if speaker and turn < 0.5 else customer.email
        mail = customer.second_email if turn > 0.92 else mail
    return mail.upper() if rng.random() < 0.02 else mail


def _write_business(rng: Random, view: View, held: dict[str, bool]) -> None:
    customer = view.customer
    if held["identity"]:
        view.social_credit_code = customer.social_credit_code
        view.identity_type, view.identity_number = customer.identity_type, customer.identity_number
    if held["born"] and customer.born is not None:
        born = customer.born
        # Some clerks enter the first of January, some swap day and month; with the identity card
        # in hand they do not.
        turn = 1.0 if view.identity_number else rng.random()
        if turn < 0.015:
            born = born.replace(month=1, day=1)
        elif turn < 0.03 and born.day <= 12:
            born = born.replace(month=born.day, day=born.month)
        view.born = born.isoformat()
    if held["level"]:
        view.level, view.lifecycle = customer.level, customer.lifecycle
        view.industry = customer.industry
        view.short_name = customer.company.short if customer.company is not None else ""
    if held["payment"]:
        view.payment_method, view.payment_terms = customer.payment_method, customer.payment_terms
        view.credit_limit, view.credit_rating = customer.credit_limit, customer.credit_rating
        view.currency = customer.currency if customer.credit_limit else ""
    if held["extras"]:
        view.website, view.language = customer.website, customer.language
        view.remark, view.tags = customer.remark, list(customer.tags)
    if rng.random() < 0.04:
        view.status = "inactive"
