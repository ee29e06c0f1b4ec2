"""Which stretch of time a run gathers."""

from datetime import UTC, datetime
from typing import Any

import pytest

from customer_hub.channels.config import ChannelConfig
from customer_hub.core.errors import ChannelUnavailableError, ConfigurationError
from customer_hub.gather.interval import choose_interval

CONFIG = ChannelConfig(
    name="mem",
    title="Memory",
    system="memory",
    connection="none",
    schedule="0 0 * * *",
    trust=1,
    entities={"customer": {"remote": "things", "history": "current_state"}},  # type: ignore[dict-item]
)
EVER = datetime(2000, 1, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return datetime(2026, 11, number, tzinfo=UTC)


def choose(**given: Any) -> Any:
    defaults = {"start": None, "end": None, "covered_to": EVER, "is_backfill": False}
    return choose_interval(CONFIG, "customer", **{**defaults, **given})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"clock": day(20)}, (EVER, day(20))),
        ({"clock": day(20), "covered_to": day(18)}, (day(18), day(20))),
        ({"clock": day(20), "covered_to": day(20)}, None),
        ({"clock": day(20), "start": day(16), "end": day(17)}, (EVER, day(17))),
        (
            {"clock": day(20), "start": day(16), "end": day(17), "is_backfill": True},
            (day(16), day(17)),
        ),
        (
            {"clock": day(20), "start": day(18), "end": day(19), "covered_to": day(17)},
            (day(17), day(19)),
        ),
        (
            {"clock": day(20), "start": day(16), "end": day(17), "covered_to": day(19)},
            (day(16), day(17)),
        ),
        (
            {"clock": day(18), "start": day(17), "end": day(19), "covered_to": day(17)},
            (day(17), day(18)),
        ),
    ],
)
def test_the_interval(given: dict[str, Any], expected: Any) -> None:
    assert choose(**given) == expected


def test_a_clock_that_has_not_reached_the_start_is_retried() -> None:
    with pytest.raises(ChannelUnavailableError, match="clock stands at"):
        choose(clock=day(16), start=day(16), end=day(17), covered_to=day(16))


def test_an_empty_interval_and_a_backfill_without_dates_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="is empty"):
        choose(clock=day(20), start=day(17), end=day(17))
    with pytest.raises(ConfigurationError, match="needs a start and an end"):
        choose(clock=day(20), end=day(17), is_backfill=True)
