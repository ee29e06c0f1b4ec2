"""What a steward says to the hub: decisions about pairs of records, and tasks that are done."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from customer_hub.cli.options import Author, Reason, show
from customer_hub.core import db, tasks

decide_app = typer.Typer(help="Which records are one customer.", no_args_is_help=True)
task_app = typer.Typer(help="What a person should look at.", no_args_is_help=True)
# Source ids may hold commas themselves: a comma parts two keys where a channel and an entity follow.
_NEXT_KEY = re.compile(r",(?=[a-z][a-z0-9_]*/(?:customer|contact)/)")
SourceKey = Annotated[str, typer.Argument(help="channel/entity/id")]


def explain(
    left: SourceKey,
    right: SourceKey,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Print why two records are one customer, or why not: levels and weights, no values."""
    from customer_hub.cli.explaining import describe
    from customer_hub.match.explain import explain_pair

    with db.begin() as connection:
        found = explain_pair(connection, left, right)
    typer.echo(json.dumps(asdict(found), indent=1, default=str) if as_json else describe(found))


@decide_app.command("must-link")
def decide_must_link(left: SourceKey, right: SourceKey, reason: Reason, author: Author) -> None:
    """Say that two records are one customer. Takes effect at the next match."""
    from customer_hub.match.decisions import decide

    _confirm(decide("must-link", left, right, author, reason))


@decide_app.command("cannot-link")
def decide_cannot_link(left: SourceKey, right: SourceKey, reason: Reason, author: Author) -> None:
    """Say that two records are two customers. Takes effect at the next match."""
    from customer_hub.match.decisions import decide

    _confirm(decide("cannot-link", left, right, author, reason))


@decide_app.command("unmerge")
def decide_unmerge(
    golden_id: UUID,
    part: Annotated[list[str], typer.Option(help="source keys of one part: KEY,KEY")],
    reason: Reason,
    author: Author,
    rest: Annotated[
        bool, typer.Option("--rest", help="records that no part names form one more")
    ] = False,
) -> None:
    """Say into which parts a customer falls, every record named. Takes effect at the next match."""
    from customer_hub.match.decisions import unmerge

    parts = [_NEXT_KEY.split(each) for each in part]
    _confirm(unmerge(golden_id, parts, author, reason, is_rest_a_part=rest))


@decide_app.command("pin")
def decide_pin(
    source_key: SourceKey,
    field: Annotated[str, typer.Argument(help="legal_name, identity.birth_on, ..")],
    reason: Reason,
    author: Author,
    file: Annotated[
        typer.FileText, typer.Option(help="holds the value; - is standard input")
    ] = "-",  # type: ignore[assignment]  # typer opens it
    clear: Annotated[bool, typer.Option("--clear", help="the field is to be empty")] = False,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the last day on which it holds")
    ] = None,
) -> None:
    """Say what a field of a record's customer is, whatever rules choose; the value is never an argument.

    Takes effect at the next build.
    """
    from customer_hub.match.pins import pin

    value = None if clear else file.read()
    until_on = until.date() if until else None
    _confirm(pin(source_key, field, value, author, reason, until_on))


def _confirm(decision_id: int) -> None:
    typer.echo(f"decision {decision_id}")
    typer.echo("it takes effect with the next run of build_master", err=True)


@decide_app.command("list")
def list_stored(
    source_key: Annotated[
        str | None, typer.Argument(help="only those that name channel/entity/id")
    ] = None,
    withdrawn: Annotated[
        bool, typer.Option("--withdrawn", help="also those that were taken back")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="how many at most")] = 100,
) -> None:
    """List decisions, the newest first: a bar parts customers, a comma does not. No pinned values."""
    from customer_hub.match.decisions import list_decisions

    with db.begin() as connection:
        found = list_decisions(connection, source_key, with_withdrawn=withdrawn, most=limit)
    show({**asdict(each), "parts": " | ".join(map(",".join, each.parts))} for each in found)


@decide_app.command("withdraw")
def withdraw_decision(decision_id: int, reason: Reason, author: Author) -> None:
    """Take a decision back. Takes effect at the next match."""
    from customer_hub.match.decisions import withdraw

    found = withdraw(decision_id, author, reason)
    typer.echo(f"withdrawn: {found.kind} by {found.author} on {', '.join(found.keys)}")


@task_app.command("list")
def list_tasks(
    kind: Annotated[str | None, typer.Option(help="only these: match_review, ..")] = None,
    limit: Annotated[int, typer.Option(min=1, help="how many at most")] = 100,
) -> None:
    """List open tasks, those with most at stake first: how to look, and the answers."""
    with db.begin() as connection:
        found = tasks.list_tasks(connection, kind, limit)
    show({**asdict(task), "detail": _write_detail(task.detail)} for task in found)


def _write_detail(detail: Mapping[str, Any]) -> str:
    """Write what is known of a task; the records of a pair stand in its subject."""
    return ", ".join(
        f"{name} {value}" for name, value in detail.items() if name not in ("left", "right")
    )


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
