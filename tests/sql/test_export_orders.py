"""Exports of orders: each once with its lines, what a role may see, a period, and numbers that add up."""

import csv
import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from customer_hub.bulk.access import read_role
from customer_hub.bulk.orders import COLUMNS
from customer_hub.core.errors import ConfigurationError
from customer_hub.merge.run import merge_pending
from customer_hub.standardise.run import standardise_pending
from tests.sql.bulk_files import hub_command, read_csv
from tests.sql.publish_world import execute
from tests.sql.test_orders import LI, WANG, bring, bring_receipt, people

__all__ = ["people"]
WHY = ("--author", "lin", "--purpose", "sales of a period", "--entity", "sales_order")


def export(out: Path, *options: object, role: str = "steward") -> dict[str, Any]:
    told = hub_command("export", "--out", out, "--role", role, *WHY, *options)
    done: dict[str, Any] = json.loads(told)
    return done


@pytest.fixture
def sold(people: dict[str, Any]) -> dict[str, Any]:
    """Four orders of two people; one is repeated by a receipt, one came back in part."""
    bring("1001", "30.00", date_created_gmt="2026-11-15T16:30:00")  # the 16th in Shanghai
    bring("1002", "20.00", date_created_gmt="2026-11-16T16:30:00", status="cancelled")
    bring("1003", "10.00", date_created_gmt="2026-11-16T15:59:59",
          refunds=[{"id": 5, "total": "-4.10"}])  # fmt: skip
    bring("1004", "99.00", customer_id=8)
    bring_receipt("R1", 来源订单="1001", 会员号="M1")
    bring_receipt("R2", 会员号="M1", 商品名称="=1+1")
    standardise_pending("run")
    merge_pending("run")
    return people


def test_each_order_is_there_once_with_its_lines_and_the_sums_are_those_of_the_hub(
    sold: dict[str, Any], tmp_path: Path
) -> None:
    done = export(tmp_path / "out")
    orders = read_csv(tmp_path / "out" / "orders.csv")
    lines = read_csv(tmp_path / "out" / "order_lines.csv")
    assert [(file["file"], file["rows"]) for file in done["files"]] == [
        ("orders.csv", len(orders)), ("order_lines.csv", len(lines)),
    ]  # fmt: skip
    assert sorted(row["order_number"] for row in orders) == ["1001", "1002", "1003", "1004", "R2"]
    by_number = {row["order_number"]: row for row in orders}
    assert by_number["1001"]["golden_id"] == str(sold[WANG.key])
    assert by_number["1004"]["golden_id"] == str(sold[LI.key])
    assert by_number["1001"]["ordered_at"] == "2026-11-16T00:30:00+08:00"
    assert by_number["1003"]["net_amount"] == "5.9000"
    ((wanted,),) = execute(
        "select sum(total_amount) from source.sales_order where is_counted and not is_deleted"
    )
    assert sum(Decimal(row["total_amount"]) for row in orders) == wanted
    # Every line finds its order, and the lines of an order are those that the hub has.
    ((count, amount),) = execute(
        "select count(*), sum(line_amount) from source.order_line natural join source.sales_order"
        " where is_counted"
    )
    assert len(lines) == count
    assert {row["source_key"] for row in lines} <= {row["source_key"] for row in orders}
    assert sum(Decimal(row["line_amount"]) for row in lines) == amount
    assert "'=1+1" in {row["product_name"] for row in lines}


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (("--from", "2026-11-16", "--to", "2026-11-16"), ["1001", "R2", "1003"]),
        (("--from", "2026-11-17", "--to", "2026-11-17", "--filter", "channel=shop"), ["1002"]),
        (("--filter", "status_code=cancelled"), ["1002"]),
        (("--filter", "channel=pos"), ["R2"]),
        (("--to", "2020-01-01"), []),
    ],
)
def test_a_period_and_filters_choose(
    sold: dict[str, Any], tmp_path: Path, options: tuple[str, ...], numbers: list[str]
) -> None:
    export(tmp_path / "out", "--columns", "order_number,channel", *options)
    found = read_csv(tmp_path / "out" / "orders.csv")
    assert [row["order_number"] for row in found if row["order_number"] != "1004"] == numbers
    assert {*found[0]} == {"source_key", "order_number", "channel"} if found else True


