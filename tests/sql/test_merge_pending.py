"""merge_pending on a real database: golden rows, lineage, versions, outbox."""

from dataclasses import replace
from typing import Any

from customer_hub.core import db, keys
from customer_hub.core.identity import golden_id
from customer_hub.core.subjects import read_salts
from customer_hub.match.decisions import decide, withdraw
from customer_hub.match.run import match_pending
from customer_hub.merge.resolve import resolve
from customer_hub.merge.run import merge_pending
from tests.sql.publish_target import MemoryTarget
from tests.sql.publish_world import complete_first_loads, enable, judge, publish
from tests.sql.source_rows import Source, drop, put

FIRST = Source(
    "crm/customer/1", "王建国", phones=["+8613800012345"], mails=["wangjg88@mail.example"],
    identity={"birth_on": "1980-02-03"}, remark="call first", region="440305", street="科苑路8号",
    tags=["vip"], created=1, at=1, columns={"level_code": "A", "status": "active"},
)  # fmt: skip
SECOND = Source(
    "shop/customer/2", "Wang Jianguo", phones=["+8613800012345"], masked=["138****2345"],
    identity={"birth_on": "1980-02-03"}, finance={"payment_method_code": "wechat"},
    tags=["团购"], created=2, at=2, columns={"level_code": "B", "status": "inactive"},
)  # fmt: skip
GOLDEN = golden_id(FIRST.key)


def run(*records: Source) -> dict[str, int]:
    with db.begin() as connection:
        put(connection, *records)
    match_pending("test")
    return merge_pending("test").counts


def query(text: str, **params: Any) -> list[Any]:
    with db.begin() as connection:
        return list(connection.exec_driver_sql(text, params).all())


def open_segment(row: Any, segment: str) -> Any:
    with db.begin() as connection:
        salt = read_salts(connection, [f"golden:{row.golden_id}"])[f"golden:{row.golden_id}"]
    sealed = getattr(row, f"{segment}_sealed")
    return keys.sealer().unseal("master.customer", segment, str(row.golden_id), salt, sealed)


def master_state() -> dict[str, list[tuple[str, ...]]]:
    """Current rows of master without sealed bytes, which differ from one sealing to the next."""
    columns = {
        "customer": "golden_id, kind, legal_name, level_code, status, identity_digest, finance_digest,"
        " free_text_digest, record_count, completeness_share, content_digest",
        "contact": "golden_id, name, status, record_count, content_digest",
        "contact_point": "golden_id, ordinal, type, is_preferred, is_generic, contact_digest, source_key",
        "address": "golden_id, ordinal, type, region_code, contact_digest, source_key",
        "tag": "golden_id, tag",
        "relation": "golden_id, kind, other_golden_id",
        "classification": "golden_id, scheme, code, source_key",
        "cell_lineage": "golden_id, field, source_key, version_id, rule, losers",
    }
    return {
        table: sorted(
            tuple(bytes(v).hex() if isinstance(v, bytes | memoryview) else str(v) for v in row)
            for row in query(f"select {names} from master.{table}")
        )
        for table, names in columns.items()
    }


def test_two_records_become_one_golden_customer(hub: str) -> None:
    counts = run(FIRST, SECOND)
    assert counts == {"pending": 1, "created": 1, "changed": 0, "unchanged": 0, "removed": 0}
    [row] = query("select * from master.customer")
    assert (row.golden_id, row.legal_name, row.record_count) == (GOLDEN, "王建国", 2)
    assert open_segment(row, "identity") == {"birth_on": "1980-02-03"}
    assert open_segment(row, "finance") == {"payment_method_code": "wechat"}
    assert open_segment(row, "free_text") == {"remark": "call first"}
    assert 0 < row.completeness_share < 1
    points = query("select type, is_preferred from master.contact_point order by ordinal")
    assert [tuple(point) for point in points] == [("mobile", True), ("mail", True)]
    tags = query('select tag from master.tag order by tag collate "C"')
    assert [tag.tag for tag in tags] == ["vip", "团购"]
    [version] = query("select * from master.customer_version")
    assert (version.version_no, version.op, version.recorded_to) == (1, "created", None)
    assert "1980" not in str(version.clear_values) + str(version.sealed_pointers)
    assert version.sealed_pointers["identity.birth_on"]["field"] == "identity.birth_on"
    changes = query("select golden_id, version_no, kind from publish.change")
    assert [tuple(change) for change in changes] == [(GOLDEN, 1, "created")]


