"""What a target makes of our values, what people change beside us, and parents that go."""

from __future__ import annotations

from typing import Any

from customer_hub.core import db
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from customer_hub.standardise.run import standardise_pending
from tests.landed import Landing, accept
from tests.records import make_account, make_call, make_contact

ACCOUNT, CONTACT, CALL = "65a0000000000a001", "65c0000000000a001", "Call-65d0000000000a001"


def fetch(statement: str) -> list[tuple[Any, ...]]:
    with db.begin() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


def bring(*landings: Landing, entity: str = "customer") -> None:
    accept(list(landings), channel="crm", entity=entity)
    standardise_pending("run")
    match_pending("run")
    merge_pending("run")


def golden() -> list[tuple[Any, ...]]:
    return fetch(
        "select golden_id, version_no, content_digest, status from master.customer order by 1"
    )


def test_a_phone_that_the_target_writes_its_own_way_changes_nothing(hub: str) -> None:
    bring(Landing(ACCOUNT, make_account(phoneNumber="13800138000"), hour=1))
    before, changes = golden(), fetch("select count(*) from publish.change")
    assert len(before) == 1
    for hour, phone in enumerate(
        ("+86 138-0013-8000", "(+86) 138 0013 8000", "008613800138000", "１３８００１３８０００"), 2
    ):
        bring(Landing(ACCOUNT, make_account(phoneNumber=phone), hour=hour))
        assert golden() == before, phone
    assert fetch("select count(*) from landing.version") == [(5,)], "word for word, each of them"
    assert fetch("select count(*) from publish.change") == changes


def test_a_deleted_parent_takes_nothing_with_it(hub: str) -> None:
    bring(Landing(ACCOUNT, make_account(), hour=1))
    bring(Landing(CONTACT, make_contact(), hour=1), entity="contact")
    bring(Landing(CALL, make_call(), hour=1), entity="interaction")
    children = "select source_key, customer_source_key, is_deleted from source.{} order by 1"
    before = [fetch(children.format(table)) for table in ("contact", "interaction")]
    bring(Landing(ACCOUNT, None, hour=2))
    assert [fetch(children.format(table)) for table in ("contact", "interaction")] == before
    # The id was given out: it stays, for whoever still asks for it.
    ((golden_id, _, _, status),) = golden()
    assert status == "archived"
    bring(Landing(ACCOUNT, make_account(), hour=3))
    assert [(row[0], row[3]) for row in golden()] == [(golden_id, "active")]


def test_children_whose_parent_never_comes_wait_without_an_error(hub: str) -> None:
    bring(Landing(CONTACT, make_contact(), hour=1), entity="contact")
    bring(Landing(CALL, make_call(), hour=1), entity="interaction")
    assert golden() == []
    bring(Landing(ACCOUNT, make_account(), hour=2))
    assert len(golden()) == 1
