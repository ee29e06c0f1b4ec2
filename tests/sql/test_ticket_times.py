"""How fast tickets are answered and done: to the hundredth of an hour, of a channel and of a customer."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from customer_hub.core.errors import ConfigurationError, HubError
from customer_hub.service import read_calendar
from customer_hub.standardise.run import standardise_pending
from tests.landed import Landing
from tests.records import make_ticket
from tests.sql.bulk_files import hub_command
from tests.sql.test_orders import LI, WANG, people
from tests.sql.test_standardise import accept, fetch

__all__ = ["people"]
ASKER, AGENT = {"id": "wang@mail.example"}, {"id": "agent.lin"}


def said(number: int, at: str, who: dict[str, str], kind: str = "Correspond") -> dict[str, Any]:
    return {"id": str(number), "Type": kind, "Created": at, "Creator": who, "Content": "x"}


def moved(number: int, at: str, old: str, new: str) -> dict[str, Any]:
    return {
        "id": str(number), "Type": "Status", "Created": at, "Field": "Status", "Creator": AGENT,
        "OldValue": old, "NewValue": new,
    }  # fmt: skip


def bring(
    number: int, opened: str, status: str, *happened: dict[str, Any], score: str = ""
) -> None:
    done = [row["Created"] for row in happened if row.get("NewValue") == "resolved"]
    ticket = make_ticket() | {
        "id": number, "Status": status, "Created": opened, "LastUpdated": opened,
        "Resolved": done[-1] if done else None, "RequestorUsers": [{"id": str(number)}],
        "CustomFields": [{"name": "Satisfaction", "values": [score] if score else []}],
        "transactions": [said(1, opened, ASKER, "Create"), *happened],
    }  # fmt: skip
    accept(Landing(str(number), ticket), entity="ticket", channel="support")


@pytest.fixture
def asked(people: dict[str, Any]) -> dict[str, Any]:
    """Four tickets; times are UTC, people work from 9 to 18 in Shanghai, eight hours ahead."""
    # Monday 16 November, 10:00 in Shanghai: answered after half an hour, done after two.
    bring(1, "2026-11-16T02:00:00Z", "resolved", said(2, "2026-11-16T02:30:00Z", AGENT),
          moved(3, "2026-11-16T04:00:00Z", "new", "resolved"), score="4")  # fmt: skip
    # Friday 17:00: answered on Monday at 10, done, opened again, done on Tuesday at 9:15.
    bring(2, "2026-11-20T09:00:00Z", "resolved", said(2, "2026-11-20T09:10:00Z", ASKER),
          said(3, "2026-11-23T02:00:00Z", AGENT), moved(4, "2026-11-23T02:00:00Z", "open", "resolved"),
          moved(5, "2026-11-23T03:00:00Z", "resolved", "open"),
          moved(6, "2026-11-24T01:15:00Z", "open", "resolved"), score="2")  # fmt: skip
    # In the night from Tuesday to Wednesday: answered before anybody is at work.
    bring(3, "2026-11-17T15:00:00Z", "open", said(2, "2026-11-17T16:00:00Z", AGENT))
    # Nobody has answered yet: an agent filed it for a caller, and left a note for another.
    bring(4, "2026-11-24T02:00:00Z", "new", said(2, "2026-11-24T02:00:01Z", AGENT),
          said(3, "2026-11-24T02:05:00Z", AGENT, "Comment"))  # fmt: skip
    standardise_pending("run")
    fetch(
        "update source.ticket set customer_source_key = case when source_id = '1' then %(li)s"
        " else %(wang)s end returning 1", li=LI.key, wang=WANG.key,
    )  # fmt: skip
    return people


def times(*options: object) -> list[dict[str, str]]:
    told = hub_command("ticket", "times", *options)
    return list(csv.DictReader(io.StringIO(told), delimiter="\t"))


def test_times_are_working_hours_or_those_of_the_clock(asked: dict[str, Any]) -> None:
    counts = {"channel": "support", "tickets": "4", "answered": "3", "resolved": "2"}
    shares = {"reopened_share": "0.5", "rated": "2", "satisfaction": "0.5"}
    working = {
        "answer_p50_hours": "0.5", "answer_p90_hours": "2.0",
        "resolution_p50_hours": "2.0", "resolution_p90_hours": "10.25",
    }  # fmt: skip
    assert times() == [counts | shares | working]
    clock = {
        "answer_p50_hours": "1.0", "answer_p90_hours": "65.0",
        "resolution_p50_hours": "2.0", "resolution_p90_hours": "88.25",
    }  # fmt: skip
    assert times("--clock") == [counts | shares | clock]


def test_a_period_a_customer_and_a_channel_choose(asked: dict[str, Any]) -> None:
    assert [each["tickets"] for each in times("--from", "2026-11-17", "--to", "2026-11-20")] == [
        "2"
    ]
    # 23:00 on the 17th in Shanghai is still the 17th.
    assert [each["tickets"] for each in times("--from", "2026-11-17", "--to", "2026-11-17")] == [
        "1"
    ]
    assert [each["satisfaction"] for each in times("--customer", asked[LI.key])] == ["0.75"]
    assert [each["tickets"] for each in times("--customer", asked[WANG.key])] == ["3"]
    assert times("--channel", "shop") == []
    with pytest.raises(HubError, match="nobody has this id"):
        times("--customer", "00000000-0000-0000-0000-000000000000")


def test_several_channels_are_told_apart_and_together(asked: dict[str, Any]) -> None:
    fetch("update source.ticket set channel = 'desk' where source_id = '4' returning 1")
    assert [(each["channel"], each["tickets"], each["answered"]) for each in times()] == [
        ("desk", "1", "0"), ("support", "3", "3"), ("all", "4", "3"),
    ]  # fmt: skip
    (desk, *_) = times()
    assert desk["answer_p50_hours"] == desk["reopened_share"] == desk["satisfaction"] == ""


def test_a_desk_that_disagrees_with_itself_takes_no_time_back(asked: dict[str, Any]) -> None:
    fetch("update source.ticket set resolved_at = opened_at - interval '9 hours' returning 1")
    for options in ((), ("--clock",)):
        assert [each["resolution_p90_hours"] for each in times(*options)] == ["0.0"]


def test_a_wrong_calendar_is_refused_with_all_that_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "calendar.toml"
    path.write_text(
        'zone = "Mars/North"\nbegins = 09:00:00\nends = "late"\nweekdays = [8]\nholiday = []\n'
    )
    with pytest.raises(ConfigurationError) as refused:
        read_calendar(path)
    for word in ("Mars/North is no time zone", "ends", "1 is Monday", "holiday"):
        assert word in str(refused.value)
    path.write_text('zone = "Asia/Shanghai"\nbegins = 18:00:00\nends = 09:00:00\nweekdays = [1]\n')
    with pytest.raises(ConfigurationError, match="ends before it begins"):
        read_calendar(path)
    path.write_text("zone = ")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_calendar(path)
