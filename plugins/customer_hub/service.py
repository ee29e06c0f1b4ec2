"""How fast customers are answered and their tickets done, and how content they are. Reads only."""

import math
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from sqlalchemy import Connection, Row

from customer_hub.channels.config import INCLUDE
from customer_hub.core import sql
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.file_faults import describe_faults
from customer_hub.standardise.tickets import OPEN
from customer_hub.values.business_time import BusinessCalendar

CALENDAR = INCLUDE / "calendar.toml"
ALL = "all"
_HOUR = timedelta(hours=1)


class _CalendarFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    zone: str
    begins: time
    ends: time
    weekdays: frozenset[int] = Field(min_length=1)
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    @field_validator("zone")
    @classmethod
    def _check_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{zone} is no time zone") from None
        return zone

    @field_validator("weekdays")
    @classmethod
    def _check_weekdays(cls, weekdays: frozenset[int]) -> frozenset[int]:
        if not weekdays <= frozenset(range(1, 8)):
            raise ValueError("1 is Monday, 7 is Sunday")
        return weekdays

    @model_validator(mode="after")
    def _check_hours(self) -> "_CalendarFile":
        if self.begins >= self.ends:
            raise ValueError("the working day ends before it begins")
        return self


@dataclass(frozen=True, slots=True)
class ServiceTimes:
    """The tickets of one channel, or of all, that were opened in a period.

    Hours are working hours, or those of the clock: the time that half, or nine in ten, of those that
    were answered or done did not exceed. Of tickets that were ever done, `reopened_share` were opened
    again. `satisfaction` is the mean of those rated, from 0 to 1. What nobody did is None.
    """

    channel: str
    tickets: int
    answered: int
    answer_p50_hours: float | None
    answer_p90_hours: float | None
    resolved: int
    resolution_p50_hours: float | None
    resolution_p90_hours: float | None
    reopened_share: float | None
    rated: int
    satisfaction: float | None


@dataclass(slots=True)
class _Tally:
    tickets: int = 0
    reopened: int = 0
    ever_done: int = 0
    answers: list[float] = field(default_factory=list)
    resolutions: list[float] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)


def read_calendar(path: Path = CALENDAR) -> BusinessCalendar:
    """Return when people work.

    Raises:
        ConfigurationError: names every fault of the file.
    """
    try:
        told = _CalendarFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise _refuse(path, describe_faults(_CalendarFile, error)) from None
    except (tomllib.TOMLDecodeError, OSError) as error:
        raise _refuse(path, [f"cannot be read: {type(error).__name__}"]) from None
    return BusinessCalendar(
        ZoneInfo(told.zone), told.begins, told.ends, told.weekdays, told.holidays, told.workdays
    )


def _refuse(path: Path, faults: Sequence[str]) -> ConfigurationError:
    return ConfigurationError(
        "; ".join(faults), where=f"include/{path.name}", hint="see docs/guides/service.md"
    )


def measure_service(
    connection: Connection,
    calendar: BusinessCalendar | None,
    *,
    customer_id: UUID | None = None,
    channel: str | None = None,
    start_at: datetime | None = None,
    end_at: datetime | None = None,
) -> list[ServiceTimes]:
    """Return the service times by channel, and of all where there are several.

    Args:
        connection: a reading transaction.
        calendar: counts working hours; None: hours of the clock.
        customer_id: tickets of one golden customer; None: of everybody, known or not.
        channel: tickets of one channel.
        start_at: opened at or after it.
        end_at: opened before it.
    """
    chunks = sql.stream(
        connection, "analyse/stream_tickets", customer_id=customer_id, channel=channel,
        start_at=start_at, end_at=end_at, open_codes=sorted(OPEN),
    )  # fmt: skip
    everything, tallies = _Tally(), defaultdict[str, _Tally](_Tally)
    for ticket in (row for chunk in chunks for row in chunk):
        answer, solution = (
            None if end is None else _wait(ticket.opened_at, end, calendar)
            for end in (ticket.answered_at, ticket.resolved_at)
        )
        for tally in (tallies[ticket.channel], everything):
            _count(tally, ticket, answer, solution)
    told = [_sum_up(name, tally) for name, tally in sorted(tallies.items())]
    return [*told, _sum_up(ALL, everything)] if len(told) > 1 else told


def _wait(opened_at: datetime, end: datetime, calendar: BusinessCalendar | None) -> float:
    """Return the hours from one moment to another; none where desks disagree with themselves."""
    passed = calendar.measure(opened_at, end) if calendar else end - opened_at
    return max(passed, timedelta(0)) / _HOUR


def _count(tally: _Tally, ticket: Row[Any], answer: float | None, solution: float | None) -> None:
    tally.tickets += 1
    tally.reopened += bool(ticket.reopened_count)
    tally.ever_done += bool(ticket.reopened_count or ticket.resolved_at)
    tally.answers += [] if answer is None else [answer]
    tally.resolutions += [] if solution is None else [solution]
    if ticket.score_share is not None:
        tally.scores.append(float(ticket.score_share))


def _sum_up(channel: str, tally: _Tally) -> ServiceTimes:
    return ServiceTimes(
        channel,
        tally.tickets,
        len(tally.answers),
        *_cut(tally.answers),
        len(tally.resolutions),
        *_cut(tally.resolutions),
        round(tally.reopened / tally.ever_done, 4) if tally.ever_done else None,
        len(tally.scores),
        round(sum(tally.scores) / len(tally.scores), 4) if tally.scores else None,
    )


def _cut(hours: Sequence[float]) -> tuple[float | None, float | None]:
    """Return the nearest ranks of 50 and 90 per cent: times that some ticket took."""
    ranked = sorted(hours)
    if not ranked:
        return None, None
    p50, p90 = (round(ranked[math.ceil(share * len(ranked)) - 1], 2) for share in (0.5, 0.9))
    return p50, p90