def test_every_cell_is_recomputed_from_its_lineage(hub: str) -> None:
    run(FIRST, SECOND)
    lineage = {row.field: row for row in query("select * from master.cell_lineage")}
    records = {FIRST.key: FIRST, SECOND.key: SECOND}
    [golden] = query("select * from master.customer")
    cells = {
        name: getattr(golden, name)
        for name in ("kind", "legal_name", "region_code", "level_code", "status")
    } | {
        f"{segment}.{name}": value
        for segment in ("identity", "finance", "free_text")
        for name, value in open_segment(golden, segment).items()
    }
    assert set(lineage) == set(cells)
    for name, row in lineage.items():
        source = records[row.source_key]
        given = {
            "kind": source.kind, "legal_name": source.name, "region_code": source.region,
            "free_text.remark": source.remark, **source.columns,
            **{f"identity.{key}": value for key, value in source.identity.items()},
            **{f"finance.{key}": value for key, value in source.finance.items()},
        }  # fmt: skip
        assert given[name] == cells[name], name
        [current] = query(
            "select version_id from source.customer where source_key = %(key)s", key=row.source_key
        )
        assert row.version_id == current.version_id
    assert {each["source_key"] for each in lineage["level_code"].losers} < set(records)
    assert lineage["level_code"].losers[0]["lost_by"]


def test_nothing_new_means_no_version_and_no_resealing(hub: str) -> None:
    run(FIRST, SECOND)
    before = query("select * from master.customer"), query("select * from master.contact_point")
    assert merge_pending("idle").counts == {"pending": 0}
    with db.begin() as connection:
        put(connection, FIRST)
    match_pending("again")
    counts = merge_pending("again").counts
    assert (counts["unchanged"], counts["changed"], counts["created"]) == (1, 0, 0)
    after = query("select * from master.customer"), query("select * from master.contact_point")
    assert after == before
    assert len(query("select * from master.customer_version")) == 1
    assert len(query("select * from publish.change")) == 1


def stale_versions() -> list[Any]:
    """Versions in force whose members are not those of the crosswalk."""
    return query(
        "select golden_id from master.customer_version as version"
        " where recorded_to is null and op <> 'removed' and member_keys is distinct from ("
        ' select array_agg(source_key order by source_key collate "C") from match.crosswalk'
        " where crosswalk.golden_id = version.golden_id)"
    )


def test_members_that_move_are_a_version_even_where_no_value_changes(hub: str) -> None:
    twin = replace(FIRST, key="shop/customer/7", created=3, tags=(), remark=None)
    run(FIRST)
    before = query("select * from master.customer")[0]

    def versions() -> list[tuple[Any, ...]]:
        rows = query(
            "select version_no, op, member_keys from master.customer_version"
            " where golden_id = %(id)s order by version_no",
            id=GOLDEN,
        )
        return [tuple(row) for row in rows]

    assert run(twin)["changed"] == 1
    after = query("select * from master.customer")[0]
    assert (after.legal_name, after.level_code) == (before.legal_name, before.level_code)
    assert versions()[1:] == [(2, "changed", [FIRST.key, twin.key])]
    assert run(twin)["unchanged"] == 1
    # A member whose channel deletes it says nothing any more, and still belongs to the record.
    assert run(replace(twin, deleted=True, at=2))["changed"] == 1
    assert versions()[2:] == [(3, "changed", [FIRST.key, twin.key])]
    decide("cannot-link", FIRST.key, twin.key, "steward", "father and son, I asked")
    match_pending("apart")
    merge_pending("apart")
    assert versions()[3:] == [(4, "changed", [FIRST.key])]
    assert stale_versions() == []
    changes = query("select version_no from publish.change where golden_id = %(id)s", id=GOLDEN)
    assert sorted(row.version_no for row in changes) == [1, 2, 3, 4]


