"""`hub channel`: which channels there are, whether they work, and whether they are written to."""

import os
from pathlib import Path
from typing import Annotated

import typer

from customer_hub.cli.options import Author, Reason, show
from customer_hub.core.errors import ConfigurationError

channel_app = typer.Typer(
    help="Channels, whether they work, and whether they may be written to.", no_args_is_help=True
)
_MARKS = {True: "ok  ", False: "FAIL", None: "note"}


@channel_app.command("list")
def list_channels() -> None:
    """List the channels with their system, schedule and publish state."""
    from customer_hub.channels.config import read_channels
    from customer_hub.publish.targets import read_state

    typer.echo("channel\tsystem\tschedule\ttime zone\tpublish")
    for channel in read_channels().values():
        state = read_state(channel.name) if channel.publish else "not a target"
        typer.echo(
            f"{channel.name}\t{channel.system}\t{channel.schedule}\t{channel.timezone}\t{state}"
        )


@channel_app.command("check")
def check_channel(
    name: str,
    writes: Annotated[
        bool, typer.Option("--write", help="also write a hub id to one record and put it back")
    ] = False,
) -> None:
    """Try a channel: log-in, clock, rights, paging, filter, and with --write the write-back."""
    from customer_hub.flows.inspection import inspect_channel

    marks = []
    for finding in inspect_channel(name, writes=writes):
        marks.append(finding.is_fine)
        typer.echo(f"{_MARKS[finding.is_fine]}  {finding.topic:<24}{finding.text}")
    if False in marks:
        typer.echo(f"\n{name} does not work yet: mend what says FAIL, then check again")
        raise typer.Exit(1)
    typer.echo(f"\n{name} works" + ("; a note is for you to know" if None in marks else ""))


@channel_app.command("new")
def start_channel(
    name: str,
    system: Annotated[
        str, typer.Option(help="what speaks to it; `hub channel systems` lists them")
    ],
) -> None:
    """Write the TOML and the suites of a new channel, for you to complete."""
    from customer_hub.channels.config import CHANNELS_DIR, load_system
    from customer_hub.channels.scaffold import make_channel
    from customer_hub.validate.starting import make_suite
    from customer_hub.validate.suites import SUITES_DIR

    made = {CHANNELS_DIR / f"{name}.toml": make_channel(name, system)}
    for entity in load_system(system).STANDARD:
        made[SUITES_DIR / f"{name}_{entity}.json"] = make_suite(name, entity)
    _write_new(made)
    typer.echo(f"Next: complete them, set the Airflow connection hub_{name}, then")
    typer.echo(f"    hub channel check {name}")


@channel_app.command("systems")
def show_systems() -> None:
    """List the systems that a channel can have, and the entities of each."""
    from customer_hub.channels.config import list_systems, load_system

    for system in list_systems():
        typer.echo(f"{system}\t{', '.join(load_system(system).CAPABILITIES)}")


@channel_app.command("enable")
def enable_channel(names: list[str], reason: Reason, author: Author) -> None:
    """Let the hub write to channels. Until then it plans and reports only."""
    from customer_hub.publish.targets import set_state

    for name in names:
        set_state(name, "enabled", author, reason)
        typer.echo(f"{name} is enabled")


@channel_app.command("observe")
def observe_channel(names: list[str], reason: Reason, author: Author) -> None:
    """Stop writing to channels; the hub goes on planning and reporting."""
    from customer_hub.publish.targets import set_state

    for name in names:
        set_state(name, "observe", author, reason)
        typer.echo(f"{name} is observed only")


@channel_app.command("pushes")
def list_pushes() -> None:
    """List pushes above the limits of their target, which wait for a person: counts and shares."""
    from customer_hub.publish.pushes import read_asked

    show(
        {"push": push.push_id, "channel": push.channel, "would do": push.describe()}
        for push in read_asked()
    )


@channel_app.command("approve")
def approve_push(
    name: str,
    push: Annotated[int, typer.Option(help="its number, of `hub channel pushes`")],
    reason: Reason,
    author: Author,
) -> None:
    """Let a push go that is above the limits, as it was planned; the next publish run sends it.

    To reject it, go back to observing the channel.
    """
    from customer_hub.publish.pushes import approve_push as approve

    is_new = approve(name, push, author, reason)
    typer.echo(f"push {push} is approved" if is_new else f"push {push} was approved already")


def _write_new(made: dict[Path, str]) -> None:
    """Write files that are not there yet, all or none."""
    there = [path.name for path in made if path.exists()]
    if there:
        raise ConfigurationError(
            f"there are {', '.join(there)} already",
            where="channel new",
            hint="take another name, or remove them first",
        )
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")
        typer.echo(f"written {os.path.relpath(path)}")
