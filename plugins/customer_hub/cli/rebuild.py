"""`hub rebuild`: build everything again, or only look whether that would change anything."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from customer_hub.cli.options import Author, Reason, progress
from customer_hub.core.errors import ConfigurationError

if TYPE_CHECKING:
    from customer_hub.core.difference import Difference


def rebuild(
    author: Author,
    activate: Annotated[
        bool, typer.Option(help="activate the policy files as they stand, then rebuild under them")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="only say whether anything would change; write nothing")
    ] = False,
    reason: Reason = "",
) -> None:
    """Build everything again from the accepted versions; unless activating, nothing may change."""
    from customer_hub import rebuild as building

    if check and activate:
        raise ConfigurationError(
            "a check activates nothing",
            where="hub rebuild",
            hint="`hub policy try` shows what the policy files as they stand would change",
        )
    with progress():
        done = (
            building.check()
            if check
            else building.rebuild(activate=activate, author=author, reason=reason)
        )
    for result in done.results:
        typer.echo(json.dumps(result.as_dict()))
    typer.echo(f"tables that differ from before: {', '.join(done.different) or 'none'}")
    if not done.differences or activate:
        return
    _tell(done.differences[0])
    if done.waiting:
        typer.echo(f"{done.waiting} records waited to be built; run it again to compare")
        return
    if check:
        typer.echo("nothing was written; `hub rebuild` makes the tables what they should be")
    typer.echo("keep what stands here and see docs/runbooks/build_master.md")
    raise typer.Exit(1)


def _tell(first: "Difference") -> None:
    """Print where it begins: the tables stand in the order of the flow."""
    typer.echo(f"first difference: {first.table}, row {first.row_key}")
    typer.echo(f"  column   {first.column or 'the whole row'}")
    typer.echo(f"  stands   {first.standing}")
    typer.echo(f"  rebuilt  {first.rebuilt}")
