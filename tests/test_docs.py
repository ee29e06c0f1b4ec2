"""The documents held against the code: links, commands, targets, hints, examples, queries."""

import ast
import importlib
import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from customer_hub.channels.config import ChannelConfig, read_channels
from customer_hub.channels.template import Template, list_faults
from customer_hub.cli import app
from customer_hub.match.engine.scales import SCALES
from customer_hub.publish.ownership import read_ownership

PROJECT = Path(__file__).resolve().parents[1]
RUNBOOKS = PROJECT / "docs" / "runbooks"
PARTS = ("Symptom", "Meaning", "First look", "Fix", "Fixed when", "Wake someone when")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HINT = re.compile(r"(docs/[\w./-]+\.md)(?:, '?(?!docs)([a-z][a-z ]+)'?)?")


def _list_documents() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.md"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return sorted(PROJECT / name for name in names if (PROJECT / name).exists())


DOCUMENTS = _list_documents()
each_document = pytest.mark.parametrize(
    "path", DOCUMENTS, ids=lambda path: path.relative_to(PROJECT).as_posix()
)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _list_blocks(text: str, *languages: str) -> list[str]:
    return [body for language, body in _FENCE.findall(text) if language in languages]


def _list_headings(text: str) -> list[tuple[int, str]]:
    plain = _FENCE.sub("", text)
    return [(len(marks), title.strip()) for marks, title in re.findall(r"^(#+) (.+)$", plain, re.M)]


def _list_anchors(text: str) -> set[str]:
    """Return the anchors that a Git host makes of the headings."""
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        for _, title in _list_headings(text)
    }


def _list_commands(text: str) -> list[str]:
    """Return what a reader may type: lines of shell blocks and code between backticks."""
    lines = [line for block in _list_blocks(text, "sh") for line in block.splitlines()]
    inline = re.findall(r"`([^`\n]+)`", _FENCE.sub("", text))
    return [part.strip() for line in [*lines, *inline] for part in re.split(r"&&|;| do ", line)]


def test_the_documents_are_there() -> None:
    names = {path.relative_to(PROJECT).as_posix() for path in DOCUMENTS}
    assert {"README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md"} <= names
    assert len(names) > 30


