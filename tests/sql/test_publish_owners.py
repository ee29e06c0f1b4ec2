"""Fields that people of a target fill as well: whose word counts, over a real CRM and all rooms."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

import customer_hub.publish.deliver as delivering
import customer_hub.publish.plan as planning
from customer_hub.core import db
from customer_hub.gather.run import gather_entity
from customer_hub.match.decisions import unmerge
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


@pytest.fixture
def crm(hub: str, tmp_path: Path) -> Iterator[SandboxProcess]:
    """A CRM with one company."""
    account = make_account(id=ID, modifiedAt="2026-11-16 02:00:00", **EMPTY)
    event = (1, "2026-11-16T02:00:00Z", "crm", "Account", "insert", ID, account)
    with run_sandbox(tmp_path, [event]) as running:
        complete_first_loads()
        enable("crm")
        yield running


def own(monkeypatch: pytest.MonkeyPatch, **owners: str) -> None:
    rule = Ownership.model_validate({"owners": {"hub_id": "hub", **owners}})
    for module in (planning, delivering):
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


def test_our_own_write_comes_back_and_lands_nothing(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(monkeypatch, website="hub")
    join(crm, replace(NEW, columns={"website": SITE}))
    assert push(crm)["confirmed"] == 1
    assert hold(crm, "website") == SITE
    assert gather(crm) == 0
    assert scalar("select website from source.customer where source_key = %(key)s", key=KEY) is None
    assert not any(push(crm).values())
    edit(crm, description="called them")
    assert gather(crm) == 1, "what somebody says there lands"
    assert not any(push(crm).values())


def test_a_hub_owned_field_is_kept_and_what_is_held_is_not_sent(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(crm, website="HTTP://YUNFAN.example/", phoneNumber="0755-2600 1234")
    own(monkeypatch, website="hub", phone="hub")
    said = replace(NEW, columns={"website": "http://yunfan.example"}, phones=["+8675526001234"])
    join(crm, said)
    assert push(crm)["confirmed"] == 1
    fields = execute("select field from publish.sent order by field")
    assert [row.field for row in fields] == ["hub_id"], "it holds the others, as people write them"
    # As a rule would have it that trusts the shop more.
    execute(
        "with moved as (update master.customer set website = %(site)s returning golden_id)"
        " insert into publish.change (golden_id, entity, version_no, kind)"
        " select golden_id, 'customer', 99, 'changed' from moved",
        site=OTHER,
    )
    judge()
    assert push(crm)["confirmed"] == 1
    assert (hold(crm, "website"), hold(crm, "phoneNumber")) == (OTHER, "0755-2600 1234")


def test_the_more_recent_word_goes_out_and_the_older_does_not(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(monkeypatch, short_name="most_recent", website="most_recent")
    edit(crm, cShortName="云帆")  # today, by the CRM's clock: later than anything here
    join(crm, replace(OLD, columns={"short_name": "老云帆", "website": SITE}))
    execute("update master.customer set short_name = '老云帆'")  # a rule that trusts the shop more
    push(crm)
    assert hold(crm, "cShortName") == "云帆"
    assert hold(crm, "website") == SITE, "where nobody said anything, the older word is news"


def test_who_never_said_anything_there_gets_the_value_and_its_changes(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(monkeypatch, website="most_recent")
    join(crm, replace(OLD, columns={"website": SITE}))
    push(crm)
    assert hold(crm, "website") == SITE
    build(replace(OLD, columns={"website": OTHER}, remark="another version"))
    push(crm)
    assert hold(crm, "website") == OTHER


def test_a_change_there_that_we_have_not_gathered_is_never_written_over(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(monkeypatch, website="most_recent", short_name="fill_if_empty")
    join(crm, replace(NEW, columns={"website": SITE, "short_name": "云帆"}))
    edit(crm, website=OTHER, cShortName="云帆集团")
    assert push(crm)["confirmed"] == 1, "the hub's own id all the same"
    assert (hold(crm, "website"), hold(crm, "cShortName")) == (OTHER, "云帆集团")
    assert hold(crm, "cHubId")
    gather(crm)
    push(crm)
    assert (hold(crm, "website"), hold(crm, "cShortName")) == (OTHER, "云帆集团")


def test_a_write_of_nothing_but_what_the_target_took_is_superseded(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(monkeypatch, short_name="fill_if_empty")
    join(crm, NEW)
    assert push(crm)["confirmed"] == 1
    build(replace(NEW, at=4, columns={"short_name": "云帆"}))
    edit(crm, cShortName="云帆集团")
    counts = push(crm)
    assert (counts["planned"], counts["superseded"]) == (1, 1)
    assert hold(crm, "cShortName") == "云帆集团"


def test_an_empty_field_is_filled_once(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(monkeypatch, phone="fill_if_empty", short_name="fill_if_empty")
    join(crm, replace(NEW, phones=["+8675526001234"], columns={"short_name": "云帆"}))
    push(crm)
    assert (hold(crm, "phoneNumber"), hold(crm, "cShortName")) == ("+8675526001234", "云帆")
    build(replace(NEW, at=4, phones=["+8675526009999"], columns={"short_name": "云帆科技"}))
    push(crm)
    assert (hold(crm, "phoneNumber"), hold(crm, "cShortName")) == ("+8675526001234", "云帆")
    text = "".join(str(tuple(row)) for row in execute("select * from publish.sent"))
    assert "26001234" not in text


@pytest.mark.parametrize("owner", ["hub", "most_recent", "fill_if_empty"])
def test_an_unmerge_takes_back_what_came_from_another(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch, owner: str
) -> None:
    own(monkeypatch, website=owner)
    join(crm, replace(NEW, columns={"website": SITE}))
    push(crm)
    assert hold(crm, "website") == SITE
    golden = scalar("select golden_id from match.crosswalk where source_key = %(key)s", key=KEY)
    unmerge(golden, [[KEY], [NEW.key]], "lin", "asked them")
    build()
    push(crm)
    assert not hold(crm, "website")
    assert gather(crm) == 0, "the record never said it"
    assert not any(push(crm).values())


def test_the_targets_own_word_comes_back_after_an_unmerge(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(crm, website=OTHER)
    own(monkeypatch, website="hub")
    join(crm, replace(NEW, columns={"website": SITE}))
    execute("update source.customer set version_at = '2027-01-01' where source_key = %(key)s",
            key=NEW.key)  # fmt: skip
    golden = scalar("select golden_id from match.crosswalk where source_key = %(key)s", key=KEY)
    execute("update master.customer set website = %(site)s", site=SITE)
    push(crm)
    assert hold(crm, "website") == SITE
    assert gather(crm) == 0
    unmerge(golden, [[KEY], [NEW.key]], "lin", "asked them")
    build()
    push(crm)
    assert hold(crm, "website") == OTHER


def test_a_field_of_the_targets_own_is_never_written(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(monkeypatch, website="target", short_name="target")
    join(crm, replace(NEW, columns={"website": SITE, "short_name": "云帆"}))
    push(crm)
    assert (hold(crm, "website"), hold(crm, "cShortName")) == (None, None)
