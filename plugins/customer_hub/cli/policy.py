"""`hub policy`: the versions of what decides, and what another one would do."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from customer_hub.cli.options import progress, show
from customer_hub.core import db, sql

if TYPE_CHECKING:
    from customer_hub.effects import Effect, Effects

policy_app = typer.Typer(
    help="What decides: its versions, and trying another.", no_args_is_help=True
)
_SHOWN = 5


@policy_app.command("list")
def list_versions() -> None:
    """List the versions of the policy with the moment from which each holds, the newest first."""
    with db.begin() as connection:
        show(sql.rows(connection, "core/list_policies"))


@policy_app.command("try")
def try_changes(
    policy: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True,
            help="a file in place of that of the same name, or a folder of them; may be repeated",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="CSV of every effect, by ids")
    ] = None,
) -> None:
    """Say what a changed policy would do, and write nothing. Takes as long as a rebuild."""
    from customer_hub.trial import try_policy

    with progress(), _writing(out) as tell:
        done = try_policy(policy or [], tell)
    typer.echo(f"policy {done.digest[:12]}, other than version {done.active_version} in:")
    typer.echo(f"  {', '.join(done.parts) or 'nothing that decides'}")
    for line in _describe(done.effects):
        typer.echo(line)
    typer.echo("nothing was written to the hub; activating is `hub rebuild --activate`")


@contextmanager
def _writing(out: Path | None) -> Iterator[Callable[["Effect"], object]]:
    """Yield what takes the effects: a file, opened before the work begins, or nothing."""
    from customer_hub.effects import Effect

    if out is None:
        yield lambda effect: None
        return
    with out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(each.name for each in fields(Effect))
        yield lambda effect: writer.writerow(astuple(effect))


def _describe(found: "Effects") -> Iterator[str]:
    yield f"merges made: {_count(found.merges)}"
    yield from _list_groups(found.joined, "with")
    yield f"merges undone: {_count(found.splits)}"
    yield from _list_groups(found.parted, "becomes also")
    yield f"cells changed: {sum(found.fields.values()):,}"
    for name, count in sorted(found.fields.items(), key=lambda each: (-each[1], each[0])):
        yield f"  {name} {count:,}: {_list_ids(found.cells[name], count)}"
    for entity in ("customer", "contact"):
        yield (
            f"{entity}s affected: {found.affected[entity]:,} of {found.standing[entity]:,},"
            f" and {found.came[entity]:,} new"
        )
    yield f"records without change: {found.untouched:,} of {found.records:,}"


def _count(counts: Counter[str]) -> str:
    return f"{counts['customer']:,} customers, {counts['contact']:,} contacts"


def _list_groups(groups: Mapping[str, Sequence[str]], word: str) -> Iterator[str]:
    for golden_id, others in groups.items():
        yield f"  {golden_id} {word} {_list_ids(others, len(others))}"


def _list_ids(ids: Sequence[str], count: int) -> str:
    more = count - len(ids[:_SHOWN])
    return ", ".join(ids[:_SHOWN]) + (f" and {more:,} more" if more else "")
