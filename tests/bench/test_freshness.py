"""The bench of freshness: its copy of the project, its look at the master, and what it tells."""

import os
import time
from pathlib import Path

import pytest

from bench.freshness.__main__ import CHANNELS, _copy_project, _judge, _summarise
from bench.freshness.editing import draw_keys
from bench.freshness.watching import Journey, Watch
from customer_hub.channels.config import read_channels
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from customer_hub.standardise.run import standardise_pending
from tests.landed import Landing
from tests.records import make_account
from tests.sql.test_standardise import accept


def build() -> None:
    standardise_pending("run")
    match_pending("run")
    merge_pending("run")


def test_the_copy_gathers_all_day_long_and_is_otherwise_the_project(tmp_path: Path) -> None:
    copy = _copy_project(tmp_path, 3)
    copied, ours = read_channels(copy / "include" / "channels"), read_channels()
    for name in CHANNELS:
        assert (copied[name].schedule, copied[name].windows) == ("*/3 * * * *", "interval")
    assert {**copied, **dict.fromkeys(CHANNELS)} == {**ours, **dict.fromkeys(CHANNELS)}
    assert not (copy / ".git").exists()
    assert (copy / "plugins" / ".airflowignore").exists(), "else Airflow loads every file of it"


def test_an_edit_is_followed_until_the_master_has_it(hub: str) -> None:
    names = {"1": "北京云山科技有限公司", "2": "上海长河贸易有限公司"}
    accept(*(Landing(key, make_account(id=key, name=name)) for key, name in names.items()))
    build()
    watch = Watch(os.environ["HUB_DATABASE_URL"].replace("+psycopg", ""))
    first, second = watch.list_known()
    watch.follow(first)
    assert watch.look() == 1
    accept(Landing("1", make_account(id="1", name="北京云山软件有限公司"), hour=2))
    assert watch.look() == 1, "landed is not there yet"
    build()
    watch.follow(second)
    assert watch.look() == 1, "the other one was not edited"
    arrived, waiting = watch.journeys
    assert arrived.edited <= arrived.landed <= arrived.golden <= time.time()
    assert not waiting.golden
    watch.close()


def test_what_is_late_or_lost_misses_the_bar(capsys: pytest.CaptureFixture[str]) -> None:
    good = [Journey(str(number), 0.0, 10.0, 20.0 + number) for number in range(100)]
    told = {"records": 9, **_summarise(good)}
    assert told["golden"] == {"p50": 69.5, "p95": pytest.approx(114.05), "most": 119.0}
    assert told["built"]["most"] == 109.0
    assert _judge(told)
    late = [Journey(str(number), 0.0, 10.0, 301.0) for number in range(10)]
    assert not _judge({"records": 9, **_summarise([*good, *late])})
    assert not _judge({"records": 9, **_summarise([*good, Journey("lost", 0.0)])})
    assert capsys.readouterr().out.count("MISSED") == 2


def test_each_record_is_edited_once_and_both_channels_have_their_share() -> None:
    known = [f"{channel}/customer/{n}" for channel in ("shop", "crm", "pos") for n in range(20)]
    drawn = draw_keys(known, 31)
    assert len(drawn) == len(set(drawn)) == 31
    assert {key.split("/")[0] for key in drawn} == {"shop", "crm"}
    with pytest.raises(SystemExit, match="a larger world"):
        draw_keys(known, 42)
