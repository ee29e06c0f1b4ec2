"""`hub export`: golden customers as a role may see them, into a file with a manifest."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from customer_hub.cli.options import Author
from customer_hub.core.as_of import ZONE

_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"]


def export(
    out: Annotated[
        Path, typer.Option(file_okay=False, help="folder for the file and its manifest")
    ],
    author: Author,
    role: Annotated[str, typer.Option(help="of include/policy/access.toml")] = "",
    purpose: Annotated[str, typer.Option(help="why; kept in manifest and audit log")] = "",
    columns: Annotated[str, typer.Option(help="name,name; without: the import template's")] = "",
    filters: Annotated[
        list[str] | None, typer.Option("--filter", help="level_code=A; may be repeated")
    ] = None,
    changed_since: Annotated[
        datetime | None, typer.Option(formats=_FORMATS, help="changed in the hub since then")
    ] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=_FORMATS, help="as the hub had it then; else now")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="csv, xlsx or jsonl")] = "csv",
    request: Annotated[
        str, typer.Option(help="a file of include/exports instead of role, columns and filters")
    ] = "",
) -> None:
    """Export customers: only what the role may see, formulas made text, with a manifest."""
    from customer_hub.bulk.exporting import export_customers
    from customer_hub.bulk.request import make_request, read_request

    wanted = (
        read_request(request)
        if request
        else make_request(
            role=role,
            purpose=purpose,
            format=form,
            columns=[name.strip() for name in columns.split(",") if name.strip()],
            filters=dict(_read_filter(each) for each in filters or ()),
            changed_since=_place(changed_since),
        )
    )
    typer.echo(json.dumps(export_customers(wanted, out, author, _place(as_of)).as_dict()))


def _read_filter(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise typer.BadParameter("write name=code", param_hint="--filter")
    return name.strip(), value.strip()


def _place(moment: datetime | None) -> datetime | None:
    """Return a moment with its zone: a day begins in the hub's own."""
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=ZONE)
