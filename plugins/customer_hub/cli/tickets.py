"""Tickets at the terminal: how fast they are answered and done."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer

from customer_hub.cli.options import OnlyChannel, show
from customer_hub.core import db
from customer_hub.core.as_of import begin_day
from customer_hub.core.errors import HubError
from customer_hub.merge.resolve import resolve

ticket_app = typer.Typer(help="Tickets of all channels.", no_args_is_help=True)


@ticket_app.command("times")
def show_times(
    channel: OnlyChannel = None,
    customer: Annotated[UUID | None, typer.Option(help="golden id, however old")] = None,
    start: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="opened on or after")
    ] = None,
    end: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="opened on or before")
    ] = None,
    by_clock: Annotated[
        bool, typer.Option("--clock", help="hours of the clock, nights and holidays included")
    ] = False,
) -> None:
    """Tell how long answers and solutions took, in working hours, and what was opened again."""
    from customer_hub.service import measure_service, read_calendar

    calendar = None if by_clock else read_calendar()
    with db.begin() as connection:
        found = resolve(connection, customer) if customer else None
        if found and found.golden_id is None:
            raise HubError(
                "nobody has this id", where=str(customer), hint="`hub find` looks by name"
            )
        times = measure_service(
            connection,
            calendar,
            customer_id=found.golden_id if found else None,
            channel=channel,
            start_at=begin_day(start),
            end_at=begin_day(end + timedelta(days=1) if end else None),
        )
    show(asdict(each) for each in times)
