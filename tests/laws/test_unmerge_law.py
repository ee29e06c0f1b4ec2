"""Law 7: after an unmerge and the events in between, hub and targets are as though never merged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from customer_hub.core import db
from customer_hub.match.decisions import unmerge
from customer_hub.rebuild import rebuild
from tests.laws.comparison import current_rows, differing
from tests.laws.pipeline import Pipeline
from tests.laws.targets import find_made, read_targets, target_state
from tests.laws.test_order_laws import two_sandboxes

DAYS = (1, 2, 3)
UNMERGED = 6
pytestmark = pytest.mark.slow

# Customers of several channels, those with most orders and tickets first; not those that the hub
# itself brought into a target.
_MERGED = """
with merged as (
    select crosswalk.golden_id,
        array_agg(crosswalk.source_key order by crosswalk.source_key) as members,
        sum((select count(*) from source.sales_order as bought
            where bought.customer_source_key = crosswalk.source_key)) as orders,
        sum((select count(*) from source.ticket as asked
            where asked.customer_source_key = crosswalk.source_key)) as tickets
    from match.crosswalk as crosswalk
    where crosswalk.entity = 'customer' and crosswalk.golden_id not in (
        select delivery.golden_id from publish.delivery as delivery where delivery.op = 'create')
    group by crosswalk.golden_id
    having count(distinct split_part(crosswalk.source_key, '/', 1)) > 1
)
select * from merged
order by least(orders, 1) + least(tickets, 1) desc, orders desc, golden_id
"""


def rows(statement: str, **params: Any) -> list[Any]:
    with db.begin() as connection:
        return list(connection.exec_driver_sql(statement, params))


def unmerge_some() -> list[tuple[UUID, list[str], list[str]]]:
    """Take the first record out of some merged customers; returns id, that record, the rest."""
    found = rows(_MERGED)[:UNMERGED]
    assert len(found) == UNMERGED
    assert sum(row.orders for row in found) > 0, "children hang on them"
    assert sum(row.tickets for row in found) > 0
    parted = [(row.golden_id, row.members[:1], row.members[1:]) for row in found]
    for golden, first, rest in parted:
        unmerge(golden, [first, rest], "steward", "two customers, asked both")
    return parted


def say_from_the_start(parted: list[tuple[UUID, list[str], list[str]]]) -> None:
    """Let the decisions stand in a hub that has not seen a single record."""
    for _, first, rest in parted:
        [(number,)] = rows(
            "insert into match.decision (kind, author, reason)"
            " values ('unmerge', 'steward', 'x') returning decision_id"
        )
        for part, keys in enumerate((first, rest)):
            for key in keys:
                rows(
                    "insert into match.decision_part values (%(number)s, %(key)s, %(part)s)"
                    " returning 1",
                    number=number, key=key, part=part,
                )  # fmt: skip


def test_after_an_unmerge_hub_and_targets_are_as_though_never_merged(
    hub: str, tmp_path: Path, move_to_fresh_hub: Callable[[], str]
) -> None:
    with two_sandboxes(tmp_path) as (first, second):
        for sandbox in (first, second):
            sandbox.advance(DAYS[-1])
        world = read_targets(first)
        pipeline = Pipeline(first)
        for day in DAYS:
            pipeline.day(day)
            if day == DAYS[0]:
                pipeline.enable_targets()
            pushed = pipeline.publish()
            if day == DAYS[0]:
                assert all(pushed.values()), "the merge has reached the targets"
                merged, told = current_rows({}), read_targets(first)
                parted = unmerge_some()
                pipeline.build()
                assert sum(pipeline.publish().values()) > 0, "compensating pushes"
                changed = differing(merged, current_rows({}))
                assert {"match.crosswalk", "master.customer"} <= changed.keys()
                assert read_targets(first) != told
        pipeline.settle(DAYS[-1])
        kept, reached = current_rows(find_made(first, world)), target_state(first, world)
        rebuild()
        assert differing(kept, current_rows(find_made(first, world))) == {}

        move_to_fresh_hub()
        say_from_the_start(parted)
        pipeline = Pipeline(second)
        for day in DAYS:
            pipeline.day(day)
            if day == DAYS[0]:
                pipeline.enable_targets()
            pipeline.publish()
        pipeline.settle(DAYS[-1])
        assert differing(kept, current_rows(find_made(second, world))) == {}
        assert target_state(second, world) == reached
