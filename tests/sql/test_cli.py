"""What people say to the hub from a terminal, on a real database."""

import json
from typing import Any
from uuid import UUID

import pytest
from typer.testing import CliRunner

from customer_hub.cli import app
from customer_hub.core import db
from customer_hub.core.errors import HubError
from customer_hub.match.run import match_pending
from tests.sql.source_rows import Source, put

PAIR = (
    Source("crm/customer/1", "王建国", phones=["+8613800012345"], region="440305"),
    Source("pos/customer/7", "王建国 先生", phones=["+8613800012345"]),
)
KEYS = [record.key for record in PAIR]
WORD = ("--author", "lin", "--reason", "asked them")


def hub_command(*words: str) -> str:
    finished = CliRunner().invoke(app, words)
    if finished.exception is not None:
        raise finished.exception
    return finished.stdout


def fetch(statement: str) -> list[Any]:
    with db.begin() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


def count_goldens() -> int:
    match_pending("test")
    return int(fetch("select count(distinct golden_id) from match.crosswalk")[0][0])


def test_a_steward_decides_explains_and_withdraws(hub: str) -> None:
    with db.begin() as connection:
        put(connection, *PAIR)
    assert count_goldens() == 1
    decision = hub_command("decide", "cannot-link", *KEYS, *WORD).split()[-1]
    assert count_goldens() == 2
    told = hub_command("explain", *KEYS)
    assert "two customers, because a person said so" in told
    assert f"decision {decision} (cannot-link by lin)" in told
    found = json.loads(hub_command("explain", *KEYS, "--json"))
    assert (found["reason"], found["is_same_golden"]) == ("decided_apart", False)
    assert "13800012345" not in told + str(found)
    with pytest.raises(HubError, match="contradicts"):
        hub_command("decide", "must-link", *KEYS, *WORD)
    said = hub_command("decide", "withdraw", decision, *WORD)
    assert said.strip() == f"withdrawn: cannot-link by lin on {', '.join(sorted(KEYS))}"
    hub_command("decide", "must-link", *KEYS, *WORD)
    assert count_goldens() == 1


def test_a_steward_unmerges_by_golden_id(hub: str) -> None:
    with db.begin() as connection:
        put(connection, *PAIR)
    assert count_goldens() == 1
    golden = fetch("select golden_id from match.crosswalk")[0][0]
    with pytest.raises(HubError, match="names every record"):
        hub_command("decide", "unmerge", str(golden), "--part", KEYS[0], *WORD)
    with pytest.raises(HubError, match="needs two parts"):
        hub_command("decide", "unmerge", str(golden), "--part", ",".join(KEYS), *WORD)
    told = hub_command("decide", "unmerge", str(golden), "--part", KEYS[0], "--rest", *WORD)
    assert count_goldens() == 2
    hub_command("decide", "withdraw", told.split()[-1], *WORD)
    assert count_goldens() == 1


def test_an_id_that_was_never_given_is_no_answer(hub: str) -> None:
    with db.begin() as connection:
        put(connection, PAIR[0])
    count_goldens()
    golden = fetch("select golden_id from match.crosswalk")[0][0]
    assert hub_command("resolve", str(golden)) == f"{golden}\n"
    assert hub_command("resolve", PAIR[0].key) == f"{golden}\n"
    with pytest.raises(HubError, match="no record ever had this id"):
        hub_command("resolve", "crm/customer/none")
    with pytest.raises(SystemExit):
        hub_command("resolve", "Anna")
    with pytest.raises(HubError, match=r"00000000-.*: no record ever had this id"):
        hub_command("resolve", str(UUID(int=0)))


def test_a_task_is_closed_once_and_by_somebody(hub: str) -> None:
    assert hub_command("task", "list") == "none\n"
    with db.begin() as connection:
        connection.exec_driver_sql(
            "insert into steward.task (kind, subject) values ('unknown_field', 'a'), ('k', 'b')"
        )
    assert "unknown_field\ta" in hub_command("task", "list")
    assert "unknown_field" not in hub_command("task", "list", "--kind", "k")
    assert len(hub_command("task", "list", "--limit", "1").splitlines()) == 2, "and the header"
    hub_command("task", "close", "1", *WORD)
    hub_command("task", "close", "2", "--dismiss", *WORD)
    assert hub_command("task", "list") == "none\n"
    with pytest.raises(HubError, match="not open"):
        hub_command("task", "close", "1", *WORD)
    assert fetch("select state, closed_by from steward.task order by task_id") == [
        ("done", "lin"), ("dismissed", "lin"),
    ]  # fmt: skip
    assert fetch("select action, subject, reason from hub.audit_log order by entry_id") == [
        ("close task", "task 1", "asked them"), ("close task", "task 2", "asked them"),
    ]  # fmt: skip
