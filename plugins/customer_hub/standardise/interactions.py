"""Interactions to their source rows: records of their own, and the messages of a ticket. Pure.

Both become the same rows, so that whoever reads them need not know how they came.
"""

from customer_hub.standardise.rows import Origin, Record, Row, Sealable, SourceRows, keep_told
from customer_hub.values.moment import parse_at
from customer_hub.values.text import clean

_ONLY = "0"  # the ordinal of an interaction that is a record of its own


def standardise_interaction(record: Record, origin: Origin, customer_key: str | None) -> SourceRows:
    """Return the row of source.interaction for one accepted version.

    Args:
        record: the payload, mapped to the raw columns of the contract.
        origin: which version it is; names the contact.
        customer_key: source key of the customer; None: unresolved, or it goes by its contact.
    """
    head = make_interaction(origin, _ONLY, record, customer_key)
    return SourceRows(entity="interaction", source_key=origin.source_key, head=head)


def make_interaction(
    origin: Origin, ordinal: str, entry: Record, customer_key: str | None
) -> Sealable:
    """Return one row of source.interaction; without a readable time it stands at its record's.

    Args:
        origin: which version of which record tells of it.
        ordinal: its name among the interactions of that record.
        entry: medium, direction, at and so on, as in the contract.
        customer_key: source key of the customer.
    """
    told_at = parse_at(entry.get("at"), origin.zone)
    row: Row = {
        **origin.start_row(),
        "ordinal": ordinal,
        "customer_source_key": customer_key,
        "contact_source_key": origin.named.get("contact"),
        "medium_code": read_word(entry.get("medium")) or "other",
        "direction_code": read_word(entry.get("direction")),
        "status_code": read_word(entry.get("status")),
        "happened_at": told_at or parse_at(entry.get("created"), origin.zone) or origin.version_at,
        "ended_at": parse_at(entry.get("ended"), origin.zone),
        "agent": name_agent(entry.get("agent")),
    }
    told = {name: clean(entry.get(name)) for name in ("subject", "text", "sender", "recipients")}
    key = f"{origin.source_key}|{ordinal}"
    return Sealable("interaction", key, row, {"free_text": keep_told(**told)})


def read_word(raw: str | None) -> str | None:
    """Return a channel's word for a medium, a direction or a status as a code: ``Not Held`` is not_held."""
    text = clean(raw)
    return text.lower().replace(" ", "_") if text else None


def name_agent(raw: str | None) -> str | None:
    """Return who spoke for us; a log-in that is a mail address is personal and stays sealed."""
    text = clean(raw)
    return None if text is None or "@" in text else text
