"""Law 6 over a whole small world: every golden cell and child, recomputed from its lineage."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from customer_hub.core import db
from customer_hub.match.pins import pin
from tests.laws.lineage import Hub, find_faults, read_hub
from tests.laws.pipeline import Pipeline, running_sandbox
from tests.uploads import upload

CUSTOMERS = 60
pytestmark = pytest.mark.slow


def _name_a_company(hub: Hub) -> dict[str, str]:
    """Return how a template names a company that the CRM says much about."""
    for golden_id, cells in hub.goldens.items():
        lineage = hub.lineage[golden_id]
        wanted = ("level_code", "free_text.remark", "identity.social_credit_code")
        if all(name in cells and lineage[name]["source_key"][:4] == "crm/" for name in wanted):
            return {
                "action": "change",
                "customer_no": "C1",
                "kind": "企业",
                "name": cells["legal_name"],
                "social_credit_code": cells["identity.social_credit_code"],
            }
    raise AssertionError("the CRM knows no company with level, remark and credit code")


def _spoil(statement: str) -> list[str]:
    """Return the faults that show when rows of the master are changed behind the hub's back."""
    with db.begin() as connection:
        change = connection.begin_nested()
        assert connection.exec_driver_sql(statement).rowcount
        faults = find_faults(read_hub(connection))
        change.rollback()
    return faults


def test_every_cell_and_child_is_what_its_lineage_gives(hub: str, tmp_path: Path) -> None:
    with running_sandbox(tmp_path, CUSTOMERS) as sandbox:
        pipeline = Pipeline(sandbox)
        for day in (1, 2, 3):
            pipeline.live_day(day)
    named = _name_a_company(_read())
    upload(tmp_path, 19, **named, level="CLEAR", remark="CLEAR", website="CLEAR", tags="CLEAR")
    lonely = {"customer_no": "C2", "kind": "企业", "name": "鄂尔多斯市玖珑骉犇矿业有限责任公司"}
    upload(tmp_path, 18, action="add", **lonely)
    upload(tmp_path, 20, action="delete", customer_no="C2")
    pipeline.build()
    pin("manual/customer/C1", "lifecycle_code", "lost", "lin", "they told me")
    pin("manual/customer/C1", "identity.social_credit_code", None, "lin", "it is another firm's")
    pipeline.build()

    world = _read()
    assert find_faults(world) == []
    rows = [row for lineage in world.lineage.values() for row in lineage.values()]
    rules = Counter(row["rule"] for row in rows)
    wanted = {"only", "agreed", "follows", "default", "all_deleted", "trust", "pin"}
    assert rules.keys() >= wanted, rules

    assert {"level_code", "free_text.remark"} <= {row["field"] for row in rows if row["is_cleared"]}
    assert sum(len(row["losers"]) for row in rows) > CUSTOMERS / 2

    # What this test looks for, it finds.
    for statement, fault in (
        (
            "update master.customer set legal_name = '别的名字有限公司' where golden_id ="
            " (select golden_id from master.cell_lineage where field = 'legal_name' limit 1)",
            "legal_name is not what the record that lineage names says",
        ),
        (
            "update master.cell_lineage set losers = '[]' where losers <> '[]'",
            "has other losers",
        ),
        ("delete from master.cell_lineage where field = 'kind'", "kind has no lineage"),
        (
            "update master.cell_lineage set is_cleared = false where is_cleared",
            "level_code is empty although nobody cleared it",
        ),
        ("update master.cell_lineage set decision_id = 99 where rule = 'pin'", "names no pin"),
        ("delete from master.contact_point where ordinal = 0", "contact points are not"),
        ("delete from master.tag", "tags are not"),
    ):
        assert any(fault in each for each in _spoil(statement)), fault


def _read() -> Hub:
    with db.begin() as connection:
        return read_hub(connection)
