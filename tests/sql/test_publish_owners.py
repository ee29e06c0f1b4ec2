"""Fields that people of a target fill as well: whose word counts, over a real CRM and all rooms."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from customer_hub.match.decisions import unmerge
from local.sandbox.process import SandboxProcess
from tests.sql.crm_world import (
    KEY,
    NEW,
    OLD,
    OTHER,
    SITE,
    build,
    edit,
    gather,
    hold,
    join,
    own,
    push,
    run_crm,
)
from tests.sql.publish_world import execute, judge, scalar


@pytest.fixture
def crm(hub: str, tmp_path: Path) -> Iterator[SandboxProcess]:
    """A CRM with one company."""
    with run_crm(tmp_path) as running:
        yield running


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
