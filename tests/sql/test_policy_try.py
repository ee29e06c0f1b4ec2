"""`hub policy try`: what another policy would do, measured on a replay of which nothing stays."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from typer.testing import CliRunner

from customer_hub.channels.config import CHANNELS_DIR
from customer_hub.channels.policy import read_changed_policy, read_policy, standing_in
from customer_hub.cli import app
from customer_hub.core import db
from customer_hub.core.errors import ConfigurationError, HubError
from customer_hub.core.identity import golden_id
from customer_hub.core.policy import POLICY_DIR
from customer_hub.effects import Effect
from customer_hub.merge.run import merge_pending
from customer_hub.rebuild import rebuild
from customer_hub.standardise.run import standardise_pending
from customer_hub.trial import try_policy
from tests.landed import Landing, land
from tests.records import make_account, make_person
from tests.sql.test_pins import KEYS, build, execute, gather
from tests.sql.test_rebuild import queue
from tests.sql.test_rebuild_check import everything

ACCOUNT = "crm/customer/65a0000000000a001"
SECRETS = ("张伟", "云帆", "13800138001", "zhangwei@mail.example", "1949", "110105")
Write = Callable[[str, str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of include/ with one text in place of another; returns where."""

    def edit(name: str, old: str, new: str) -> Path:
        (path,) = [each for each in (POLICY_DIR / name, CHANNELS_DIR / name) if each.exists()]
        text = path.read_text(encoding="utf-8")
        assert old in text
        changed = tmp_path / name
        changed.write_text(text.replace(old, new, 1), encoding="utf-8")
        return changed

    return edit


def set_prior(folder: Path, prior: int) -> Path:
    """Write the model with another prior of persons."""
    model = json.loads((POLICY_DIR / "model.json").read_text(encoding="utf-8"))
    model["person"]["prior"] = prior
    path = folder / "model.json"
    path.write_text(json.dumps(model), encoding="utf-8")
    return path


def fill() -> dict[str, UUID]:
    """One person in the CRM and the shop's words for the same, and a company; returns their ids."""
    gather(0, cLevel="A")
    gather(1, cIdentityNumber=None, cIdentityType=None, cBirthDate=None, cLevel="C", hour=2)
    queue(land([Landing("65a0000000000a001", make_account())], state="closed"))
    build()
    ids = {"person": golden_id(KEYS[0]), "second": golden_id(KEYS[1]), "firm": golden_id(ACCOUNT)}
    assert set(goldens()) == {ids["person"], ids["firm"]}
    return ids


def goldens() -> dict[UUID, Any]:
    return {row.golden_id: row for row in execute("select * from master.customer")}


def attempt(*places: Path) -> tuple[Any, list[Effect]]:
    found: list[Effect] = []
    before = everything()
    done = try_policy(places, found.append)
    assert everything() == before, "nothing stays"
    return done, found


def told(found: Iterable[Effect], change: str) -> set[tuple[str, ...]]:
    return {
        tuple(filter(None, (each.golden_id, each.field, each.other_golden_id, each.source_key)))
        for each in found
        if each.change == change
    }


def test_a_prior_that_nothing_outweighs_undoes_the_merge(hub: str, tmp_path: Path) -> None:
    ids = fill()
    done, found = attempt(set_prior(tmp_path, -(10**6)))
    person, second = str(ids["person"]), str(ids["second"])
    assert done.parts == ("model",)
    assert (done.effects.merges, dict(done.effects.splits)) == ({}, {"customer": 1})
    assert done.effects.parted == {person: [second]}
    assert told(found, "split") == {(person, second)}
    assert told(found, "moved") == {(person, second, KEYS[1])}
    assert told(found, "came") == {(second,)}
    assert (done.effects.affected["customer"], done.effects.standing["customer"]) == (1, 2)
    assert (done.effects.untouched, done.effects.records) == (1, 3)


def test_what_a_trial_says_is_what_activating_does(hub: str, tmp_path: Path) -> None:
    ids = fill()
    file = set_prior(tmp_path, -(10**6))
    versions = execute("select policy_version, holds_from from hub.policy_version")
    with standing_in(read_changed_policy([file])):
        rebuild(activate=True, author="lin", reason="a trial")
    assert set(goldens()) == set(ids.values())
    # The trial of the way back names the merge; whatever was tried, the level is told by field.
    done, found = attempt(POLICY_DIR)
    person, second = str(ids["person"]), str(ids["second"])
    assert dict(done.effects.merges) == {"customer": 1}
    assert done.effects.joined == {person: [second]}
    assert told(found, "went") == {(second,)}
    assert told(found, "changed") >= {(person, "level_code")}
    assert done.effects.affected["customer"] == 2
    # Each activation has its date, and each row says under which version it was made.
    (later,) = execute("select * from hub.policy_version where is_active")
    assert later.holds_from > versions[0].holds_from
    assert {row.policy_version for row in goldens().values()} == {later.policy_version}
    made = execute("select distinct policy_version from master.customer_version")
    assert {row[0] for row in made} == {versions[0].policy_version, later.policy_version}
    ((author, subject, reason),) = execute(
        "select actor, subject, reason from hub.audit_log where action = 'activate policy'"
    )
    assert (author, subject, reason) == ("lin", f"policy/{later.policy_version}", "a trial")


