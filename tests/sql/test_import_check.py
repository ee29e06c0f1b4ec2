"""The dry run of an import: each row's fate, an error file, and nothing written."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from customer_hub.channels.config import read_channel
from customer_hub.core.errors import ChannelContentError, HubError
from customer_hub.validate.gate import validate_window
from tests.landed import Landing, land
from tests.records import make_account
from tests.sql.bulk_files import build, fill, hub_command, read_csv, state
from tests.sql.test_rebuild_check import everything
from tests.uploads import upload

ACCOUNT = make_account()
OURS = {
    "action": "change", "customer_no": "C1", "kind": "企业", "name": ACCOUNT["name"],
    "social_credit_code": ACCOUNT["cSocialCreditCode"], "level": "B",
}  # fmt: skip
WANG = {"kind": "个人", "name": "王小明", "mobile": "13800138001"}
ROWS = (
    OURS | {"level": "VIP"},
    {"action": "add", "customer_no": "C2", "name": "欧阳明月", "mobile": "13800138002"},
    {"action": "add", "customer_no": "C3", "name": ACCOUNT["name"],
     "social_credit_code": ACCOUNT["cSocialCreditCode"], "remark": "long known"},
    {"action": "add", "customer_no": "C4", "name": "李雷", "mail": "no mail"},
    {"action": "add", "customer_no": "C2", "name": "twice"},
    {"action": "change", "customer_no": "C5", **WANG},
)  # fmt: skip


def begin(folder: Path) -> None:
    """A company that the CRM and a person at a keyboard know, and a person."""
    window = land([Landing(ACCOUNT["id"], ACCOUNT)])
    assert validate_window(read_channel("crm"), window, "crm").accepted == 1
    upload(folder, 15, **OURS)
    upload(folder, 16, action="add", customer_no="C5", **WANG)
    build()


def check(path: Path, *options: object) -> dict[str, Any]:
    told = hub_command("import", "check", path, "--author", "lin", *options)
    done: dict[str, Any] = json.loads(told)
    return done


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_each_row_is_told_and_nothing_is_written(hub: str, tmp_path: Path, suffix: str) -> None:
    begin(tmp_path)
    reports = set(tmp_path.rglob("*"))
    before, hashes = everything(), state()
    path = fill(tmp_path / f"list{suffix}", *ROWS)
    done = check(path, "--out", tmp_path, "--values")
    assert (everything(), state()) == (before, hashes)
    assert done["rows"] == done["landed"] == 6
    assert done["needs_approval"] is False
    changes = read_csv(tmp_path / "list.changes.csv")
    assert {row["line"]: row["outcome"] for row in changes} == {
        "4": "changed", "5": "new", "6": "merged", "7": "quarantined", "8": "quarantined",
        "9": "unchanged",
    }  # fmt: skip
    (level,) = [row for row in changes if (row["line"], row["field"]) == ("4", "level_code")]
    assert (level["old"], level["new"]) == ("B", "VIP")
    assert {row["golden_id"] for row in changes if row["line"] in "46"} == {level["golden_id"]}
    (phone,) = [row for row in changes if (row["line"], row["field"]) == ("5", "points")]
    assert (phone["old"], phone["new"]) == ("", "mobile 138****8002 preferred")
    made = {path, tmp_path / "list.changes.csv", tmp_path / "list.errors.csv"}
    assert set(tmp_path.rglob("*")) - reports == made
    for name in ("list.changes.csv", "list.errors.csv"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_the_error_file_names_line_rule_and_no_value(hub: str, tmp_path: Path) -> None:
    begin(tmp_path)
    path = fill(tmp_path / "list.csv", *ROWS)
    done = check(path, "--out", tmp_path)
    assert not (tmp_path / "list.changes.csv").exists()
    errors = read_csv(tmp_path / "list.errors.csv")
    critical = {(row["line"], row["rule"]) for row in errors if row["severity"] == "critical"}
    assert critical == {
        ("7", "mail_format"), ("8", "twice"),
    }  # fmt: skip
    (mail,) = [row for row in errors if row["rule"] == "mail_format"]
    assert (mail["column"], mail["english"], mail["chinese"]) == (
        "mail", "Every mail address is one", "邮箱格式正确",
    )  # fmt: skip
    text = (tmp_path / "list.errors.csv").read_text() + json.dumps(done)
    for value in ("no mail", "李雷", "王小明", "13800138"):
        assert value not in text
    check(path, "--out", tmp_path, "--values")
    shown = {row["line"]: row for row in read_csv(tmp_path / "list.errors.csv")}
    assert (shown["7"]["name"], shown["7"]["mail"]) == ("李雷", "no mail")


def test_a_file_that_a_batch_rule_would_hold_is_told_row_by_row(hub: str, tmp_path: Path) -> None:
    rows = [{"action": "merge", "customer_no": f"C{n}", "name": "x"} for n in range(9)]
    path = fill(tmp_path / "list.csv", *rows, {"action": "add", "customer_no": "D", "name": "李雷"})
    done = check(path, "--out", tmp_path)
    assert done["held_by"] == ["failed_share_bounded"]
    assert done["outcomes"] == {"held": 1, "quarantined": 9}
    errors = read_csv(tmp_path / "list.errors.csv")
    assert {row["rule"] for row in errors if row["line"] != "13"} == {"action"}


def test_a_dry_run_says_when_a_second_person_is_needed(hub: str, tmp_path: Path) -> None:
    rows = [{"action": "add", "customer_no": f"C{n}", "name": f"王小{n}"} for n in range(20)]
    assert check(fill(tmp_path / "a.csv", *rows[:19]))["needs_approval"] is False
    assert check(fill(tmp_path / "b.csv", *rows))["needs_approval"] is True


def test_an_old_template_is_read_and_an_unknown_one_refused(hub: str, tmp_path: Path) -> None:
    row = {"action": "add", "customer_no": "C1", "name": "李雷"}
    for suffix in (".csv", ".xlsx"):
        old = fill(tmp_path / f"old{suffix}", row, version=1)
        assert check(old)["outcomes"] == {"new": 1}
    old = tmp_path / "old.csv"
    old.write_bytes(old.read_bytes().replace(b"template 1", b"template 9"))
    reports = tmp_path / "reports"
    with pytest.raises(ChannelContentError, match="is version 9 of the template; this hub reads 1"):
        check(old, "--out", reports, "--values")
    assert list(reports.iterdir()) == [], "an empty list of errors says that there are none"
    with pytest.raises(HubError, match="no version 9"):
        hub_command("import", "template", "--version", 9, "--out", tmp_path / "nine.csv")
    with pytest.raises(HubError, match=r"is a .csv or .xlsx file"):
        hub_command("import", "template", "--out", tmp_path / "list.txt")


def test_what_waits_to_be_built_is_not_mixed_in(hub: str, tmp_path: Path) -> None:
    upload(tmp_path, 15, **OURS)
    with pytest.raises(HubError, match="wait to be built"):
        check(fill(tmp_path / "list.csv", OURS))
