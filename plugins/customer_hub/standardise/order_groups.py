"""One order that several channels carry is one: who belongs together, and which of them counts.

Only an explicit reference joins orders. A group is a function of the orders' own numbers and
references, so that it parts again by itself when a reference goes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection

from customer_hub.core import sql


@contextmanager
def regroup_orders(connection: Connection, source_keys: Sequence[str]) -> Iterator[None]:
    """Group anew every order that shares a number with one of the given, before or after the block.

    Args:
        connection: the chunk's transaction.
        source_keys: of the orders that the block writes or deletes.
    """
    before = _read_names(connection, source_keys)
    yield
    names = sorted(before | _read_names(connection, source_keys))
    sql.run(
        connection,
        "standardise/group_orders",
        channels=[channel for channel, _ in names],
        numbers=[number for _, number in names],
    )


def _read_names(connection: Connection, source_keys: Sequence[str]) -> set[tuple[str, str]]:
    rows = sql.rows(connection, "standardise/select_order_names", source_keys=list(source_keys))
    return {(row.channel, row.number) for row in rows}
