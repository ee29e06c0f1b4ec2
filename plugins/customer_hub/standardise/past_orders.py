"""Orders as they stood at a past moment, in a transaction that is rolled back.

`source.*` keeps what stands now. What stood then follows from landing alone: from the versions that
the gate had accepted by that moment, by the standardiser of today.
"""

from datetime import datetime

from sqlalchemy import Connection

from customer_hub.core import db, keys, sql
from customer_hub.standardise.order_groups import regroup_orders
from customer_hub.standardise.run import CHUNK_SIZE, read_records
from customer_hub.standardise.write import write_records

_ENTITY = "sales_order"
_WRITERS = ("standardise/wait_for_windows", "standardise/wait_for_quarantine")


def wait_for_writers() -> None:
    """Wait until whatever the gate does at this moment stands, or does not.

    A transaction bears the moment at which it began. One that began before a past moment and commits
    after it was read would change that past.
    """
    for name in _WRITERS:
        with db.begin() as connection:
            sql.run(connection, name)


def restore_orders(connection: Connection, moment: datetime) -> None:
    """Write the orders that changed since a moment as they stood then.

    Args:
        connection: a rehearsal's (`db.rehearse`), under the lock `standardise`.
        moment: in the past; no transaction that began before it is still open (`wait_for_writers`).
    """
    sealer, after = keys.sealer(), ""
    while rows := sql.rows(
        connection, "standardise/select_changed_orders", moment=moment, after=after, size=CHUNK_SIZE
    ):
        source_keys = [row.source_key for row in rows]
        records = read_records(connection, sealer, _ENTITY, source_keys, moment)
        with regroup_orders(connection, source_keys):
            write_records(connection, sealer, _ENTITY, source_keys, records)
        after = source_keys[-1]
