"""Orders at the terminal: those of a customer, each once, and what may be one and is counted twice."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer

from customer_hub.cli.options import show
from customer_hub.core import db, sql
from customer_hub.core.as_of import ZONE, begin_day
from customer_hub.core.errors import HubError
from customer_hub.merge.resolve import resolve

order_app = typer.Typer(help="Orders of all channels, each once.", no_args_is_help=True)


@order_app.command("list")
def list_orders(
    customer: Annotated[UUID, typer.Option(help="golden id, however old")],
    start: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="first business day")
    ] = None,
    end: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="last business day")
    ] = None,
) -> None:
    """List a customer's orders and their totals by currency; cancelled ones are listed, not counted."""
    with db.begin() as connection:
        found = resolve(connection, customer)
        if found.golden_id is None:
            raise HubError(
                "nobody has this id", where=str(customer), hint="`hub find` looks by name"
            )
        asked = {
            "customer_id": found.golden_id,
            "start_at": begin_day(start),
            "end_at": begin_day(end + timedelta(days=1) if end else None),
        }
        orders = sql.rows(connection, "analyse/list_orders", **asked)
        totals = sql.rows(connection, "analyse/total_orders", **asked)
    show(orders)
    if orders:
        show(totals)


@order_app.command("doubles")
def list_doubles(
    limit: Annotated[int, typer.Option(min=1, help="at most so many, the newest first")] = 100,
) -> None:
    """List orders of two channels that look like one, though no channel says so: both are counted."""
    with db.begin() as connection:
        show(sql.rows(connection, "analyse/find_double_orders", zone=str(ZONE), size=limit))
