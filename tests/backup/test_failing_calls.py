"""The store fails or hangs up at each single call in turn: a backup is whole, or there is none."""

import pytest

from customer_hub.backup.archive import open_archive
from customer_hub.backup.drill import run_drill
from customer_hub.backup.manifest import list_ids
from customer_hub.backup.write import write_backup
from customer_hub.core.errors import BackupError
from tests.backup.calls import at, count_calls, from_then_on
from tests.backup.conftest import FORGETTING, add_rows, ask, forget, states
from tests.backup.proxy import Deed, StoreProxy


@pytest.mark.parametrize("deed", ["busy", "drop after"])
def test_a_call_that_fails_once_costs_nothing(proxy: StoreProxy, deed: Deed) -> None:
    first = write_backup("first")
    run_drill(first, "drill")
    add_rows("before")
    calls = count_calls(proxy, lambda: forget(write_backup("counted"))) - FORGETTING
    for number in range(1, calls + 1):
        add_rows(f"once {number}")
        proxy.begin(at(number, deed))
        backup_id = write_backup("once")
        assert len(proxy.calls) > number
        if number < calls:
            forget(backup_id)
    proxy.begin(lambda _: "pass")
    assert run_drill(backup_id, "drill").state == "verified"


def test_a_store_that_refuses_from_some_call_on(proxy: StoreProxy) -> None:
    first = write_backup("first")
    run_drill(first, "drill")
    add_rows("before")
    calls = count_calls(proxy, lambda: forget(write_backup("counted"))) - FORGETTING
    known = set(list_ids("data", open_archive()))
    for number in range(1, calls + 1):
        add_rows(f"refused {number}")
        proxy.begin(from_then_on(number, "refuse"))
        with pytest.raises(BackupError, match="AccessDenied"):
            write_backup("refused")
        proxy.begin(lambda _: "pass")
        assert set(list_ids("data", open_archive())) == known
        assert states()[first] == "verified"
    last = write_backup("after")
    assert run_drill(last, "drill").state == "verified"
    assert not ask("select 1 from backup.manifest where state = 'writing'")
