"""A writer and a drill are killed at each single call in turn: nothing is lost or believed too soon."""

import signal

import pytest

from customer_hub.backup.archive import open_archive
from customer_hub.backup.drill import run_drill
from customer_hub.backup.manifest import list_ids
from customer_hub.backup.write import write_backup
from tests.backup.calls import at, count_calls, run_victim
from tests.backup.conftest import FORGETTING, add_rows, ask, forget, states
from tests.backup.proxy import Deed, StoreProxy

_WRITE = "from customer_hub.backup.write import write_backup; write_backup('victim')"
_SCRATCH = "select 1 from pg_database where datname ~ '^hub_drill_.+_'"
_DRILL = "from customer_hub.backup.drill import run_drill; run_drill({!r}, 'victim')"


@pytest.mark.parametrize("deed", ["kill", "kill after"])
def test_a_writer_that_is_killed(proxy: StoreProxy, deed: Deed) -> None:
    first = write_backup("first")
    run_drill(first, "drill")
    add_rows("before")
    calls = count_calls(proxy, lambda: forget(write_backup("counted"))) - FORGETTING
    complete = 0
    for number in range(1, calls + 1):
        add_rows(f"killed {number}")
        known = set(list_ids("data", open_archive()))
        assert run_victim(proxy, _WRITE, at(number, deed)) == -signal.SIGKILL
        made = set(list_ids("data", open_archive())) - known
        complete += len(made)
        assert states()[first] == "verified"
        assert "verified" not in {states()[each] for each in made}
    assert complete == (1 if deed == "kill after" else 0)  # killed when it had written its manifest
    last = write_backup("after")
    assert run_drill(last, "drill").state == "verified"
    found = dict(ask("select state, count(*) from backup.manifest group by 1"))
    assert (found["verified"], found["written"]) == (2, 1 + complete)  # the counted one
    assert found["failed"] >= calls - 6  # killed before its row was there, it has left none
    assert "writing" not in found


def test_a_drill_whose_machine_goes_down(proxy: StoreProxy) -> None:
    first = write_backup("first")
    run_drill(first, "drill")
    second = write_backup("second")
    calls = count_calls(proxy, lambda: run_drill(first, "counted"))
    left = 0
    for number in range(1, calls + 1):
        assert run_victim(proxy, _DRILL.format(second), at(number, "kill")) == -signal.SIGKILL
        assert states() == {first: "verified", second: "written"}
        left += len(ask(_SCRATCH))
    assert left > 0
    assert run_drill(second, "drill").state == "verified"
    assert not ask(_SCRATCH)
