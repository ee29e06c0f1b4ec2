"""The rules of the house that no linter knows: sizes, words, layout, statements, generated files."""

import re
import subprocess
from pathlib import Path

import pytest

from customer_hub.core import errors

PROJECT = Path(__file__).resolve().parents[1]
STATEMENTS = sorted(
    path
    for path in (PROJECT / "include" / "sql").rglob("*.sql")
    if "migrations" not in path.parts and path.name != "schema.sql"
)
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "misc"}


def _tracked(*suffixes: str) -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    found = (PROJECT / name for name in names if name.endswith(suffixes))
    return [path for path in found if path.exists()]


def test_files_stay_small() -> None:
    files = _tracked(".py")
    assert len(files) > 50
    long = {
        path.relative_to(PROJECT).as_posix(): count
        for path in files
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_names_say_what_they_are() -> None:
    bad = [path for path in _tracked(".py") if FORBIDDEN_NAMES & {*path.parts, path.stem}]
    assert bad == []


def test_nothing_is_left_unfinished_and_no_machine_is_named() -> None:
    pattern = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError|/root/|/home/[a-z]|/work/")
    found = [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in _tracked(".py", ".sql", ".toml", ".md", ".yml", ".sh")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_no_registry_host_is_written_anywhere() -> None:
    pattern = re.compile(r"(pypi|pythonhosted|npmjs|debian)\.(org|com)|--(extra-)?index-url")
    found = [
        path.relative_to(PROJECT).as_posix()
        for path in _tracked("")
        if path.suffix not in (".png", ".gz")
        and path.name not in ("test_house_rules.py", "install.sh")
        and pattern.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_statement_file_keeps_the_rules(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    assert lines[0].startswith("-- ")
    header = [line for line in lines if line.startswith("--")]
    params = " ".join(header).partition("-- params:")[2]
    assert params, "a line `-- params: ..` (it may go on in the next comment lines)"
    code = "\n".join(line for line in lines if not line.lstrip().startswith("--"))
    assert ";" not in code.strip().rstrip(";"), "one statement a file"
    assert "{" not in code.replace("'{}'", ""), "no templating"
    bound = set(re.findall(r"%\((\w+)\)s", code))
    for name in bound:
        assert name in params, f"{name} is not in the params line"
        uncast = re.search(rf"%\({name}\)s(?!::)", code)
        assert uncast is None, f"{name} is not cast"


def test_every_statement_can_be_planned(hub: str) -> None:
    from customer_hub.core import db

    plannable = re.compile(r"^\s*(with|select|insert|update|delete)\b", re.MULTILINE)
    planned = 0
    for path in STATEMENTS:
        text = path.read_text(encoding="utf-8")
        code = "\n".join(line for line in text.splitlines() if not line.startswith("--")).strip()
        if not plannable.match(code) or "pg_temp" in code or "incoming" in code:
            continue  # COPY, DDL, and statements over a temporary table that its step makes
        params = dict.fromkeys(re.findall(r"%\((\w+)\)s", code))
        with db.engine().connect() as connection:
            connection.exec_driver_sql("explain " + code, params)
        planned += 1
    assert planned > 40


def test_generated_files_are_up_to_date() -> None:
    from local.reference import describe_commands, describe_settings

    reference = PROJECT / "docs" / "reference"
    assert (reference / "settings.md").read_text() == describe_settings(), "run `make docs`"
    assert (reference / "commands.md").read_text() == describe_commands(), "run `make docs`"


def test_the_schema_snapshot_is_what_the_migrations_make(postgres_server: object, hub: str) -> None:
    from sqlalchemy import make_url

    from local.reference import describe_tables, dump_schema

    plain = make_url(hub).set(drivername="postgresql").render_as_string(hide_password=False)
    schema = PROJECT / "include" / "sql" / "schema.sql"
    assert schema.read_text() == dump_schema(plain), "run `make docs`"
    tables = PROJECT / "docs" / "reference" / "tables.md"
    assert tables.read_text() == describe_tables(plain), "run `make docs`"


def test_every_error_class_can_cross_a_process_and_keeps_its_hint() -> None:
    import pickle

    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.HubError)
    ]
    assert len(kinds) > 5
    for kind in kinds:
        error = pickle.loads(pickle.dumps(kind("what", where="where", hint="hint")))
        assert type(error) is kind
        assert str(error) == "where: what. HINT: hint"


def test_each_room_imports_no_other_room() -> None:
    finished = subprocess.run(
        [str(PROJECT / ".venv" / "bin" / "lint-imports")],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout[-1500:]


def test_every_sealed_column_is_opened_by_the_drill(hub: str) -> None:
    from customer_hub.core import db
    from customer_hub.core.table_hash import SEALED_TABLES

    with db.begin() as connection:
        found = set(
            connection.exec_driver_sql(
                "select table_schema || '.' || table_name from information_schema.columns"
                " where column_name like '%%_sealed'"
            ).scalars()
        )
    assert found == set(SEALED_TABLES)
