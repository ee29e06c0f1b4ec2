"""`hub channel check` says in plain words what works and what does not."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from customer_hub.channels import config
from customer_hub.channels.checking import Finding, check_channel
from customer_hub.channels.contract import Access, Channel, Target
from customer_hub.cli import channel as commands
from customer_hub.core.errors import ConfigurationError
from customer_hub.flows.inspection import inspect_channel
from customer_hub.validate import starting, suites
from local.sandbox.process import SandboxProcess
from tests.channels.peers import PEERS
from tests.channels.rest_lab import Asked, Lab, Said, describe, make_rows, open_lab, run_lab
from tests.sql.bulk_files import fill

each_peer = pytest.mark.parametrize("name", list(PEERS))


def check(
    sandbox: SandboxProcess, name: str, *, ahead: timedelta = timedelta(0), **extra: str
) -> dict[str, Finding]:
    peer = PEERS[name]

    def open_channel() -> Channel:
        return peer.open(sandbox, **extra)

    now = peer.open(sandbox).read_clock() - ahead
    found = check_channel(peer.config(), open_channel, now, writes=True)
    return {finding.topic: finding for finding in found}


@each_peer
def test_a_channel_that_works_has_nothing_to_mend(sandbox: SandboxProcess, name: str) -> None:
    found = check(sandbox, name)
    assert [each for each in found.values() if each.is_fine is False] == []
    for entity in PEERS[name].remote:
        assert found[f"{entity} rights"].is_fine
        assert found[f"{entity} paging"].is_fine
        assert found[f"{entity} by id"].is_fine
        assert found[f"{entity} fields"].is_fine
    for entity in PEERS[name].writes:
        # A shop's customers cannot be searched by meta data.
        assert found[f"{entity} write-back"].is_fine is (None if name == "shop" else True)


@each_peer
def test_a_look_alone_writes_nothing(sandbox: SandboxProcess, name: str) -> None:
    peer = PEERS[name]
    channel = peer.open(sandbox)
    list(check_channel(peer.config(), lambda: channel, channel.read_clock(), writes=False))
    calls = sandbox.control("GET", "/calls").json()
    assert {call["method"] for call in calls} <= {"GET", "POST"}
    assert not any("batch/up" in call["path"] for call in calls)


@each_peer
def test_a_write_is_put_back(sandbox: SandboxProcess, name: str) -> None:
    entity = next(iter(PEERS[name].writes))

    def read_all() -> dict[str, object]:
        channel = PEERS[name].open(sandbox)
        assert isinstance(channel, Target)
        ids = map(str, PEERS[name].rows(sandbox, entity))
        found = {source_id: channel.read_one(entity, source_id) for source_id in ids}
        return {key: each and channel.read_hub_fields(each) for key, each in found.items()}

    before = read_all()
    check(sandbox, name)
    assert read_all() == before


def test_a_wrong_log_in_is_told_and_ends_it(sandbox: SandboxProcess) -> None:
    peer = PEERS["crm"]
    access = peer.access(sandbox)
    wrong = type(access)(access.base_url, "", "wrong-key", access.extra)
    system = peer.config().load_system()
    now = peer.open(sandbox).read_clock()
    found = list(
        check_channel(
            peer.config(), lambda: system.open_channel(peer.config(), wrong), now, writes=False
        )
    )
    assert [each.topic for each in found] == ["settings", "log-in"]
    assert found[-1].is_fine is False
    assert "check log-in, rights" in found[-1].text
    assert "wrong-key" not in found[-1].text


def test_what_keeps_it_from_being_asked_is_named_apart(tmp_path: Path) -> None:
    crm, till = PEERS["crm"].config(), config.read_channel("pos")

    def find_last(of: config.ChannelConfig, access: Access) -> Finding:
        system = of.load_system()
        now = datetime(2026, 11, 20, tzinfo=UTC)
        found = check_channel(of, lambda: system.open_channel(of, access), now, writes=False)
        return list(found)[-1]

    plain = find_last(crm, Access("http://127.0.0.1:1", "", "key"))
    assert (plain.topic, plain.is_fine) == ("connection", False)
    nobody = {"allow_insecure": "true", "attempts": "1", "connect_timeout": "1"}
    down = find_last(crm, Access("http://127.0.0.1:1", "", "key", nobody))
    assert (down.topic, down.is_fine) == ("answer", False)
    empty = find_last(till, Access(tmp_path.as_uri()))
    assert (empty.topic, empty.is_fine) == ("answer", False)
    assert "there is no finished file" in empty.text
    entity = config.EntityConfig(remote="customers", history="current_state")
    misfit = PEERS["shop"].config(entities={"customer": entity})
    assert find_last(misfit, Access("http://127.0.0.1:1")).topic == "settings"


def test_a_folder_is_read_and_nothing_more_is_asked_of_it(tmp_path: Path) -> None:
    manual = config.read_channel("manual")

    def look() -> dict[str, Finding]:
        channel = manual.load_system().open_channel(manual, Access(tmp_path.as_uri()))
        found = check_channel(manual, lambda: channel, channel.read_clock(), writes=True)
        return {finding.topic: finding for finding in found}

    nothing = look()["customer rights"]
    assert nothing.is_fine is None
    assert "no record changed in 366 days, so nothing else was tried" in nothing.text
    fill(tmp_path / "one.csv", {"action": "add", "customer_no": "C1", "name": "李雷"})
    time.sleep(0.05)  # a file is seen when the clock has passed the moment at which it came
    found = look()
    assert found["customer rights"].text == "readable; 1 record(s) on 1 page(s)"
    assert found["customer by id"].is_fine is None
    assert "only writing would need it" in found["customer by id"].text


def test_a_clock_that_differs_is_told(sandbox: SandboxProcess) -> None:
    found = check(sandbox, "crm", ahead=timedelta(minutes=10))
    # Its answers tell whole seconds: what passes in between may show as one more.
    said = found["clock"].text
    assert found["clock"].is_fine is None
    assert re.fullmatch(
        "0:10:0[0-5] ahead of ours; .* by the system's own, so nothing is lost", said
    )
    assert "behind" in check(sandbox, "crm", ahead=-timedelta(minutes=10))["clock"].text


ROWS = make_rows(12)


def find(lab: Lab, **entity: object) -> dict[str, Finding]:
    channel = open_lab(lab, describe(**entity))
    entities = {
        "customer": config.EntityConfig(remote="companies", history="full_sweep", lag_seconds=60)
    }
    lab_config = PEERS["hubspot"].config(entities=entities, name="lab")
    now = channel.read_clock()
    found = check_channel(lab_config, lambda: channel, now, writes=False)
    return {finding.topic: finding for finding in found}


def test_a_filter_that_is_ignored_is_told() -> None:
    changes = {
        "cursor": "updated_since",
        "update": "at",
        "rows": "rows",
        "request": {"path": "/rows", "params": {"since": "{lower}", "until": "{upper}"}},
        "paging": {"kind": "single"},
    }
    old = [{**row, "at": "2020-01-01T00:00:00Z"} for row in ROWS]
    with run_lab(lambda _: Said({"rows": old})) as lab:
        found = find(lab, changes=changes)
    assert found["customer"].is_fine is False
    assert "the filter is not honoured" in found["customer"].text


def test_a_missing_right_is_told_for_its_entity() -> None:
    def refuse(asked: Asked) -> Said:
        return Said({"code": "no_right"}, status=403)

    with run_lab(refuse) as lab:
        found = find(lab)
    assert found["log-in"].is_fine
    assert "403 no_right" in found["customer"].text


def test_fields_that_nobody_maps_are_named() -> None:
    with run_lab(lambda _: Said({"rows": [{**ROWS[0], "loyaltyPoints": 7}]})) as lab:
        found = find(lab)
    assert found["customer fields"].is_fine is None
    assert "loyaltyPoints" in found["customer fields"].text


def test_the_command_opens_the_channel_by_its_airflow_connection(
    sandbox: SandboxProcess, hub: str
) -> None:
    port = sandbox.ports["crm"]
    connection = {
        "conn_type": "http", "schema": "http", "host": "127.0.0.1", "port": port,
        "password": sandbox.secrets["crm"]["api_key"], "extra": {"allow_insecure": True},
    }  # fmt: skip
    environment = {**os.environ, "AIRFLOW_CONN_HUB_CRM": json.dumps(connection)}
    done = subprocess.run(
        [sys.executable, "-m", "customer_hub.cli", "channel", "check", "crm"],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "ok    log-in" in done.stdout
    assert "ok    customer filter" in done.stdout
    assert "ok    contact suite" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("crm works")
    environment["AIRFLOW_CONN_HUB_CRM"] = json.dumps({**connection, "password": "wrong"})
    done = subprocess.run(
        [sys.executable, "-m", "customer_hub.cli", "channel", "check", "crm"],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "FAIL  log-in" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("crm does not work yet")
    del environment["AIRFLOW_CONN_HUB_CRM"]
    done = subprocess.run(
        [sys.executable, "-m", "customer_hub.cli", "channel", "check", "crm"],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "FAIL  connection" in done.stdout
    assert "set AIRFLOW_CONN_HUB_CRM" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_channel_without_suites_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = suites.read_suite.__wrapped__
    monkeypatch.setattr(suites, "read_suite", read)
    monkeypatch.setattr(suites, "SUITES_DIR", tmp_path)
    (tmp_path / "crm_contact.json").write_text("{")
    found = {each.topic: each for each in inspect_channel("crm", writes=False)}
    for entity in ("customer", "contact"):
        suite = found[f"{entity} suite"]
        assert not suite.is_fine
        assert f"write expectations/crm_{entity}.json" in suite.text


@pytest.mark.parametrize("system", config.list_systems())
def test_a_new_channel_is_written_once_and_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    channels, expectations = tmp_path / "channels", tmp_path / "expectations"
    channels.mkdir()
    expectations.mkdir()
    monkeypatch.setattr(config, "CHANNELS_DIR", channels)
    monkeypatch.setattr(suites, "SUITES_DIR", expectations)
    assert expectations != starting.SUITES_DIR, "it begins from the suites that there are"
    commands.start_channel("north", system)
    (made,) = config.parse_channels(channels.glob("*.toml")).values()
    for entity in made.entities:
        suite = suites.read_suite.__wrapped__(f"north_{entity}")
        assert {"id_present", "failed_share_bounded"} <= {rule.name for rule in suite.rules}
    with pytest.raises(ConfigurationError, match=r"north\.toml"):
        commands.start_channel("north", system)


@pytest.mark.parametrize("name", ["Bad-Name", "../crm", "1st", "norden läuft", ""])
def test_a_name_that_no_file_may_have_writes_nothing(name: str) -> None:
    with pytest.raises(ConfigurationError, match="is no name of a channel"):
        commands.start_channel(name, "espocrm")


def test_a_new_channel_of_no_system_names_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match="did you mean zendesk"):
        commands.start_channel("north", "zendesc")
    with pytest.raises(ConfigurationError, match="there is a channel crm"):
        commands.start_channel("crm", "espocrm")
