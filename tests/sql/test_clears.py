"""An explicit clear empties a field (law 6): from a filled template to the master and a target."""

from pathlib import Path
from typing import Any

import pytest

from customer_hub.channels.config import read_channel
from customer_hub.channels.manual.candidates import read_candidate_records
from customer_hub.core import db, keys, sql, table_hash
from customer_hub.match.lookup import find_candidates
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from customer_hub.rebuild import rebuild
from customer_hub.standardise.preview import preview_customer
from customer_hub.standardise.run import standardise_pending
from customer_hub.validate.gate import validate_window
from customer_hub.validate.master import validate_master
from tests.landed import Landing, land
from tests.records import make_account
from tests.sql.publish_target import MemoryTarget
from tests.sql.publish_world import complete_first_loads, enable, execute, publish
from tests.uploads import upload

ACCOUNT = make_account(cFax="0755-26001235")
CRM_KEY = f"crm/customer/{ACCOUNT['id']}"
NAMED = {
    "action": "change", "customer_no": "C1", "kind": "企业", "name": ACCOUNT["name"],
    "social_credit_code": ACCOUNT["cSocialCreditCode"], "mail": ACCOUNT["emailAddress"],
}  # fmt: skip
CLEARING = NAMED | dict.fromkeys(
    ("level", "website", "remark", "credit_limit", "tags", "fax", "address_raw"), "CLEAR"
)


def gather_crm(hour: float = 1, **changes: Any) -> None:
    account = ACCOUNT | changes
    window = land([Landing(ACCOUNT["id"], account, hour=hour)])
    assert validate_window(read_channel("crm"), window, "crm").accepted == 1


def build() -> None:
    standardise_pending("build")
    match_pending("build")
    merge_pending("build")
    validate_master("build")


def golden() -> Any:
    (row,) = execute("select * from master.customer")
    return row


def lineage(field: str) -> Any:
    (row,) = execute("select * from master.cell_lineage where field = %(field)s::text", field=field)
    return row


def state() -> dict[str, str]:
    with db.begin() as connection:
        return table_hash.hash_tables(connection, keys.sealer())


def test_a_clear_goes_from_the_template_to_the_target_and_comes_back(
    hub: str, tmp_path: Path
) -> None:
    complete_first_loads()
    gather_crm()
    build()
    enable("crm")
    target = MemoryTarget(ACCOUNT["id"])
    assert publish(target)["confirmed"] == 1
    assert target.records[ACCOUNT["id"]]["level_code"] == "A"
    before = golden()

    upload(tmp_path, 17, **CLEARING)
    build()
    after = golden()
    assert after.record_count == 2
    assert (after.level_code, after.website, after.region_code) == (None, None, None)
    assert (before.free_text_sealed is None, after.free_text_sealed is None) == (False, True)
    # The CRM is trusted more with finance: its limit stands, and the clear is among the losers.
    limit = lineage("finance.credit_limit_amount")
    assert (limit.source_key, limit.is_cleared) == (CRM_KEY, False)
    assert limit.losers == [{"source_key": "manual/customer/C1", "lost_by": "trust"}]
    level = lineage("level_code")
    assert (level.source_key, level.rule, level.is_cleared) == ("manual/customer/C1", "trust", True)
    assert level.losers == [{"source_key": CRM_KEY, "lost_by": "trust"}]
    assert {row.type for row in execute("select type from master.contact_point")} == {
        "phone", "mobile", "mail",
    }  # fmt: skip
    for table in ("tag", "address"):
        assert execute(f"select * from master.{table}") == []
    assert execute("select * from master.classification where scheme = 'level'") == []

    assert publish(target)["confirmed"] == 1
    held = target.records[ACCOUNT["id"]]
    assert (held["level_code"], held["region_code"]) == ("", "")
    assert held["hub_id"] == str(after.golden_id)
    assert "confirmed" not in publish(target)

    upload(tmp_path, 18, **NAMED)
    build()
    assert golden().level_code == "A"
    publish(target)
    assert target.records[ACCOUNT["id"]]["level_code"] == "A"


def test_every_cleared_cell_is_recomputed_from_its_lineage(hub: str, tmp_path: Path) -> None:
    gather_crm()
    upload(tmp_path, 17, **CLEARING)
    build()
    cleared = execute(
        "select cell.field, record.cleared_fields, cell.version_id = record.version_id as is_current"
        " from master.cell_lineage as cell"
        " join source.customer as record on record.source_key = cell.source_key"
        " where cell.is_cleared"
    )
    assert {row.field for row in cleared} == {
        "level_code", "website", "region_code", "free_text.remark",
    }  # fmt: skip
    assert all(row.field in row.cleared_fields and row.is_current for row in cleared)
    (version,) = execute("select * from master.customer_version where recorded_to is null")
    assert version.clear_values["level_code"] is None
    assert version.sealed_pointers["free_text.remark"]["source_key"] == "manual/customer/C1"


def test_a_clear_of_what_is_empty_still_reaches_the_target(hub: str, tmp_path: Path) -> None:
    complete_first_loads()
    gather_crm()
    build()
    enable("crm")
    target = MemoryTarget(ACCOUNT["id"])
    publish(target)
    gather_crm(hour=2, cLevel=None)
    build()
    publish(target)
    assert golden().level_code is None
    assert target.records[ACCOUNT["id"]]["level_code"] == "A", "null is no opinion"
    upload(tmp_path, 17, **CLEARING)
    build()
    publish(target)
    assert target.records[ACCOUNT["id"]]["level_code"] == ""


@pytest.mark.parametrize("is_deleted", [False, True])
def test_deltas_equal_a_rebuild_in_any_order(hub: str, tmp_path: Path, is_deleted: bool) -> None:
    gather_crm()
    build()
    upload(tmp_path, 17, **CLEARING)
    build()
    gather_crm(hour=3, cLevel="VIP")
    build()
    if is_deleted:
        upload(tmp_path, 18, action="delete", customer_no="C1")
        build()
    assert golden().level_code == ("VIP" if is_deleted else None)
    wanted = state()
    changes = execute("select count(*) from publish.change")
    assert rebuild().different == ()
    assert state() == wanted
    assert execute("select count(*) from publish.change") == changes
    with db.begin() as connection:
        connection.exec_driver_sql(
            "truncate hub.gathered_window, hub.run_receipt, landing.version, quarantine.record,"
            " landing.pending_key, master.customer_version, master.alias, publish.change cascade"
        )
        sql.run(connection, "rebuild/empty_current_tables")
    if is_deleted:
        upload(tmp_path, 18, action="delete", customer_no="C1")
        build()
    gather_crm(hour=3, cLevel="VIP")
    upload(tmp_path, 17, **CLEARING)
    build()
    gather_crm()
    build()
    assert state() == wanted


def test_candidates_of_a_row_that_clears_are_found(hub: str, tmp_path: Path) -> None:
    gather_crm()
    build()
    upload(tmp_path, 17, **(CLEARING | {"action": "add"}))
    ((_, record),) = read_candidate_records(tmp_path / "17.csv")
    with db.begin() as connection:
        found = find_candidates(connection, preview_customer(record, "manual", "Asia/Shanghai"))
    assert [(each.source_key, each.is_match) for each in found] == [(CRM_KEY, True)]
