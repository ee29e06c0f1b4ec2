"""match_pending on a real database: clusters, ids, queues."""

from itertools import permutations
from typing import Any

import pytest

from customer_hub.core import db
from customer_hub.core.identity import golden_id
from customer_hub.core.policy import make_policy, read_policy_files
from customer_hub.match import run
from customer_hub.match.run import match_pending
from tests.sql.source_rows import Source, drop, put

WANG = Source(
    "crm/customer/1", "王建国", phones=["+8613800012345"], mails=["wangjg88@mail.example"],
    region="440305", created=5,
)  # fmt: skip
WANG_SHOP = Source(
    "shop/customer/9", "Wang Jianguo", phones=["+8613800012345"], region="440300", created=3
)
WANG_POS = Source("pos/customer/7", "王建国 先生", phones=["+8613800012345"], created=9)
STRANGER = Source("pos/customer/8", "李明", phones=["+8613900054321"], created=1)


def crosswalk() -> dict[str, str]:
    with db.begin() as connection:
        rows = connection.exec_driver_sql("select source_key, golden_id from match.crosswalk").all()
    return {row.source_key: str(row.golden_id) for row in rows}


def state() -> dict[str, Any]:
    """The current rows of match, sealed features by their digest."""
    queries = {
        "feature": "select source_key, entity, matcher_digest::text from match.feature",
        "key": "select entity, kind, hash::text, source_key, name_hash::text from match.blocking_key",
        "edge": "select left_key, right_key, score, is_veto, evidence::text, proposed_by"
        " from match.edge",
        "member": "select source_key, cluster_key, is_guarded from match.cluster_member",
        "crosswalk": "select source_key, golden_id::text from match.crosswalk",
        "review": "select left_key, right_key, cause, chance, record_count, customer_count,"
        " order_count, evidence_digest from match.review",
    }
    with db.begin() as connection:
        return {
            name: sorted(tuple(map(str, row)) for row in connection.exec_driver_sql(query))
            for name, query in queries.items()
        }


def clear() -> None:
    """Forget everything that match made and queue every source record: a rebuild."""
    with db.begin() as connection:
        for table in ("feature", "blocking_key", "edge", "review", "cluster_member", "crosswalk"):
            connection.exec_driver_sql(f"delete from match.{table}")
        connection.exec_driver_sql(
            "insert into match.pending_record (source_key, entity)"
            " select source_key, 'customer' from source.customer"
            " union all select source_key, 'contact' from source.contact"
            " on conflict do nothing"
        )


def load(*records: Source) -> None:
    with db.begin() as connection:
        put(connection, *records)
    match_pending("test")


def test_one_person_in_three_spellings_gets_the_oldest_records_id(hub: str) -> None:
    load(WANG, WANG_SHOP, WANG_POS, STRANGER)
    found = crosswalk()
    oldest = str(golden_id("shop/customer/9"))
    assert {found[record.key] for record in (WANG, WANG_SHOP, WANG_POS)} == {oldest}
    assert found[STRANGER.key] == str(golden_id(STRANGER.key))


def test_nothing_pending_is_a_no_op(hub: str) -> None:
    load(WANG, WANG_SHOP)
    before = state()
    result = match_pending("again")
    assert result.counts == {"pending": 0}
    assert state() == before


def test_every_order_of_arrival_gives_the_same(hub: str) -> None:
    records = (WANG, WANG_SHOP, WANG_POS)
    load(*records)
    expected = state()
    for order in list(permutations(records))[:4]:
        with db.begin() as connection:
            for record in records:
                drop(connection, record.key)
        match_pending("empty")
        assert state()["crosswalk"] == []
        for record in order:
            load(record)
        assert state() == expected


def test_a_gone_record_splits_what_it_held_together(hub: str) -> None:
    # 王先生 has a mobile of his own and one that links to a namesake with another mobile.
    left = Source("crm/customer/1", "王建国", phones=["+8613800012345"], created=1)
    bridge = Source(
        "crm/customer/2", "王建国", phones=["+8613800012345", "+8613800054321"], created=2
    )
    right = Source("crm/customer/3", "王建国", phones=["+8613800054321"], created=3)
    load(left, bridge, right)
    assert len(set(crosswalk().values())) == 1
    with db.begin() as connection:
        drop(connection, bridge.key)
    match_pending("drop")
    assert crosswalk() == {key: str(golden_id(key)) for key in (left.key, right.key)}
    with db.begin() as connection:
        pending = {
            str(row.golden_id)
            for row in connection.exec_driver_sql("select golden_id from master.pending_golden")
        }
        aliases = {
            row.source_key
            for row in connection.exec_driver_sql("select source_key from master.alias")
        }
    assert {str(golden_id(left.key)), str(golden_id(right.key))} <= pending
    assert aliases == {left.key, right.key}


