"""The gate on a real database: quarantine, holding, balance, repair, waivers and replay."""

import json
from pathlib import Path
from typing import Any

import pytest

from customer_hub.channels.config import ChannelConfig
from customer_hub.core import audit, db, keys
from customer_hub.core.errors import BadDataError, FencedError, HubError, WindowGoneError
from customer_hub.core.settings import settings
from customer_hub.gather.windows import open_window
from customer_hub.validate import closing, gate, page, suites, verdict
from tests.landed import END, START, Landing, land, make_channel
from tests.records import make_account, make_person

NAMELESS = make_account(id="65a0000000000a009", name="  ", cShortName=None)


@pytest.fixture
def crm(hub: str, monkeypatch: pytest.MonkeyPatch) -> ChannelConfig:
    config = make_channel("crm")
    monkeypatch.setattr(gate, "read_channel", lambda name: config)
    return config


def fetch(statement: str, **params: Any) -> list[Any]:
    with db.begin() as connection:
        return list(connection.exec_driver_sql(statement, params).all())


def tables() -> dict[str, list[Any]]:
    """What the gate writes, without the times of writing."""
    return {
        "windows": fetch(
            "select window_id, state, hold_reason from hub.gathered_window order by 1"
        ),
        "quarantine": fetch(
            "select version_id, suite, rule, column_name, severity, state, state_changed_by"
            " from quarantine.record order by 1, 2, 3, 4"
        ),
        "pending": fetch("select source_key, entity from landing.pending_key order by 1"),
        "receipts": fetch(
            "select run_id, step, channel, entity, window_id, counts from hub.run_receipt"
            " order by run_id, step, window_id"
        ),
        "tasks": fetch("select kind, subject, state from steward.task order by 1, 2"),
    }


def test_good_rows_pass_and_a_broken_row_is_kept_back(crm: ChannelConfig) -> None:
    window = land(
        [
            Landing("a1", make_account()),
            Landing("a9", NAMELESS),
            Landing("b1", make_person()),
            Landing("c1", None),
        ],
        duplicate=2,
        outside=1,
    )
    receipt = gate.validate_window(crm, window, "run")
    assert receipt.check_balance().as_dict() == {
        "channel": "crm", "entity": "customer", "window_id": window, "state": "closed",
        "received": 7, "accepted": 3, "duplicate": 2, "quarantined": 1, "refused": 0, "outside": 1,
    }  # fmt: skip
    after = tables()
    assert [tuple(row)[2:] for row in after["quarantine"]] == [
        ("name_present", "name", "critical", "open", None)
    ]
    assert [row.source_key for row in after["pending"]] == [
        "crm/customer/a1", "crm/customer/a9", "crm/customer/b1", "crm/customer/c1"
    ]  # fmt: skip
    accepted = fetch("select source_id from landing.accepted_version order by 1")
    assert [row.source_id for row in accepted] == ["a1", "b1", "c1"]


def test_running_again_changes_nothing(crm: ChannelConfig) -> None:
    window = land([Landing("a1", make_account()), Landing("a9", NAMELESS)])
    first = gate.validate_window(crm, window, "run")
    before = tables()
    assert gate.validate_window(crm, window, "run") == first
    assert tables() == before


def test_a_warning_marks_a_row_and_lets_it_pass(crm: ChannelConfig) -> None:
    window = land([Landing("a1", make_account(industry="nonsense"))])
    receipt = gate.validate_window(crm, window, "run")
    assert (receipt.accepted, receipt.quarantined) == (1, 0)
    [row] = tables()["quarantine"]
    assert (row.rule, row.severity, row.state, row.state_changed_by) == (
        "industry_known", "warning", "waived", "rule"
    )  # fmt: skip


def test_too_many_failures_hold_the_window_and_a_waiver_closes_it(crm: ChannelConfig) -> None:
    window = land(
        [Landing(f"a{n}", make_account()) for n in range(8)]
        + [Landing(f"x{n}", NAMELESS) for n in range(4)]
    )
    receipt = gate.validate_window(crm, window, "run")
    assert receipt.state == "held"
    assert (receipt.accepted, receipt.quarantined) == (8, 4)
    held = tables()
    assert held["windows"][0].hold_reason == "failed_share_bounded"
    assert held["quarantine"] == []
    assert held["pending"] == []
    assert fetch("select 1 from landing.accepted_version") == []
    assert gate.validate_window(crm, window, "run").state == "held"
    waived = gate.waive_window(window, "lin", "the supplier confirmed the file")
    assert (waived.state, waived.accepted, waived.quarantined) == ("closed", 8, 4)
    assert len(fetch("select 1 from landing.accepted_version")) == 8
    waiver, closing = fetch("select actor, action, subject, reason from hub.audit_log order by at")
    assert tuple(waiver) == (
        "lin", "waive_window", f"window {window}", "the supplier confirmed the file"
    )  # fmt: skip
    assert tuple(closing)[:3] == ("pipeline", "close window", f"window {window}")
    with pytest.raises(HubError, match="not held"):
        gate.waive_window(window, "lin", "again")


