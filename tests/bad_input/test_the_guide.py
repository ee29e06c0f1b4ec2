"""The guide on bad input names every test here, and only tests that there are."""

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
GUIDE = (PROJECT / "docs" / "guides" / "bad-input.md").read_text(encoding="utf-8")


def list_tests(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return {name for name in found if name.startswith("test_")}


def test_the_guide_and_the_tests_name_the_same() -> None:
    named: dict[str, set[str]] = {}
    for part in GUIDE.split("\n## "):
        files = re.findall(r"^In (.*)$", part, re.MULTILINE)
        names = set(re.findall(r"`(test_\w+)`", part))
        there: set[str] = set()
        for path in re.findall(r"`(tests/bad_input/\w+\.py)`", " ".join(files)):
            there |= list_tests(PROJECT / path)
            named[path] = there
        assert names == there, part.partition("\n")[0]
    files = {path.relative_to(PROJECT).as_posix() for path in HERE.glob("test_*.py")}
    assert set(named) == files - {"tests/bad_input/test_the_guide.py"}


def test_the_files_that_the_guide_names_are_there() -> None:
    paths = re.findall(r"`(tests/[\w/]+\.py)`", GUIDE)
    assert len(paths) > 10
    assert [path for path in paths if not (PROJECT / path).is_file()] == []


def test_every_fault_of_the_table_has_its_row() -> None:
    faults = (
        "down from the start", "wrong password", "changed host key", "storm of 429",
        "invalid or cut-off JSON", "a page that loops", "wrong encoding", "ragged rows",
        "truncated", "a missing column", "extra columns", "empty (0 bytes)", "NUL", "emoji",
        "rare characters (𠮷)", "a secret is missing", "default, empty",
        "S3 is killed in the middle of an upload", "Two runs of one window at once",
    )  # fmt: skip
    assert [fault for fault in faults if fault not in GUIDE] == []
