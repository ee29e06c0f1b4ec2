"""What a steward says to the hub: decisions about pairs of records, and tasks that are done."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from customer_hub.cli.options import Author, Reason, show
from customer_hub.core import db, sql, tasks

decide_app = typer.Typer(help="Which records are one customer.", no_args_is_help=True)
task_app = typer.Typer(help="What a person should look at.", no_args_is_help=True)
SourceKey = Annotated[str, typer.Argument(help="channel/entity/id")]


@decide_app.command("must-link")
def decide_must_link(left: SourceKey, right: SourceKey, reason: Reason, author: Author) -> None:
    """Say that two records are one customer. Takes effect at the next match."""
    from customer_hub.match.decisions import decide

    typer.echo(f"decision {decide('must-link', left, right, author, reason)}")


@decide_app.command("cannot-link")
def decide_cannot_link(left: SourceKey, right: SourceKey, reason: Reason, author: Author) -> None:
    """Say that two records are two customers. Takes effect at the next match."""
    from customer_hub.match.decisions import decide

    typer.echo(f"decision {decide('cannot-link', left, right, author, reason)}")


@decide_app.command("withdraw")
def withdraw_decision(decision_id: int, reason: Reason, author: Author) -> None:
    """Take a decision back. Takes effect at the next match."""
    from customer_hub.match.decisions import withdraw

    withdraw(decision_id, author, reason)
    typer.echo("withdrawn")


@decide_app.command("explain")
def explain_pair_of_records(left: SourceKey, right: SourceKey) -> None:
    """Print why two records are, or are not, one: levels and weights, no values."""
    from customer_hub.match.lookup import explain_pair

    with db.begin() as connection:
        typer.echo(json.dumps(asdict(explain_pair(connection, left, right)), indent=1))


@task_app.command("list")
def list_tasks() -> None:
    """List open tasks, oldest first."""
    with db.begin() as connection:
        show(sql.rows(connection, "core/list_tasks"))


@task_app.command("close")
def close_task(
    task_id: int,
    reason: Reason,
    author: Author,
    dismiss: Annotated[
        bool, typer.Option("--dismiss", help="nothing was done, and nothing need be")
    ] = False,
) -> None:
    """Close a task: it is done, or dismissed."""
    tasks.close_task(task_id, "dismissed" if dismiss else "done", author, reason)
    typer.echo("closed")