def test_a_window_that_vanished_under_its_alert_says_where_its_rows_went(
    crm: ChannelConfig,
) -> None:
    rows = [Landing(f"x{n}", NAMELESS) for n in range(4)]
    window = land(rows)
    assert gate.validate_window(crm, window, "run").state == "held"
    with db.begin() as connection:
        taken = open_window(
            connection, "crm", "customer", start=START, end=END + (END - START),
            history="current_state", run_id="next",
        )  # fmt: skip
    assert taken.landed == 4
    with pytest.raises(WindowGoneError, match=f"crm/customer: there is no window {window}") as gone:
        gate.waive_window(window, "lin", "agreed")
    assert "hub window list" in gone.value.hint
    with pytest.raises(WindowGoneError):
        gate.validate_window(crm, window, "run")
    with pytest.raises(HubError, match="not held but open"):
        gate.waive_window(taken.window_id, "lin", "agreed")


def test_a_sweep_that_finds_nothing_is_held(hub: str) -> None:
    window = land([], channel="shop", history="full_sweep")
    receipt = gate.validate_window(make_channel("shop"), window, "run")
    assert receipt.state == "held"
    assert tables()["windows"][0].hold_reason == "window_has_rows"


def test_a_sweep_without_a_single_page_is_held(hub: str) -> None:
    window = land([], channel="shop", history="full_sweep")
    with db.begin() as connection:
        connection.exec_driver_sql("update hub.gathered_window set seen_at = null")
    assert gate.validate_window(make_channel("shop"), window, "run").state == "held"


def test_an_increment_that_finds_nothing_closes(crm: ChannelConfig) -> None:
    assert gate.validate_window(crm, land([]), "run").state == "closed"


def test_an_empty_required_column_holds_the_window(crm: ChannelConfig) -> None:
    window = land(
        [Landing(f"a{n}", make_account(modifiedAt=None, createdAt=None)) for n in range(25)]
    )
    assert gate.validate_window(crm, window, "run").state == "held"
    assert tables()["windows"][0].hold_reason == "columns_present"


def test_a_clock_that_lags_or_leads_holds_the_window(crm: ChannelConfig) -> None:
    ahead = land([Landing("a1", make_account(), hour=24 * 5, seen_hour=24)])
    behind = land([Landing("a2", make_account())])
    with db.begin() as connection:
        connection.exec_driver_sql(
            "update hub.gathered_window set seen_at = start_at - interval '2 days'"
            " where window_id = %(window)s",
            {"window": behind},
        )
    assert gate.validate_window(crm, ahead, "run").state == "held"
    assert gate.validate_window(crm, behind, "run").state == "held"
    assert [row.hold_reason for row in tables()["windows"]] == [
        "not_from_the_future", "clock_covers_window"
    ]  # fmt: skip


def test_a_receipt_that_does_not_balance_commits_nothing(crm: ChannelConfig) -> None:
    window = land([Landing("a1", make_account())])
    with db.begin() as connection:
        connection.exec_driver_sql("update hub.gathered_window set received_count = 5")
    before = tables()
    with pytest.raises(BadDataError, match="received 5 but accounted for 1"):
        gate.validate_window(crm, window, "run")
    assert tables() == before


