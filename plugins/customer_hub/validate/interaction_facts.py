"""What the suites of interactions judge, computed from one mapped call, meeting, mail or chat."""

from customer_hub.core.landing import LandedVersion
from customer_hub.validate.facts import (
    Facts,
    Record,
    describe_version,
    is_in_order,
    is_read,
    read_word,
    show_text,
)
from customer_hub.values.moment import parse_at
from customer_hub.values.text import clean


def describe_interaction(version: LandedVersion, record: Record, zone: str) -> Facts:
    """Return the columns of an interaction suite for one version; arguments as for customers."""
    happened_at = parse_at(record.get("at"), zone)
    ended_at = parse_at(record.get("ended"), zone)
    return {
        **describe_version(version, record, zone),
        "medium": show_text(read_word(record.get("medium"))),
        "direction": show_text(read_word(record.get("direction"))),
        "status": show_text(read_word(record.get("status"))),
        "happened_at": happened_at,
        "happened_is_time": is_read(record.get("at"), happened_at),
        "ended_is_time": is_read(record.get("ended"), ended_at),
        "ended_in_order": is_in_order(happened_at, ended_at),
        "belongs_to": show_text(clean(record.get("customer")) or clean(record.get("contact"))),
        "subject_length": len(record.get("subject") or ""),
    }
