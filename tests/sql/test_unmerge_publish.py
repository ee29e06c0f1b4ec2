"""Law 7 in the targets: what an unmerge takes away from a customer is taken back there, too."""

from dataclasses import replace

from customer_hub.core import db
from customer_hub.core.identity import golden_id
from customer_hub.match.decisions import decide, unmerge
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from tests.sql.publish_target import MemoryTarget
from tests.sql.publish_world import complete_first_loads, enable, judge, publish
from tests.sql.source_rows import Source, put

CRM = Source("crm/customer/1", "王建国", phones=["+8613800012345"], created=1)
SHOP = replace(CRM, key="shop/customer/2", created=2, columns={"level_code": "A"})
POS = replace(CRM, key="pos/customer/3", created=3, columns={"level_code": "A"})


def build(*records: Source) -> None:
    with db.begin() as connection:
        put(connection, *records)
    match_pending("test")
    merge_pending("test")
    judge()


def start() -> MemoryTarget:
    complete_first_loads()
    enable("crm")
    return MemoryTarget("1")


def test_a_level_that_came_from_another_customer_is_taken_back(hub: str) -> None:
    target = start()
    build(CRM, SHOP)
    publish(target)
    assert target.records["1"]["level_code"] == "A"
    unmerge(golden_id(CRM.key), [[CRM.key], [SHOP.key]], "lin", "asked them")
    build()
    publish(target)
    assert target.records["1"] == {"hub_id": str(golden_id(CRM.key)), "level_code": ""}
    assert len(target.writes) == 2
    publish(target)
    assert len(target.writes) == 2, "pushes fall to zero"
    build(replace(CRM, columns={"level_code": "B"}))
    publish(target)
    assert target.records["1"]["level_code"] == "B"


def test_a_level_that_another_record_of_the_customer_gives_as_well_stays(hub: str) -> None:
    target = start()
    build(CRM, SHOP)
    publish(target)
    build(POS)
    decide("must-link", CRM.key, POS.key, "lin", "asked them")
    decide("cannot-link", CRM.key, SHOP.key, "lin", "asked them")
    build()
    publish(target)
    assert target.records["1"]["level_code"] == "A", "the till says so"
    build(replace(POS, columns={}))
    publish(target)
    assert target.records["1"]["level_code"] == "A", "nobody left, and null is no opinion"
