"""Imports take effect through the gate, wait for a second person, and are taken back (laws 1, 3, 7)."""

import json
from pathlib import Path
from typing import Any

import pytest

from customer_hub.core import audit, db
from customer_hub.core.errors import BadDataError, HubError
from customer_hub.match.decisions import decide
from customer_hub.rebuild import rebuild
from tests.sql.bulk_files import WORD, build, date, fill, hub_command, read_csv, state
from tests.sql.publish_world import execute
from tests.sql.test_import_check import ACCOUNT, OURS, WANG, begin
from tests.uploads import upload

LIST = (
    OURS | {"level": "VIP", "mail": "office@one.example"},
    {"action": "add", "customer_no": "C2", "name": "欧阳明月", "mobile": "13800138002"},
    {"action": "delete", "customer_no": "C5"},
    {"action": "add", "customer_no": "C7", "name": "李雷", "mail": "no mail"},
)
MANY = [{"action": "add", "customer_no": f"M{n}", "name": f"欧阳{n}号"} for n in range(25)]


def apply(path: Path, author: str = "lin") -> dict[str, Any]:
    told = hub_command("import", "apply", path, "--author", author, "--reason", "the yearly list")
    done: dict[str, Any] = json.loads(told)
    return done


def undo(token: str) -> None:
    assert "withdrawn" in hub_command("import", "undo", token, *WORD)


def count(table: str) -> int:
    return int(execute(f"select count(*) as n from {table}")[0].n)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_good_rows_load_bad_ones_stay_and_undo_restores_every_byte(
    hub: str, tmp_path: Path, suffix: str
) -> None:
    begin(tmp_path)
    before = state()
    path = fill(tmp_path / f"list{suffix}", *LIST)
    done = json.loads(hub_command("import", "apply", path, *WORD, "--out", tmp_path))
    errors = [
        (row["line"], row["rule"])
        for row in read_csv(tmp_path / "list.errors.csv")
        if row["severity"] == "critical"
    ]
    assert errors == [("7", "mail_format")]
    receipt = done["receipt"]
    assert (receipt["received"], receipt["accepted"], receipt["quarantined"]) == (4, 3, 1)
    (kept,) = execute(
        "select version.source_id, kept.rule from quarantine.record as kept"
        " join landing.version as version using (version_id) where kept.severity = 'critical'"
    )
    assert (kept.source_id, kept.rule) == ("C7", "mail_format")
    build()
    assert state() != before
    levels = {row.level_code for row in execute("select level_code from master.customer")}
    assert "VIP" in levels
    assert rebuild().different == ()
    undo(done["token"])
    build()
    assert state() == before
    assert rebuild().different == ()
    with pytest.raises(HubError, match="it is undone, not applied"):
        undo(done["token"])
    with db.begin() as connection:
        assert audit.verify_chain(connection) is None


def test_undo_takes_back_only_what_the_import_said(hub: str, tmp_path: Path) -> None:
    """After an undo the tables are as though the import had never been, whatever came between."""

    def between(with_import: bool) -> dict[str, str]:
        begin(tmp_path)
        token = apply(fill(tmp_path / "list.csv", *LIST))["token"] if with_import else ""
        if with_import:
            build()
        upload(tmp_path, 19, **OURS, remark="said later")
        upload(tmp_path, 20, action="add", customer_no="C8", **WANG)
        build()
        decide(
            "cannot-link", f"crm/customer/{ACCOUNT['id']}", "manual/customer/C1", "lin", "two firms"
        )
        build()
        if with_import:
            undo(token)
            build()
        return state()

    undone = between(with_import=True)
    assert rebuild().different == ()
    with db.begin() as connection:
        connection.exec_driver_sql(
            "truncate hub.gathered_window, hub.run_receipt, landing.version, quarantine.record,"
            " landing.pending_key, master.customer_version, master.alias, publish.change,"
            " match.decision, hub.import cascade"
        )
    rebuild()
    assert between(with_import=False) == undone


