"""Which backups stay: the newest, one of each of the last days and weeks, the first of each month."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from customer_hub.backup.retention import BackupRules, choose_kept, read_retention
from customer_hub.core.errors import ConfigurationError

RULES = BackupRules(daily=3, weekly=2, monthly=2, promise_hours=26)
END = datetime(2026, 11, 23, 1, tzinfo=UTC)  # a Monday


def name(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}"


def test_days_weeks_and_months() -> None:
    daily = [END - timedelta(days=days) for days in range(60)]
    kept = choose_kept([(name(at), at) for at in daily], RULES)
    assert {backup_id[:8]: why for backup_id, why in kept.items()} == {
        "20261123": {"last", "daily", "weekly"},
        "20261122": {"daily", "weekly"},
        "20261121": {"daily"},
        "20261101": {"monthly"},
        "20261001": {"monthly"},
    }


def test_days_begin_in_shanghai() -> None:
    late, early = (
        datetime(2026, 10, 31, 15, 59, tzinfo=UTC),
        datetime(2026, 10, 31, 16, 1, tzinfo=UTC),
    )
    kept = choose_kept([(name(at), at) for at in (late, early)], RULES)
    assert kept == {
        name(late): {"daily", "monthly"},
        name(early): {"daily", "weekly", "monthly", "last"},
    }


def test_the_last_one_stays_however_old() -> None:
    rules = BackupRules(daily=1, weekly=0, monthly=0, promise_hours=1)
    old = END - timedelta(days=900)
    assert choose_kept([(name(old), old)], rules) == {name(old): {"last", "daily"}}
    assert choose_kept([], rules) == {}


def test_several_of_a_day() -> None:
    hours = [END + timedelta(hours=hour) for hour in range(5)]
    kept = choose_kept([(name(at), at) for at in hours], RULES)
    assert kept == {
        name(hours[0]): {"monthly"},
        name(hours[-1]): {"daily", "weekly", "last"},
    }


def test_the_file_of_the_project_is_sound(tmp_path: Path) -> None:
    assert read_retention().backup.daily >= 1
    wrong = tmp_path / "retention.toml"
    wrong.write_text("[backup]\ndaily = 0\nweekly = 'x'\n[keys]\nkeep_days = 1\nmore = 1\n")
    with pytest.raises(ConfigurationError) as error:
        read_retention(wrong)
    for part in ("daily", "weekly", "monthly", "promise_hours", "more"):
        assert part in str(error.value)
