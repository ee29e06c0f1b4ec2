"""Orders at the terminal: those of a customer, each once, and what may be one and is counted twice."""

from typing import Annotated
from uuid import UUID

import typer

from customer_hub.cli.options import FirstDay, LastDay, find_customer, show
from customer_hub.core import db, sql
from customer_hub.core.as_of import ZONE, begin_day, end_day

order_app = typer.Typer(help="Orders of all channels, each once.", no_args_is_help=True)


@order_app.command("list")
def list_orders(
    customer: Annotated[UUID, typer.Option(help="golden id, however old")],
    start: FirstDay = None,
    end: LastDay = None,
) -> None:
    """List a customer's orders and their totals by currency; cancelled ones are listed, not counted."""
    with db.begin() as connection:
        asked = {
            "customer_id": find_customer(connection, customer),
            "start_at": begin_day(start),
            "end_at": end_day(end),
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
