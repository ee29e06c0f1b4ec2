"""What every run looks up is found by an index, however large the tables have grown."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from customer_hub.core import db, sql

_NOW = datetime(2026, 11, 17, tzinfo=UTC)
_ENTITY = {"channel": "crm", "entity": "customer"}
_TIMELINE = {"golden_id": UUID(int=1), "size": 50}


@pytest.mark.parametrize(
    ("name", "params", "index"),
    [
        ("match/queue_dependents", {"keys": ["crm/customer/1"], "core_hashes": []}, "customer_by_parent"),
        ("gather/count_missing", _ENTITY, "version_by_entity"),
        (
            "gather/insert_tombstones",
            {**_ENTITY, "seen_at": _NOW, "digest": b"d", "window_id": 1},
            "version_by_entity",
        ),
        ("validate/select_change_bounds", {}, "run_receipt_by_step"),
        ("merge/select_timeline", _TIMELINE, "interaction_by_customer"),
        ("merge/select_timeline", _TIMELINE, "interaction_by_contact"),
    ],
)  # fmt: skip
def test_a_lookup_reads_its_index(hub: str, name: str, params: dict[str, Any], index: str) -> None:
    with db.begin() as connection:
        sql.run(connection, "gather/create_swept_id")
        # The tables of a test are too small for the planner to care.
        connection.exec_driver_sql("set local enable_seqscan = off")
        plan = connection.exec_driver_sql("explain " + sql.statement(name), params).scalars()
        assert index in "\n".join(plan)
