"""What the verbs share: who acts and why, and how rows are shown."""

import getpass
from typing import Annotated, Any

import typer

Author = Annotated[str, typer.Option(help="who does this; kept in the audit log")]
Reason = Annotated[str, typer.Option(help="why; kept in the audit log")]
ME = getpass.getuser()


def show(rows: Any) -> None:
    """Print rows as a plain table with tabs, or say that there are none."""
    found = [row._mapping for row in rows]
    if not found:
        typer.echo("none")
        return
    typer.echo("\t".join(found[0]))
    for row in found:
        typer.echo("\t".join("" if value is None else str(value) for value in row.values()))
