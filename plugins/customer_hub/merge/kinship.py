"""Who else a person is, or lives with: relations between golden records that are never merged. Pure.

A contact and a person who is a customer are one person when they share a name and a phone or mail
that is nobody else's; two persons are a household when they share one of these and the surname.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from customer_hub.values.person import PersonName, parse_person


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """A name under which a golden record's source record goes."""

    golden_id: UUID
    name: str
    pinyin: str | None


def relate_contact(name: str, pinyin: str | None, sharers: Sequence[Person]) -> Iterator[UUID]:
    """Yield the persons who are this contact, of those who share a phone or mail with it."""
    for other in sharers:
        is_spelled_alike = bool(pinyin) and _join(pinyin) == _join(other.pinyin)
        if (name == other.name or is_spelled_alike) and not parse_person(name).is_partial:
            yield other.golden_id


def relate_person(name: str, sharers: Sequence[Person]) -> Iterator[UUID]:
    """Yield those who live with a person, of those who share a phone or mail with them."""
    me = parse_person(name) if sharers else PersonName()
    for other in sharers:
        them = parse_person(other.name)
        if me.is_partial or them.is_partial or not me.surname:
            continue
        if me.surname == them.surname and me.full != them.full:
            yield other.golden_id


def _join(pinyin: str | None) -> str:
    return (pinyin or "").replace(" ", "")
