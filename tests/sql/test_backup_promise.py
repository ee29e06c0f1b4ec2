"""Each build of the master looks whether the newest verified backup is as young as promised."""

from datetime import UTC, datetime

import pytest

from customer_hub.core import db
from customer_hub.flows import steps


@pytest.fixture
def told(hub: str, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, dict[str, int]]]:
    """What people are told, in order."""
    alerts: list[tuple[str, str, dict[str, int]]] = []
    monkeypatch.setattr(
        steps, "send_alert", lambda kind, subject, **facts: alerts.append((kind, subject, facts))
    )
    return alerts


def build() -> None:
    steps.standardise("run", datetime.now(tz=UTC))


def add_backup(backup_id: str, state: str, hours: int) -> None:
    with db.begin() as connection:
        connection.exec_driver_sql(
            "insert into backup.manifest (backup_id, state, started_at)"
            " values (%(id)s, %(state)s, now() - make_interval(hours => %(hours)s))",
            {"id": backup_id, "state": state, "hours": hours},
        )


def test_an_old_backup_is_told_once_a_day(told: list[tuple[str, str, dict[str, int]]]) -> None:
    build()
    add_backup("b1", "verified", 25)
    build()
    assert told == []
    with db.begin() as connection:
        connection.exec_driver_sql(
            "update backup.manifest set started_at = now() - interval '27 h'"
        )
    build()
    build()
    assert told == [("overdue_backup", "b1", {"age_hours": 27, "promised_hours": 26})]
    with db.begin() as connection:
        connection.exec_driver_sql(
            "update backup.manifest set overdue_told_at = now() - interval '25 h'"
        )
    build()
    assert len(told) == 2
    add_backup("b2", "verified", 1)
    build()
    assert len(told) == 2


def test_backups_of_which_none_counts_are_told(
    told: list[tuple[str, str, dict[str, int]]],
) -> None:
    for number, state in enumerate(("expired", "failed", "written")):
        add_backup(f"b{number}", state, 40 - number)
    build()
    assert [(kind, subject) for kind, subject, _ in told] == [("overdue_backup", "b1")]
