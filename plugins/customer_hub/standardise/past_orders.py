"""Orders as they stood at a past moment, in a transaction that is rolled back.

`source.*` keeps what stands now. What stood then follows from landing alone: from the versions that
the gate had accepted by that moment, by the standardiser and the policy of today.
"""

from datetime import datetime

from sqlalchemy import Connection

from customer_hub.channels.policy import read_policy
from customer_hub.core import keys, sql
from customer_hub.core.policy import ensure_active_version
from customer_hub.standardise.order_groups import regroup_orders
from customer_hub.standardise.run import CHUNK_SIZE, read_records
from customer_hub.standardise.write import write_records

_ENTITY = "sales_order"


def restore_orders(connection: Connection, moment: datetime) -> None:
    """Write the orders that changed since a moment as they stood then.

    Args:
        connection: that of `db.rehearse` under the lock `standardise`.
        moment: past for good (`core.past.wait_until_past`).

    Raises:
        ConfigurationError: the policy is not the active version, by which the other orders stand.
    """
    ensure_active_version(connection, read_policy())
    sealer = keys.sealer()
    chunks = sql.stream(
        connection, "standardise/stream_changed_orders", chunk=CHUNK_SIZE, moment=moment
    )
    for chunk in chunks:
        source_keys = [row.source_key for row in chunk]
        records = read_records(connection, sealer, _ENTITY, source_keys, moment)
        with regroup_orders(connection, source_keys):
            write_records(connection, sealer, _ENTITY, source_keys, records)
