"""A batch of the pipeline is one entry of the audit log: its receipt and a root hash, chained."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from customer_hub.core import audit, db
from customer_hub.core.receipts import Batch, RootHash, write_receipt
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from customer_hub.validate import gate
from tests.landed import Landing, land, make_channel
from tests.records import make_account
from tests.sql.publish_target import MemoryTarget
from tests.sql.publish_world import complete_first_loads, enable, execute, publish, put_customer
from tests.sql.source_rows import Source, put

WANG = Source("crm/customer/1", "王建国", phones=["+8613800012345"])


def entries() -> list[Any]:
    """Return what the pipeline did, in the order of the chain."""
    return list(
        execute(
            "select action, subject, reason from hub.audit_log where actor = 'pipeline'"
            " order by entry_id"
        )
    )


def is_whole() -> bool:
    with db.begin() as connection:
        return audit.verify_chain(connection) is None


def check(entry: Any, step: str, *changed: Sequence[str | int]) -> None:
    """Compare an entry and the step's receipt with a hash made here of what changed."""
    told = [json.dumps(each, ensure_ascii=False, separators=(",", ":")) + "\n" for each in changed]
    root = hashlib.sha256("".join(told).encode()).hexdigest()
    (receipt,) = execute(
        "select run_id, counts, root_hash from hub.run_receipt where step = %(step)s::text"
        " and root_hash is not null",
        step=step,
    )
    assert bytes(receipt.root_hash).hex() == root
    counts = json.dumps(receipt.counts, sort_keys=True)
    assert entry.reason == f"run {receipt.run_id}: {counts}, root hash {root}"


def test_a_window_that_closes_is_a_batch_once(hub: str) -> None:
    versions = [Landing("a2", make_account(id="a2")), Landing("a1", make_account(id="a1"))]
    window = land([*versions, Landing("a3", None)])
    for _ in range(2):
        assert gate.validate_window(make_channel("crm"), window, "run").state == "closed"
    (entry,) = entries()
    assert (entry.action, entry.subject) == ("close window", f"window {window}")
    landed = execute("select source_key, op, encode(digest, 'hex') from landing.version order by 1")
    check(entry, "validate", *map(list, landed))
    assert [row[1] for row in landed] == ["upsert", "upsert", "delete"]
    assert "王" not in entry.reason
    assert is_whole()


@pytest.mark.parametrize("is_empty", [True, False])
def test_a_window_that_is_held_or_empty_is_none(hub: str, is_empty: bool) -> None:
    nameless = [Landing(f"x{n}", make_account(name=" ", cShortName=None)) for n in range(4)]
    window = land([] if is_empty else nameless)
    state = gate.validate_window(make_channel("crm"), window, "run").state
    assert state == ("closed" if is_empty else "held")
    assert entries() == []


def test_a_merge_is_a_batch_if_it_changes_a_golden_record(hub: str) -> None:
    with db.begin() as connection:
        put(connection, WANG)
    for run_id in ("first", "nothing pending"):
        match_pending(run_id)
        merge_pending(run_id)
    execute(
        "insert into master.pending_golden (golden_id, entity)"
        " select golden_id, 'customer' from master.customer"
    )
    assert merge_pending("nothing changed").counts["unchanged"] == 1
    (entry,) = entries()
    assert (entry.action, entry.subject) == ("merge", "master")
    versions = execute(
        "select golden_id::text, version_no, encode(content_digest, 'hex') from master.customer"
    )
    check(entry, "merge", *map(list, versions))


def test_a_delivery_run_is_a_batch_if_it_touches_a_delivery(hub: str) -> None:
    complete_first_loads()
    put_customer("crm/customer/1")
    enable("crm")
    target = MemoryTarget("1")
    assert publish(target)["confirmed"] == 1
    execute("update hub.run_receipt set run_id = run_id || ' 1'")
    assert publish(target).get("confirmed", 0) == 0
    (entry,) = [each for each in entries() if each.action == "deliver"]
    assert entry.subject == "crm"
    deliveries = execute("select delivery_id, state from publish.delivery order by 1")
    assert [row.state for row in deliveries] == ["confirmed"]
    (receipt,) = execute("select root_hash from hub.run_receipt where root_hash is not null")
    assert entry.reason.endswith(bytes(receipt.root_hash).hex())
    line = json.dumps([deliveries[0].delivery_id, "confirmed"], separators=(",", ":")) + "\n"
    assert bytes(receipt.root_hash) == hashlib.sha256(line.encode()).digest()


def _close(name: str) -> None:
    root = RootHash()
    root.add(name)
    with db.begin() as connection:
        write_receipt(connection, name, "test", {}, batch=Batch("test", name, root))


def test_the_chain_holds_when_many_write_at_once(hub: str) -> None:
    def write(name: str) -> None:
        for number in range(5):
            _close(f"{name}{number}")

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(entries()) == 20
    assert is_whole()


def test_one_transaction_of_many_steps_blocks_the_log_at_its_end_only(hub: str) -> None:
    with db.begin_whole() as connection:
        _close("whole")
        # Another process, that is another context, closes its batch meanwhile.
        other = threading.Thread(target=_close, args=("meanwhile",), daemon=True)
        other.start()
        other.join(timeout=20)
        assert not other.is_alive()
        assert connection.exec_driver_sql("select count(*) from hub.run_receipt").scalar() == 2
    assert [each.subject for each in entries()] == ["meanwhile", "whole"]
    assert is_whole()
