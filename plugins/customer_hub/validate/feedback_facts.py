"""What the suites of feedback judge, computed from one mapped score, complaint or review."""

from customer_hub.core.landing import LandedVersion
from customer_hub.validate.facts import (
    Facts,
    Record,
    describe_version,
    is_read,
    read_word,
    show_text,
)
from customer_hub.values.moment import parse_at
from customer_hub.values.score import parse_score
from customer_hub.values.text import clean

_REFERENCES = ("customer", "ticket", "order")


def describe_feedback(version: LandedVersion, record: Record, zone: str) -> Facts:
    """Return the columns of a feedback suite for one landed version; arguments as for customers.

    ``score_fits_scale`` is None where there is no score; a score without a scale fits none.
    """
    given_at = parse_at(record.get("at"), zone)
    score = clean(record.get("score"))
    belongs_to = (clean(record.get(name)) for name in _REFERENCES)
    return {
        **describe_version(version, record, zone),
        "kind": show_text(read_word(record.get("kind"))),
        "score_fits_scale": None
        if score is None
        else parse_score(score, record.get("scale")) is not None,
        "says_something": bool(score or clean(record.get("comment"))),
        "given_at": given_at,
        "given_is_time": is_read(record.get("at"), given_at),
        "belongs_to": show_text(next((each for each in belongs_to if each), None)),
        "comment_length": len(record.get("comment") or ""),
    }
