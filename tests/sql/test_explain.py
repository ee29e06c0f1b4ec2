"""Why two records are one, or why not, on a real database; and never a value."""

from dataclasses import replace
from typing import Any

import pytest

from customer_hub.cli.explaining import describe
from customer_hub.core import db, tasks
from customer_hub.core.errors import HubError
from customer_hub.core.identity import golden_id
from customer_hub.core.policy import make_policy, read_policy_files
from customer_hub.match import explain, run
from customer_hub.match.decisions import decide, list_decisions, unmerge, withdraw
from customer_hub.match.explain import Explanation, explain_pair
from customer_hub.match.run import match_pending
from tests.sql.source_rows import Source
from tests.sql.test_match_pending import STRANGER, WANG, WANG_POS, clear, load, state

FIRST, SECOND = "+8613800012345", "+8613800054321"
LEFT = Source("crm/customer/1", "王建国", phones=[FIRST], created=1)
BRIDGE = Source("crm/customer/2", "王建国", phones=[FIRST, SECOND], created=2)
RIGHT = Source("crm/customer/3", "王建国", phones=[SECOND], created=3)
NUMBERS = ("11010519491231002X", "360426199101010071")


def ask(left: Source, right: Source) -> Explanation:
    with db.begin() as connection:
        found = explain_pair(connection, left.key, right.key)
    told = describe(found) + repr(found)
    for value in (*left.phones, *right.phones, left.name or "-", *NUMBERS):
        assert value.removeprefix("+86") not in told
    return found


def test_two_that_match_are_explained_by_their_own_edge(hub: str) -> None:
    load(WANG, WANG_POS, STRANGER)
    found = ask(WANG_POS, WANG)
    assert (found.reason, found.is_same_golden) == ("linked", True)
    assert found.pair.score is not None
    assert found.pair.score > 0
    assert ("family", "equal") in [(each.name, each.level) for each in found.pair.comparisons]
    assert sum(each.weight for each in found.pair.comparisons) == found.pair.score
    assert "phone" in found.proposed_by
    assert found.path == (found.pair,)
    assert "family    equal" in describe(found)


def test_a_record_is_not_explained_beside_itself(hub: str) -> None:
    load(WANG)
    with db.begin() as connection, pytest.raises(HubError, match="a record is itself"):
        explain_pair(connection, WANG.key, WANG.key)


def test_two_that_no_key_proposes(hub: str) -> None:
    load(WANG, STRANGER)
    found = ask(WANG, STRANGER)
    assert (found.reason, found.proposed_by, found.barriers) == ("no_key", (), ())
    with db.begin() as connection, pytest.raises(HubError, match="crm/customer/none: not known"):
        explain_pair(connection, WANG.key, "crm/customer/none")


def test_two_that_a_third_joins_and_a_decision_parts(hub: str) -> None:
    load(LEFT, BRIDGE, RIGHT)
    found = ask(LEFT, RIGHT)
    assert (found.reason, found.is_same_golden) == ("path", True)
    assert [(step.left, step.right) for step in found.path] == [
        (LEFT.key, BRIDGE.key), (BRIDGE.key, RIGHT.key),
    ]  # fmt: skip
    assert all((step.score or 0) > 0 and step.comparisons for step in found.path)
    decision = unmerge(golden_id(LEFT.key), [[LEFT.key, BRIDGE.key], [RIGHT.key]], "lin", "asked")
    match_pending("split")
    found = ask(LEFT, RIGHT)
    assert (found.reason, found.is_same_golden) == ("decided_apart", False)
    assert [word.decision_id for step in found.barriers for word in step.decisions] == [decision]
    assert found.golden_ids == (golden_id(LEFT.key), golden_id(RIGHT.key))
    assert ask(LEFT, BRIDGE).reason == "decided_together"


def test_a_word_that_no_match_has_worked_in_yet_is_said_to_wait(hub: str) -> None:
    load(WANG, WANG_POS, STRANGER)
    joined = decide("must-link", WANG.key, STRANGER.key, "lin", "asked")
    found = ask(WANG, STRANGER)
    assert (found.reason, found.is_same_golden) == ("waits_to_join", False)
    assert f"decisions in force: {joined} (must-link by lin)" in describe(found)
    assert "no key proposes the pair, so" not in describe(found)
    match_pending("join")
    assert ask(WANG, STRANGER).reason == "decided_together"
    withdraw(joined, "lin", "a mistake")
    found = ask(WANG, STRANGER)
    assert (found.reason, found.is_same_golden, found.path) == ("waits", True, ())
    match_pending("part")
    assert ask(WANG, STRANGER).reason == "no_key"
    apart = decide("cannot-link", WANG.key, WANG_POS.key, "lin", "asked")
    expect_to_part(apart, "cannot-link")
    withdraw(apart, "lin", "all of it is to be said")
    expect_to_part(
        unmerge(golden_id(WANG.key), [[WANG.key], [WANG_POS.key]], "lin", "x"), "unmerge"
    )
    match_pending("part")
    assert ask(WANG, WANG_POS).reason == "decided_apart"
    for each in list_decisions_of(WANG.key):
        withdraw(each, "lin", "they are one after all")
    found = ask(WANG, WANG_POS)
    assert (found.reason, found.is_same_golden) == ("waits", False)
    match_pending("join")
    assert ask(WANG, WANG_POS).reason == "linked"