def test_the_word_of_a_channel_is_tried_too(hub: str, write: Write) -> None:
    fill()
    queue(land([Landing("M1", _member(), hour=3)], channel="pos", state="closed"))
    build()
    assert {row.record_count for row in goldens().values()} == {1, 3}
    trusted = write("pos.toml", "trust = 60", "trust = 100")
    done, found = attempt(trusted)
    assert done.parts == ("channels/pos",)
    assert (done.effects.merges, done.effects.splits, done.effects.came) == ({}, {}, {})
    person = str(golden_id(KEYS[0]))
    assert (person, "level_code") in told(found, "changed")
    assert {each.golden_id for each in found} == {person}


def _member() -> dict[str, str]:
    blank = (
        "公司名称", "统一社会信用代码", "固定电话", "传真", "证件类型", "证件号码", "生日", "省",
        "市", "区", "地址", "邮编", "行业", "备注", "标签",
    )  # fmt: skip
    return dict.fromkeys(blank, "") | {
        "会员号": "M1", "会员类型": "个人", "姓名": "张伟", "手机": "13800138001",
        "邮箱": "zhangwei@mail.example", "等级": "B", "开卡时间": "2026-11-10 11:00:00",
        "更新时间": "2026-11-16 12:00:00", "状态": "正常",
    }  # fmt: skip


def test_the_command_tells_it_by_ids_and_writes_all_of_it(
    hub: str, tmp_path: Path, write: Write
) -> None:
    ids = fill()
    out = tmp_path / "effects.csv"
    rules = write(
        "survivorship.toml", '[customer.level_code]\ncriteria = ["trust", "recency"]',
        '[customer.level_code]\ncriteria = ["trust"]',
    )  # fmt: skip
    run = CliRunner().invoke(app, ["policy", "try", "--policy", str(rules), "--out", str(out)])
    assert run.exception is None, run.exception
    (version,) = execute("select policy_version from hub.policy_version")
    digest = read_changed_policy([rules]).digest.hex()[:12]
    assert run.stdout.splitlines() == [
        f"policy {digest}, other than version {version[0]} in:",
        "  survivorship",
        "merges made: 0 customers, 0 contacts",
        "merges undone: 0 customers, 0 contacts",
        "cells changed: 1",
        f"  level_code 1: {ids['person']}",
        "customers affected: 1 of 2, and 0 new",
        "contacts affected: 0 of 0, and 0 new",
        "records without change: 1 of 3",
        "nothing was written to the hub; activating is `hub rebuild --activate`",
    ]
    assert "merge: 2 of 2 golden records" in run.stderr, "progress"
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [{**row} for row in rows] == [
        {"change": "changed", "golden_id": str(ids["person"]), "field": "level_code",
         "other_golden_id": "", "source_key": ""}
    ]  # fmt: skip
    for secret in SECRETS:
        assert secret not in run.output + out.read_text(encoding="utf-8")
    listed = CliRunner().invoke(app, ["policy", "list"]).stdout.splitlines()
    assert len(listed) == 2
    assert listed[1].endswith(f"True\t{read_policy().digest.hex()}")


def test_faults_are_named_before_anything_is_done(hub: str, write: Write, tmp_path: Path) -> None:
    fill()
    bad = [
        write("match.toml", "cap = 60", "cap = 1"),
        write("survivorship.toml", '["trust", "recency"]', '["luck"]'),
        write("ownership.toml", "[crm.", "[nobody."),
    ]
    with pytest.raises(ConfigurationError) as caught:
        attempt(*bad)
    for part in ("match.toml: cap", "survivorship.toml: ", "ownership.toml: "):
        assert part in str(caught.value)
    odd = tmp_path / "odd.toml"
    odd.write_text("")
    with pytest.raises(ConfigurationError, match=r"odd\.toml replaces no file"):
        attempt(odd)
    with pytest.raises(ConfigurationError, match=r"two files named match"):
        attempt(POLICY_DIR, bad[0])
    with pytest.raises(ConfigurationError, match="this is the active policy version"):
        attempt()


def test_a_hub_that_is_not_built_is_built_first(hub: str, tmp_path: Path) -> None:
    file = set_prior(tmp_path, 1)
    with pytest.raises(ConfigurationError, match="nothing was ever built"):
        attempt(file)
    queue(land([Landing("b1", make_person(id="b1"))], state="closed"))
    standardise_pending("x")
    with pytest.raises(HubError, match="wait to be built"):
        attempt(file)
    with db.hold_lock("merge"), pytest.raises(HubError, match="another run"):
        attempt(file)
    assert merge_pending("x").counts == {"pending": 0}, "the files are the policy again"
