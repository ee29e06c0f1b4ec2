"""Records that the hub made in a target and that nobody speaks for any more; touched ones are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from customer_hub.core import sql
from customer_hub.core.landing import source_key


@dataclass(frozen=True, slots=True)
class Deletable:
    """One record that is to go; `is_touched`: the target has made something of it, so it stays."""

    source_key: str
    source_id: str
    golden_id: UUID
    is_touched: bool


def find_deletable(
    connection: Connection,
    channel: str,
    entity: str,
    *,
    keys: Sequence[str] | None = None,
    after_change_id: int = 0,
    upto_change_id: int = 0,
) -> list[Deletable]:
    """Return the records that are to go, by source key.

    Args:
        connection: the caller's transaction.
        channel: the target.
        entity: customer.
        keys: only these records; None: those whose customer changed.
        after_change_id: changes of the outbox after this one.
        upto_change_id: and up to this one.
    """
    rows = sql.rows(
        connection,
        "publish/select_deletable",
        channel=channel,
        prefix=source_key(channel, entity, ""),
        after_change_id=after_change_id,
        upto_change_id=upto_change_id,
        keys=None if keys is None else list(keys),
    )
    return [Deletable(row.source_key, row.source_id, row.golden_id, row.is_touched) for row in rows]


def plan_deletes(
    connection: Connection,
    channel: str,
    entity: str,
    *,
    after_change_id: int,
    upto_change_id: int,
    run_id: str,
) -> int:
    """Intend to delete records that nobody has touched, ask a steward about the others.

    A delete that waits for a person is given up when the record is to stay after all.

    Returns:
        How many deletes are new.
    """
    _give_up_held(connection, channel, entity)
    records = find_deletable(
        connection,
        channel,
        entity,
        after_change_id=after_change_id,
        upto_change_id=upto_change_id,
    )
    keep_touched(
        connection, [(each.source_key, each.golden_id) for each in records if each.is_touched]
    )
    free = [each for each in records if not each.is_touched]
    if not free:
        return 0
    made = sql.rows(
        connection,
        "publish/insert_deletes",
        channel=channel,
        entity=entity,
        golden_ids=[each.golden_id for each in free],
        source_keys=[each.source_key for each in free],
        run_id=run_id,
    )
    return len(made)


def _give_up_held(connection: Connection, channel: str, entity: str) -> None:
    held = sql.rows(connection, "publish/select_held_deletes", channel=channel, entity=entity)
    if not held:
        return
    found = find_deletable(connection, channel, entity, keys=[row.source_key for row in held])
    keep_touched(
        connection, [(each.source_key, each.golden_id) for each in found if each.is_touched]
    )
    wanted = {each.source_key for each in found if not each.is_touched}
    idle = [row.delivery_id for row in held if row.source_key not in wanted]
    sql.rows(connection, "publish/supersede_held", delivery_ids=idle)


def keep_touched(connection: Connection, records: Sequence[tuple[str | None, UUID]]) -> None:
    """Ask a steward about records (source key, golden id) that stay: the target has changed them."""
    if records:
        sql.run(
            connection,
            "publish/raise_delete_tasks",
            source_keys=[key for key, _ in records],
            golden_ids=[golden_id for _, golden_id in records],
        )
