"""`hub match`: find the records of any file that are one customer, without the rest of the hub."""

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from customer_hub.core.errors import BadDataError, ConfigurationError

if TYPE_CHECKING:
    from customer_hub.match.files.roles import Schema

_WORKBOOKS = (".xlsx", ".xls", ".ods")


def match_files(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help="CSV or Parquet; several link")
    ],
    out: Annotated[
        Path | None, typer.Option(help="write record_id and cluster_id, CSV or Parquet")
    ] = None,
    id_columns: Annotated[
        list[str] | None,
        typer.Option("--id", help="column of the record id; several files may have one each"),
    ] = None,
    truth: Annotated[str | None, typer.Option(help="column of the true cluster: be judged")] = None,
    pairs: Annotated[Path | None, typer.Option(help="write pairs with score and evidence")] = None,
    write_schema: Annotated[
        Path | None, typer.Option(help="write the roles of the columns and stop")
    ] = None,
    schema: Annotated[Path | None, typer.Option(exists=True, help="roles, as written")] = None,
    model: Annotated[
        Path | None, typer.Option(exists=True, help="weights of an earlier run")
    ] = None,
    save_model: Annotated[Path | None, typer.Option(help="write the weights as JSON")] = None,
    report: Annotated[Path | None, typer.Option(help="write all figures as JSON")] = None,
    splink: Annotated[
        Path | None, typer.Option(help="write the weights as Splink settings")
    ] = None,
) -> None:
    """Find the records that are one customer: deduplicate a file, or link several."""
    from customer_hub.channels.policy import read_policy
    from customer_hub.match.files import describing, matching, writing
    from customer_hub.match.files.splink import export
    from customer_hub.match.rules import read_rules

    began = perf_counter()

    def tell(line: str) -> None:
        typer.echo(f"{perf_counter() - began:6.1f} s  {line}", err=True)

    _check_outputs(files, truth, [out, pairs, write_schema, save_model, report, splink])
    given = None if schema is None else _read_schema(schema)
    request = matching.Request(
        files, id_columns or (), truth, given, None if model is None else writing.read_model(model)
    )
    if write_schema is not None:
        _, roles = matching.read_schema(request, tell)
        writing.write_json(write_schema, roles.model_dump(mode="json"))
        typer.echo(f"roles written: edit {write_schema.name}, then give it with --schema")
        return
    rules, _ = read_rules(read_policy())
    done = matching.match_files(request, rules.groups, tell)
    if out is not None:
        writing.write_clusters(out, done.keys, done.found, done.order)
    if pairs is not None:
        writing.write_pairs(pairs, done.keys, done.found, done.records.comparisons)
    if save_model is not None:
        writing.write_json(save_model, done.found.model.model_dump(mode="json"))
    if report is not None:
        writing.write_json(report, describing.summarise(done))
    if splink is not None:
        writing.write_json(splink, export(done.found.model))
    for line in describing.describe(done):
        typer.echo(line)
    typer.echo(describing.sum_up(done))
    if out is not None:
        typer.echo(f"written to {out.name}")


def _check_outputs(files: list[Path], truth: str | None, outputs: list[Path | None]) -> None:
    """Refuse to write over what is read, or twice to one file, or where no file can be.

    A run that writes nothing and has no truth to be judged by is refused as well.

    Raises:
        BadDataError: names the file; nothing was read yet.
    """
    if truth is None and not any(outputs):
        raise BadDataError("no file to write to", where="hub match", hint="give --out clusters.csv")
    seen = {path.resolve() for path in files}
    for path in outputs:
        if path is None:
            continue
        if path.resolve() in seen:
            raise BadDataError(
                "would be written over", where=path.name, hint="give each output a file of its own"
            )
        if path.suffix.lower() in _WORKBOOKS:
            raise BadDataError(
                "a workbook is not written",
                where=path.name,
                hint="end the name in .csv or .parquet",
            )
        if not path.parent.is_dir():
            raise BadDataError("no such folder", where=str(path.parent), hint="make it first")
        if path.exists() and not path.is_file():
            raise BadDataError("a folder or a device", where=str(path), hint="give a file to write")
        seen.add(path.resolve())


def _read_schema(path: Path) -> "Schema":
    from pydantic import ValidationError

    from customer_hub.match.files.roles import Role, Schema

    try:
        return Schema.model_validate_json(path.read_text())
    except ValidationError as error:
        faults = "; ".join(
            f"{': '.join(map(str, fault['loc'][1:]))}: no such role"
            if fault["type"] == "enum"
            else f"{'.'.join(map(str, fault['loc']))} {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False)
        )
        raise ConfigurationError(
            faults, where=path.name, hint=f"roles are {', '.join(Role)}"
        ) from None
