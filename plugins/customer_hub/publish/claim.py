"""Take pending deliveries in hand: what they send is worked out now, from the current master."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from customer_hub.channels.config import ChannelConfig
from customer_hub.core import sql
from customer_hub.core.seal import Sealer
from customer_hub.publish.ownership import Ownership
from customer_hub.publish.prepare import prepare_tasks
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
