"""What is true: the customer and the contact as they are, before any channel writes them down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from local.world.addresses import Address
from local.world.companies import CompanyName
from local.world.names import PersonName

PERSON, ORGANISATION = "person", "organisation"


@dataclass(slots=True)
class Contact:
    """A person (or, without a name, a department) who speaks for an organisation."""

    true_id: str
    name: PersonName | None
    department: str
    title: str
    role: str
    mobile: str
    email: str


@dataclass(slots=True)
class Customer:
    """A true customer; changes of days 2 and 3 are applied to it in place.

    ``identity_class`` names what makes it hard to tell apart (``plain`` if nothing does); ``born``
    and ``name`` belong to persons, ``company`` and ``contacts`` to organisations. Phones are full
    numbers, ``credit_limit`` is in units of ``currency``, empty if none was granted.
    """

    number: int
    kind: str
    western: bool
    mobile: str
    landline: str
    email: str
    second_email: str
    address: Address
    shipping: Address | None = None
    identity_class: str = "plain"
    name: PersonName | None = None
    born: date | None = None
    company: CompanyName | None = None
    former_company: CompanyName | None = None
    social_credit_code: str = ""
    identity_type: str = ""
    identity_number: str = ""
    fax: str = ""
    website: str = ""
    industry: str = ""
    level: str = "C"
    lifecycle: str = "active"
    language: str = "zh-CN"
    currency: str = "CNY"
    credit_limit: str = ""
    credit_rating: str = ""
    payment_method: str = ""
    payment_terms: str = ""
    remark: str = ""
    tags: tuple[str, ...] = ()
    contacts: list[Contact] = field(default_factory=list)
    parent: Customer | None = None
    former_mobile: str = ""
    loses_mobile_on: int = 0
    takes_mobile_on: int = 0
    taken_mobile: str = ""

    @property
    def true_id(self) -> str:
        """The id of the truth files."""
        return f"C{self.number:07d}"

    @property
    def display(self) -> str:
        """The name in full."""
        if self.company is not None:
            return self.company.legal
        return self.name.full if self.name is not None else ""


@dataclass(frozen=True, slots=True)
class Relation:
    """A true relation: ``branch_of`` (child, parent), ``household`` or ``same_person``."""

    child: str
    parent: str
    kind: str
