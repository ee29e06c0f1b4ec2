"""What became of publishing: dead letters and their replay, and where targets drifted."""

from typing import Annotated

import typer

from customer_hub.cli.options import Author, OnlyChannel, Reason, show
from customer_hub.core import db, sql
from customer_hub.core.errors import ConfigurationError

dead_letter_app = typer.Typer(help="Deliveries that failed for good.", no_args_is_help=True)
drift_app = typer.Typer(help="Where targets and the hub differ.", no_args_is_help=True)
Cause = Annotated[
    str | None, typer.Option(help="only this: conflict, refused, unproven, unreadable or gone")
]
Limit = Annotated[int, typer.Option(min=1, help="how many at most")]


@dead_letter_app.command("list")
def list_dead_letters(
    each: Annotated[
        bool, typer.Option("--each", help="one by one: attempts, and what was to be sent")
    ] = False,
    channel: OnlyChannel = None,
    cause: Cause = None,
    limit: Limit = 100,
) -> None:
    """List open dead letters by channel and cause, or one by one; never values."""
    _check_cause(cause)
    with db.begin() as connection:
        if each:
            rows = sql.rows(
                connection, "publish/list_each_letter", channel=channel, cause=cause, size=limit
            )
        else:
            found = sql.rows(connection, "publish/list_dead_letters")
            rows = [
                row
                for row in found
                if channel in (None, row.channel) and cause in (None, row.cause)
            ]
    show(rows)


@dead_letter_app.command("replay")
def replay_dead_letters(
    reason: Reason,
    author: Author,
    channel: OnlyChannel = None,
    cause: Cause = None,
    dead_letter_id: Annotated[int | None, typer.Option("--id", help="only this one")] = None,
) -> None:
    """Put dead letters back into the queue; the next publish run sends the current values."""
    from customer_hub.publish.dead_letters import replay_dead_letters as replay

    _check_cause(cause)
    typer.echo(f"{replay(channel, cause, dead_letter_id, author, reason)} put back")


@drift_app.command("list")
def list_drift(
    channel: OnlyChannel = None,
    side: Annotated[
        str | None, typer.Option(help="only this: ours, theirs, both, missing or unseen")
    ] = None,
    limit: Limit = 100,
) -> None:
    """List fields in which targets drifted, as the last reading of each record found it."""
    with db.begin() as connection:
        show(sql.rows(connection, "publish/list_drift", channel=channel, side=side, size=limit))


def _check_cause(cause: str | None) -> None:
    from customer_hub.publish.task import CAUSES

    if cause is not None and cause not in CAUSES:
        raise ConfigurationError(
            "there is no such cause",
            where="dead-letter",
            hint=f"one of {', '.join(CAUSES)}; --id takes one letter by itself",
        )
