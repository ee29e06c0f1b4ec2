"""The orders of a past moment: what they were then, to the byte, whatever has become of them."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from customer_hub.channels.policy import read_policy, standing_in
from customer_hub.core import db, sql
from customer_hub.core.errors import ConfigurationError, HubError
from customer_hub.core.policy import make_policy
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from customer_hub.standardise import past_orders
from customer_hub.standardise.run import standardise_pending
from customer_hub.validate.closing import queue_accepted
from tests.landed import Landing, land
from tests.records import make_order
from tests.sql.bulk_files import WORD, fill, hub_command, read_csv
from tests.sql.source_rows import Source, put
from tests.sql.test_export_orders import export, sold
from tests.sql.test_orders import LI, WANG, bring, bring_receipt, people
from tests.sql.test_standardise import accept, content, fetch

__all__ = ["people", "sold"]


def now() -> str:
    ((moment,),) = fetch("select clock_timestamp()")
    return datetime.isoformat(moment)


def build() -> None:
    standardise_pending("run")
    match_pending("run")
    merge_pending("run")


def read_files(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir() if path.name != "manifest.json"}


def change_order() -> None:
    payload = make_order(number="1003", total="12.00", status="cancelled")
    accept(Landing("1003", payload, hour=3), entity="sales_order", channel="shop")


def delete_order() -> None:
    accept(Landing("1004", None, hour=3), entity="sales_order", channel="shop")


def part_orders() -> None:
    bring_receipt("R1", hour=3, 会员号="M1")


def join_orders() -> None:
    bring_receipt("R2", hour=3, 来源订单="1003", 会员号="M1")


def merge_buyers() -> None:
    with db.begin() as connection:
        put(connection, Source("crm/customer/1", "王建国", phones=WANG.phones, region="440305"))
        put(connection, Source(LI.key, "王建国", phones=WANG.phones, region="440305"))


def place_order() -> None:
    bring("1005", "50.00", date_created_gmt="2026-11-16T10:00:00")


def do_all() -> None:
    for change in CHANGES:
        change()


CHANGES = [place_order, change_order, delete_order, part_orders, join_orders, merge_buyers]


@pytest.mark.parametrize("change", [*CHANGES, do_all])
def test_an_export_of_the_past_is_the_export_that_was_made_then(
    sold: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[], None],
) -> None:
    monkeypatch.setattr(past_orders, "CHUNK_SIZE", 1)
    export(tmp_path / "then")
    moment = now()
    change()
    for built in (False, True):
        if built:
            build()
        before = content()
        out = tmp_path / f"past-{built}"
        done = export(out, "--as-of", moment)
        assert read_files(out) == read_files(tmp_path / "then")
        assert content() == before, "nothing of it stays"
        manifest = json.loads((out / "manifest.json").read_text())
        assert manifest["files"] == done["files"]
        assert datetime.fromisoformat(manifest["as_of"]) == datetime.fromisoformat(moment)
    export(tmp_path / "now")
    assert read_files(tmp_path / "now") != read_files(tmp_path / "then"), "the change shows"


def test_before_the_first_order_there_is_none(people: dict[str, Any], tmp_path: Path) -> None:
    moment = now()
    bring("1001", "30.00")
    build()
    assert [file["rows"] for file in export(tmp_path / "past", "--as-of", moment)["files"]] == [
        0,
        0,
    ]


def test_what_a_person_let_pass_later_was_not_there_then(
    sold: dict[str, Any], tmp_path: Path
) -> None:
    export(tmp_path / "then")
    order = make_order(number="1006", total="7.00")
    kept = {"entity": "sales_order", "channel": "shop", "kept_back": True}
    accept(Landing("1006", order), **kept)  # type: ignore[arg-type]
    held_back = now()
    ((version_id,),) = fetch(
        "update quarantine.record set state = 'waived', state_changed_at = clock_timestamp()"
        " where state = 'open' returning version_id"
    )
    with db.begin() as connection:
        queue_accepted(connection, version_ids=[version_id])
    build()
    export(tmp_path / "past", "--as-of", held_back)
    assert read_files(tmp_path / "past") == read_files(tmp_path / "then")
    export(tmp_path / "now")
    export(tmp_path / "just-now", "--as-of", now())
    assert read_files(tmp_path / "just-now") == read_files(tmp_path / "now")
    found = read_csv(tmp_path / "now" / "orders.csv")
    assert "1006" in {row["order_number"] for row in found}


def test_what_is_about_to_stand_is_waited_for(
    sold: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    delayed = Landing("1007", make_order(number="1007", total="5.00"), hour=3)
    with db.begin() as connection:
        connection.exec_driver_sql("select now()")
        moment = now()
        with ThreadPoolExecutor(1) as beside:
            exported = beside.submit(export, tmp_path / "past", "--as-of", moment)
            time.sleep(0.5)
            assert not exported.done(), "what is written here is of a moment before"
            window = land([delayed], entity="sales_order", channel="shop", state="closed")
            changed = connection.exec_driver_sql(
                "update hub.gathered_window set closed_at = now() where window_id = %(window)s",
                {"window": window},
            )
            assert changed.rowcount == 1
            queue_accepted(connection, window_id=window)
            connection.commit()
            (orders, _) = exported.result(30)["files"]
    assert "1007" in {row["order_number"] for row in read_csv(tmp_path / "past" / orders["file"])}
    monkeypatch.setattr("customer_hub.core.past._MOST_SECONDS", 0.3)
    with db.begin() as connection:
        connection.exec_driver_sql("select now()")
        export(tmp_path / "before", "--as-of", moment)
        with pytest.raises(HubError, match="still at work"):
            export(tmp_path / "never", "--as-of", now())


def test_a_key_that_two_versions_hold_gives_its_order_once(
    sold: dict[str, Any], tmp_path: Path
) -> None:
    fetch(
        "update master.customer_version set member_keys = member_keys || %(key)s::text[],"
        " member_versions = member_versions || 0::bigint where golden_id = %(golden)s returning 1",
        key=[LI.key], golden=sold[WANG.key],
    )  # fmt: skip
    export(tmp_path / "now")
    export(tmp_path / "past", "--as-of", now())
    for out in ("now", "past"):
        numbers = [row["order_number"] for row in read_csv(tmp_path / out / "orders.csv")]
        assert sorted(numbers) == ["1001", "1002", "1003", "1004", "R2"]


def test_the_past_stands_by_the_policy_in_force(
    sold: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = now()
    changed = make_policy({**read_policy().content, "changed": True})
    with standing_in(changed), pytest.raises(ConfigurationError, match="policy"):
        export(tmp_path / "past", "--as-of", moment)


def test_an_export_of_now_claims_no_moment(sold: dict[str, Any], tmp_path: Path) -> None:
    export(tmp_path)
    assert json.loads((tmp_path / "manifest.json").read_text())["as_of"] is None


@pytest.mark.parametrize("lock", ["standardise", "merge"])
def test_while_a_build_is_at_work_there_is_no_past(
    sold: dict[str, Any], tmp_path: Path, lock: str
) -> None:
    with db.hold_lock(lock), pytest.raises(HubError, match=lock):
        export(tmp_path / "past", "--as-of", now())
    assert not list((tmp_path / "past").iterdir())


def test_what_is_accepted_now_is_what_was_accepted_at_this_moment(
    sold: dict[str, Any], tmp_path: Path
) -> None:
    order = make_order(number="1006")
    kept = {"entity": "sales_order", "channel": "shop", "kept_back": True}
    accept(Landing("1006", order), **kept)  # type: ignore[arg-type]
    row = {"action": "add", "customer_no": "C1", "kind": "person", "name": "Na Li"}
    file = fill(tmp_path / "list.csv", row)
    token = json.loads(hub_command("import", "apply", file, *WORD))["token"]
    counts = []
    for _ in range(2):
        keys = [key for (key,) in fetch("select distinct source_key from landing.version")]
        with db.begin() as connection:
            current, past = (
                sql.rows(connection, "standardise/select_current", source_keys=keys, moment=moment)
                for moment in (None, now())
            )
        assert current == past
        counts.append(len(current))
        if len(counts) == 1:
            hub_command("import", "undo", token, *WORD)
    assert counts[1] == counts[0] - 1 == len(keys) - 2, "one is taken back, one kept back"
