"""`hub export`: golden customers or orders as a role may see them, into files with a manifest."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from customer_hub.cli.options import Author
from customer_hub.core.as_of import ZONE

_DAYS = ["%Y-%m-%d"]
# As a manifest writes a moment, or with whole seconds.
_FORMATS = [*_DAYS, "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"]

# What is asked for beside a saved request; the rest it says itself.
_BESIDE = frozenset({"out", "author", "as_of", "request"})


def export(
    context: typer.Context,
    out: Annotated[
        Path, typer.Option(file_okay=False, help="folder for the files and their manifest")
    ],
    author: Author,
    entity: Annotated[
        str, typer.Option(help="customer, or sales_order with its lines")
    ] = "customer",
    role: Annotated[str, typer.Option(help="of include/policy/access.toml")] = "",
    purpose: Annotated[str, typer.Option(help="why; kept in manifest and audit log")] = "",
    columns: Annotated[
        str,
        typer.Option(
            help="name,name; without: the import template's; of orders all that the role sees"
        ),
    ] = "",
    filters: Annotated[
        list[str] | None,
        typer.Option(
            "--filter", help="level_code=A, of orders status_code or channel; may be repeated"
        ),
    ] = None,
    changed_since: Annotated[
        datetime | None,
        typer.Option(formats=_FORMATS, help="customers changed in the hub since then"),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=_FORMATS, help="what the hub had then; else now"),
    ] = None,
    ordered_from: Annotated[
        datetime | None, typer.Option("--from", formats=_DAYS, help="orders: first business day")
    ] = None,
    ordered_to: Annotated[
        datetime | None, typer.Option("--to", formats=_DAYS, help="orders: last business day")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="csv, xlsx or jsonl")] = "csv",
    request: Annotated[
        str, typer.Option(help="a file of include/exports instead of all that says what is wanted")
    ] = "",
) -> None:
    """Export customers or orders: only what the role may see, formulas made text, with a manifest."""
    from customer_hub.bulk.exporting import export_records
    from customer_hub.bulk.request import make_request, read_request

    given = [each.opts[0] for each in context.command.params if _is_given(context, each.name)]
    if request and given:
        raise typer.BadParameter(
            f"it says all that is wanted: leave out {', '.join(given)}", param_hint="--request"
        )
    wanted = (
        read_request(request)
        if request
        else make_request(
            entity=entity,
            **{name: value for name, value in (("role", role), ("purpose", purpose)) if value},
            format=form,
            columns=[name.strip() for name in columns.split(",") if name.strip()],
            filters=dict(_read_filter(each) for each in filters or ()),
            changed_since=_place(changed_since),
            ordered_from=ordered_from and ordered_from.date(),
            ordered_to=ordered_to and ordered_to.date(),
        )
    )
    typer.echo(json.dumps(export_records(wanted, out, author, _place(as_of)).as_dict()))


def _is_given(context: typer.Context, name: str | None) -> bool:
    """Tell whether somebody typed an option that says what is wanted."""
    source = context.get_parameter_source(name) if name and name not in _BESIDE else None
    return source is not None and source.name == "COMMANDLINE"


def _read_filter(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise typer.BadParameter("write name=code", param_hint="--filter")
    return name.strip(), value.strip()


def _place(moment: datetime | None) -> datetime | None:
    """Return a moment with its zone: a day begins in the hub's own."""
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=ZONE)
