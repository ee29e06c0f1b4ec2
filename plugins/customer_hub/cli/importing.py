"""`hub import`: customers and updates from a filled template: looked at first, then applied."""

import json
from pathlib import Path
from typing import Annotated

import typer

from customer_hub.cli.options import Author, Reason, progress, show
from customer_hub.core import clock, db, sql

import_app = typer.Typer(help="Customers and updates from a filled template.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a filled template")]
Folder = Annotated[
    Path | None,
    typer.Option("--out", file_okay=False, help="folder for its reports; made if need be"),
]


@import_app.command("template")
def write_empty_template(
    out: Annotated[Path, typer.Option(dir_okay=False, help="a name in .csv or .xlsx")],
    version: Annotated[int | None, typer.Option(help="else the newest")] = None,
) -> None:
    """Write the empty template, as CSV or as a workbook."""
    from customer_hub.bulk.templates import write_template
    from customer_hub.channels.manual.template import NEWEST

    write_template(out, version or NEWEST)
    typer.echo(f"template version {version or NEWEST} written to {out.name}")


@import_app.command("check")
def check(
    file: File,
    author: Author,
    out: Folder = None,
    values: Annotated[
        bool,
        typer.Option("--values", help="write changes, old and new, and the cells of bad rows"),
    ] = False,
) -> None:
    """Say what an import would do, row by row, and write nothing to the hub."""
    from customer_hub.bulk.checking import check_import
    from customer_hub.bulk.file import look_at
    from customer_hub.bulk.report import writing_report

    run_id = f"import_check__{clock.now().isoformat()}"
    with progress(), writing_report(out, file.stem, has_values=values) as tell:
        done = check_import(look_at(file), author, run_id, tell)
    typer.echo(json.dumps(done.as_dict(), indent=1))
    if done.held_by:
        typer.echo(f"the file would be held as a whole: {', '.join(done.held_by)}", err=True)
    typer.echo("nothing was written to the hub", err=True)


@import_app.command("apply")
def apply(file: File, reason: Reason, author: Author, out: Folder = None) -> None:
    """Import a file, whole or not at all; a large one waits for a second person first."""
    from customer_hub.bulk.applying import apply_import
    from customer_hub.bulk.file import look_at
    from customer_hub.bulk.report import write_errors

    run_id = f"import__{clock.now().isoformat()}"
    with progress():
        found = look_at(file)
        done = apply_import(found, author, reason, run_id)
        if done.receipt is not None:
            write_errors(out, found, author, done.receipt.window_id)
    typer.echo(json.dumps(done.as_dict()))
    if done.state == "waiting":
        hint = f"hub import approve {done.token} --reason .. (by another person), then apply again"
        typer.echo(f"{done.landed} rows need a second person: {hint}", err=True)
        raise typer.Exit(1)
    if done.state == "nothing":
        typer.echo(f"the same content is import {done.token} already: nothing was done", err=True)
        return
    typer.echo("it takes effect with the next run of build_master", err=True)
    typer.echo(f"to take it back: hub import undo {done.token} --reason ..", err=True)


@import_app.command("approve")
def approve(token: str, reason: Reason, author: Author) -> None:
    """Let an import that waits pass, as another person than its author."""
    from customer_hub.bulk.applying import approve_import

    approve_import(token, author, reason)
    typer.echo("approved: its author may apply it now")


@import_app.command("undo")
def undo(token: str, reason: Reason, author: Author) -> None:
    """Take back what an import said, and nothing else."""
    from customer_hub.bulk.applying import undo_import

    typer.echo(f"{undo_import(token, author, reason)} versions withdrawn")
    typer.echo("it takes effect with the next run of build_master", err=True)


@import_app.command("list")
def list_imports(
    limit: Annotated[int, typer.Option(min=1, help="how many at most")] = 100,
) -> None:
    """List imports with their tokens, the newest first."""
    with db.begin() as connection:
        show(sql.rows(connection, "bulk/list_imports", size=limit))
