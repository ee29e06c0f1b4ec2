"""The command `hub`: what people do to a hub from a terminal. Each verb is one call into a room."""

import json
import sys
from typing import Annotated
from uuid import UUID

import typer

from customer_hub.cli.backups import backup_app
from customer_hub.cli.channel import channel_app
from customer_hub.cli.exporting import export
from customer_hub.cli.finding import find, model_app
from customer_hub.cli.golden import golden_app
from customer_hub.cli.importing import import_app
from customer_hub.cli.keeping import keys_app
from customer_hub.cli.match import match_files
from customer_hub.cli.options import Author, OnlyChannel, Reason, show
from customer_hub.cli.orders import order_app
from customer_hub.cli.policy import policy_app
from customer_hub.cli.publishing import dead_letter_app, drift_app
from customer_hub.cli.rebuild import rebuild
from customer_hub.cli.steward import decide_app, explain, task_app
from customer_hub.cli.tickets import ticket_app
from customer_hub.core import audit, db, keys, migrate, sql, table_hash
from customer_hub.core.errors import HubError

app = typer.Typer(
    help="The customer hub.", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)
window_app = typer.Typer(help="Gathered windows, and those that are held.", no_args_is_help=True)
quarantine_app = typer.Typer(help="Records that a rule kept back.", no_args_is_help=True)
audit_app = typer.Typer(help="The log of who did what.", no_args_is_help=True)
for _name, _app in {
    "keys": keys_app,
    "channel": channel_app,
    "window": window_app,
    "quarantine": quarantine_app,
    "dead-letter": dead_letter_app,
    "drift": drift_app,
    "backup": backup_app,
    "audit": audit_app,
    "import": import_app,
    "decide": decide_app,
    "task": task_app,
    "model": model_app,
    "order": order_app,
    "ticket": ticket_app,
    "policy": policy_app,
}.items():
    app.add_typer(_app, name=_name)
app.command()(explain)
app.command()(find)
app.add_typer(golden_app)  # without a name: its verbs are the hub's own


app.command("match")(match_files)
app.command("rebuild")(rebuild)
app.command("export")(export)


@app.command("migrate")
def migrate_database() -> None:
    """Bring the hub's database to the newest schema. Safe to run at any time."""
    for name in migrate.migrate():
        typer.echo(f"applied {name}")
    typer.echo("the database is up to date")


@app.command("table-hash")
def print_table_hashes(
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Print the content hash of each current table: equal hashes, equal content."""
    with db.begin() as connection:
        hashes = table_hash.hash_tables(connection, keys.sealer())
    if as_json:
        typer.echo(json.dumps(hashes, indent=1))
    else:
        for table, digest in hashes.items():
            typer.echo(f"{digest}  {table}")


@audit_app.command("verify")
def verify_audit_log() -> None:
    """Check the chain of the audit log; exit code 1 if an entry was changed or taken away."""
    with db.begin() as connection:
        broken = audit.verify_chain(connection)
    typer.echo("the audit log is whole" if broken is None else f"broken at entry {broken}")
    if broken is not None:
        raise typer.Exit(1)


@window_app.command("list")
def list_windows() -> None:
    """List windows that are not closed: open, landed or held."""
    with db.begin() as connection:
        show(sql.rows(connection, "validate/list_unclosed_windows"))


@window_app.command("waive")
def waive_held_window(
    window_id: int,
    reason: Reason,
    author: Author,
    deletes: Annotated[
        int, typer.Option(help="let the next sweep of an open window delete so many records")
    ] = 0,
) -> None:
    """Let a held window pass, its failing rows stay in quarantine; or a refused sweep."""
    from customer_hub.gather.waive import waive_deletes
    from customer_hub.validate.gate import waive_window

    if deletes:
        waive_deletes(window_id, deletes, author, reason)
        typer.echo(f"{deletes} deletions may pass: start the gather again")
        return
    typer.echo(json.dumps(waive_window(window_id, author, reason).as_dict()))


@quarantine_app.command("list")
def list_quarantine() -> None:
    """List kept-back records by channel, entity, suite and rule, with counts."""
    with db.begin() as connection:
        show(sql.rows(connection, "validate/list_quarantine"))


@quarantine_app.command("waive")
def waive_quarantined(version_id: int, reason: Reason, author: Author) -> None:
    """Accept one landed version although rules kept it back."""
    from customer_hub.validate.gate import waive_record

    waive_record(version_id, author, reason)
    typer.echo("waived")


@quarantine_app.command("replay")
def replay_quarantined(
    reason: Reason,
    author: Author,
    channel: OnlyChannel = None,
) -> None:
    """Send kept-back versions through the gate again; what passes now is accepted."""
    from customer_hub.validate.gate import replay_quarantine

    typer.echo(json.dumps(replay_quarantine(channel, author, reason).as_dict()))


@app.command()
def resolve(
    name: Annotated[
        str, typer.Argument(metavar="ID", help="a golden id, or a source key: crm/customer/7")
    ],
) -> None:
    """Print the golden id that an id, however old, stands for now, or that holds a source record."""
    from customer_hub.merge.resolve import find_holder
    from customer_hub.merge.resolve import resolve as find

    with db.begin() as connection:
        if "/" in name:
            holder = find_holder(connection, name)
            answer = str(holder) if holder else "unknown"
        else:
            found = find(connection, _read_id(name))
            answer = str(found.golden_id or found.state)
    if answer == "unknown":
        raise HubError("no record ever had this id", where=name, hint="find it by name on the page")
    typer.echo(answer)


def _read_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise typer.BadParameter("neither a golden id nor a source key") from None


def main() -> None:
    """Run the command; a HubError is printed as one line without a traceback."""
    try:
        app()
    except HubError as error:
        typer.echo(f"hub: {error}", err=True)
        sys.exit(1)
