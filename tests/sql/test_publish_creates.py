"""Creates wait, happen once, and join their golden record (law 12)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from customer_hub.channels.config import read_channel
from customer_hub.channels.contract import WriteResult
from customer_hub.channels.hub_fields import GONE, UNSHOWN
from customer_hub.core import db
from customer_hub.core.errors import ChannelUnavailableError, WriteUncertainError
from customer_hub.core.identity import golden_id
from customer_hub.core.keys import sealer
from customer_hub.core.subjects import ensure_salts
from customer_hub.publish.dead_letters import replay_dead_letters
from customer_hub.publish.plan import plan_deliveries
from tests.sql.publish_target import MemoryTarget
from tests.sql.publish_world import (
    DAY,
    START,
    close_window,
    complete_first_loads,
    enable,
    execute,
    letters,
    publish,
    put_golden,
    put_record,
    scalar,
    states,
)

SEEN = START + DAY + DAY / 24  # after the first day's window: only the next day's gather covers it


def put_shop_company(number: int = 1, **values: Any) -> UUID:
    put_record(f"shop/customer/{number}", seen_at=SEEN)
    return put_golden(f"shop/customer/{number}", **{"level_code": "VIP", **values})


def seal_identity(golden: UUID) -> None:
    """Give a golden record a sealed credit code, a shared phone and a mail of its own."""
    with db.begin() as connection:
        reference = f"golden:{golden}"
        salt = ensure_salts(connection, [reference])[reference]
        identity = sealer().seal(
            "master.customer", "identity", str(golden), salt,
            {"social_credit_code": "91440300MA5DA1B2X1"},
        )  # fmt: skip
        connection.exec_driver_sql(
            "update master.customer set identity_sealed = %(sealed)s", {"sealed": identity}
        )
        points = [("phone", "+8675526001234", True), ("mail", "info@yunfan.example", False)]
        for ordinal, (kind, value, is_generic) in enumerate(points):
            sealed = sealer().seal(
                "master.contact_point", "contact", f"{golden}|{ordinal}", salt, {"value": value}
            )
            connection.exec_driver_sql(
                "insert into master.contact_point values (%(golden)s, %(ordinal)s, %(kind)s, true,"
                " %(generic)s, %(sealed)s, '', 'shop/customer/1')",
                {
                    "golden": golden,
                    "ordinal": ordinal,
                    "kind": kind,
                    "generic": is_generic,
                    "sealed": sealed,
                },
            )


def release() -> None:
    close_window("crm", "customer", day=2)


def test_a_create_waits_for_the_targets_own_gather_and_a_match(hub: str) -> None:
    complete_first_loads()
    golden = put_shop_company(region_code="440300")
    seal_identity(golden)
    enable("crm")
    target = MemoryTarget()
    counts = publish(target)
    assert (counts["creates"], counts["waiting"]) == (1, 1)
    close_window("crm", "customer", day=2, state="held")
    publish(target)
    close_window("crm", "contact", day=2)
    publish(target)
    close_window("crm", "customer", day=3)  # a backfill: the day of the change is still missing
    publish(target)
    assert states() == {"waiting": 1}
    release()
    execute("insert into landing.pending_key values ('crm/customer/9', 'customer')")
    publish(target)
    assert states() == {"waiting": 1}
    execute("delete from landing.pending_key")
    assert publish(target)["confirmed"] == 1
    assert target.records["new0"] == {
        "hub_id": str(golden),
        "level_code": "VIP",
        "region_code": "440300",
        "kind": "organisation",
        "legal_name": "深圳市云帆科技有限公司",
        "social_credit_code": "91440300MA5DA1B2X1",
        "mail": "info@yunfan.example",
    }
    link = execute("select * from match.decision")[0]
    assert (link.kind, link.left_key, link.right_key, link.author) == (
        "must-link", "crm/customer/new0", "shop/customer/1", "hub:publish",
    )  # fmt: skip
    sent = execute("select field from publish.sent where source_key = 'crm/customer/new0'")
    assert {row.field for row in sent} == {"hub_id", "level_code", "region_code"}
    assert scalar("select count(*) from publish.echo") == 1


def test_what_was_created_is_not_created_again_before_or_after_it_is_gathered(hub: str) -> None:
    complete_first_loads()
    put_shop_company()
    enable("crm")
    release()
    target = MemoryTarget()
    assert publish(target)["confirmed"] == 1
    put_shop_company(level_code="A")
    publish(target)
    assert len(target.records) == 1
    put_record("crm/customer/new0", golden_of="shop/customer/1")
    assert publish(target)["planned"] == 1  # the level that changed in the meantime
    assert target.records["new0"]["level_code"] == "A"
    put_record("crm/customer/new0", golden_of="shop/customer/1", deleted=True)
    put_shop_company(level_code="VIP")
    assert not any(publish(target).values())
    assert len(target.records) == 1


def test_a_create_is_given_up_when_the_gather_brings_the_record(hub: str) -> None:
    complete_first_loads()
    put_shop_company()
    enable("crm")
    target = MemoryTarget("7")
    publish(target)
    put_record("crm/customer/7", golden_of="shop/customer/1")
    release()
    counts = publish(target)
    assert (counts["superseded"], counts["confirmed"]) == (1, 1)
    assert list(target.records) == ["7"]


def test_a_create_waits_while_days_before_it_are_missing(hub: str) -> None:
    complete_first_loads()
    put_shop_company()
    enable("crm")
    target = MemoryTarget()
    close_window("crm", "customer", day=3)  # as a reverse backfill: the record may be in day 2
    assert publish(target)["waiting"] == 1
    release()
    assert publish(target)["confirmed"] == 1


@pytest.mark.parametrize("values", [{"level_code": "B"}, {"kind": "person"}, {"legal_name": None}])
def test_a_create_that_policy_does_not_want_any_more_is_given_up(
    hub: str, values: dict[str, Any]
) -> None:
    complete_first_loads()
    put_shop_company()
    enable("crm")
    target = MemoryTarget()
    publish(target)
    put_shop_company(**values)
    release()
    assert publish(target)["superseded"] == 1
    assert not target.records
    put_shop_company()
    assert publish(target)["confirmed"] == 1


@pytest.mark.parametrize(
    "values",
    [{"level_code": "B"}, {"kind": "person"}, {"status": "archived"}, {"legal_name": None}],
)
def test_only_those_that_policy_names_are_created(hub: str, values: dict[str, Any]) -> None:
    complete_first_loads()
    put_shop_company(**values)
    enable("crm")
    release()
    assert publish(MemoryTarget())["creates"] == 0


def test_a_record_that_was_deleted_there_is_never_created_again(hub: str) -> None:
    complete_first_loads()
    put_shop_company()
    put_record("crm/customer/3", golden_of="shop/customer/1", deleted=True)
    enable("crm")
    release()
    assert publish(MemoryTarget())["creates"] == 0


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("error", [WriteUncertainError, ChannelUnavailableError])
def test_an_unanswered_create_is_looked_up_by_its_hub_id(
    hub: str, moment: str, error: type[Exception]
) -> None:
    complete_first_loads()
    golden = put_shop_company()
    enable("crm")
    release()
    target = MemoryTarget()

    def fail(_: str) -> None:
        raise error("no answer")

    setattr(target, moment, fail)
    if error is WriteUncertainError:
        assert publish(target)["uncertain"] == 1
    else:
        with pytest.raises(ChannelUnavailableError):
            publish(target)
    setattr(target, moment, lambda _: None)
    if moment == "before":
        target.records.clear()
    # While nobody knew, the golden record went up in an older one.
    put_record("shop/customer/1", golden_of="pos/customer/5")
    put_golden("pos/customer/5", level_code="VIP")
    execute("delete from master.customer where golden_id = %(id)s", id=golden)
    publish(target)
    assert len(target.records) == (1 if moment == "after" else 0)
    if moment == "after":
        link = execute("select left_key, right_key from match.decision")[0]
        assert tuple(link) == ("crm/customer/new0", "shop/customer/1")
        assert golden_id("shop/customer/1") == golden
    publish(target)
    assert len(target.records) == 1


def test_a_conflict_waits_for_the_gather_of_what_is_in_the_way_then_needs_a_person(
    hub: str,
) -> None:
    complete_first_loads()
    put_shop_company()
    enable("crm")
    release()
    target = MemoryTarget()
    made_at = START + 2 * DAY + DAY / 2
    target.on_create = lambda _: WriteResult("conflict", "8", made_at)
    assert publish(target)["waiting"] == 1
    plan_deliveries(read_channel("crm"), "again")
    assert states() == {"waiting": 1}
    close_window("crm", "customer", day=3)
    assert publish(target)["dead"] == 1
    assert letters() == [("conflict", "open")]
    (letter,) = execute("select detail from publish.dead_letter")
    assert letter.detail == "customer 8 is in the way"
    # A change of the golden record does not ask again what a person is to answer.
    put_shop_company(level_code="A")
    assert publish(target)["creates"] == 0
    target.on_create = lambda _: None
    assert replay_dead_letters(None, "conflict", None, "tester", "mended") == 1
    assert publish(target)["confirmed"] == 1


def test_a_create_that_was_gathered_before_its_outcome_was_known_is_matched_again(hub: str) -> None:
    complete_first_loads()
    golden = put_shop_company()
    enable("crm")
    release()
    target = MemoryTarget()
    target.after = _lose_answer
    publish(target)
    assert states() == {"uncertain": 1}
    # Its own gather brings it, and it is taken for a customer of its own.
    put_record("crm/customer/new0")
    own = put_golden("crm/customer/new0")
    target.after = lambda _: None
    assert publish(target)["settled"] == 1
    queued = execute("select source_key, entity from match.pending_record order by source_key")
    assert [tuple(row) for row in queued] == [
        ("crm/customer/new0", "customer"), ("shop/customer/1", "customer"),
    ]  # fmt: skip
    assert target.records["new0"]["hub_id"] == str(golden), "not the id of a passing mistake"
    # The next build joins the two.
    put_record("crm/customer/new0", golden_of="shop/customer/1")
    execute("delete from master.customer where golden_id = %(id)s", id=own)
    execute("delete from match.pending_record")
    publish(target)
    assert len(target.writes) == 1
    assert not any(publish(target).values())


@pytest.mark.parametrize("cause", [f"{UNSHOWN} hub_id", GONE])
def test_a_record_that_was_made_although_the_write_failed_is_not_made_twice(
    hub: str, cause: str
) -> None:
    complete_first_loads()
    golden = put_shop_company()
    enable("crm")
    release()
    target = MemoryTarget()

    def make(fields: Mapping[str, Any]) -> WriteResult:
        source_id = f"new{len(target.records)}"
        # The custom fields are missing there, or the read-back lags behind the write.
        target.records[source_id] = {} if cause != GONE else {"hub_id": str(golden)}
        return WriteResult("failed", source_id, None if cause == GONE else made_at, cause)

    made_at = START + 2 * DAY + DAY / 2
    target.on_create = make
    assert publish(target)["dead"] == 1
    assert replay_dead_letters("crm", None, None, "tester", "mended") == 1
    publish(target)
    assert list(target.records) == ["new0"]
    link = execute("select left_key, right_key from match.decision")[0]
    assert tuple(link) == ("crm/customer/new0", "shop/customer/1"), "it is ours"
    close_window("crm", "customer", day=3)
    put_record("crm/customer/new0", golden_of="shop/customer/1")
    publish(target)
    assert list(target.records) == ["new0"]
    assert target.records["new0"]["level_code"] == "VIP"
    assert not any(publish(target).values())


def test_a_create_that_cannot_be_looked_up_blocks_nobody(hub: str) -> None:
    complete_first_loads()
    put_shop_company()
    put_shop_company(2)
    enable("crm")
    release()
    target = MemoryTarget()
    lost: list[str] = []

    def lose_first(source_id: str) -> None:
        if not lost:
            lost.append(source_id)
            raise WriteUncertainError("no answer")

    target.after = lose_first
    target.unreadable = {"new0"}
    publish(target)
    counts = publish(target)
    assert counts["dead"] == 1
    assert states() == {"dead": 1, "confirmed": 1}
    assert letters() == [("unreadable", "open")]


def _lose_answer(_: str) -> None:
    raise WriteUncertainError("no answer")
