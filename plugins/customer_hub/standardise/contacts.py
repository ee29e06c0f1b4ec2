"""A mapped contact to its source rows. Pure, as for customers."""

from customer_hub.standardise.reach import find_country, make_contact_points
from customer_hub.standardise.rows import Origin, Record, Sealable, SourceRows
from customer_hub.values import code
from customer_hub.values.person import parse_person
from customer_hub.values.text import clean, to_pinyin, to_simplified


def standardise_contact(record: Record, origin: Origin, customer_key: str | None) -> SourceRows:
    """Return the rows of source.contact and its children for one accepted version.

    Args:
        record: the payload, mapped to the raw columns of the contract.
        origin: which version it is.
        customer_key: source key of the customer whom the contact speaks for.
    """
    points, blind = make_contact_points(origin.source_key, record, find_country(()))
    name, pinyin = _read_name(record)
    title = clean(record.get("title"))
    row = {
        **origin.start_row(),
        "first_created_at": origin.first_created_at,
        "customer_source_key": customer_key,
        "name": name,
        "name_pinyin": pinyin,
        "title": to_simplified(title) if title else None,
        "role_code": code.parse_contact_role(record.get("role")),
    }
    return SourceRows(
        entity="contact",
        source_key=origin.source_key,
        head=Sealable("contact", origin.source_key, row),
        sealed=list(points),
        blind=blind,
    )


def _read_name(record: Record) -> tuple[str | None, str | None]:
    raw, surname, given = (record.get(name) for name in ("name", "surname", "given_name"))
    person = parse_person(raw, surname, given)
    if person.full is not None:
        return person.full, person.pinyin
    text = clean(raw) or clean(surname) or clean(given)
    if text is None:
        return None, None
    name = to_simplified(text)
    return name, to_pinyin(name) or None
