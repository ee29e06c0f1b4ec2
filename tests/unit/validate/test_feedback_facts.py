"""What suites of feedback judge: no channel of ours has any yet, so the facts are tested themselves."""

from datetime import UTC, datetime
from typing import Any

from customer_hub.core.landing import LandedVersion
from customer_hub.validate.feedback_facts import describe_feedback

AT = datetime(2026, 11, 16, tzinfo=UTC)
RATING: dict[str, Any] = {
    "customer": None, "ticket": "9", "order": None, "kind": "satisfaction", "score": "good",
    "scale": "bad/good", "at": "2026-11-15T16:00:00Z", "comment": "快", "reason": None,
    "created": None, "modified": None, "unknown": [],
}  # fmt: skip


def describe(**changes: Any) -> dict[str, Any]:
    version = LandedVersion(
        1, "k", "desk", "feedback", "1", "upsert", AT, True, AT, None, b"", "s", {}
    )
    return describe_feedback(version, {**RATING, **changes}, "UTC")


def test_feedback_is_judged_on_its_own_scale() -> None:
    facts = describe()
    assert (facts["kind"], facts["belongs_to"], facts["comment_length"]) == ("satisfaction", "9", 1)
    assert (facts["score_fits_scale"], facts["given_is_time"], facts["says_something"]) == (
        True, True, True
    )  # fmt: skip
    for odd in ({"scale": None}, {"score": "excellent"}, {"score": "6", "scale": "1-5"}):
        assert describe(**odd)["score_fits_scale"] is False


def test_feedback_in_words_alone_needs_no_score() -> None:
    complaint = describe(kind="complaint", score=None, scale=None, comment="太慢")
    assert (complaint["score_fits_scale"], complaint["says_something"]) == (None, True)
    silent = describe(score=None, comment=" ", at="noon")
    assert (silent["says_something"], silent["given_is_time"]) == (False, False)
