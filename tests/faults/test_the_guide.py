"""The guide on channel faults names tests that there are, and every fault of its list."""

from __future__ import annotations

import re
from pathlib import Path

from tests.bad_input.test_the_guide import PROJECT, list_tests

GUIDE = (PROJECT / "docs" / "guides" / "channel-faults.md").read_text(encoding="utf-8")
ROWS = [
    line for line in GUIDE.splitlines() if line.startswith("| ") and not line.startswith("| fault")
]
FAULTS = (
    "cursor that loops", "repeated pages", "page that shrinks", "filter that is ignored",
    "200 with an error", "429 with seconds", "with a date", "until midnight", "token that ends",
    "time-out after the write", "dropped connection", "TLS certificate", "truncated gzip",
    "duplicate keys", "NaN", "huge integers", "lone surrogates", "nulls in arrays",
    "unknown field", "another type", "deleted parent", "merges records", "in the second of our write",
    "phone written another way", "storm of dead letters", "S3 is gone or restarts",
    "database restarts", "database is gone", "full disk", "ten megabytes", "two runs of one window",
    "kill -9", "clock ten minutes off", "plain http",
)  # fmt: skip


def test_every_row_is_proven_by_tests_that_there_are() -> None:
    assert len(ROWS) > 30
    for row in ROWS:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row)
        assert named, row
        for path, name in named:
            assert name in list_tests(PROJECT / path), f"{path}::{name}"


def test_every_fault_has_its_row() -> None:
    firsts = [row.split("|")[1] for row in ROWS]
    assert [fault for fault in FAULTS if not any(fault in first for first in firsts)] == []


def test_every_test_of_this_folder_is_named() -> None:
    for path in Path(__file__).parent.glob("test_*.py"):
        if path.name != Path(__file__).name:
            missing = [name for name in list_tests(path) if name not in GUIDE]
            assert missing == [], path.name