def test_the_manifest_names_every_file_and_the_same_request_gives_the_same_bytes(
    sold: dict[str, Any], tmp_path: Path
) -> None:
    for form in ("csv", "xlsx", "jsonl"):
        options = ("--format", form, "--from", "2026-11-16", "--to", "2026-11-16")
        first, again = (export(tmp_path / f"{form}{number}", *options) for number in (1, 2))
        assert first["files"] == again["files"]
        folder = tmp_path / f"{form}1"
        manifest = json.loads((folder / "manifest.json").read_text())
        assert manifest["files"] == first["files"]
        facts = {"entity": "sales_order", "role": "steward", "ordered_from": "2026-11-16"}
        assert manifest.items() >= facts.items()
        for file in manifest["files"]:
            body = (folder / file["file"]).read_bytes()
            assert hashlib.sha256(body).hexdigest() == file["sha256"]
        assert len(list(folder.iterdir())) == 3
    entries = execute("select actor, reason from hub.audit_log where action = 'export orders'")
    assert [tuple(entry) for entry in entries] == [("lin", "sales of a period")] * 6


def test_amounts_are_numbers_to_a_spreadsheet_also_negative_ones(
    people: dict[str, Any], tmp_path: Path
) -> None:
    bring_receipt("R3", 会员号="M1")
    standardise_pending("run")
    execute(
        "update source.order_line set quantity = -2, line_amount = -60.5, is_return = true"
        " returning 1"
    )
    wanted = ("--columns", "total_amount,line.quantity,line.line_amount,line.is_return")
    for form in ("csv", "xlsx", "jsonl"):
        export(tmp_path / form, *wanted, "--format", form)
    with (tmp_path / "csv" / "order_lines.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1][1:] == ["-2.0000", "-60.5000", "yes"]
    sheet = load_workbook(tmp_path / "xlsx" / "order_lines.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[2]][1:] == [-2, -60.5, "yes"]
    (line,) = (tmp_path / "jsonl" / "order_lines.jsonl").read_text().splitlines()
    assert json.loads(line)["line_amount"] == "-60.5000"


def test_a_role_sees_what_is_its_own_and_no_more(sold: dict[str, Any], tmp_path: Path) -> None:
    finance = export(tmp_path / "finance", role="finance")
    (file,) = finance["files"]  # no lines: what was bought is none of its business
    assert "paid_amount" in file["columns"]
    _, lines = export(tmp_path / "service", role="service")["files"]
    assert not [name for name in lines["columns"] if name.endswith("_amount")]
    for options, role, told in (
        (("--columns", "line.product_name"), "finance", "may not see at all: line.product_name"),
        (("--columns", "total_amount"), "service", "may not see at all: total_amount"),
        (("--columns", "mail"), "steward", "no column mail"),
        (("--filter", "level_code=A"), "steward", "no filter level_code"),
        (("--changed-since", "2026-11-01"), "steward", "orders have no changed_since"),
        (("--from", "2026-11-02", "--to", "2026-11-01"), "steward", "ends before it begins"),
    ):
        with pytest.raises(ConfigurationError, match=told):
            export(tmp_path / "refused", *options, role=role)
    assert not (tmp_path / "refused").exists()
    policy = tmp_path / "access.toml"
    policy.write_text("[guest.customer]\nwhole = ['kind']\n")
    assert read_role("guest", "sales_order", policy).whole == ()
    assert set(read_role("steward", "sales_order").whole) == set(COLUMNS)