@each_document
def test_every_relative_link_resolves(path: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", _FENCE.sub("", _read(path))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        found = (path.parent / name).resolve() if name else path
        if not found.exists() or (anchor and anchor not in _list_anchors(_read(found))):
            broken.append(target)
    assert broken == []


def _find_command_fault(words: list[str]) -> str:
    """Walk the Typer app along the words of a command line; return what it does not know."""
    command: Any = typer.main.get_command(app)
    while words and hasattr(command, "commands"):
        name = words.pop(0)
        if name not in command.commands:
            return "" if name.startswith("--help") else f"no command {name}"
        command = command.commands[name]
    known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
    given = [word.partition("=")[0] for word in words if word.startswith("--")]
    return ", ".join(f"no option {option}" for option in given if option not in known | {"--help"})


@each_document
def test_every_hub_command_exists(path: Path) -> None:
    faults = []
    for line in _list_commands(_read(path)):
        found = re.match(r"(?:.*-m customer_hub\.cli|(?:.* -- )?hub) ([a-z-].*)$", line)
        fault = _find_command_fault(found[1].split()) if found else ""
        if fault:
            faults.append(f"{line}: {fault}")
    assert faults == []


def test_the_walk_along_commands_finds_faults() -> None:
    assert _find_command_fault(["backup", "list"]) == ""
    assert _find_command_fault(["backup", "lost"]) == "no command lost"
    assert _find_command_fault(["window", "waive", "1", "--because", "x"]) == "no option --because"


@each_document
def test_every_make_target_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", _read(PROJECT / "Makefile"), re.M))
    assert {"demo", "test", "up"} <= targets
    used = {
        found[1]
        for line in _list_commands(_read(path))
        if (found := re.match(r"make ([a-z-]+)", line))
    }
    assert used - targets == set()


@pytest.mark.parametrize("name", ["dags", "plugins", "local"])
def test_every_document_that_the_code_names_exists(name: str) -> None:
    found = []
    for path in (PROJECT / name).rglob("*.py"):
        for document, heading in _HINT.findall(_read(path)):
            text = PROJECT / document
            assert text.is_file(), f"{path.name} names {document}"
            titles = {title.lower() for _, title in _list_headings(_read(text))}
            assert not heading or heading.strip() in titles, f"{path.name}: {document}, {heading}"
            found.append(document)
    assert found


def test_hints_with_a_heading_are_seen() -> None:
    assert _HINT.findall("see docs/runbooks/gather.md, 'a window is held'") == [
        ("docs/runbooks/gather.md", "a window is held")
    ]


@pytest.mark.parametrize("path", sorted(RUNBOOKS.glob("[a-z]*.md")), ids=lambda path: path.stem)
def test_each_runbook_has_all_its_parts(path: Path) -> None:
    titles = [title for level, title in _list_headings(_read(path)) if level == 2]
    assert titles == list(PARTS)
    first_look = _read(path).partition("## First look")[2].partition("## Fix")[0]
    assert _list_blocks(first_look, "sh", "sql", "python"), "nothing to paste"


def test_both_readmes_say_the_same() -> None:
    english, chinese = _read(PROJECT / "README.md"), _read(PROJECT / "README.zh-CN.md")
    assert len(english.splitlines()) < 120
    levels = [[level for level, _ in _list_headings(text)] for text in (english, chinese)]
    assert levels[0] == levels[1]
    commands, links, rows = (
        [
            sorted(
                line.partition("#")[0].strip() for line in _list_commands(text) if "make " in line
            )
            for text in (english, chinese)
        ],
        [
            sorted(set(re.findall(r"\]\(([^)]+)\)", text)) - {"README.md", "README.zh-CN.md"})
            for text in (english, chinese)
        ],
        [len(re.findall(r"^(?:\||- )", text, re.M)) for text in (english, chinese)],
    )
    assert commands[0] == commands[1]
    assert links[0] == links[1]
    assert rows[0] == rows[1]


def test_the_table_of_dags_is_that_of_the_channels() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]*) \|", _read(PROJECT / "dags/README.md"), re.M))
    wanted = {"build_master", "backup_master", "restore_drill", "import_file", "export_customers"}
    for channel in read_channels().values():
        minute, hour = channel.schedule.split()[:2]
        assert channel.timezone == "Asia/Shanghai"
        assert rows[f"gather_{channel.name}"].strip() == f"{int(hour):02}:{int(minute):02} daily"
        wanted.add(f"gather_{channel.name}")
        if channel.publish:
            wanted |= {f"publish_{channel.name}", f"reconcile_{channel.name}"}
    assert set(rows) == wanted


def test_the_examples_of_the_channel_guide_are_accepted() -> None:
    text = _read(PROJECT / "docs" / "guides" / "add-a-channel.md")
    channel, template, ownership = (tomllib.loads(block) for block in _list_blocks(text, "toml"))
    config = ChannelConfig(**channel)
    templates = {name: Template(**each["template"]) for name, each in template["entities"].items()}
    assert [fault for name, each in templates.items() for fault in list_faults(name, each)] == []
    assert set(channel) == set(ChannelConfig.model_fields), "every field stands in the example"
    fields = type(config.entities["customer"]).model_fields
    assert set(channel["entities"]["customer"]) == set(fields) - {"template"}
    assert set(read_ownership(config.name, ownership, {config.name: config})) == {
        "customer",
        "contact",
    }
    examples = [json.loads(block) for block in _list_blocks(text, "json")]
    assert {each["conn_type"] for each in examples if "conn_type" in each} == {
        "http",
        "sftp",
        "aws",
        "file",
    }


@each_document
def test_every_python_example_uses_what_there_is(path: Path) -> None:
    for block in _list_blocks(_read(path), "python"):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("customer_hub"):
                module = importlib.import_module(node.module or "")
                for name in node.names:
                    full = f"{node.module}.{name.name}"
                    assert hasattr(module, name.name) or importlib.import_module(full), full


def test_every_query_of_the_documents_can_be_planned(hub: str) -> None:
    from customer_hub.core import db

    planned = 0
    for path in DOCUMENTS:
        for block in _list_blocks(_read(path), "sql"):
            for query in filter(None, (part.strip() for part in block.split(";"))):
                with db.engine().connect() as connection:
                    connection.exec_driver_sql("explain " + query.replace("%", "%%"))
                planned += 1
    assert planned > 10


def test_the_guide_says_what_each_level_means() -> None:
    guide = _read(PROJECT / "docs" / "guides" / "match-a-file.md")
    levels = {level for scale in SCALES.values() for level in scale.levels}
    assert {level for level in levels if f"`{level}`" not in guide} == set()