def test_a_record_that_joins_unchanged_values_is_sent_its_golden_id(hub: str) -> None:
    twin = replace(FIRST, key="shop/customer/7", created=3, tags=(), remark=None)
    complete_first_loads()
    run(FIRST)
    judge()
    enable("shop")
    target = MemoryTarget("7")
    publish(target, "shop")
    assert target.writes == []
    run(twin)
    judge()
    publish(target, "shop")
    assert target.records["7"]["hub_id"] == str(GOLDEN)
    decision = decide("cannot-link", FIRST.key, twin.key, "steward", "father and son, I asked")
    match_pending("apart")
    merge_pending("apart")
    judge()
    publish(target, "shop")
    assert target.records["7"]["hub_id"] == str(golden_id(twin.key))
    withdraw(decision, "steward", "I was wrong")
    match_pending("again")
    merge_pending("again")
    judge()
    publish(target, "shop")
    assert target.records["7"]["hub_id"] == str(GOLDEN)
    writes = len(target.writes)
    publish(target, "shop")
    assert len(target.writes) == writes == 3


def test_a_merge_and_an_unmerge_keep_every_id_resolving(hub: str) -> None:
    apart = Source("shop/customer/2", "Wang Jianguo", phones=["+8613900067890"], created=2, at=2)
    run(FIRST, apart)
    alone = master_state()
    other = golden_id(apart.key)
    decision = decide("must-link", FIRST.key, apart.key, "steward", "same person, I asked")
    match_pending("join")
    counts = merge_pending("join").counts
    assert (counts["changed"], counts["removed"]) == (1, 1)
    with db.begin() as connection:
        assert resolve(connection, other).golden_id == GOLDEN
        assert resolve(connection, other).state == "moved"
        assert resolve(connection, GOLDEN).state == "current"
        assert resolve(connection, golden_id("x/customer/0")).state == "unknown"
    withdraw(decision, "steward", "I was wrong")
    match_pending("split")
    merge_pending("split")
    assert master_state() == alone
    versions = query(
        "select version_no, op from master.customer_version where golden_id = %(id)s"
        " order by version_no",
        id=other,
    )
    assert [tuple(row) for row in versions] == [(1, "created"), (2, "removed"), (3, "created")]
    with db.begin() as connection:
        assert resolve(connection, other).state == "current"
        drop(connection, apart.key)
    match_pending("erase")
    merge_pending("erase")
    with db.begin() as connection:
        assert resolve(connection, other).state == "tombstone"


def test_deleted_records_keep_the_id_and_lose_their_say(hub: str) -> None:
    run(FIRST, SECOND)
    run(replace(FIRST, deleted=True, at=3))
    [row] = query("select * from master.customer")
    assert (row.golden_id, row.legal_name, row.status) == (GOLDEN, "Wang Jianguo", "inactive")
    run(replace(SECOND, deleted=True, at=4))
    [row] = query("select * from master.customer")
    assert (row.golden_id, row.status) == (GOLDEN, "archived")


def test_a_branch_finds_its_parent_whenever_it_comes(hub: str) -> None:
    parent = Source("crm/customer/p", "深圳泰盛贸易有限公司", "organisation")
    branch = Source("pos/customer/b", "深圳泰盛贸易有限公司上海分公司", "organisation")
    run(branch)
    assert query("select * from master.relation") == []
    run(parent)
    [relation] = query("select * from master.relation")
    assert (relation.golden_id, relation.kind) == (golden_id(branch.key), "branch_of")
    assert relation.other_golden_id == golden_id(parent.key)
    with db.begin() as connection:
        drop(connection, parent.key)
    match_pending("gone")
    merge_pending("gone")
    assert query("select * from master.relation") == []


def test_a_contact_follows_its_customer(hub: str) -> None:
    firm = Source("crm/customer/2", "深圳泰盛贸易有限公司", "organisation", created=5)
    older = Source(
        "pos/customer/1", "深圳市泰盛贸易有限公司", "organisation", mails=["a@taisheng.example"],
        phones=["+8613800012345"], created=1,
    )  # fmt: skip
    contact = Source("crm/contact/1", "王建国", customer=firm.key, phones=["+8613900012345"])
    run(firm, contact)
    [relation] = query("select * from master.relation")
    assert relation.other_golden_id == golden_id(firm.key)
    run(
        Source(
            "crm/customer/2",
            "深圳泰盛贸易有限公司",
            "organisation",
            phones=["+8613800012345"],
            created=5,
        ),
        older,
    )
    [relation] = query("select * from master.relation")
    assert (relation.golden_id, relation.kind) == (golden_id(contact.key), "contact_of")
    assert relation.other_golden_id == golden_id(older.key)
