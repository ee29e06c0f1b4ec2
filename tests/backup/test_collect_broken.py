"""A retention run that breaks off at any of its calls: what is kept restores, the rest goes later."""

import signal
from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest

from customer_hub.backup import storage
from customer_hub.backup.archive import Archive
from customer_hub.backup.catalogue import settle_table
from customer_hub.backup.collect import collect_garbage
from customer_hub.backup.drill import run_drill
from customer_hub.backup.object_keys import chunk_key_of
from customer_hub.backup.retention import read_retention
from customer_hub.core.errors import BackupRefusedError
from tests.backup.calls import run_victim
from tests.backup.conftest import names_of, states, write_proven
from tests.backup.proxy import Deed, StoreProxy

_LATER = """
from datetime import timedelta
from customer_hub.backup import collect, storage
read = storage.Bucket.read_clock
storage.Bucket.read_clock = lambda bucket: read(bucket) + timedelta(days=60)
collect.collect_garbage()
"""
_LEFT = "0" * 64


def at_delete(proxy: StoreProxy, number: int, deed: Deed) -> Callable[[int], Deed]:
    """Do something from one of the deletes on; what only reads leaves nothing behind."""
    return lambda _: (
        deed if sum(call.startswith("DELETE") for call in proxy.calls) >= number else "pass"
    )


def break_off(proxy: StoreProxy, filled: Archive, collect: Callable[[int], bool]) -> int:
    """Let every third delete in turn be the last of a run, until a run comes through.

    Args:
        proxy: before the store.
        filled: the hub's archive.
        collect: runs to the delete of that number; returns whether it came through.

    Returns:
        How many runs broke off.
    """
    first = write_proven(filled)  # the month's first: it stays
    for broken in count():
        while len(states()) < 3:
            newest = write_proven(filled)  # and the one before it has had its time
        filled.bucket.put(chunk_key_of("data", _LEFT), b"left by a killed writer")
        is_through = collect(1 + 3 * broken)
        proxy.begin(lambda _: "pass")
        assert names_of(filled, first, newest) <= set(filled.bucket.list("data/chunks/"))
        assert {first, newest} <= states().keys()
        if is_through:
            break
    assert states() == {newest: "verified", first: "verified"}
    assert set(filled.bucket.list("data/chunks/")) == names_of(filled, first, newest)
    assert settle_table(read_retention().backup) == []  # nothing is taken for lost
    for backup_id in (first, newest):
        assert run_drill(backup_id, "drill").state == "verified"
    return broken


def test_a_store_that_refuses_from_some_call_on(
    proxy: StoreProxy, filled: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = storage.Bucket.read_clock
    monkeypatch.setattr(
        storage.Bucket, "read_clock", lambda bucket: read(bucket) + timedelta(days=60)
    )

    def collect(number: int) -> bool:
        proxy.begin(at_delete(proxy, number, "refuse"))
        try:
            collect_garbage()
        except BackupRefusedError:
            return False
        return True

    assert break_off(proxy, filled, collect) > 3


def test_a_run_that_is_killed(proxy: StoreProxy, filled: Archive) -> None:
    def collect(number: int) -> bool:
        status = run_victim(proxy, _LATER, at_delete(proxy, number, "kill after"))
        assert status in (0, -signal.SIGKILL)
        return status == 0

    assert break_off(proxy, filled, collect) > 3
