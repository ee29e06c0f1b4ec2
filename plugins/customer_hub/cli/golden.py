"""What a golden record was, where its values came from, and what passed between it and us."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import Connection

from customer_hub.cli.options import Author, show
from customer_hub.core import db, keys
from customer_hub.core.as_of import ZONE
from customer_hub.core.audit import append_entry
from customer_hub.history import FieldChange, Step, read_as_of, read_history, read_lineage
from customer_hub.merge.explain import WHY
from customer_hub.merge.timeline import NEWEST, count_unresolved, read_timeline
from customer_hub.revealing import Access, Value

golden_app = typer.Typer(no_args_is_help=True)
_SEGMENTS = ("contact", "identity", "finance", "free_text")
_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"]
Whole = Annotated[
    list[str] | None,
    typer.Option("--open", help="show a segment whole: contact, identity, finance, free_text"),
]
Reason = Annotated[str, typer.Option(help="why sealed values are opened; kept in the audit log")]


@golden_app.command("as-of")
def show_as_of(
    date: Annotated[datetime, typer.Argument(formats=_FORMATS, help="a day is taken at its end")],
    golden_id: UUID,
    author: Author,
    recorded: Annotated[
        datetime | None,
        typer.Option(
            formats=_FORMATS, help="as the hub believed it then (a day: at its end); else today"
        ),
    ] = None,
    whole: Whole = None,
    reason: Reason = "",
) -> None:
    """Print what was true of a customer or contact on a day."""
    with db.begin() as connection:
        access = _allow(connection, golden_id, whole, author, reason)
        believed = _end(recorded) if recorded else None
        found = read_as_of(connection, keys.sealer(), golden_id, _end(date), believed, access)
    if found is None:
        typer.echo("nothing was known of it then; `hub history ID` tells since when")
        return
    typer.echo(
        f"{found.golden_id} version {found.version_no}, valid from {found.valid_from.isoformat()},"
        f" recorded {found.recorded_from.isoformat()}, policy {found.policy_version}"
    )
    show(
        [{"field": name, "value": _write(values)} for name, values in sorted(found.values.items())]
    )
    show([{"member": key} for key in found.members])


@golden_app.command("history")
def show_history(golden_id: UUID, author: Author, whole: Whole = None, reason: Reason = "") -> None:
    """Print each version of a golden record: when, what it changed, and by which records."""
    with db.begin() as connection:
        access = _allow(connection, golden_id, whole, author, reason)
        found = read_history(connection, keys.sealer(), golden_id, access)
    if found.leads_to != golden_id:
        typer.echo(f"{golden_id} leads to {found.leads_to or 'nothing: a tombstone'}")
    for step in found.steps:
        _echo_step(step)


@golden_app.command("lineage")
def show_lineage(
    golden_id: UUID,
    author: Author,
    field: Annotated[
        str | None, typer.Argument(help="legal_name, identity.birth_on, points, addresses")
    ] = None,
    whole: Whole = None,
    reason: Reason = "",
) -> None:
    """Print where each cell, phone, mail and address came from: record, rule, who lost by what."""
    with db.begin() as connection:
        access = _allow(connection, golden_id, whole, author, reason)
        current, origins = read_lineage(connection, keys.sealer(), golden_id, field, access)
    typer.echo(str(current))
    for each in origins:
        typer.echo(f"{each.field}: {_write(each.values)}")
        givers = ", ".join([each.source_key, *each.inputs])
        typer.echo(f"  {each.rule}: {WHY[each.rule]}; from {givers}, version {each.version_id}")
        if each.decision:
            number, decided_by, why = each.decision
            typer.echo(f"  decision {number} of {decided_by}: {why}")
        for key, lost_by in each.losers:
            typer.echo(f"  not {key}: {lost_by}")


@golden_app.command("timeline")
def show_timeline(
    golden_id: UUID,
    size: Annotated[int, typer.Option(min=1, help="how many, the newest first")] = NEWEST,
) -> None:
    """Print the calls, meetings, mails and messages of a customer or contact, without their words."""
    with db.begin() as connection:
        show(read_timeline(connection, golden_id, size))


@golden_app.command("unresolved")
def show_unresolved() -> None:
    """Count the interactions that belong to nobody known yet, by channel."""
    with db.begin() as connection:
        show(count_unresolved(connection))


def _allow(
    connection: Connection, golden_id: UUID, whole: list[str] | None, author: str, reason: str
) -> Access:
    """Return what may be shown; to see more than masks is an act that the audit log keeps."""
    unknown = sorted(set(whole or ()) - set(_SEGMENTS))
    if unknown:
        raise typer.BadParameter(f"{unknown}: there are {', '.join(_SEGMENTS)}")
    if whole:
        append_entry(
            connection, author, "open sealed values", f"golden {golden_id}", reason,
            after=sorted(whole),
        )  # fmt: skip
    return Access(frozenset(whole or ()))


def _end(moment: datetime) -> datetime:
    if moment.tzinfo is not None:
        return moment
    return (
        datetime.combine(moment.date() + timedelta(days=1), time.min, ZONE) - timedelta.resolution
    )


def _write(values: Sequence[Value]) -> str:
    return ", ".join(_write_one(value) for value in values) or "-"


def _write_one(value: Value) -> str:
    if value.state == "empty":
        return "(emptied)"
    return (
        f"{value.text} (sealed)"
        if value.state == "sealed" and value.text
        else value.text or "sealed"
    )


def _echo_step(step: Step) -> None:
    until = f" to {step.recorded_to.isoformat()}" if step.recorded_to else ""
    typer.echo(
        f"version {step.version_no} {step.op}, valid from {step.valid_from.isoformat()},"
        f" recorded {step.recorded_from.isoformat()}{until}, policy {step.policy_version}"
    )
    who: Iterable[tuple[str, Sequence[object]]] = (
        ("joined", step.joined), ("left", step.left), ("changed", step.changed),
        ("pinned by decision", step.pinned), ("no longer pinned by decision", step.unpinned),
    )  # fmt: skip
    for word, names in who:
        if names:
            typer.echo(f"  {word} {', '.join(map(str, names))}")
    for each in step.fields:
        typer.echo(f"  {_write_change(each)}")


def _write_change(change: FieldChange) -> str:
    return f"{change.field}: {_write(change.before)} -> {_write(change.after)}"
