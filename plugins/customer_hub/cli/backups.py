"""Backups at the terminal: which there are, whether one counts, and the way back."""

import json
from datetime import datetime
from typing import Annotated

import typer

from customer_hub.cli.options import find_me, progress, show
from customer_hub.core.as_of import ZONE
from customer_hub.core.errors import ConfigurationError

backup_app = typer.Typer(help="Backups and restores.", no_args_is_help=True)


@backup_app.command("list")
def list_backups() -> None:
    """List the backups in the bucket, newest first: only `verified` counts. Needs no database."""
    from customer_hub.backup import catalogue

    show(catalogue.list_backups())


@backup_app.command("prepare")
def prepare_bucket() -> None:
    """Make the buckets that are not there. Safe to run at any time."""
    from customer_hub.backup.storage import Bucket
    from customer_hub.core.settings import settings

    chosen = settings()
    wanted = [(chosen.s3_bucket, False), (chosen.s3_lock_bucket, True)]
    for name, has_lock in wanted:
        if name:
            made = Bucket(name).make(has_lock=has_lock)
            typer.echo(f"{name}: {'made' if made else 'is there'}")


@backup_app.command("verify")
def verify_backup(backup_id: str) -> None:
    """Restore a backup into a scratch database, compare it, and record the outcome."""
    from customer_hub.backup.drill import run_drill

    with progress():
        report = run_drill(backup_id, f"verify by {find_me()}")
    for check in report.checks:
        typer.echo(f"{check.name}: {check.found}")
    typer.echo(f"{backup_id} verified; RTO {report.rto_seconds} s, RPO {report.rpo_seconds} s")


@backup_app.command("restore")
def restore_database(
    into: Annotated[
        str,
        typer.Option(help="postgresql+psycopg://user@host:port/database; password by PGPASSWORD"),
    ],
    backup_id: Annotated[str | None, typer.Argument(metavar="ID", show_default=False)] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            help="instead of an ID: the newest verified backup of that time (Shanghai) or before",
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        ),
    ] = None,
    keys: Annotated[
        str | None,
        typer.Option(help="of another key backup than the newest: its ID", metavar="ID"),
    ] = None,
    locked: Annotated[
        bool, typer.Option("--locked", help="read the locked monthly copy of the backup")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="the database need not be empty: drop its hub first")
    ] = False,
) -> None:
    """Restore a backup into an empty database with the newest key backup, and check it."""
    from customer_hub.backup.restore import find_as_of, restore_into

    if (backup_id is None) == (as_of is None):
        raise ConfigurationError("name one: an ID or --as-of", where="hub backup restore")
    if as_of is None:
        chosen = str(backup_id)
    else:
        chosen, is_copy = find_as_of(as_of.replace(tzinfo=ZONE))
        locked = locked or is_copy
    with progress():
        restored = restore_into(chosen, into, keys_id=keys, is_locked=locked, is_replacing=replace)
    for check in restored.checks:
        typer.echo(f"{check.name}: {check.found}")
    seconds = {step: round(taken, 1) for step, taken in restored.seconds.items()}
    told = {"backup_id": chosen, "rows": restored.row_count, "seconds": seconds}
    typer.echo(json.dumps(told))
