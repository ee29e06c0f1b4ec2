"""A mapped ticket with its history to its source rows. Pure."""

from dataclasses import replace
from datetime import datetime

from customer_hub.standardise.feedback import make_feedback
from customer_hub.standardise.interactions import make_interaction, name_agent, read_word
from customer_hub.standardise.rows import Origin, Record, Row, Sealable, SourceRows, keep_told
from customer_hub.values.moment import parse_at
from customer_hub.values.order_parts import name_apart
from customer_hub.values.score import parse_score
from customer_hub.values.text import clean

# Desks keep the time of the first solution when a ticket is opened again: in these it has none.
OPEN = frozenset({"new", "open", "stalled", "pending", "hold", "on-hold"})


def standardise_ticket(record: Record, origin: Origin, customer_key: str | None) -> SourceRows:
    """Return the rows of source.ticket and its children for one accepted version.

    Args:
        record: the payload, mapped to the raw columns of the contract.
        origin: which version it is.
        customer_key: source key of who asked.
    """
    events = _make_events(origin, record)
    status = read_word(record.get("status"))
    resolved_at = _find_resolved(record, origin, status, events)
    row = {
        **origin.start_row(),
        "customer_source_key": customer_key,
        "status_code": status,
        "opened_at": parse_at(record.get("opened"), origin.zone),
        "resolved_at": resolved_at,
    }
    segments = {"free_text": keep_told(subject=clean(record.get("subject")))}
    return SourceRows(
        entity="ticket",
        source_key=origin.source_key,
        head=Sealable("ticket", origin.source_key, row, segments),
        sealed=[
            *_make_interactions(origin, record, customer_key),
            *_make_satisfaction(origin, record, customer_key, resolved_at),
        ],
        plain={"ticket_event": events},
    )


def _make_events(origin: Origin, record: Record) -> list[Row]:
    """Return the changes of status; one that only repeats a status is none."""
    changes = record.get("changes") or []
    ordinals = name_apart(change.get("ordinal") for change in changes)
    events = [
        {
            "source_key": origin.source_key,
            "ordinal": ordinal,
            "from_code": read_word(change.get("from")),
            "to_code": read_word(change.get("to")),
            "changed_at": parse_at(change.get("at"), origin.zone),
            "agent": name_agent(change.get("agent")),
        }
        for ordinal, change in zip(ordinals, changes, strict=True)
    ]
    return [event for event in events if event["from_code"] != event["to_code"]]


def _find_resolved(
    record: Record, origin: Origin, status: str | None, events: list[Row]
) -> datetime | None:
    """Return since when a ticket is done: by its history, else by what itself says."""
    if status is None or status in OPEN:
        return None
    reached = [
        event["changed_at"]
        for event in events
        if event["to_code"] == status and event["changed_at"] is not None
    ]
    told = parse_at(record.get("resolved"), origin.zone)
    return max(reached, default=told)


def _make_interactions(origin: Origin, record: Record, customer_key: str | None) -> list[Sealable]:
    entries = record.get("interactions") or []
    ordinals = name_apart(entry.get("ordinal") for entry in entries)
    return [
        make_interaction(origin, ordinal, entry, customer_key)
        for ordinal, entry in zip(ordinals, entries, strict=True)
    ]


def _make_satisfaction(
    origin: Origin, record: Record, customer_key: str | None, resolved_at: datetime | None
) -> list[Sealable]:
    score = parse_score(record.get("satisfaction"), record.get("satisfaction_scale"))
    if score is None:
        return []
    about = replace(origin, named={"ticket": origin.source_key})
    given_at = resolved_at or parse_at(record.get("modified"), origin.zone)
    return [make_feedback(about, customer_key, "satisfaction", score, given_at, {})]