def test_the_same_file_twice_is_nothing(hub: str, tmp_path: Path) -> None:
    path = fill(tmp_path / "list.csv", *LIST)
    done = apply(path)
    build()
    before, landed = state(), count("landing.version")
    date(path.rename(tmp_path / "again.csv"), 18)
    again = apply(tmp_path / "again.csv")
    assert (again["state"], again["token"], again["receipt"]) == ("nothing", done["token"], None)
    build()
    assert (state(), count("landing.version")) == (before, landed)


def test_an_undone_file_is_imported_again_only_if_it_is_saved_again(
    hub: str, tmp_path: Path
) -> None:
    path = fill(tmp_path / "list.csv", LIST[1])
    undo(apply(path)["token"])
    with pytest.raises(HubError, match="this very file was imported and undone"):
        apply(path)
    date(path, 18)
    assert apply(path)["state"] == "applied"
    build()
    assert count("master.customer") == 1


def test_a_large_import_waits_for_another_person(hub: str, tmp_path: Path) -> None:
    path = fill(tmp_path / "many.csv", *MANY)
    with pytest.raises(SystemExit):
        apply(path)
    assert count("landing.version") == count("hub.gathered_window") == 0
    (asked,) = execute("select token, state, landed_count from hub.import")
    assert (asked.state, asked.landed_count) == ("waiting", 25)
    with pytest.raises(SystemExit):
        apply(path)
    approve = ("import", "approve", asked.token, "--reason", "looked at it", "--author")
    with pytest.raises(HubError, match="by another person than its author"):
        hub_command(*approve, " Lin")
    hub_command(*approve, "wang")
    with pytest.raises(HubError, match="who approved an import does not apply it"):
        apply(path, author="wang")
    assert apply(path)["landed"] == 25
    assert apply(path)["state"] == "nothing"
    listed = hub_command("import", "list").splitlines()[1].split("\t")
    assert listed[:3] == [asked.token, "applied", "many.csv"]
    actions = [row.action for row in execute("select action from hub.audit_log order by entry_id")]
    assert [each for each in actions if "import" in each] == [
        "ask for import", "approve import", "apply import",
    ]  # fmt: skip


def test_a_change_after_the_approval_needs_another_one(hub: str, tmp_path: Path) -> None:
    path = fill(tmp_path / "many.csv", *MANY)
    with pytest.raises(SystemExit):
        apply(path)
    (asked,) = execute("select token from hub.import")
    hub_command("import", "approve", asked.token, "--reason", "good", "--author", "wang")
    fill(path, *MANY, LIST[1])
    with pytest.raises(SystemExit):
        apply(path)
    assert count("landing.version") == 0


def test_a_file_that_a_batch_rule_refuses_leaves_nothing(hub: str, tmp_path: Path) -> None:
    rows = [{"action": "merge", "customer_no": f"C{n}"} for n in range(9)]
    with pytest.raises(BadDataError, match="too many rows break rules"):
        apply(fill(tmp_path / "list.csv", *rows))
    for table in ("landing.version", "hub.gathered_window", "hub.import", "privacy.subject_key"):
        assert count(table) == 0


def test_undo_opens_what_the_import_had_repaired(hub: str, tmp_path: Path) -> None:
    bad = LIST[3] | {"action": "add"}
    undo_later = apply(fill(tmp_path / "bad.csv", bad, day=16))
    assert undo_later["receipt"]["quarantined"] == 1
    states = "select state from quarantine.record where severity = 'critical'"
    token = apply(fill(tmp_path / "good.csv", bad | {"mail": "li@one.example"}))["token"]
    assert [row.state for row in execute(states)] == ["repaired"]
    undo(token)
    assert [row.state for row in execute(states)] == ["open"]


def test_a_window_that_is_not_finished_is_never_taken_over(hub: str, tmp_path: Path) -> None:
    execute(
        "insert into hub.gathered_window (channel, entity, start_at, end_at, history, run_id)"
        " values ('manual', 'customer', now() - interval '1 day', now(), 'versioned', 'r')"
        " returning window_id"
    )
    with pytest.raises(HubError, match="of the manual channel is open"):
        apply(fill(tmp_path / "list.csv", *LIST))
