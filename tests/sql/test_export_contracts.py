"""Contracts: what sales, finance and logistics build on is what they say, and cannot break unseen."""

import csv
import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from customer_hub.bulk.access import KNOWN, Role
from customer_hub.bulk.column_types import type_of
from customer_hub.bulk.request import REQUESTS_DIR, ExportRequest, check_request, read_request
from customer_hub.core import clock
from customer_hub.core.errors import ConfigurationError
from tests.sql.bulk_files import hub_command
from tests.sql.test_export import world
from tests.sql.test_export_orders import sold
from tests.sql.test_orders import people

__all__ = ["people", "sold"]
SAVED = [(path.stem, read_request(path.stem)) for path in sorted(REQUESTS_DIR.glob("*.toml"))]
CONTRACTS = {name: request for name, request in SAVED if request.types}


def is_moment(text: str) -> bool:
    return datetime.fromisoformat(text).tzinfo is not None


# Each raises, or is false, for a cell that is none.
IS: dict[str, Callable[[str], Any]] = {
    "id": UUID,
    "code": lambda text: text == text.strip() and ";" not in text,
    "text": str,
    "number": lambda text: Decimal(text).is_finite(),
    "yes_no": ("yes", "no").__contains__,
    "date": date.fromisoformat,
    "moment": is_moment,
    "list": lambda text: all(text.split(";")),
    "mask": lambda text: all("*" in each for each in text.split(";")),
}


def export(name: str, out: Path) -> list[dict[str, str]]:
    """Export by a saved request; returns the cells that are not empty, of all files by column."""
    done = json.loads(hub_command("export", "--request", name, "--out", out, "--author", "lin"))
    rows: list[dict[str, str]] = []
    for file in done["files"]:
        text = (out / file["file"]).read_text(encoding="utf-8-sig")
        if file["file"].endswith("jsonl"):
            rows += map(json.loads, text.splitlines())
        else:
            prefix = "line." if "lines" in file["file"] else ""
            found = csv.DictReader(text.splitlines())
            rows += [{f"{prefix}{key}": cell for key, cell in row.items()} for row in found]
    return [{key: cell for key, cell in row.items() if cell} for row in rows]


def check_cells(name: str, rows: list[dict[str, str]]) -> None:
    types = CONTRACTS[name].types
    seen = {column for row in rows for column in row if column in types}
    for row in rows:
        for column in seen & set(row):
            assert IS[types[column]](row[column]), (column, types[column])
    assert "golden_id" in seen
    assert len(seen) > len(types) / 2, "most columns were never filled: nothing was shown of them"


def test_each_consumer_has_a_contract() -> None:
    assert {request.role for request in CONTRACTS.values()} >= {"sales", "finance", "logistics"}


@pytest.mark.parametrize(
    "name", [name for name, each in CONTRACTS.items() if each.entity == "customer"]
)
def test_customers_are_what_their_contract_says(hub: str, tmp_path: Path, name: str) -> None:
    world(tmp_path)
    check_cells(name, export(name, tmp_path / "out"))
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["types"] == CONTRACTS[name].types


@pytest.mark.parametrize(
    "name", [name for name, each in CONTRACTS.items() if each.entity == "sales_order"]
)
def test_orders_are_what_their_contract_says(
    sold: dict[str, Any], tmp_path: Path, name: str
) -> None:
    check_cells(name, export(name, tmp_path / "out"))


def test_every_column_of_an_export_is_what_its_type_says(hub: str, tmp_path: Path) -> None:
    world(tmp_path)
    out = tmp_path / "out"
    words = ("--role", "steward", "--purpose", "all of it", "--format", "jsonl", "--author", "lin")
    hub_command("export", "--out", out, "--columns", ",".join(KNOWN["customer"][0]), *words)
    for line in (out / "customers.jsonl").read_text(encoding="utf-8").splitlines():
        for column, cell in json.loads(line).items():
            assert cell is None or IS[type_of(column)](cell), column


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"gone": "text"}, "no column gone"),
        ({"legal_name": "number"}, "promises legal_name as number, role sales gets text"),
        ({"mail": "list"}, "promises mail as list, role sales gets mask"),
        ({"remark": "text"}, "role sales may not see at all: remark"),
    ],
)
def test_what_breaks_a_contract_is_refused(change: dict[str, str], told: str) -> None:
    good = CONTRACTS["sales_customers"]
    broken = good.model_copy(update={"types": good.types | change})
    with pytest.raises(ConfigurationError, match=told):
        check_request(broken, None, clock.now())


def test_a_role_that_sees_less_breaks_its_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    less = Role(whole=("golden_id",), masked=("mobile",))
    monkeypatch.setattr("customer_hub.bulk.request.read_role", lambda *_: less)
    with pytest.raises(ConfigurationError, match=r"may not see at all: address, .*mobile as list"):
        check_request(CONTRACTS["logistics_customers"], None, clock.now())


def test_columns_and_types_exclude_each_other() -> None:
    with pytest.raises(ValueError, match="leave columns out"):
        ExportRequest(role="sales", purpose="both", columns=("kind",), types={"legal_name": "text"})
