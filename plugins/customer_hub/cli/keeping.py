"""Keys at the terminal: made, changed, kept for the day on which all else is lost."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from customer_hub.cli.options import Author, Reason
from customer_hub.core import audit, db, keys
from customer_hub.core.errors import ConfigurationError, HubError
from customer_hub.core.settings import check_kek

keys_app = typer.Typer(help="The key file and the key-encryption keys.", no_args_is_help=True)
_PASSPHRASE: dict[str, Any] = {
    "hide_input": True,
    "envvar": "HUB_PASSPHRASE",
    "help": "of the export",
}
NewPassphrase = Annotated[str, typer.Option(prompt=True, confirmation_prompt=True, **_PASSPHRASE)]
Passphrase = Annotated[str, typer.Option(prompt=True, **_PASSPHRASE)]


@keys_app.command("init")
def init_keys() -> None:
    """Make the key file of a new hub; refused when one is missing to data that is there."""
    made = keys.init_key_file()
    typer.echo("key file made" if made else "there is a key file already; nothing was changed")


@keys_app.command("new")
def print_new_key() -> None:
    """Print a fresh random key-encryption key for HUB_KEK or HUB_BACKUP_KEK."""
    typer.echo(keys.new_kek())


@keys_app.command("restore")
def restore_keys(backup_id: str) -> None:
    """Write the key file anew from a key backup, under HUB_KEK; refused where there is one."""
    from customer_hub.backup.restore import restore_key_file

    restore_key_file(backup_id)
    typer.echo("key file written")


@keys_app.command("rewrap")
def rewrap_keys(reason: Reason, author: Author) -> None:
    """Wrap the key file by the key in HUB_NEW_KEK instead of HUB_KEK. No data is touched."""
    with db.begin() as connection:
        audit.append_entry(connection, author, "rewrap keys", "HUB_KEY_FILE", reason)
        keys.rewrap_key_file(os.environ.get("HUB_NEW_KEK", ""))
    typer.echo("rewrapped: set HUB_KEK to the new key now and restart")


@keys_app.command("export")
def export_keys(
    out: Annotated[Path, typer.Argument(help="a new file; keep it apart from the backups")],
    passphrase: NewPassphrase,
    reason: Reason,
    author: Author,
) -> None:
    """Write the segment keys and HUB_BACKUP_KEK into a file under a passphrase, for the safe."""
    from customer_hub.core.key_export import export_keys as make

    exported = make(passphrase)
    with db.begin() as connection:
        audit.append_entry(connection, author, "export keys", out.name, reason)
        _write_new(out, exported)
    typer.echo(f"{out} written; without the passphrase nobody opens it")


@keys_app.command("import")
def import_keys(
    exported: Annotated[Path, typer.Argument(exists=True, help="what `hub keys export` wrote")],
    passphrase: Passphrase,
    backup_kek_out: Annotated[
        Path, typer.Option(help="a new file, for you alone, that gets HUB_BACKUP_KEK")
    ],
) -> None:
    """Write the key file (HUB_KEY_FILE, under HUB_KEK) and HUB_BACKUP_KEK from an export."""
    from customer_hub.core.key_export import open_export

    # Of the settings no more is there on such a day than these two.
    path, kek = os.environ.get("HUB_KEY_FILE", ""), os.environ.get("HUB_KEK", "")
    if not path:
        raise ConfigurationError("is not set", where="HUB_KEY_FILE", hint="say where it goes")
    try:
        check_kek(kek)
    except ValueError as error:
        raise ConfigurationError(
            str(error), where="HUB_KEK", hint="make one with `hub keys new`"
        ) from None
    opened = open_export(exported.read_bytes(), passphrase)
    if not keys.add_key_file(Path(path), opened.segments, kek):
        raise HubError(
            "there is a key file already", where="HUB_KEY_FILE", hint="move it aside first"
        )
    _write_new(backup_kek_out, f"{opened.backup_kek}\n".encode())
    typer.echo(f"{path} written; HUB_BACKUP_KEK stands in {backup_kek_out}")


def _write_new(path: Path, content: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise HubError(
            f"cannot be made: {error.strerror}", where=str(path), hint="name a new file"
        ) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
