"""What the rooms before publish leave behind, written straight into their tables."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from customer_hub.channels.config import ChannelConfig, read_channel, read_channels
from customer_hub.channels.digest import digest_payload
from customer_hub.core import db
from customer_hub.core.identity import golden_id
from customer_hub.core.keys import sealer
from customer_hub.publish.deliver import deliver_pending
from customer_hub.publish.plan import plan_deliveries
from customer_hub.publish.targets import set_state

START = datetime(2026, 11, 15, 16, tzinfo=UTC)
DAY = timedelta(days=1)
FIRST_LOAD = datetime(2000, 1, 1, tzinfo=UTC)


def execute(statement: str, **params: Any) -> Any:
    """Run one statement in a transaction of its own; rows if it gives any."""
    with db.begin() as connection:
        result = connection.exec_driver_sql(statement, params)
        return result.all() if result.returns_rows else None


def scalar(statement: str, **params: Any) -> Any:
    return execute(statement, **params)[0][0]


def close_window(channel: str, entity: str, day: int = 1, state: str = "closed") -> int:
    """Add the window of a business day; that of day 1 begins with the first load."""
    return int(
        scalar(
            "insert into hub.gathered_window (channel, entity, start_at, end_at, history, state,"
            " run_id) values (%(channel)s, %(entity)s, %(start)s, %(end)s, 'current_state', %(state)s,"
            " 'test') returning window_id",
            channel=channel,
            entity=entity,
            start=FIRST_LOAD if day == 1 else START + (day - 1) * DAY,
            end=START + day * DAY,
            state=state,
        )
    )


def complete_first_loads(day: int = 1) -> None:
    """Close a window of every customer and contact entity of every channel."""
    for channel in read_channels().values():
        for entity in channel.entities:
            if entity in ("customer", "contact"):
                close_window(channel.name, entity, day)


def enable(channel: str) -> ChannelConfig:
    """Look at what a plan would do, and let the hub write, as a person does."""
    plan_deliveries(read_channel(channel), "look")
    set_state(channel, "enabled", "tester", "test")
    return read_channel(channel)


def put_record(
    key: str,
    golden_of: str | None = None,
    *,
    seen_at: datetime | None = None,
    deleted: bool = False,
) -> UUID:
    """Write a source record that belongs to the golden record named by `golden_of` (or itself)."""
    channel, entity, source_id = key.split("/", 2)
    oldest = golden_of or key
    window = close_window(channel, entity) if not _has_window(channel, entity) else None
    with db.begin() as connection:
        version = connection.exec_driver_sql(
            "insert into landing.version (source_key, channel, entity, source_id, op, version_at,"
            " is_own_time, seen_at, digest, subject, window_id) select %(key)s::text,"
            " %(channel)s::text, %(entity)s::text, %(id)s::text, 'delete', %(seen)s::timestamptz,"
            " true, %(seen)s::timestamptz, '', '',"
            " coalesce(%(window)s::bigint, (select min(window_id) from hub.gathered_window"
            " where channel = %(channel)s::text and entity = %(entity)s::text))"
            " where not exists (select 1 from landing.version where source_key = %(key)s::text)"
            " returning version_id",
            {
                "key": key,
                "channel": channel,
                "entity": entity,
                "id": source_id,
                "seen": seen_at or START + DAY,
                "window": window,
            },
        ).scalar()
        connection.exec_driver_sql(
            f"insert into source.{entity} (source_key, channel, source_id, version_id, version_at,"
            " is_deleted, standardiser_version) values (%(key)s, %(channel)s, %(id)s,"
            " coalesce(%(version)s::bigint, 0), %(at)s, %(deleted)s, 1)"
            " on conflict (source_key) do update set is_deleted = excluded.is_deleted",
            {
                "key": key,
                "channel": channel,
                "id": source_id,
                "version": version,
                "at": START,
                "deleted": deleted,
            },
        )
        golden = golden_id(oldest)
        left = connection.exec_driver_sql(
            "select golden_id from match.crosswalk where source_key = %(key)s", {"key": key}
        ).scalar()
        connection.exec_driver_sql(
            "insert into match.crosswalk (source_key, entity, golden_id)"
            " values (%(key)s, %(entity)s, %(golden)s)"
            " on conflict (source_key) do update set golden_id = excluded.golden_id",
            {"key": key, "entity": entity, "golden": golden},
        )
        connection.exec_driver_sql(
            "insert into master.alias (golden_id, source_key, entity)"
            " values (%(golden)s, %(oldest)s, %(entity)s) on conflict do nothing",
            {"golden": golden, "oldest": oldest, "entity": entity},
        )
        for each in {golden, left or golden}:
            _tell_change(connection, each, entity)
    judge()
    return golden


def _tell_change(connection: Connection, golden: UUID, entity: str) -> None:
    """Put a change into the outbox, as merge does when values or members of a golden record do."""
    connection.exec_driver_sql(
        "insert into publish.change (golden_id, entity, version_no, kind)"
        " select %(id)s, %(entity)s, coalesce(max(version_no), 0) + 1, 'changed'"
        " from publish.change where golden_id = %(id)s",
        {"id": golden, "entity": entity},
    )


def put_golden(oldest: str, **values: Any) -> UUID:
    """Write the golden customer of a source key as merge does, with its change in the outbox."""
    golden = golden_id(oldest)
    facts: dict[str, Any] = {
        "kind": "organisation",
        "legal_name": "深圳市云帆科技有限公司",
        "level_code": "B",
        "region_code": None,
        "status": "active",
        **values,
    }
    names = list(facts)
    with db.begin() as connection:
        connection.exec_driver_sql(
            f"insert into master.customer (golden_id, {', '.join(names)}, record_count,"
            " completeness_share, version_no, content_digest, policy_version)"
            f" values (%(id)s, {', '.join(f'%({name})s' for name in names)}, 1, 1, 1, '', 1)"
            " on conflict (golden_id) do update set "
            + ", ".join(f"{name} = excluded.{name}" for name in names),
            {"id": golden, **facts},
        )
        _tell_change(connection, golden, "customer")
    judge()
    return golden


def judge() -> None:
    """Let the master suite pass, as after a merge."""
    execute(
        "insert into hub.run_receipt (run_id, step, counts) select 'merge', 'validate_master',"
        " jsonb_build_object('last_change_id', max(change_id)) from publish.change"
        " on conflict (run_id, step, channel, entity, window_id)"
        " do update set counts = excluded.counts"
    )


def put_customer(key: str, **values: Any) -> UUID:
    """Write a record and a golden record of its own."""
    put_record(key)
    return put_golden(key, **values)


def tell_digest(target: Any, source_id: str) -> None:
    """Let the gathered record be as it stands in the target."""
    volatile = read_channel("crm").entities["customer"].volatile
    digest = digest_payload(sealer(), dict(target.records[source_id]), volatile)
    execute(
        "update landing.version set digest = %(digest)s where source_key = %(key)s",
        digest=digest,
        key=f"crm/customer/{source_id}",
    )


def publish(channel: Any, name: str = "crm", run_id: str = "run") -> dict[str, int]:
    """Plan and deliver, as the flow does; returns the counts of both."""
    config = read_channel(name)
    planned = plan_deliveries(config, run_id)
    return planned.add(**deliver_pending(config, channel, run_id).counts).counts


def states(name: str = "crm") -> dict[str, int]:
    """Count the deliveries of a channel by state."""
    rows = execute(
        "select state, count(*) as number from publish.delivery"
        " where channel = %(name)s group by 1",
        name=name,
    )
    return {row.state: row.number for row in rows}


def letters() -> list[tuple[str, str]]:
    """Return (cause, state) of all dead letters by id."""
    rows = execute("select cause, state from publish.dead_letter order by dead_letter_id")
    return [(row.cause, row.state) for row in rows]


def _has_window(channel: str, entity: str) -> bool:
    return bool(
        scalar(
            "select count(*) from hub.gathered_window where channel = %(channel)s"
            " and entity = %(entity)s",
            channel=channel,
            entity=entity,
        )
    )
