"""``python -m local.reference [--check]``: write what the code says of itself into files.

include/sql/schema.sql (the schema after all migrations), docs/reference/tables.md,
docs/reference/settings.md, docs/reference/commands.md, docs/reference/systems.md. A test fails when
they are out of date.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import typer.main
from pydantic_core import PydanticUndefined
from typer.core import TyperGroup

from customer_hub.cli import app
from customer_hub.core.migrate import migrate
from customer_hub.core.settings import Settings
from local.reference_systems import describe_systems
from local.stack.layout import PROJECT
from local.stack.ports import find_free_port
from local.stack.postgres import Postgres, packaged_binaries

_MADE = "<!-- Made by `make docs`; do not edit. -->\n\n"
_SCHEMAS = (
    "hub", "landing", "quarantine", "source", "match", "master", "publish", "backup", "privacy",
    "steward",
)  # fmt: skip
# Lines of pg_dump that differ from run to run or say nothing of the schema.
_NOISE = re.compile(r"^(--.*|\\(un)?restrict .*|SET .*|SELECT pg_catalog\..*)$\n?", re.MULTILINE)


def write_reference(root: Path) -> list[Path]:
    """Write all generated files below `root`; returns those that changed."""
    contents = {
        root / "docs/reference/settings.md": describe_settings(),
        root / "docs/reference/commands.md": describe_commands(),
        root / "docs/reference/systems.md": describe_systems(_MADE),
    }
    with tempfile.TemporaryDirectory(prefix="hub-") as folder:
        Path(folder).chmod(0o711)
        server = Postgres(Path(folder) / "pg", find_free_port(15499), is_fast=True)
        server.start()
        try:
            url = server.create_database("hub", "hub")
            migrate(url)
            plain = server.url("hub", driver="")
            contents[root / "include/sql/schema.sql"] = dump_schema(plain)
            contents[root / "docs/reference/tables.md"] = describe_tables(plain)
        finally:
            server.destroy()
    changed = []
    for path, text in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def dump_schema(url: str) -> str:
    """Return the schema as plain SQL, without what varies from run to run."""
    finished = subprocess.run(
        [packaged_binaries() / "pg_dump", "--schema-only", "--no-owner", "--no-privileges", "-w"]
        + [f"--schema={name}" for name in _SCHEMAS]
        + [f"--dbname={url}"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    body = re.sub(r"\n{3,}", "\n\n", _NOISE.sub("", finished.stdout)).strip()
    head = "-- The schema after all migrations. Made by `make docs`; read it, never run it.\n\n"
    return head + body + "\n"


def describe_tables(url: str) -> str:
    """Return every table with its comment and columns as Markdown."""
    lines = ["# Tables\n\n", _MADE]
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "select n.nspname, c.relname, obj_description(c.oid), c.oid from pg_class c"
            " join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind in ('r', 'v') and n.nspname = any(%s) order by 1, 2",
            [list(_SCHEMAS)],
        ).fetchall()
        for schema, name, comment, oid in tables:
            lines.append(f"## {schema}.{name}\n\n{comment or ''}\n\n| column | type |\n|---|---|\n")
            columns = connection.execute(
                "select attname, format_type(atttypid, atttypmod) from pg_attribute"
                " where attrelid = %s and attnum > 0 and not attisdropped order by attnum",
                [oid],
            )
            lines += [f"| {column} | {kind} |\n" for column, kind in columns]
            lines.append("\n")
    return "".join(lines).rstrip() + "\n"


def describe_settings() -> str:
    """Return every HUB_ setting as Markdown."""
    lines = ["# Settings\n\n", _MADE, "| variable | needed | meaning |\n|---|---|---|\n"]
    for name, field in Settings.model_fields.items():
        is_needed = "yes" if field.default is PydanticUndefined else "no"
        lines.append(f"| HUB_{name.upper()} | {is_needed} | {field.description} |\n")
    return "".join(lines)


def describe_commands() -> str:
    """Return the `hub` command's verbs as Markdown."""
    lines = ["# The command `hub`\n\n", _MADE, "| command | what it does |\n|---|---|\n"]
    group = typer.main.get_command(app)
    if not isinstance(group, TyperGroup):
        raise TypeError("the app has no sub-commands")
    for name, command in sorted(group.commands.items()):
        verbs = command.commands if isinstance(command, TyperGroup) else {"": command}
        for verb, leaf in sorted(verbs.items()):
            told = " ".join((leaf.help or "").split())  # a cell is one line
            lines.append(f"| hub {f'{name} {verb}'.strip()} | {told} |\n")
    return "".join(lines)


def main() -> int:
    """Write the files; with --check say what was out of date and fail."""
    changed = [path.relative_to(PROJECT).as_posix() for path in write_reference(PROJECT)]
    print("\n".join(f"written {path}" for path in changed) or "all of it is up to date")
    return 1 if changed and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
