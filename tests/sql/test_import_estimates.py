"""The planner knows what an import has written, also where a vacuum would have found nothing."""

import os
from pathlib import Path

import psycopg
import pytest

from customer_hub.bulk import checking
from customer_hub.bulk.checking import check_import
from customer_hub.bulk.file import LOCK, land_file, look_at
from customer_hub.core import db
from tests.sql.bulk_files import fill

ROWS = 1100


@pytest.fixture
def many(hub: str, tmp_path: Path) -> Path:
    rows = [
        {"action": "add", "customer_no": f"C{n}", "kind": "person", "name": f"Name {n}"}
        for n in range(ROWS)
    ]
    return fill(tmp_path / "many.csv", *rows)


def read_estimate(table: str) -> float:
    """Return what the planner believes after a vacuum has come by, as one does by itself."""
    url = os.environ["HUB_DATABASE_URL"].replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as beside:
        beside.execute(f"vacuum (skip_locked) {table}".encode())
        query = "select reltuples from pg_class where oid = %s::regclass"
        found = beside.execute(query, [table]).fetchone()
    assert found is not None
    return float(found[0])


def test_a_vacuum_beside_an_import_hides_nothing(many: Path) -> None:
    with db.begin_whole(LOCK):
        land_file(look_at(many), "lin", "run")
        assert read_estimate("landing.version") == ROWS
        assert read_estimate("hub.gathered_window") == 0, "as it is where nobody counts"


def test_a_vacuum_beside_a_dry_run_hides_nothing(
    many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    monkeypatch.setattr(
        checking, "validate_standard", lambda _: found.append(read_estimate("source.customer"))
    )
    check_import(look_at(many), "lin", "run", lambda _: None)
    assert found == [ROWS]
