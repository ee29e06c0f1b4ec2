"""The suites over the hub's own tables, on a real database."""

import uuid
from typing import Any

import pytest

from customer_hub.core import db, sql
from customer_hub.core.errors import BadDataError
from customer_hub.standardise.run import standardise_pending
from customer_hub.validate import master
from customer_hub.validate.closing import queue_accepted
from customer_hub.validate.master import validate_master, validate_standard
from tests.landed import Landing, land
from tests.records import make_account, make_person


def execute(statement: str, **params: Any) -> None:
    with db.begin() as connection:
        connection.exec_driver_sql(statement, params)


def make_golden(
    name: str | None = "张伟", *, status: str = "active", has_member: bool = True
) -> str:
    """Insert a golden customer with its alias, crosswalk and change; returns its id."""
    golden_id = str(uuid.uuid4())
    with db.begin() as connection:
        for statement in (
            "insert into master.customer (golden_id, kind, legal_name, status, record_count,"
            " completeness_share, version_no, content_digest, policy_version)"
            " values (%(id)s::uuid, 'person', %(name)s, %(status)s, 1, 0.5, 1, '', 1)",
            "insert into master.alias (golden_id, source_key, entity)"
            " values (%(id)s::uuid, %(id)s::text, 'customer')",
            "insert into publish.change (golden_id, entity, version_no, kind)"
            " values (%(id)s::uuid, 'customer', 1, 'created')",
        ):
            connection.exec_driver_sql(statement, {"id": golden_id, "name": name, "status": status})
        if has_member:
            connection.exec_driver_sql(
                "insert into match.crosswalk (source_key, entity, golden_id)"
                " values (%(id)s::text, 'customer', %(id)s::uuid)",
                {"id": golden_id},
            )
    return golden_id


def test_a_sound_master_passes_once(hub: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(master, "CHUNK_SIZE", 2)
    for _ in range(5):
        make_golden()
    make_golden(None, status="erased")
    assert validate_master("run").counts == {"judged": 6, "warnings": 0}
    assert validate_master("again").counts == {"judged": 0, "warnings": 0}
    make_golden()
    assert validate_master("third").counts == {"judged": 1, "warnings": 0}


def test_a_fault_names_the_rule_and_the_golden_id_until_it_is_mended(hub: str) -> None:
    make_golden()
    nameless = make_golden(None)
    lonely = make_golden(has_member=False)
    for _ in range(2):
        with pytest.raises(BadDataError) as error:
            validate_master("run")
        assert f"rule name_present is broken by {nameless}" in str(error.value)
        assert f"rule has_member is broken by {lonely}" in str(error.value)
        assert "张伟" not in str(error.value)
    execute("delete from master.customer where golden_id = %(id)s::uuid", id=lonely)
    execute("update master.customer set legal_name = '王芳' where legal_name is null")
    assert validate_master("run").counts["judged"] == 2


def test_a_nameless_record_that_a_person_let_pass_does_not_stop_the_master(hub: str) -> None:
    golden_id = make_golden(None)
    execute(
        "insert into source.customer (source_key, channel, source_id, version_id, version_at,"
        " is_deleted, is_validation_downgraded, standardiser_version)"
        " values (%(id)s, 'crm', 'x', 1, now(), false, true, 1)",
        id=golden_id,
    )
    assert validate_master("run").counts["judged"] == 1


def test_standardised_rows_are_judged_before_they_are_matched(hub: str) -> None:
    window = land(
        [Landing("a1", make_account(cParentId="a2")), Landing("b1", make_person())], state="closed"
    )
    with db.begin() as connection:
        queue_accepted(connection, window_id=window)
    standardise_pending("run")
    assert validate_standard("run").counts == {"judged": 2, "warnings": 0}
    execute("update source.customer set region_code = '44' where source_id = 'a1'")
    with pytest.raises(BadDataError, match="rule region_coded is broken by crm/customer/a1"):
        validate_standard("run")
    execute("delete from source.blind_index")
    with pytest.raises(BadDataError, match="rule phones_indexed is broken by"):
        validate_standard("run")
    execute("delete from match.pending_record")
    assert validate_standard("run").counts["judged"] == 0


def test_open_windows_and_quarantine_can_be_listed(hub: str) -> None:
    window = land([Landing("a1", make_account())])
    execute(
        "insert into quarantine.record (version_id, suite, rule, severity)"
        " select version_id, 's', 'r', 'critical' from landing.version"
    )
    with db.begin() as connection:
        [listed] = sql.rows(connection, "validate/list_unclosed_windows")
        [kept] = sql.rows(connection, "validate/list_quarantine")
    assert (listed.window_id, listed.state) == (window, "landed")
    assert (kept.channel, kept.rule, kept.version_count) == ("crm", "r", 1)
