"""A real CRM with one company, and all rooms around it: what people and the hub do to its fields."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

import customer_hub.publish.deliver as delivering
import customer_hub.publish.plan as planning
import customer_hub.publish.reconcile as reconciling
from customer_hub.core import db
from customer_hub.gather.run import gather_entity
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from customer_hub.publish.ownership import Ownership
from customer_hub.standardise.run import standardise_pending
from customer_hub.validate.closing import queue_accepted
from local.sandbox.process import SandboxProcess
from tests.channels.peers import PEERS
from tests.records import make_account
from tests.sandboxes import run_sandbox
from tests.sql.gather_memory import close_window as close_gathered
from tests.sql.publish_world import complete_first_loads, enable, execute, judge, publish, scalar
from tests.sql.source_rows import Source, put

START = datetime(2026, 11, 15, 16, tzinfo=UTC)
DAY = timedelta(days=1)
ID = "6a0000000000000a1"
KEY = f"crm/customer/{ID}"
EMPTY = {"website": None, "cShortName": None, "phoneNumber": None, "cMobile": None}
# A day older and two days newer than the CRM's own record.
OLD = Source(
    "shop/customer/2",
    "深圳市云帆科技有限公司",
    kind="organisation",
    identity={"social_credit_code": "91440300MA5DA1B2X1"},
    at=-1,
)
NEW = replace(OLD, at=2)
SITE, OTHER = "https://yunfan.example", "https://other.example"


@contextmanager
def run_crm(folder: Path) -> Iterator[SandboxProcess]:
    """Run a CRM with one company, which the hub may write to."""
    account = make_account(id=ID, modifiedAt="2026-11-16 02:00:00", **EMPTY)
    event = (1, "2026-11-16T02:00:00Z", "crm", "Account", "insert", ID, account)
    with run_sandbox(folder, [event]) as running:
        complete_first_loads()
        enable("crm")
        yield running


def own(monkeypatch: pytest.MonkeyPatch, **owners: str) -> None:
    rule = Ownership.model_validate({"owners": {"hub_id": "hub", **owners}})
    for module in (planning, delivering, reconciling):
        monkeypatch.setattr(module, "read_ownership", lambda _: {"customer": rule})


def gather(crm: SandboxProcess) -> int:
    """Let a day pass, gather the CRM, build, and say how many versions landed."""
    config = PEERS["crm"].config()
    channel = PEERS["crm"].open(crm)
    done = scalar("select count(*) from hub.gathered_window where run_id = 'gather'")
    crm.advance(4 + done)
    start, end = START + (3 + done if done else 0) * DAY, START + (4 + done) * DAY
    result = gather_entity(config, channel, "customer", start=start, end=end, run_id="gather")
    close_gathered(result.window_id)
    with db.begin() as connection:
        queue_accepted(connection, window_id=result.window_id)
    build()
    return result.landed


def build(*records: Source) -> None:
    with db.begin() as connection:
        put(connection, *records)
    for record in records:
        execute(
            "insert into landing.version (version_id, source_key, channel, entity, source_id, op,"
            " version_at, is_own_time, seen_at, digest, subject, window_id)"
            " overriding system value select version_id, source_key, channel, 'customer', source_id,"
            " 'delete', version_at, true, version_at, '', 'source:' || source_key,"
            " (select min(window_id) from hub.gathered_window)"
            " from source.customer where source_key = %(key)s on conflict do nothing",
            key=record.key,
        )
    standardise_pending("b")
    match_pending("b")
    merge_pending("b")
    judge()


def join(crm: SandboxProcess, record: Source) -> None:
    gather(crm)
    build(record)
    assert scalar("select count(distinct golden_id) from match.crosswalk") == 1


def edit(crm: SandboxProcess, **slots: Any) -> None:
    """Let somebody change the account in the CRM."""
    requests.put(
        crm.url("crm", f"/api/v1/Account/{ID}"),
        json=slots,
        headers={"X-Api-Key": crm.secrets["crm"]["api_key"]},
        timeout=10,
    ).raise_for_status()


def hold(crm: SandboxProcess, slot: str) -> Any:
    return crm.records("crm", "Account")[ID]["body"].get(slot)


def push(crm: SandboxProcess) -> dict[str, int]:
    return publish(PEERS["crm"].open(crm))


def reconcile(crm: SandboxProcess) -> dict[str, int]:
    config = PEERS["crm"].config()
    channel: Any = PEERS["crm"].open(crm)
    counts = reconciling.reconcile_target(
        config, channel, "reconcile", date(2026, 11, 23), is_whole=True
    ).counts
    return {name: count for name, count in counts.items() if count}
