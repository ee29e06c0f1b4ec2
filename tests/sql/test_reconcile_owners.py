"""What people of a target change behind the hub's back: found, and settled by who owns the field."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from customer_hub.core import db, sql
from customer_hub.match.decisions import unmerge
from local.sandbox.process import SandboxProcess
from tests.sql.crm_world import (
    KEY,
    NEW,
    OTHER,
    SITE,
    build,
    edit,
    gather,
    hold,
    join,
    own,
    push,
    reconcile,
    run_crm,
)
from tests.sql.publish_world import close_window, scalar

# A template filled by hand is trusted more than the CRM: what is said there does not change it.
MANUAL = replace(NEW, key="manual/customer/2", columns={"website": SITE, "short_name": "云帆"})
LATER = replace(MANUAL, at=60)
SAME = {"read": 1, "same": 1}


@pytest.fixture
def crm(hub: str, tmp_path: Path) -> Iterator[SandboxProcess]:
    """A CRM with one company."""
    with run_crm(tmp_path) as running:
        yield running


def drift() -> list[tuple[str, str, str]]:
    with db.begin() as connection:
        rows = sql.rows(connection, "publish/list_drift", channel="crm", side=None, size=100)
    return [(row.field, row.side, row.action) for row in rows]


def settle(crm: SandboxProcess) -> None:
    """Write what is to be written, and gather it."""
    join(crm, MANUAL)
    push(crm)
    assert gather(crm) == 0
    assert reconcile(crm) == SAME


def test_an_edit_of_the_hubs_field_is_taken_back_before_it_is_gathered(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(monkeypatch, website="hub")
    settle(crm)
    edit(crm, website=OTHER)
    assert reconcile(crm) == {"read": 1, "drifted": 1, "theirs": 1, "planned": 1}
    assert reconcile(crm) == {"read": 1, "moving": 1}
    assert push(crm)["confirmed"] == 1
    assert hold(crm, "website") == SITE
    assert reconcile(crm) == SAME


def test_an_edit_of_the_hubs_field_is_taken_back_though_the_master_never_changed(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(monkeypatch, website="hub")
    settle(crm)
    edit(crm, website=OTHER)
    assert gather(crm) == 1
    assert not any(push(crm).values()), "the hub's value is what it was"
    assert reconcile(crm) == {"read": 1, "drifted": 1, "theirs": 1, "planned": 1}
    assert push(crm)["confirmed"] == 1
    assert hold(crm, "website") == SITE
    gather(crm)
    assert not any(push(crm).values())
    assert reconcile(crm) == SAME


def test_what_was_there_before_the_hub_is_taken_back_to_as_well(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(crm, website=SITE)
    own(monkeypatch, website="hub")
    settle(crm)
    edit(crm, website=OTHER)
    assert reconcile(crm) == {"read": 1, "drifted": 1, "theirs": 1, "planned": 1}
    push(crm)
    assert hold(crm, "website") == SITE


def test_a_field_of_the_targets_own_is_no_difference(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(monkeypatch, website="target")
    settle(crm)
    edit(crm, website=OTHER)
    assert reconcile(crm) == SAME
    gather(crm)
    assert reconcile(crm) == SAME


def test_the_targets_more_recent_word_is_left_to_its_gather(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(monkeypatch, website="most_recent")
    settle(crm)
    edit(crm, website=OTHER)
    for _ in range(2):
        assert reconcile(crm) == {"read": 1, "drifted": 1, "theirs": 1}
    assert drift() == [("website", "theirs", "noted")]
    assert not any(push(crm).values())
    assert gather(crm) == 1
    push(crm)
    assert reconcile(crm) == SAME
    assert hold(crm, "website") == OTHER


def test_a_more_recent_word_that_the_gather_passed_over_is_unseen(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(monkeypatch, website="most_recent")
    settle(crm)
    edit(crm, website=OTHER)
    close_window("crm", "customer", day=6)
    close_window("crm", "customer", day=7)
    assert reconcile(crm) == {"read": 1, "drifted": 1, "unseen": 1}
    assert drift() == [("", "unseen", "planned")]


def test_our_more_recent_word_is_written_once_the_edit_is_gathered(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(monkeypatch, website="most_recent")
    settle(crm)
    build(LATER)
    push(crm)
    edit(crm, website=OTHER)
    assert reconcile(crm) == {"read": 1, "drifted": 1, "theirs": 1, "planned": 1}
    assert push(crm)["superseded"] == 1, "never over what is not gathered"
    assert hold(crm, "website") == OTHER
    assert reconcile(crm) == {"read": 1, "drifted": 1, "ours": 1, "planned": 1}
    gather(crm)
    push(crm)
    assert hold(crm, "website") == SITE
    assert reconcile(crm) == SAME


def test_a_field_to_fill_is_a_difference_only_while_it_is_empty(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(monkeypatch, short_name="fill_if_empty")
    settle(crm)
    edit(crm, cShortName="云帆集团")
    assert reconcile(crm) == SAME
    edit(crm, cShortName="")
    assert reconcile(crm) == {"read": 1, "drifted": 1, "ours": 1, "planned": 1}
    push(crm)
    assert hold(crm, "cShortName") == "云帆"
    assert reconcile(crm) == SAME


def test_another_form_of_the_same_is_no_difference(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(
        crm, phoneNumber="0755-2600 1234", cMobile="138 0013 8000", website="HTTP://YUNFAN.example"
    )
    own(monkeypatch, phone="hub", website="hub", legal_name="hub")
    join(crm, replace(MANUAL, phones=["+8675526001234"]))
    push(crm)
    assert reconcile(crm) == SAME
    edit(crm, description="called them")
    assert reconcile(crm) == SAME, "an edit elsewhere that is not gathered yet"


def test_what_people_wrote_is_not_taken_away_with_what_was_ours(
    crm: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(monkeypatch, website="hub")
    settle(crm)
    edit(crm, website=OTHER)
    reconcile(crm)
    golden = scalar("select golden_id from match.crosswalk where source_key = %(key)s", key=KEY)
    unmerge(golden, [[KEY], [MANUAL.key]], "lin", "asked them")
    build()
    push(crm)
    assert hold(crm, "website") == OTHER
    gather(crm)
    push(crm)
    assert hold(crm, "website") == OTHER
    assert reconcile(crm) == SAME
