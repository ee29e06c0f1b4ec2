"""Ask the matcher: who a new record might already be, and what weights the records suggest."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from customer_hub.cli.options import write_bits
from customer_hub.core import clock, db, keys, sql

model_app = typer.Typer(help="The model that pairs are scored with.", no_args_is_help=True)


def find(
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, help="rows of the manual channel's template"),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="how many at most, for each row")] = 10,
) -> None:
    """List whom a new customer might already be, before anything is created; the likeliest first.

    Scores are in bits. Rows that look like nobody are named on standard error.

    Without a file one customer is read from standard input: lines of the form column: value, with
    the template's columns. What stands there is never an argument, for others see those.
    """
    from customer_hub.channels.config import read_channel
    from customer_hub.channels.manual.candidates import read_candidate, read_candidate_records
    from customer_hub.match.lookup import find_candidates
    from customer_hub.standardise.preview import preview_customer

    manual = read_channel("manual")
    records = [(1, read_candidate(sys.stdin))] if file is None else read_candidate_records(file)
    typer.echo("row\tgolden_id\tsource_key\tscore\tis_match\treasons")
    for row, record in records:
        preview = preview_customer(record, manual.name, manual.timezone)
        with db.begin() as connection:
            candidates = find_candidates(connection, preview, limit)
        for found in candidates:
            reasons = ", ".join(found.reasons)
            typer.echo(
                f"{row}\t{found.golden_id}\t{found.source_key}\t{write_bits(found.score)}"
                f"\t{found.is_match}\t{reasons}"
            )
        if not candidates:
            typer.echo(f"row {row}: nobody", err=True)  # the table holds candidates alone


@model_app.command("train")
def train_model(
    out: Annotated[Path, typer.Option(dir_okay=False, help="the candidate, as JSON")],
    name: Annotated[str, typer.Option(help="what the model is called")],
) -> None:
    """Learn a candidate model from the hub's own records, without labels; nothing uses it yet.

    Review it, try it with `hub policy try`, put it in the place of include/policy/model.json, and
    activate it with a full rebuild.
    """
    from customer_hub.channels.policy import read_policy
    from customer_hub.match.reading import open_features
    from customer_hub.match.rules import read_rules
    from customer_hub.match.train import learn

    rules, _ = read_rules(read_policy())
    with db.begin() as connection:
        known = [row.source_key for row in sql.rows(connection, "match/select_known")]
        features = open_features(connection, keys.sealer(), known)
    model = learn(
        features,
        rules,
        name,
        clock.now().date().isoformat(),
        lambda line: typer.echo(line, err=True),
    )
    text = json.dumps(model.model_dump(mode="json"), ensure_ascii=False, indent=1)
    out.write_text(f"{text}\n", encoding="utf-8")
    typer.echo(f"{model.version} written to {out.name}; it holds for nothing yet")
