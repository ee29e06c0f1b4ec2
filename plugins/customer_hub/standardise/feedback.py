"""Feedback to its source rows: records of their own, and the satisfaction given on a ticket. Pure."""

from datetime import datetime

from customer_hub.standardise.rows import Origin, Record, Row, Sealable, SourceRows, keep_told
from customer_hub.values.moment import parse_at
from customer_hub.values.score import Score, parse_score
from customer_hub.values.text import clean

KINDS = ("satisfaction", "complaint", "review", "nps")


def standardise_feedback(record: Record, origin: Origin, customer_key: str | None) -> SourceRows:
    """Return the row of source.feedback for one accepted version.

    Args:
        record: the payload, mapped to the raw columns of the contract.
        origin: which version it is; names the ticket and the order that it is about.
        customer_key: source key of who gave it; None: unresolved.
    """
    told = clean(record.get("kind"))
    kind = told.lower() if told else ""
    at = parse_at(record.get("at"), origin.zone) or parse_at(record.get("created"), origin.zone)
    head = make_feedback(
        origin,
        customer_key,
        kind if kind in KINDS else "other",
        parse_score(record.get("score"), record.get("scale")),
        at,
        keep_told(comment=clean(record.get("comment")), reason=clean(record.get("reason"))),
    )
    return SourceRows(entity="feedback", source_key=origin.source_key, head=head)


def make_feedback(
    origin: Origin,
    customer_key: str | None,
    kind: str,
    score: Score | None,
    given_at: datetime | None,
    free_text: Row,
) -> Sealable:
    """Return one row of source.feedback.

    Args:
        origin: which version of which record tells of it; names the ticket and the order.
        customer_key: source key of who gave it.
        kind: satisfaction, complaint, review, nps or other.
        score: None for what was said in words alone.
        given_at: aware UTC.
        free_text: what is sealed of it.
    """
    row: Row = {
        **origin.start_row(),
        "kind_code": kind,
        "customer_source_key": customer_key,
        "ticket_source_key": origin.named.get("ticket"),
        "order_source_key": origin.named.get("order"),
        "score": score and score.value,
        "scale_code": score and score.scale,
        "score_share": score and score.share,
        "given_at": given_at,
    }
    return Sealable("feedback", f"{origin.source_key}|{kind}", row, {"free_text": free_text})
