"""Laws 1 to 5, 8 and 12 over the whole flow, against real servers and a real database."""

from __future__ import annotations

from pathlib import Path

import pytest

from customer_hub.core import db
from customer_hub.rebuild import rebuild
from tests.laws.pipeline import (
    CHANNELS,
    Pipeline,
    current_state,
    different,
    running_sandbox,
)

CUSTOMERS = 120
pytestmark = pytest.mark.slow


def _count(statement: str) -> int:
    with db.begin() as connection:
        return int(connection.exec_driver_sql(statement).scalar_one())


def test_three_days_hold_the_laws(hub: str, tmp_path: Path) -> None:
    with running_sandbox(tmp_path, CUSTOMERS) as sandbox:
        pipeline = Pipeline(sandbox)
        for day in (1, 2, 3):
            pipeline.live_day(day)
            if day == 1:
                assert pipeline.publish() == {"shop": 0, "crm": 0, "support": 0}, "observe mode"
                pipeline.enable_targets()
            pushed = pipeline.publish()
            assert day > 1 or all(pushed.values())
        pipeline.live_day(4)
        pipeline.publish()
        settled = current_state()
        landed = _count("select count(*) from landing.version")

        # Law 1: every receipt balances.
        with db.begin() as connection:
            receipts = connection.exec_driver_sql(
                "select counts from hub.run_receipt where step = 'validate'"
            ).scalars()
            total = 0
            for counts in receipts:
                parts = ("accepted", "duplicate", "quarantined", "refused", "outside")
                assert counts["received"] == sum(counts[part] for part in parts)
                total += counts["received"]
        assert total > CUSTOMERS

        # Law 2: the same days again land nothing, change nothing and push nothing.
        for day in (1, 2, 3, 4):
            for name in CHANNELS:
                pipeline.gather(name, day)
        pipeline.build()
        assert sum(pipeline.publish().values()) == 0
        assert _count("select count(*) from landing.version") == landed
        assert different(settled, current_state()) == []

        # Law 4: deltas of days equal a rebuild, ids included.
        changes = _count("select count(*) from publish.change")
        assert rebuild().different == ()
        assert different(settled, current_state()) == []
        assert _count("select count(*) from publish.change") == changes
        assert sum(pipeline.publish().values()) == 0, "a rebuild pushes nothing"

        # The version in force of every golden record names its members.
        stale = _count(
            "select count(*) from master.customer_version as version"
            " where recorded_to is null and op <> 'removed' and member_keys is distinct from ("
            ' select array_agg(source_key order by source_key collate "C")'
            " from match.crosswalk where crosswalk.golden_id = version.golden_id)"
        )
        assert stale == 0

        # Law 8: every id ever given resolves to a customer that lives, or to a tombstone.
        lost = _count(
            "select count(*) from master.alias as alias where not exists ("
            " select 1 from match.crosswalk as walk where walk.source_key = alias.source_key)"
        )
        assert lost == 0


def test_an_unrelated_record_changes_nothing(hub: str, tmp_path: Path) -> None:
    with running_sandbox(tmp_path, CUSTOMERS) as sandbox:
        pipeline = Pipeline(sandbox)
        pipeline.live_day(1)
        with db.begin() as connection:
            before = connection.exec_driver_sql(
                "select golden_id, version_no, content_digest from master.customer order by 1"
            ).all()
        crm = pipeline.open("crm")
        made = crm.create(
            "customer",
            {
                "legal_name": "鄂尔多斯市玖珑骉犇矿业有限责任公司",
                "kind": "organisation",
                "phone": "+8647712340000",
                "mail": "nobody@unrelated.example",
            },
        )
        assert made.outcome == "created"
        sandbox.advance(2)
        pipeline.gather("crm", 2)
        with db.begin() as connection:
            touched = set(
                connection.exec_driver_sql("select source_key from landing.pending_key").scalars()
            )
            # Only the new record is let through: the world's own day 2 waits.
            connection.exec_driver_sql(
                "delete from landing.pending_key where source_key <> %(key)s",
                {"key": f"crm/customer/{made.source_id}"},
            )
        assert f"crm/customer/{made.source_id}" in touched
        pipeline.build()
        with db.begin() as connection:
            after = connection.exec_driver_sql(
                "select golden_id, version_no, content_digest from master.customer order by 1"
            ).all()
        assert set(before) <= set(after)
        assert len(after) == len(before) + 1
