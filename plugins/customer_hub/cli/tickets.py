"""Tickets at the terminal: how fast they are answered and done."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer

from customer_hub.cli.options import FirstDay, LastDay, OnlyChannel, find_customer, show
from customer_hub.core import db
from customer_hub.core.as_of import begin_day, end_day

ticket_app = typer.Typer(help="Tickets of all channels.", no_args_is_help=True)


@ticket_app.command("times")
def show_times(
    channel: OnlyChannel = None,
    customer: Annotated[UUID | None, typer.Option(help="golden id, however old")] = None,
    start: FirstDay = None,
    end: LastDay = None,
    by_clock: Annotated[
        bool, typer.Option("--clock", help="hours of the clock, nights and holidays included")
    ] = False,
) -> None:
    """Tell how long answers and solutions took, in working hours, and what was opened again."""
    from customer_hub.service import measure_service, read_calendar

    calendar = None if by_clock else read_calendar()
    with db.begin() as connection:
        times = measure_service(
            connection,
            calendar,
            customer_id=find_customer(connection, customer) if customer else None,
            channel=channel,
            start_at=begin_day(start),
            end_at=end_day(end),
        )
    show(asdict(each) for each in times)
