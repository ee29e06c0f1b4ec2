"""What the suites of tickets judge, computed from one mapped ticket with its history."""

from customer_hub.core.landing import LandedVersion
from customer_hub.validate.facts import (
    Facts,
    Record,
    describe_version,
    is_number,
    is_read,
    read_number,
    read_word,
    show_text,
)
from customer_hub.values.moment import parse_at
from customer_hub.values.text import clean


def describe_ticket(version: LandedVersion, record: Record, zone: str) -> Facts:
    """Return the columns of a ticket suite for one landed version; arguments as for customers."""
    opened_at = parse_at(record.get("opened"), zone)
    resolved_at = parse_at(record.get("resolved"), zone)
    status = read_word(record.get("status"))
    interactions = record.get("interactions") or []
    changes = record.get("changes") or []
    score = record.get("satisfaction")
    return {
        **describe_version(version, record, zone),
        "status": show_text(status),
        "subject_length": len(record.get("subject") or ""),
        "customer": show_text(clean(record.get("customer"))),
        "opened_at": opened_at,
        "opened_is_time": is_read(record.get("opened"), opened_at),
        "resolved_at": resolved_at,
        "resolved_is_time": is_read(record.get("resolved"), resolved_at),
        "resolved_has_time": resolved_at is not None if status == "resolved" else None,
        "satisfaction_is_number": is_number(score),
        "satisfaction": read_number(score),
        "interactions_are_timed": (
            all(parse_at(entry.get("at"), zone) for entry in interactions) if interactions else None
        ),
        "interactions_have_direction": (
            all(entry.get("direction") in ("in", "out") for entry in interactions)
            if interactions
            else None
        ),
        "changes_are_timed": (
            all(parse_at(change.get("at"), zone) for change in changes) if changes else None
        ),
    }
