"""Two records that a target itself merges: the one that is left is right, and nothing is made anew."""

import pytest

from customer_hub.channels.config import read_channel
from customer_hub.core.identity import golden_id
from customer_hub.publish.plan import plan_deliveries
from tests.sql.publish_target import BatchTarget, MemoryTarget
from tests.sql.publish_world import (
    DAY,
    START,
    close_window,
    complete_first_loads,
    enable,
    execute,
    publish,
    put_golden,
    put_record,
    states,
)

A, B, SHOP = "crm/customer/1", "crm/customer/2", "shop/customer/9"
TARGETS = [MemoryTarget, BatchTarget]


def set_up(make: type[MemoryTarget]) -> MemoryTarget:
    """Two customers with a record each in the CRM; that of the first is the shop's as well."""
    complete_first_loads()
    close_window("crm", "customer", day=2)
    put_record(SHOP, seen_at=START + DAY / 2)
    put_golden(SHOP, level_code="VIP")
    put_record(A, golden_of=SHOP)
    put_record(B)
    put_golden(B, level_code="A")
    enable("crm")
    target = make("1", "2")
    assert publish(target)["confirmed"] == 2
    return target


@pytest.mark.parametrize("make", TARGETS)
def test_what_was_merged_away_is_written_to_no_more(hub: str, make: type[MemoryTarget]) -> None:
    target = set_up(make)
    put_golden(SHOP, level_code="C")
    plan_deliveries(read_channel("crm"), "run")
    del target.records["1"]  # merged into 2, and nobody has gathered that yet
    counts = publish(target)
    assert counts["superseded"] == 1
    assert list(target.records) == ["2"]
    put_record(A, golden_of=SHOP, deleted=True)  # the sweep has found out
    put_golden(SHOP, level_code="VIP")
    assert not any(publish(target).values()), "neither written nor made anew"
    assert target.records["2"]["hub_id"] == str(golden_id(B)), "two customers here, until a match"


@pytest.mark.parametrize("make", TARGETS)
def test_the_winner_gets_the_joint_id_when_the_hub_joins_them_and_its_own_back(
    hub: str, make: type[MemoryTarget]
) -> None:
    target = set_up(make)
    del target.records["1"]
    put_record(A, golden_of=SHOP, deleted=True)
    put_record(B, golden_of=SHOP)  # a person says that the two are one
    execute("delete from master.customer where golden_id = %(id)s", id=golden_id(B))
    assert publish(target)["confirmed"] == 1
    assert target.records["2"]["hub_id"] == str(golden_id(SHOP))
    assert target.records["2"]["level_code"] == "VIP"
    put_record(B)  # and unmerges them
    put_golden(B, level_code="A")
    assert publish(target)["confirmed"] == 1
    assert target.records["2"] == {"hub_id": str(golden_id(B)), "level_code": "A"}
    assert states().get("waiting", 0) == 0
    assert list(target.records) == ["2"]
    assert not any(publish(target).values())


def test_no_record_is_made_for_a_customer_that_went_up_in_one_that_has_one(hub: str) -> None:
    target = set_up(MemoryTarget)
    put_record("pos/customer/5", seen_at=START + DAY / 2)
    put_golden("pos/customer/5", level_code="VIP")
    plan_deliveries(read_channel("crm"), "run")
    assert states() == {"confirmed": 2, "pending": 1}
    put_record("pos/customer/5", golden_of=SHOP)
    execute("delete from master.customer where golden_id = %(id)s", id=golden_id("pos/customer/5"))
    publish(target)
    assert states() == {"confirmed": 2, "superseded": 1}
    assert len(target.records) == 2