def test_an_open_window_and_a_window_taken_over_are_left_alone(
    crm: ChannelConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = land([Landing("a1", make_account())], state="open")
    with pytest.raises(FencedError, match="open, not landed"):
        gate.validate_window(crm, window, "run")
    with db.begin() as connection:
        connection.exec_driver_sql("update hub.gathered_window set state = 'landed'")
    judge = closing.judge_window

    def judge_and_lose(*args: Any) -> Any:
        found = judge(*args)
        with db.begin() as connection:
            connection.exec_driver_sql("update hub.gathered_window set fence = fence + 1")
        return found

    monkeypatch.setattr(closing, "judge_window", judge_and_lose)
    with pytest.raises(FencedError, match="took the window over"):
        gate.validate_window(crm, window, "run")
    assert tables()["pending"] == []


def test_a_crash_before_the_end_leaves_nothing(
    crm: ChannelConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = land([Landing("a1", make_account()), Landing("a9", NAMELESS)])
    before = tables()
    with monkeypatch.context() as patched:
        patched.setattr(
            closing, "_write_receipt", lambda *_: (_ for _ in ()).throw(OSError("gone"))
        )
        with pytest.raises(OSError, match="gone"):
            gate.validate_window(crm, window, "run")
    assert tables() == before
    assert gate.validate_window(crm, window, "run").quarantined == 1


@pytest.mark.parametrize("is_newer_first", [True, False])
def test_a_newer_good_version_repairs_whatever_comes_first(
    crm: ChannelConfig, is_newer_first: bool
) -> None:
    good = Landing("a9", make_account(id="65a0000000000a009"), hour=2)
    bad = Landing("a9", NAMELESS, hour=1)
    for version in (good, bad) if is_newer_first else (bad, good):
        gate.validate_window(crm, land([version]), "run")
    [row] = tables()["quarantine"]
    assert (row.rule, row.state) == ("name_present", "repaired")
    [accepted] = fetch("select version_at from landing.accepted_version")
    assert accepted.version_at.hour == 18


def test_a_waived_record_is_accepted_and_queued(crm: ChannelConfig) -> None:
    gate.validate_window(crm, land([Landing("a9", NAMELESS)]), "run")
    [version] = fetch("select version_id from landing.version")
    with db.begin() as connection:
        connection.exec_driver_sql("delete from landing.pending_key")
    with pytest.raises(HubError, match="no reason"):
        gate.waive_record(version.version_id, "lin", " ")
    assert gate.waive_record(version.version_id, "lin", "known by phone").counts == {"rules": 1}
    assert [row.state for row in tables()["quarantine"]] == ["waived"]
    assert [row.source_key for row in tables()["pending"]] == ["crm/customer/a9"]
    assert len(fetch("select 1 from landing.accepted_version")) == 1
    with pytest.raises(HubError, match="nothing keeps"):
        gate.waive_record(version.version_id, "lin", "twice")
    with db.begin() as connection:
        assert audit.verify_chain(connection) is None


def test_the_waiver_of_a_repaired_record_says_that_it_was_repaired(crm: ChannelConfig) -> None:
    good = Landing("a9", make_account(id="65a0000000000a009"), hour=2)
    for version in (Landing("a9", NAMELESS, hour=1), good):
        gate.validate_window(crm, land([version]), "run")
    [kept] = fetch("select version_id from quarantine.record where state = 'repaired'")
    gate.waive_record(kept.version_id, "lin", "known by phone")
    [entry] = fetch("select before_digest from hub.audit_log where actor = 'lin'")
    was = {"states": ["repaired"], "rules": ["name_present"]}
    assert bytes(entry.before_digest) == keys.sealer(("index",)).digest(was)


def test_replay_lets_pass_what_passes_the_rules_of_today(
    crm: ChannelConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate.validate_window(
        crm,
        land([Landing("a9", NAMELESS), Landing("a8", make_account(emailAddress="nobody"))]),
        "r",
    )
    assert gate.replay_quarantine(None, "lin", "new rules").counts == {"judged": 2, "replayed": 0}
    strict = suites.read_suite("crm_customer")
    looser = suites.Suite(
        strict.name,
        tuple(rule for rule in strict.rules if rule.name != "mail_format"),
        strict.required_columns,
    )
    monkeypatch.setattr(gate, "read_suite", lambda name: looser)
    assert gate.replay_quarantine("shop", "lin", "new rules").counts == {"judged": 0, "replayed": 0}
    assert gate.replay_quarantine("crm", "lin", "new rules").counts == {"judged": 2, "replayed": 1}
    assert {row.rule: row.state for row in tables()["quarantine"]} == {
        "name_present": "open", "mail_format": "replayed"
    }  # fmt: skip
    [entry] = fetch("select action, subject from hub.audit_log where actor <> 'pipeline'")
    assert tuple(entry) == ("replay_quarantine", "crm/customer")


def test_chunks_do_not_change_what_is_found(
    crm: ChannelConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdict, "CHUNK_SIZE", 2)
    window = land([Landing(f"a{n}", NAMELESS if n == 3 else make_account()) for n in range(7)])
    receipt = gate.validate_window(crm, window, "run")
    assert (receipt.accepted, receipt.quarantined) == (6, 1)


def test_unknown_fields_are_counted_and_raised(crm: ChannelConfig) -> None:
    window = land([Landing(f"a{n}", make_account(cLoyalty="7")) for n in range(3)])
    gate.validate_window(crm, window, "run")
    [row] = fetch("select unknown_fields from hub.gathered_window")
    assert row.unknown_fields == {"cLoyalty": 3}
    assert [tuple(row) for row in tables()["tasks"]] == [
        ("unknown_field", "crm/customer/cLoyalty", "open")
    ]


CANARY = "Canary-7f3a9"


def test_no_value_leaves_the_gate(
    crm: ChannelConfig,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level("DEBUG")
    window = land(
        [
            Landing("a1", make_account(name=CANARY, emailAddress=CANARY, cMobile=CANARY)),
            Landing("a2", make_account(name=CANARY + "\x00\udc80", cBirthDate=CANARY)),
        ]
    )
    receipt = gate.validate_window(crm, window, "manual__2026-11-16T00:00:00+08:00/../x")
    assert receipt.quarantined == 2
    name = page.page_name("manual__2026-11-16T00:00:00+08:00/../x", window)
    assert name == f"manual__2026-11-16T00_00_00_08_00_.._x/{window}.html"
    text = (settings().report_dir / name).read_text(encoding="utf-8")
    assert "crm/customer/a1" in text
    assert "mail_format" in text
    assert CANARY not in text
    assert "http" not in text.replace('http-equiv="', "")
    dumped = json.dumps([[list(row) for row in rows] for rows in tables().values()], default=str)
    captured = capfd.readouterr()
    assert CANARY not in dumped + caplog.text + captured.out + captured.err
    assert not list(Path(settings().report_dir).rglob("*.partial"))
