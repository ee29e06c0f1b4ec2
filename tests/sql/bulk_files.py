"""Filled templates to import, and what stands in the hub before and after."""

import csv
import os
from datetime import UTC, datetime
from pathlib import Path

from typer.testing import CliRunner

from customer_hub.bulk.templates import write_template
from customer_hub.channels.manual.template import COLUMNS
from customer_hub.cli import app
from customer_hub.core import db, keys, table_hash
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from customer_hub.standardise.run import standardise_pending
from customer_hub.validate.master import validate_master

WORD = ("--author", "lin", "--reason", "the yearly list")


def fill(path: Path, *rows: dict[str, str], version: int = 2, day: int = 17) -> Path:
    """Fill in the template as a person does, in a spreadsheet or by CSV."""
    path.unlink(missing_ok=True)
    write_template(path, version)
    if path.suffix == ".xlsx":
        from openpyxl import load_workbook

        book = load_workbook(path)
        for row in rows:
            book.worksheets[0].append([row.get(name) for name in COLUMNS])
        book.save(path)
    else:
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [*COLUMNS, *(["export_mark"] if version > 1 else [])])
            writer.writerows(rows)
    date(path, day)
    return path


def date(path: Path, day: int) -> None:
    """Let a file have been written at noon of a day."""
    stamp = datetime(2026, 11, day, 12, tzinfo=UTC).timestamp()
    os.utime(path, (stamp, stamp))


def hub_command(*words: object) -> str:
    """Run `hub` and return what it prints."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    if done.exception is not None:
        raise done.exception
    return done.stdout


def build() -> None:
    """Do what build_master does."""
    standardise_pending("build")
    match_pending("build")
    merge_pending("build")
    validate_master("build")


def state() -> dict[str, str]:
    """Return the content hash of every current table."""
    with db.begin() as connection:
        return table_hash.hash_tables(connection, keys.sealer())


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the rows of a file that the hub wrote."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))
