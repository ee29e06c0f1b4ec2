"""`hub rebuild` is one hand-over (laws 4, 11, 12): whole or not at all, and nobody else at work."""

import copy
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from typer.testing import CliRunner

import customer_hub.match.run as matching
import customer_hub.merge.run as merging
import customer_hub.publish.ownership as owning
import customer_hub.publish.plan as planning
import customer_hub.rebuild as rebuilding
import customer_hub.standardise.run as standardising
from customer_hub.channels.config import read_channel, read_channels
from customer_hub.channels.policy import complete_policy, read_policy
from customer_hub.cli import app
from customer_hub.core import db, keys, table_hash
from customer_hub.core.errors import BadDataError, ConfigurationError, HubError
from customer_hub.core.policy import Policy, make_policy, read_policy_files
from customer_hub.match.decisions import decide
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from customer_hub.publish.plan import plan_deliveries
from customer_hub.rebuild import rebuild
from customer_hub.standardise.run import standardise_pending
from customer_hub.validate.closing import queue_accepted
from customer_hub.validate.master import validate_master
from tests.landed import START, Landing, land
from tests.records import make_account, make_person
from tests.sql.publish_target import MemoryTarget
from tests.sql.publish_world import complete_first_loads, enable, execute, publish, scalar

_VICTIM = """
import os, signal
import customer_hub.publish.ownership as owning
import customer_hub.publish.plan as planning
import customer_hub.rebuild as rebuilding
from customer_hub.match.run import match_pending
def match_and_die(run_id):
    match_pending(run_id)
    os.kill(os.getpid(), signal.SIGKILL)
rebuilding.match_pending = match_and_die
rebuilding.rebuild()
"""


def queue(window: int) -> None:
    with db.begin() as connection:
        queue_accepted(connection, window_id=window)


def build() -> None:
    standardise_pending("build")
    match_pending("build")
    merge_pending("build")
    validate_master("build")


def hashes() -> dict[str, str]:
    with db.begin() as connection:
        return table_hash.hash_tables(connection, keys.sealer())


def fill() -> MemoryTarget:
    """Three records, two golden customers; the CRM acknowledged the ids of those that stand."""
    records = [Landing("a1", make_account(id="a1")), Landing("b1", make_person(id="b1"))]
    queue(land(records, state="closed"))
    queue(land([Landing("a1", None, hour=2.0)], state="closed"))
    queue(land([Landing("p1", make_person(id="p1", name="欧阳娜娜"))], state="closed"))
    complete_first_loads()
    build()
    enable("crm")
    target = MemoryTarget("a1", "b1", "p1")
    assert publish(target)["confirmed"] == 2, "a deleted record is left alone"
    return target


@pytest.fixture
def built(hub: str) -> MemoryTarget:
    return fill()


def hold(monkeypatch: pytest.MonkeyPatch, policy: Policy) -> None:
    """Let the files say this policy."""
    for module in (standardising, matching, merging, planning, owning, rebuilding):
        monkeypatch.setattr(module, "read_policy", lambda: policy)


def test_it_gives_what_was_there_and_pushes_nothing(built: MemoryTarget) -> None:
    before, changes = hashes(), scalar("select count(*) from publish.change")
    done = rebuild()
    assert (done.waiting, done.different) == (0, ())
    assert hashes() == before
    assert scalar("select count(*) from publish.change") == changes
    assert not any(publish(built).values())


def test_each_run_has_its_own_receipts_and_passes_both_suites(built: MemoryTarget) -> None:
    runs = [rebuild().run_id, rebuild().run_id]
    for run_id in runs:
        rows = execute(
            "select step, counts from hub.run_receipt where run_id = %(run)s", run=run_id
        )
        counts = {row.step: row.counts for row in rows}
        assert counts["standardise"]["keys"] == 3
        assert counts["validate_standard"]["judged"] == 3
        assert "validate_master" in counts


def test_a_killed_rebuild_leaves_everything_as_it_was(built: MemoryTarget) -> None:
    execute("update master.customer set level_code = null, content_digest = ''")
    before = hashes()
    finished = subprocess.run(
        [sys.executable, "-c", _VICTIM],
        env={**os.environ, "PYTHONPATH": "plugins:."},
        check=False,
        timeout=60,
    )
    assert finished.returncode == -signal.SIGKILL
    assert hashes() == before
    assert not any(publish(built, run_id="after").values())
    assert rebuild().different == ("master.customer",)


