"""A mapped ticket with its history to its source rows. Pure."""

from datetime import datetime

from customer_hub.values.order_parts import name_apart
from customer_hub.standardise.rows import Origin, Record, Row, Sealable, SourceRows, keep_told
from customer_hub.values.amount import parse_amount
from customer_hub.values.moment import parse_at
from customer_hub.values.text import clean

_GREATEST_SCORE = 1000


def standardise_ticket(record: Record, origin: Origin, customer_key: str | None) -> SourceRows:
    """Return the rows of source.ticket and its children for one accepted version.

    Args:
        record: the payload, mapped to the raw columns of the contract.
        origin: which version it is.
        customer_key: source key of who asked.
    """
    status = clean(record.get("status"))
    resolved_at = parse_at(record.get("resolved"), origin.zone)
    row = {
        **origin.start_row(),
        "customer_source_key": customer_key,
        "status_code": status.lower() if status else None,
        "opened_at": parse_at(record.get("opened"), origin.zone),
        "resolved_at": resolved_at,
    }
    segments = {"free_text": keep_told(subject=clean(record.get("subject")))}
    return SourceRows(
        entity="ticket",
        source_key=origin.source_key,
        head=Sealable("ticket", origin.source_key, row, segments),
        sealed=_make_interactions(origin, record),
        plain={"feedback": _make_feedback(origin, record, resolved_at)},
    )


def _make_interactions(origin: Origin, record: Record) -> list[Sealable]:
    entries = record.get("interactions") or []
    ordinals = name_apart(entry.get("ordinal") for entry in entries)
    rows = []
    for ordinal, entry in zip(ordinals, entries, strict=True):
        happened_at = parse_at(entry.get("at"), origin.zone)
        if happened_at is None:
            continue
        row = {
            "source_key": origin.source_key,
            "ordinal": ordinal,
            "medium_code": (clean(entry.get("medium")) or "other").lower(),
            "direction_code": (clean(entry.get("direction")) or "in").lower(),
            "happened_at": happened_at,
        }
        key = f"{origin.source_key}|{ordinal}"
        segments = {"free_text": keep_told(text=clean(entry.get("text")))}
        rows.append(Sealable("interaction", key, row, segments))
    return rows


def _make_feedback(origin: Origin, record: Record, resolved_at: datetime | None) -> list[Row]:
    score = parse_amount(record.get("satisfaction"))
    if score is None or abs(score) > _GREATEST_SCORE:
        return []
    given_at = resolved_at or parse_at(record.get("modified"), origin.zone)
    return [
        {
            "source_key": origin.source_key,
            "kind_code": "satisfaction",
            "score": score,
            "given_at": given_at,
        }
    ]
