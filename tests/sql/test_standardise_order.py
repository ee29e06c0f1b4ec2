"""Standardise on a real database: order, crashes, keys queued meanwhile, nothing in the log."""

import random
from typing import Any

import pytest

from customer_hub.core import db
from customer_hub.standardise import run
from customer_hub.standardise.run import standardise_pending
from tests.landed import Landing
from tests.records import make_account, make_person
from tests.sql.test_standardise import ACCOUNT, TABLES, accept, content, fetch, sorted_content


def history() -> list[Landing]:
    return [
        Landing(ACCOUNT, make_account(), hour=1),
        Landing(ACCOUNT, make_account(cShortName="云帆"), hour=2),
        Landing(ACCOUNT, make_account(cShortName="云帆二"), hour=2),
        Landing("b1", make_person(), hour=1),
        Landing("b1", None, hour=3),
        Landing("b1", make_person(cMobile="13900139000"), hour=2),
        Landing("b2", None, hour=1),
        Landing("b3", make_person(name=" ", id="b3"), hour=4),
        Landing("b3", make_person(name="王芳", id="b3"), hour=3),
    ]


@pytest.fixture
def expected(hub: str) -> dict[str, list[str]]:
    for version in history():
        accept(version, kept_back=version.source_id == "b3" and version.hour == 4)
    standardise_pending("run")
    found = sorted_content()
    with db.begin() as connection:
        connection.exec_driver_sql(
            "truncate landing.version, landing.pending_key, quarantine.record,"
            " match.pending_record, hub.gathered_window cascade"
        )
        connection.exec_driver_sql(f"truncate {', '.join(f'source.{table}' for table in TABLES)}")
    return found


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_arrival_and_the_chunking_do_not_matter(
    expected: dict[str, list[str]], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "CHUNK_SIZE", seed + 1)
    dice = random.Random(seed)
    versions = history()
    dice.shuffle(versions)
    for version in versions:
        accept(version, kept_back=version.source_id == "b3" and version.hour == 4)
        if dice.random() < 0.4:
            standardise_pending("run")
    standardise_pending("run")
    assert sorted_content() == expected


@pytest.mark.parametrize("statement", ["standardise/write_address", "standardise/delete_pending"])
def test_a_crash_in_a_chunk_leaves_nothing_of_it(
    hub: str, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(Landing(ACCOUNT, make_account()))
    real = run.sql.run

    def fail(connection: Any, name: str, /, **params: Any) -> Any:
        if name == statement:
            raise OSError("gone")
        return real(connection, name, **params)

    with monkeypatch.context() as patched:
        patched.setattr(run.sql, "run", fail)
        with pytest.raises(OSError, match="gone"):
            standardise_pending("run")
    assert all(not rows for rows in content().values())
    assert len(fetch("select 1 from landing.pending_key")) == 1
    assert standardise_pending("run").counts["changed"] == 1


def test_a_key_queued_again_meanwhile_stays_queued(
    hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(Landing(ACCOUNT, make_account()))
    real = run.write_records
    seen = []

    def write_and_queue(*args: Any) -> set[str]:
        changed = real(*args)
        if not seen:
            seen.append(True)
            with db.begin() as connection:
                connection.exec_driver_sql("update landing.pending_key set queued_at = now()")
        return changed

    monkeypatch.setattr(run, "write_records", write_and_queue)
    assert standardise_pending("run").counts == {"keys": 2, "standing": 2, "changed": 1}


def test_no_value_reaches_the_log(hub: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    accept(Landing(ACCOUNT, make_account(cShortName="Canary-51c")))
    standardise_pending("run")
    assert "Canary-51c" not in caplog.text
    assert "yunfan" not in caplog.text
