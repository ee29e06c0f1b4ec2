"""Take pending deliveries in hand: what they send is worked out now, from the current master."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from customer_hub.channels.config import ChannelConfig
from customer_hub.core import sql
from customer_hub.core.landing import source_key
from customer_hub.core.seal import Sealer
from customer_hub.publish.creation import read_create_values
from customer_hub.publish.desired import read_desired
from customer_hub.publish.ownership import Ownership
from customer_hub.publish.readiness import count_unready
from customer_hub.publish.task import Settlement, Task


@dataclass(frozen=True, slots=True)
class Claim:
    """Tasks to write, and deliveries that need no write any more."""

    tasks: list[Task]
    idle: list[Settlement]
    last_delivery_id: int


def claim_deliveries(
    connection: Connection,
    sealer: Sealer,
    config: ChannelConfig,
    ownership: Mapping[str, Ownership],
    *,
    after_delivery_id: int,
    size: int,
    run_id: str,
) -> Claim | None:
    """Mark the next pending deliveries as in flight and return what to send; None at the end.

    None also when a person has set the target back to observe, or while the master is half built
    or not judged: what seems to be gone then comes back, what is wrong is mended first.
    """
    with connection.begin_nested() as savepoint:
        rows = sql.rows(
            connection,
            "publish/claim_deliveries",
            channel=config.name,
            after_delivery_id=after_delivery_id,
            size=size,
            run_id=run_id,
        )
        tasks, idle = prepare_tasks(connection, sealer, config, ownership, rows, is_whole=False)
        if not rows or count_unready(connection):
            savepoint.rollback()
            return None
    return Claim(tasks, idle, max(row.delivery_id for row in rows))


def prepare_tasks(
    connection: Connection,
    sealer: Sealer,
    config: ChannelConfig,
    ownership: Mapping[str, Ownership],
    rows: Sequence[Row[Any]],
    *,
    is_whole: bool,
) -> tuple[list[Task], list[Settlement]]:
    """Return a task for each delivery that has something to send, and the others as superseded.

    An update has nothing to send when its record is gone or holds everything already, a create when
    its golden record vanished or has a record in the target by now.

    Args:
        connection: the caller's transaction.
        sealer: digests and opens.
        config: the target.
        ownership: what the hub owns there, by entity.
        rows: of publish.delivery.
        is_whole: all values that an existing record should hold, whether acknowledged or not:
            while an outcome is unknown, what was acknowledged before says nothing.
    """
    tasks: list[Task] = []
    idle: list[Settlement] = []
    for entity in sorted({row.entity for row in rows}):
        rule = ownership.get(entity)
        updates = [row for row in rows if row.entity == entity and row.op == "update"]
        creates = [row for row in rows if row.entity == entity and row.op == "create"]
        keys = [row.source_key for row in updates]
        desired = read_desired(connection, sealer, entity, rule.update if rule else (), keys)
        for row in sorted(updates, key=lambda each: each.delivery_id):
            want = desired.get(row.source_key)
            values = {} if want is None else dict(want.values) if is_whole else want.news
            if want is None or not values:
                idle.append(Settlement(_make_task(row, {}), "superseded"))
            else:
                tasks.append(_make_task(row, values, want.source_id, want.golden_id))
        made: Mapping[UUID, Mapping[str, str]] = {}
        if creates and rule is not None and rule.create is not None:
            made = read_create_values(
                connection,
                sealer,
                rule.create,
                source_key(config.name, entity, ""),
                [row.golden_id for row in creates],
            )
        for row in sorted(creates, key=lambda each: each.delivery_id):
            if row.golden_id in made:
                tasks.append(_make_task(row, made[row.golden_id]))
            else:
                idle.append(Settlement(_make_task(row, {}), "superseded"))
    return tasks, idle


def _make_task(
    row: Row[Any],
    values: Mapping[str, str | None],
    source_id: str | None = None,
    golden_id: UUID | None = None,
) -> Task:
    return Task(
        delivery_id=row.delivery_id,
        attempts=row.attempts,
        op=row.op,
        entity=row.entity,
        golden_id=golden_id or row.golden_id,
        source_key=row.source_key,
        source_id=source_id,
        seen_change_at=row.seen_change_at,
        values=values,
    )
