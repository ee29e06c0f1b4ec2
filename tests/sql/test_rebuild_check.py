"""`hub rebuild --check` (law 4): nothing of it stays, and it names the first difference, no value."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from typer.testing import CliRunner

import customer_hub.rebuild as rebuilding
from customer_hub.cli import app
from customer_hub.core import db, keys
from customer_hub.core.errors import ConfigurationError, HubError
from customer_hub.core.identity import golden_id
from customer_hub.core.subjects import read_salts
from customer_hub.core.tasks import close_task
from customer_hub.match.decisions import decide, withdraw
from customer_hub.match.run import match_pending
from customer_hub.rebuild import check, rebuild
from tests.landed import Landing, land
from tests.records import make_order, make_person
from tests.sql.test_pins import KEYS, build, execute, gather, two_people
from tests.sql.test_rebuild import queue

_EVERYTHING = (
    "select table_schema || '.' || table_name from information_schema.tables"
    " where table_type = 'BASE TABLE' and table_schema = any(%(schemas)s)"
)
_SCHEMAS = (
    "hub", "landing", "quarantine", "source", "match", "master", "publish", "privacy", "steward",
)  # fmt: skip


def everything() -> dict[str, Any]:
    """Return what stands in every table of the hub, receipts, audit and history included."""
    with db.begin() as connection:
        names = connection.exec_driver_sql(_EVERYTHING, {"schemas": list(_SCHEMAS)}).scalars().all()
        assert len(names) > 40
        return {
            name: connection.exec_driver_sql(
                f"select count(*), sum(hashtext(entry::text)::bigint) from {name} as entry"
            ).one()
            for name in names
        }


def change(statement: str, **params: Any) -> None:
    """Let a table hold what no build would make of it."""
    with db.begin() as connection:
        assert connection.exec_driver_sql(statement, params).rowcount == 1


def run_check() -> tuple[int, list[str]]:
    done = CliRunner().invoke(app, ["rebuild", "--check"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout.splitlines()[5:]


def reseal(column: str, customer: Any, value: dict[str, str]) -> None:
    """Change what a sealed column of a golden customer holds."""
    segment = column.removesuffix("_sealed")
    with db.begin() as connection:
        salt = read_salts(connection, [f"golden:{customer}"])[f"golden:{customer}"]
        sealed = keys.sealer().seal("master.customer", segment, str(customer), salt, value)
        connection.exec_driver_sql(
            f"update master.customer set {column} = %(sealed)s where golden_id = %(id)s",
            {"sealed": sealed, "id": customer},
        )


def test_increments_that_equal_a_rebuild_pass_and_nothing_stays(hub: str) -> None:
    two_people()
    decision = decide("must-link", *KEYS, "lin", "one person")
    build()
    withdraw(decision, "lin", "two after all")
    build()
    gather(0, hour=3, cLevel="C")
    build()
    before = everything()
    assert run_check() == (0, ["tables that differ from before: none"])
    assert everything() == before


def test_the_first_difference_is_named_without_a_value(hub: str) -> None:
    first, second = two_people()
    set_level = "update master.customer set level_code = %(level)s where golden_id = %(id)s"
    change(set_level, level="C", id=second)
    code, lines = run_check()
    assert code == 1
    assert lines == [
        "tables that differ from before: master.customer",
        f"first difference: master.customer, row {second}",
        "  column   level_code",
        "  stands   C",
        "  rebuilt  A",
        "nothing was written; `hub rebuild` makes the tables what they should be",
        "keep what stands here and see docs/runbooks/build_master.md",
    ]
    # Names and sealed values are personal data: only keyed digests tell that they differ.
    change(set_level, level="A", id=second)
    change("update master.customer set legal_name = '王小明' where golden_id = %(id)s", id=second)
    _, lines = run_check()
    assert lines[2] == "  column   legal_name"
    assert lines[3].startswith("  stands   another value (keyed digest ")
    assert lines[3].split("digest")[1] != lines[4].split("digest")[1]
    reseal("identity_sealed", first, {"birth_on": "1950-01-01"})
    text = "\n".join(run_check()[1])
    assert f"row {min(first, second, key=str)}" in text
    for value in ("王小明", "欧阳娜娜", "1950", "1949", "11010519491231002X"):
        assert value not in text


def test_the_cause_comes_first_and_missing_rows_are_told_from_extra_ones(hub: str) -> None:
    two_people()
    join = "insert into match.crosswalk values (%(key)s, 'customer', %(id)s)"
    change("delete from match.crosswalk where source_key = %(key)s", key=KEYS[0])
    change(join, key="zzz/customer/1", id=golden_id(KEYS[1]))
    change("insert into source.tag values (%(key)s, '老王')", key=KEYS[1])
    missing, extra = check().differences[1:], check().differences[:1]
    assert [each.table for each in (*extra, *missing)] == ["source.tag", "match.crosswalk"]
    assert (extra[0].standing, extra[0].rebuilt) == ("a row", "no such row")
    assert extra[0].row_key.startswith(f"{KEYS[1]}|keyed digest ")
    assert missing[0].row_key == KEYS[0]
    assert (missing[0].standing, missing[0].rebuilt) == ("no such row", "a row")
    # At the end of the table too.
    change(join, key=KEYS[0], id=golden_id(KEYS[0]))
    last = check().differences[1]
    assert (last.row_key, last.standing) == ("zzz/customer/1", "a row")


def test_what_waits_to_be_built_is_built_first(hub: str) -> None:
    two_people()
    queue(land([Landing("x1", make_person(id="x1"))], state="closed"))
    with pytest.raises(HubError, match="1 records wait"):
        check()
    build()
    assert check().differences == ()
    # An order waits for standardise alone, and would differ as well.
    order = Landing("1001", make_order(), customer_id="7")
    queue(land([order], channel="shop", entity="sales_order", state="closed"))
    with pytest.raises(HubError, match="1 records wait"):
        check()
    assert rebuild().waiting == 1


def test_what_arrives_meanwhile_is_not_seen(hub: str, monkeypatch: pytest.MonkeyPatch) -> None:
    two_people()

    def match_after_an_arrival(run_id: str) -> Any:
        arrival = threading.Thread(  # a thread of its own is outside the transaction
            target=lambda: queue(land([Landing("x1", make_person(id="x1"))], state="closed"))
        )
        arrival.start()
        arrival.join()
        return match_pending(run_id)

    monkeypatch.setattr(rebuilding, "match_pending", match_after_an_arrival)
    assert check().differences == ()
    assert len(execute("select * from landing.pending_key")) == 1


def test_who_changes_the_same_rows_meanwhile_stops_it(
    hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_people()
    decide("cannot-link", *KEYS, "lin", "two people")
    build()
    change("insert into steward.task (kind, subject, detail) values ('match_review', 'x', '{}')")

    def match_after_a_close(run_id: str) -> Any:
        ((task,),) = execute("select task_id from steward.task where subject = 'x'")
        close = threading.Thread(target=close_task, args=(task, "done", "lin", "looked"))
        close.start()
        close.join()
        return match_pending(run_id)

    monkeypatch.setattr(rebuilding, "match_pending", match_after_a_close)
    with pytest.raises(HubError, match="changed the same rows"):
        check()


def test_a_check_activates_nothing(hub: str) -> None:
    done = CliRunner().invoke(app, ["rebuild", "--check", "--activate", "--reason", "x"])
    assert isinstance(done.exception, ConfigurationError)