def list_decisions_of(key: str) -> list[int]:
    with db.begin() as connection:
        return [each.decision_id for each in list_decisions(connection, key)]


def expect_to_part(decision: int, kind: str) -> None:
    found = ask(WANG, WANG_POS)
    assert (found.reason, found.is_same_golden) == ("waits_to_part", True)
    told = describe(found)
    assert "one customer until the next match" in told
    assert f"decisions in force: {decision} ({kind} by lin)" in told


def test_half_a_name_that_fits_two_of_a_family_joins_neither_and_is_asked_about(hub: str) -> None:
    home = {"phones": [FIRST], "street": "人民路18号", "region": "440305"}
    one = Source("crm/customer/1", "欧阳建国", mails=["jianguo.o@mail.example"], **home)
    other = Source("crm/customer/2", "欧阳建军", mails=["jianjun.o@post.example"], **home)
    half = Source("pos/customer/3", "欧阳先生", **home)
    load(one, half)
    assert ask(one, half).reason == "linked"
    load(other)
    for named in (one, other):
        found = ask(named, half)
        assert (found.reason, found.is_same_golden) == ("half_a_name", False)
        assert (found.pair.score or 0) > 0
    with db.begin() as connection:
        asked = {
            task.subject
            for task in tasks.list_tasks(connection)
            if task.detail["cause"] == "blocked"
        }
    assert asked == {f"{named.key} {half.key}" for named in (one, other)}
    incremental = state()
    clear()
    match_pending("rebuild")
    assert state() == incremental
    load(replace(half, mails=one.mails, at=1))
    assert ask(one, half).reason == "linked"
    assert ask(other, half).reason == "conflict"


def test_a_veto_between_two_clusters_and_the_word_that_outranks_it(hub: str) -> None:
    one, other = (
        Source(
            f"crm/customer/{n}", "王建国", phones=[FIRST], created=n,
            identity={"identity_type": "resident_id", "identity_number": number},
        )
        for n, number in enumerate(NUMBERS)
    )  # fmt: skip
    third = Source("shop/customer/1", "王建国", phones=[FIRST], created=5)
    load(one, other, third)
    found = ask(one, other)
    assert (found.reason, found.pair.is_veto) == ("veto", True)
    assert [step.is_veto for step in found.barriers] == [True]
    with db.begin() as connection:
        mate = connection.exec_driver_sql(
            "select cluster_key from match.cluster_member where source_key = %(key)s",
            {"key": third.key},
        ).scalar_one()
    stranger = next(each for each in (one, other) if each.key != mate)
    found = ask(third, stranger)
    assert found.reason == "veto", "between the cluster that it is in and the other"
    assert {found.barriers[0].left, found.barriers[0].right} == {one.key, other.key}
    decide("must-link", one.key, other.key, "lin", "one person, two papers")
    match_pending("join")
    found = ask(one, other)
    assert (found.reason, found.outranks_veto) == ("decided_together", True)
    assert "a decision outranks a veto here" in describe(found)


def test_a_key_that_too_many_hold_is_told_with_its_counts(hub: str) -> None:
    names = ["李明", "张伟", "刘洋", "陈静", "杨帆", "赵磊", "黄勇", "周涛", "吴刚"]
    crowd = [Source(f"pos/customer/{n}", name, phones=[FIRST]) for n, name in enumerate(names)]
    load(LEFT, *crowd)
    found = ask(LEFT, crowd[0])
    assert found.reason == "no_key"
    assert {(key.kind, key.record_count, key.name_count) for key in found.shared_keys} == {
        ("phone", 10, 10), ("phone_tail", 10, 10),
    }  # fmt: skip
    assert "10 records, 10 names" in describe(found)


def test_a_guarded_cluster_says_so(hub: str, monkeypatch: pytest.MonkeyPatch) -> None:
    files: Any = read_policy_files()
    small = make_policy({**files, "match": {**files["match"], "cluster_limit": 2}})
    for module in (run, explain):
        monkeypatch.setattr(module, "read_policy", lambda: small)
    load(LEFT, BRIDGE, RIGHT)
    assert ask(LEFT, BRIDGE).reason == "guard"
