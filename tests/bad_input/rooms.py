"""The gather step as its DAG runs it (land, then the gate), and what the tables hold afterwards."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Channel
from customer_hub.core import db, keys, landing, subjects
from customer_hub.core.errors import HubError
from customer_hub.core.results import Receipt
from customer_hub.gather.run import GatherResult, gather_entity
from customer_hub.validate.gate import validate_window

START = datetime(2026, 11, 15, 16, tzinfo=UTC)
# An hour before the sandbox's midnight: what a system shows late is seen by then.
END = datetime(2026, 11, 18, 15, tzinfo=UTC)
# What a gather leaves behind, so that the same window can be gathered from nothing again.
_LEFT = (
    "landing.version, landing.pending_key, quarantine.record, hub.gathered_window,"
    " hub.run_receipt, steward.task, privacy.subject_key"
)


def gather(
    config: ChannelConfig,
    channel: Channel,
    entity: str = "customer",
    start: datetime | None = START,
    end: datetime | None = END,
    run_id: str = "run",
) -> GatherResult:
    """Land a window, as the first task of gather_<channel> does."""
    return gather_entity(config, channel, entity, start=start, end=end, run_id=run_id)


def run_window(
    config: ChannelConfig, channel: Channel, entity: str = "customer", **more: Any
) -> Receipt:
    """Land a window and pass it through the gate, as the two tasks of gather_<channel> do."""
    result = gather(config, channel, entity, **more)
    return validate_window(config, result.window_id, "run").check_balance()


def select(statement: str, **params: Any) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    with db.begin() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement, params)]


def read_tables() -> dict[str, list[tuple[Any, ...]]]:
    """What a gather is for, without what tells how often it was tried."""
    return {
        "landed": select(
            "select source_key, op, version_at, digest from landing.version"
            ' order by source_key collate "C", version_at, digest'
        ),
        "accepted": select(
            'select source_key, version_at from landing.accepted_version order by source_key collate "C"'
        ),
        "quarantine": select(
            "select landed.source_key, kept.rule, kept.severity, kept.state"
            " from quarantine.record as kept join landing.version as landed using (version_id)"
            " order by 1, 2"
        ),
        "covered": select(
            "select channel, entity, start_at, end_at, state from hub.gathered_window order by 1, 2"
        ),
        "pending": select(
            'select source_key from landing.pending_key order by source_key collate "C"'
        ),
    }


def start_over() -> None:
    """Forget everything that was gathered."""
    with db.begin() as connection:
        connection.exec_driver_sql(f"truncate {_LEFT} cascade")


def open_payloads() -> dict[str, dict[str, Any]]:
    """Return source key -> payload of everything that landed."""
    with db.begin() as connection:
        rows = connection.exec_driver_sql("select * from landing.version").all()
        salts = subjects.read_salts(connection, sorted({row.subject for row in rows}))
    opened = landing.open_versions(keys.sealer(), rows, salts)
    return {version.source_key: version.payload for version in opened}


def check_nothing_is_half() -> None:
    """The one window is open and has each version that it counts; nothing has gone on from it."""
    ((state, counted, landed),) = select(
        "select win.state, win.received_count - win.duplicate_count - win.outside_count"
        " - win.refused_count, (select count(*) from landing.version as landed"
        " where landed.window_id = win.window_id) from hub.gathered_window as win"
    )
    assert state == "open"
    assert counted == landed
    assert select("select 1 from landing.accepted_version") == []
    assert select("select 1 from landing.pending_key") == []


def check_text(error: HubError, *words: str, hidden: tuple[str, ...] = ()) -> None:
    """An error says what, where and what to do, and shows none of `hidden`."""
    text = str(error)
    assert error.what
    assert error.where
    assert error.hint
    for word in words:
        assert word in text, text
    for value in hidden:
        assert value not in text, "the error shows what it must not"