def test_two_valid_identity_numbers_never_meet(hub: str) -> None:
    ids = ("11010519491231002X", "360426199101010071")
    twins = [
        Source(
            f"crm/customer/{n}", "王建国", phones=["+8613800012345"], mails=["w.jianguo@mail.example"],
            identity={"identity_type": "resident_id", "identity_number": number},
        )
        for n, number in enumerate(ids)
    ]  # fmt: skip
    load(*twins)
    assert len(set(crosswalk().values())) == 2
    with db.begin() as connection:
        vetoes = connection.exec_driver_sql("select is_veto from match.edge").scalars().all()
    assert vetoes == [True]


def test_a_branch_a_sister_and_a_person_stay_apart(hub: str) -> None:
    load(
        Source("crm/customer/1", "深圳泰盛贸易有限公司", "organisation", mails=["info@taisheng.example"]),
        Source(
            "crm/customer/2", "深圳泰盛贸易有限公司上海分公司", "organisation",
            mails=["info@taisheng.example"],
        ),
        Source("crm/customer/3", "深圳泰盛物流有限公司", "organisation", mails=["info@taisheng.example"]),
        Source("crm/customer/4", "泰盛", "person", mails=["info@taisheng.example"]),
        Source("shop/customer/5", "泰盛贸易有限责任公司", "organisation", mails=["info@taisheng.example"]),
    )  # fmt: skip
    found = crosswalk()
    assert found["crm/customer/1"] == found["shop/customer/5"]
    assert len(set(found.values())) == 4


def test_a_number_of_too_many_names_stops_proposing_and_starts_again(hub: str) -> None:
    shared = "+8613800012345"
    couple = [
        Source("crm/customer/a", "王建国", phones=[shared], created=1),
        Source("shop/customer/b", "阿国", phones=[shared], created=2),
    ]
    load(*couple)
    assert len(set(crosswalk().values())) == 1
    before = state()
    names = ["李明", "张伟", "刘洋", "陈静", "杨帆", "赵磊", "黄勇", "周涛", "吴刚"]
    crowd = [Source(f"pos/customer/{n}", name, phones=[shared]) for n, name in enumerate(names)]
    load(*crowd)
    found = crosswalk()
    assert found["crm/customer/a"] != found["shop/customer/b"]
    incremental = state()
    clear()
    match_pending("rebuild")
    assert state() == incremental
    with db.begin() as connection:
        for record in crowd:
            drop(connection, record.key)
    match_pending("crowd gone")
    assert state() == before


def test_contacts_match_among_contacts_only(hub: str) -> None:
    firm = Source("crm/customer/1", "深圳泰盛贸易有限公司", "organisation")
    load(
        firm,
        Source("crm/contact/1", "王建国", phones=["+8613800012345"], customer=firm.key, created=1),
        Source(
            "crm/contact/2", "王建国", mails=["wjg@taisheng.example"], customer=firm.key, created=2
        ),
        Source("crm/customer/2", "王建国", phones=["+8613800012345"]),
    )
    found = crosswalk()
    assert found["crm/contact/1"] == found["crm/contact/2"] == str(golden_id("crm/contact/1"))
    assert found["crm/customer/2"] == str(golden_id("crm/customer/2"))


def test_a_cluster_over_the_limit_falls_back_to_ids(
    hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = read_policy_files()
    small = make_policy({**files, "match": {**files["match"], "cluster_limit": 3}})
    monkeypatch.setattr(run, "read_policy", lambda: small)
    number = {"identity_type": "resident_id", "identity_number": "11010519491231002X"}
    load(
        *(
            Source(
                f"crm/customer/{n}", "王建国", phones=["+8613800012345"], created=n,
                identity=number if n < 2 else {},
            )
            for n in range(5)
        )
    )  # fmt: skip
    found = crosswalk()
    assert found["crm/customer/0"] == found["crm/customer/1"]
    assert len(set(found.values())) == 4
    with db.begin() as connection:
        guarded = connection.exec_driver_sql(
            "select count(*) from match.cluster_member where is_guarded"
        ).scalar_one()
        details = connection.exec_driver_sql("select detail from steward.task").scalars().all()
    assert guarded == 5
    assert [(each["cause"], each["records"], each["customers"]) for each in details] == [
        ("guard", 5, 4)
    ], "one question for all parts"