def test_a_broken_suite_leaves_everything_as_it_was(
    built: MemoryTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(run_id: str) -> None:
        raise BadDataError(f"{run_id} is broken")

    before = hashes()
    monkeypatch.setattr(rebuilding, "validate_master", refuse)
    with pytest.raises(BadDataError):
        rebuild()
    assert hashes() == before


def test_it_waits_for_nobody_and_lets_nobody_in(
    built: MemoryTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, leave = threading.Event(), threading.Event()

    def match_slowly(run_id: str) -> object:
        entered.set()
        assert leave.wait(30)
        return match_pending(run_id)

    monkeypatch.setattr(rebuilding, "match_pending", match_slowly)
    thread = threading.Thread(target=rebuild)
    thread.start()
    assert entered.wait(30)
    try:
        for step in _steps():
            with pytest.raises(HubError, match="another run"):
                step()
        # Who looks meanwhile sees the master as it was, and windows may be closed.
        assert scalar("select count(*) from master.customer") == 2
        queue(land([Landing("a1", make_account(id="a1"), hour=3.0)], state="closed"))
    finally:
        leave.set()
        thread.join(60)
    assert scalar("select count(*) from landing.pending_key") == 1, "that is for the next build"
    for name in ("standardise", "match", "merge", "publish/shop"):
        with db.hold_lock(name), pytest.raises(HubError, match="another run"):
            rebuild()


def _steps() -> list[Callable[[], object]]:
    return [
        lambda: standardise_pending("beside"),
        lambda: match_pending("beside"),
        lambda: merge_pending("beside"),
        lambda: plan_deliveries(read_channel("crm"), "beside"),
        lambda: decide("must-link", "crm/customer/a1", "crm/customer/p1", "me", "why"),
    ]


def test_a_golden_record_that_nobody_belongs_to_any_more_goes_with_a_change(
    built: MemoryTarget,
) -> None:
    stale = "00000000-0000-5000-8000-000000000001"
    execute(
        "insert into master.customer_version select (jsonb_populate_record(version,"
        " jsonb_build_object('golden_id', %(id)s::text))).* from master.customer_version as version"
        " limit 1",
        id=stale,
    )
    rebuild()
    kinds = execute("select kind from publish.change where golden_id = %(id)s::uuid", id=stale)
    assert [row.kind for row in kinds] == ["removed"]
    assert rebuild().results[-2].counts["removed"] == 0


def test_the_command_tells_what_differs_and_why(built: MemoryTarget) -> None:
    run = CliRunner().invoke
    assert "differ from before: none" in run(app, ["rebuild"]).output
    execute("update master.customer set level_code = 'C'")
    found = run(app, ["rebuild"])
    assert (found.exit_code, "before: master.customer" in found.output) == (1, True)
    queue(land([Landing("b1", make_person(id="b1", name="张玮"), hour=4.0)], state="closed"))
    found = run(app, ["rebuild"])
    assert (found.exit_code, "1 records waited" in found.output) == (0, True)
    assert START + timedelta(hours=4) == scalar("select max(version_at) from source.customer")


def test_no_step_goes_on_under_another_policy_until_a_rebuild_activates_it(
    built: MemoryTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels = dict(read_channels())
    channels["crm"] = channels["crm"].model_copy(update={"trust": 1})
    hold(monkeypatch, complete_policy(read_policy_files(), channels))
    queue(land([Landing("a1", make_account(id="a1"), hour=3.0)], state="closed"))
    for step in (build, rebuild, lambda: publish(built)):
        with pytest.raises(ConfigurationError, match="channels/crm"):
            step()
    with pytest.raises(HubError, match="no reason"):
        rebuild(activate=True, author="me")
    rebuild(activate=True, author="me", reason="less trust")
    build()
    entry = execute("select * from hub.audit_log where action = 'activate policy'")[0]
    assert (entry.actor, entry.action, entry.reason) == ("me", "activate policy", "less trust")


def test_a_field_that_ownership_gives_later_reaches_the_records_that_stand(
    hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, narrow = read_policy(), copy.deepcopy(read_policy().content)
    del narrow["ownership"]["crm"]["customer"]["owners"]["region_code"]
    hold(monkeypatch, make_policy(narrow))
    target = fill()
    assert "region_code" not in target.records["b1"]
    hold(monkeypatch, real)
    with pytest.raises(ConfigurationError, match="ownership"):
        publish(target)
    rebuild(activate=True, author="me", reason="regions")
    assert publish(target)["confirmed"] == 2
    assert [list(fields) for _, fields in target.writes[2:]] == [["region_code"]] * 2
    assert not any(publish(target).values())
