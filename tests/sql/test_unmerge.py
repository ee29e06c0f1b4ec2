"""Law 7 on a real database: after an unmerge everything is as though the merge had not been."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_hub.core import db
from customer_hub.core.errors import HubError
from customer_hub.core.identity import golden_id
from customer_hub.match.decisions import ContradictionError, decide, unmerge, withdraw
from customer_hub.match.run import match_pending
from customer_hub.merge.resolve import resolve
from customer_hub.merge.run import merge_pending
from tests.laws.pipeline import current_state, different
from tests.seeds import ON_POSTGRES, law
from tests.sql.source_rows import Source, drop, put

PHONE, OTHER = "+8613800012345", "+8613800054321"
CRM = Source(
    "crm/customer/1", "王建国", phones=[PHONE], street="科苑路8号", tags=["vip"], created=1
)
SHOP = Source("shop/customer/2", "王建国", phones=[PHONE, OTHER], created=2)
POS = Source("pos/customer/3", "王建国", phones=[OTHER], tags=["团购"], created=3)
ALL = (CRM, SHOP, POS)
WORD = ("lin", "asked them")


def build(*records: Source) -> None:
    with db.begin() as connection:
        put(connection, *records)
    match_pending("test")
    merge_pending("test")


def clusters() -> set[tuple[str, ...]]:
    with db.begin() as connection:
        rows = connection.exec_driver_sql(
            "select array_agg(source_key order by source_key) as mates from match.crosswalk"
            " group by golden_id"
        )
        return {tuple(row.mates) for row in rows}


def holders(table: str) -> dict[str, UUID]:
    """Return under which golden id each row of a child table is found, through the crosswalk."""
    with db.begin() as connection:
        rows = connection.exec_driver_sql(
            "select child.source_key, crosswalk.golden_id from source." + table + " as child"
            " join match.crosswalk as crosswalk on child.customer_source_key = crosswalk.source_key"
        )
        return {row.source_key: row.golden_id for row in rows}


def query(statement: str) -> list[Any]:
    with db.begin() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


def test_each_part_is_what_it_would_be_alone_with_its_children(hub: str) -> None:
    with db.begin() as connection:
        for record in ALL:
            connection.exec_driver_sql(
                "insert into source.sales_order (source_key, channel, source_id, version_id,"
                " version_at, is_deleted, order_number, order_key, customer_source_key,"
                " standardiser_version)"
                " values (%(key)s, 'shop', '', 1, now(), false, '', %(key)s, %(owner)s, 1)",
                {"key": f"order of {record.key}", "owner": record.key},
            )
            connection.exec_driver_sql(
                "insert into source.ticket (source_key, channel, source_id, version_id, version_at,"
                " is_deleted, customer_source_key, standardiser_version)"
                " values (%(key)s, 'support', '', 1, now(), false, %(owner)s, 1)",
                {"key": f"ticket of {record.key}", "owner": record.key},
            )
    build(*ALL)
    assert len(clusters()) == 1
    merged = golden_id(CRM.key)
    assert set(holders("sales_order").values()) == {merged}
    assert query("select tag from master.tag order by tag") == [("vip",), ("团购",)]
    unmerge(merged, [[CRM.key], [SHOP.key, POS.key]], *WORD)
    build()
    assert clusters() == {(CRM.key,), (POS.key, SHOP.key)}
    other = golden_id(SHOP.key)
    wanted = {CRM.key: merged, SHOP.key: other, POS.key: other}
    assert holders("sales_order") == {f"order of {key}": each for key, each in wanted.items()}
    assert holders("ticket") == {f"ticket of {key}": each for key, each in wanted.items()}
    assert query("select golden_id, tag from master.tag order by tag") == [
        (merged, "vip"), (other, "团购"),
    ]  # fmt: skip
    points = query("select golden_id, count(*) from master.contact_point group by 1 order by 2")
    assert points == [(merged, 1), (other, 2)]
    assert query("select golden_id from master.address") == [(merged,)]
    kept = current_state()
    with db.begin() as connection:
        assert resolve(connection, golden_id(POS.key)).state == "unknown", "it was never given"
        assert resolve(connection, other).golden_id == other
    match_pending("nothing new")
    assert different(kept, current_state()) == []


def test_parts_stay_apart_whatever_would_bridge_them_and_together_whatever_parts_them(
    hub: str,
) -> None:
    build(*ALL)
    unmerge(golden_id(CRM.key), [[CRM.key, POS.key], [SHOP.key]], *WORD)
    build()
    assert clusters() == {(CRM.key, POS.key), (SHOP.key,)}, "no edge joins the first two"
    number = {"identity_type": "resident_id", "identity_number": "11010519491231002X"}
    bridge = Source("crm/customer/9", "王建国", phones=[PHONE, OTHER], identity=number, created=9)
    same = [
        Source(each.key, each.name, phones=each.phones, identity=number, created=each.created)
        for each in (CRM, SHOP)
    ]
    build(bridge, *same)
    mine = {mates for mates in clusters() if len(mates) > 1 or SHOP.key in mates}
    assert {key for mates in mine for key in mates} == {*(each.key for each in ALL), bridge.key}
    assert not any({CRM.key, SHOP.key} <= set(mates) for mates in mine)
    assert any({CRM.key, POS.key} <= set(mates) for mates in mine)
    # One that is erased tears its part not apart, and keeps the parts not less apart.
    with db.begin() as connection:
        drop(connection, bridge.key)
    build(*ALL, Source("crm/customer/0", "王建国", phones=[OTHER], created=5))
    with db.begin() as connection:
        drop(connection, POS.key)
    build()
    assert not any({CRM.key, SHOP.key} <= set(mates) for mates in clusters())


def test_an_unmerge_is_withdrawn_as_one(hub: str) -> None:
    build(*ALL)
    kept = current_state()
    decision = unmerge(golden_id(CRM.key), [[each.key] for each in ALL], *WORD)
    build()
    assert len(clusters()) == 3
    withdraw(decision, "lin", "a mistake")
    build()
    assert different(kept, current_state()) == []
    said = "select action, reason from hub.audit_log where actor = 'lin' order by entry_id"
    assert query(said) == [("decide unmerge", "asked them"), ("withdraw decision", "a mistake")]
    assert query("select kind, deleted_by from match.decision") == [("unmerge", "lin")]
    assert len(query("select * from match.decision_part")) == 3, "kept, as all decisions are"


def test_what_contradicts_an_unmerge_is_refused_with_its_chain_and_the_other_way_round(
    hub: str,
) -> None:
    stranger = Source("pos/customer/9", "李明", phones=["+8613900000001"])
    build(*ALL, stranger)
    golden = golden_id(CRM.key)
    link = decide("must-link", SHOP.key, POS.key, *WORD)
    build()
    with pytest.raises(ContradictionError, match=rf"contradicts the decisions {link} \(must-link"):
        unmerge(golden, [[CRM.key, SHOP.key], [POS.key]], *WORD)
    parting = unmerge(golden, [[CRM.key], [SHOP.key, POS.key]], *WORD)
    build()
    kept = current_state()
    via = decide("must-link", POS.key, stranger.key, *WORD)
    with pytest.raises(ContradictionError) as refused:
        decide("must-link", stranger.key, CRM.key, *WORD)
    assert f"{parting} (unmerge)" in str(refused.value)
    assert f"{via} (must-link)" in str(refused.value)
    with pytest.raises(ContradictionError, match=rf"{link} \(must-link\)"):
        decide("cannot-link", SHOP.key, POS.key, *WORD)
    withdraw(via, "lin", "a mistake")
    build()
    assert different(kept, current_state()) == []


def test_what_is_no_partition_is_refused(hub: str) -> None:
    stranger = Source("pos/customer/9", "李明", phones=["+8613900000001"])
    build(*ALL, stranger)
    golden = golden_id(CRM.key)
    keys = [each.key for each in ALL]
    for parts, message in (
        ([keys[:1], keys[1:2]], f"{POS.key} not named: an unmerge names every record"),
        ([keys], "needs two parts"),
        ([keys[:2], keys[1:]], "stands in two parts"),
        ([keys, []], "or a part is empty"),
        ([keys, [stranger.key]], f"{stranger.key}: not all records are its own"),
    ):
        with pytest.raises(HubError, match=message):
            unmerge(golden, parts, *WORD)
    with pytest.raises(HubError, match="no golden record has this id"):
        unmerge(UUID(int=0), [keys[:1], keys[1:]], *WORD)
    with pytest.raises(HubError, match="no reason"):
        unmerge(golden, [keys[:1], keys[1:]], "lin", " ")
    assert query("select * from match.decision") == []


def test_an_older_id_leads_to_the_record_and_the_rest_may_be_one_part(hub: str) -> None:
    build(POS)
    build(*ALL)
    unmerge(golden_id(POS.key), [[POS.key]], *WORD, is_rest_a_part=True)
    build()
    assert clusters() == {(CRM.key, SHOP.key), (POS.key,)}
    with db.begin() as connection:
        assert resolve(connection, golden_id(POS.key)).golden_id == golden_id(POS.key)


@dataclass(frozen=True)
class Step:
    """What comes at once: records that are written, and perhaps one that goes."""

    records: tuple[Source, ...]
    gone: int | None


_records = st.builds(
    lambda number, name, phones, tags, created: Source(
        f"crm/customer/{number}", name, phones=phones, tags=tags, created=created
    ),
    st.integers(0, 4),
    st.sampled_from(["王建国", "王先生", "Wang Jianguo", "王建军"]),
    st.lists(st.sampled_from([PHONE, OTHER]), min_size=1, max_size=2, unique=True),
    st.lists(st.sampled_from(["vip", "团购"]), max_size=1),
    st.one_of(st.none(), st.integers(0, 3)),
)
_steps = st.builds(
    lambda records, gone: Step(tuple(records), gone),
    st.lists(_records, min_size=1, max_size=4, unique_by=lambda record: record.key),
    st.one_of(st.none(), st.integers(0, 4)),
)


def play(step: Step) -> None:
    with db.begin() as connection:
        put(connection, *step.records)
        if step.gone is not None:
            drop(connection, f"crm/customer/{step.gone}")
    build()


def forget(*, decisions: bool) -> None:
    """Let every record go, as though none had ever come."""
    if decisions:
        query("delete from match.decision_part returning 1")
        query("delete from match.decision returning 1")
    with db.begin() as connection:
        for number in range(5):
            drop(connection, f"crm/customer/{number}")
    build()


def draw_partition(data: st.DataObject, members: Sequence[str]) -> list[list[str]]:
    """Return two or three parts, the first of which holds the first member."""
    places = [0, *(data.draw(st.integers(0, 2)) for _ in members[1:])]
    places[-1] = places[-1] or 1
    parts = [[k for k, at in zip(members, places, strict=True) if at == each] for each in range(3)]
    return [part for part in parts if part]


@law(ON_POSTGRES)
@given(st.lists(_steps, min_size=1, max_size=2), st.lists(_steps, max_size=2), st.data())
def test_an_unmerge_equals_a_merge_that_never_was(
    hub: str, before: list[Step], later: list[Step], data: st.DataObject
) -> None:
    """Whatever came before it and after: the same as if the word had stood from the first day."""
    forget(decisions=True)
    for step in before:
        play(step)
    chosen: list[list[list[str]]] = []
    for mates in sorted(each for each in clusters() if len(each) > 1):
        [(golden,)] = query(
            f"select golden_id from match.crosswalk where source_key = '{mates[0]}'"
        )
        chosen.append(draw_partition(data, mates))
        unmerge(golden, chosen[-1], *WORD)
    build()
    for step in later:
        play(step)
    unmerged = current_state()
    place = {key: mates for mates in clusters() for key in mates}
    for parts in chosen:
        found = [{place[key] for key in part if key in place} for part in parts]
        assert all(len(each) <= 1 for each in found), "each part stays together"
        assert not any(one & other for one, other in combinations(found, 2)), "the parts stay apart"
    forget(decisions=False)
    for step in [*before, *later]:
        play(step)
    assert different(unmerged, current_state()) == []
